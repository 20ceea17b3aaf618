"""Le cadre commun des pages d'une revue : la trouver, dire qui la tient, écrire ses chiffres en toutes lettres."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.choices import EtatRevue
from tissu.programme.models import FigureFigee, Revue
from tissu.programme.operations.revues import Difference
from tissu.programme.permissions import LECTEURS
from tissu.programme.queries import revues as lectures
from tissu.programme.rules.revues import HORIZONS, afficher
from tissu.publications.rendus import FORMATS
from tissu.publications.sources import lien_de_diffusion

DERIVES = ("avancement", "resultats")
"""Ces chiffres se tirent d'un critère : apparus depuis, ils n'apprennent rien de plus que lui."""


def lire_revue(request: RequeteConnectee, pk: int) -> Revue:
    """La revue, si la personne lit le programme. Lève `Http404` ou `PermissionDenied`."""
    try:
        revue = lectures.revues().get(pk=pk)
    except Revue.DoesNotExist as erreur:
        raise Http404("Cette revue n'existe pas.") from erreur
    if LECTEURS.isdisjoint(request.user.roles_actifs("programme")):
        raise PermissionDenied("Cette revue n'est pas ouverte à votre rôle.")
    return revue


def contexte_de_revue(request: RequeteConnectee, revue: Revue) -> dict[str, Any]:
    """Le contexte commun des gabarits `programme/revue_base.html`."""
    signataires = {accord.organisation_id for accord in revue.accords.all()}
    tient, verrouillee = permissions.peut_tenir_la_revue(request.user, revue), revue.etat == EtatRevue.VERROUILLEE
    return {
        "revue": revue,
        "horizon": HORIZONS[revue.type],
        "tient": tient,
        "diffuser": lien_de_diffusion("programme.revue", str(revue.pk)) if tient and verrouillee else "",
        "a_signer": tient and revue.etat == EtatRevue.ARRETEE and request.user.organisation_id not in signataires,
        "formats": [
            {"titre": titre, "url": reverse("programme:revue_document", args=[revue.pk, cle]), "detail": ""}
            for cle, (_, titre) in FORMATS.items()
            if cle != "csv"
        ],
    }


def en_mots(figure: FigureFigee | None) -> str:
    """La valeur d'un chiffre, ou ce qu'il dit à la place ; vide s'il n'existe pas."""
    return "" if figure is None else afficher(figure.valeur, figure.unite) or figure.texte


def montrees(
    figures: Iterable[FigureFigee], *, ecarts: Mapping[str, Difference] | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """Chaque figure avec sa valeur, sa cible, ses rectifications, et ce qu'un calcul d'aujourd'hui en donne d'autre.

    `ecarts` : par clé de figure.
    """
    rendues = []
    for une in figures:
        rectifications = [(r, afficher(r.valeur, une.unite) or r.texte) for r in une.rectifications.all()]
        ecart = (ecarts or {}).get(une.cle)
        rendues.append(
            {
                "figure": une,
                "valeur": en_mots(une) or "Non renseigné",
                "note": une.texte if une.valeur is not None else "",
                "cible": afficher(une.cible, une.unite),
                "rectifications": rectifications,
                "depuis": "" if ecart is None or deja_rectifie(ecart) else en_mots(ecart.actuelle) or "plus de valeur",
            }
        )
    return rendues


def deja_rectifie(ecart: Difference) -> bool:
    """La dernière rectification dit déjà la valeur d'aujourd'hui."""
    rectifications = list(ecart.figee.rectifications.all()) if ecart.figee else []
    actuelle = ecart.actuelle.valeur if ecart.actuelle else None
    return bool(rectifications) and actuelle is not None and rectifications[-1].valeur == actuelle


def ecarts_a_lire(ecarts: Iterable[Difference]) -> list[Difference]:
    """Les écarts qui apprennent quelque chose à qui lit la revue."""
    return [une for une in ecarts if une.figee is not None or (une.actuelle and une.actuelle.groupe not in DERIVES)]
