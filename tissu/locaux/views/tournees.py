"""Préparer une campagne : choisir ses rues, les confier, les ranger, les reprendre."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.choices import AGENTS
from tissu.comptes.models import Personne
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne
from tissu.locaux.forms.tournees import ConfierForm, ReleveurForm
from tissu.locaux.models import Campagne, Voie
from tissu.locaux.operations import tournees as operations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.presentation.campagne import presenter_les_parts, vers
from tissu.locaux.queries.avancement import avancement
from tissu.locaux.queries.tournees import quartiers, releveurs
from tissu.locaux.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran

FAITS = {
    "confier": "Les rues ont changé de mains.", "retirer": "Les rues sont retirées de la campagne.",
    "finir": "Les rues sont dites finies.", "reprendre": "Les rues sont à reprendre.",
}  # fmt: skip


@ecran("Tournées d'une campagne", roles=permissions.LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def tournees(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les rues confiées, par releveur ; celles du périmètre qui ne le sont pas, et à qui les confier."""
    campagne, au = get_object_or_404(Campagne, pk=pk), timezone.localdate()
    ou_l_on_en_est, possibles = avancement(campagne, au), list(releveurs(au))
    rues = quartiers(campagne, au, [rue.tournee for rue in ou_l_on_en_est.rues])
    formulaire = ConfierForm(request.POST or None, quartiers=rues, releveurs=possibles)
    contexte = {
        "campagne": campagne, "parts": presenter_les_parts(ou_l_on_en_est), "total": ou_l_on_en_est.total,
        "adresse_du_total": vers(campagne).liste, "libres": sum(len(un.libres) for un in rues),
        "locaux_libres": sum(un.locaux_libres for un in rues), "selection": ReleveurForm(releveurs=possibles),
        "peut_preparer": permissions.peut_modifier(request.user) and campagne.etat != EtatCampagne.CLOSE,
    }  # fmt: skip
    return remplir(
        request, formulaire,
        lambda: operations.confier_les_voies(
            campagne=campagne, voies=_dans_l_ordre(formulaire.rues()), releveur=formulaire.choisi(),
            auteur=request.user, au=timezone.now(),
        ),
        fait="Les rues sont dans la campagne.", retour=reverse("locaux:tournees", args=[pk]), contexte=contexte,
        gabarit="locaux/tournees.html",
    )  # fmt: skip


def _dans_l_ordre(cles: list[int]) -> list[Voie]:
    voies = Voie.objects.in_bulk(cles)
    return [voies[cle] for cle in cles if cle in voies]


@ecran("Changer les tournées d'une campagne", roles=AGENTS)
@require_POST
def changer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qu'un bouton fait des rues cochées."""
    campagne = get_object_or_404(Campagne, pk=pk)
    choix: dict[str, Any] = {
        "campagne": campagne, "vues": dict(map(_lire, request.POST.getlist("tournees"))), "auteur": request.user,
        "au": timezone.now(),
    }  # fmt: skip
    gestes: dict[str, Callable[[], Any]] = {
        "confier": lambda: operations.changer_de_mains(releveur=_releveur(request), **choix),
        "retirer": lambda: operations.retirer(**choix),
        "finir": lambda: operations.marquer_finies(finies=True, **choix),
        "reprendre": lambda: operations.marquer_finies(finies=False, **choix),
    }
    geste = request.POST.get("geste", "")
    return agir(
        request, gestes.get(geste, _refuser), fait=FAITS.get(geste, ""), retour=reverse("locaux:tournees", args=[pk])
    )


def _lire(choisie: str) -> tuple[int, int]:
    """Une case cochée dit la tournée et la version que la page en montrait ; un texte faux ne désigne rien."""
    cle, _, version = choisie.partition("-")
    return (int(cle), int(version)) if cle.isdecimal() and version.isdecimal() else (0, 0)


def _releveur(request: RequeteConnectee) -> Personne | None:
    formulaire = ReleveurForm(request.POST, releveurs=list(releveurs(timezone.localdate())))
    if not formulaire.is_valid():
        raise LocalRefuse("Choisissez une personne de la liste : celle-ci ne peut plus relever.")
    return formulaire.choisi()


def _refuser() -> None:
    raise LocalRefuse("Ce geste n'est pas possible sur des tournées.")


@ecran("Ranger une tournée", roles=AGENTS)
@require_POST
def ranger(request: RequeteConnectee, pk: int, tournee: int) -> HttpResponse:
    """Monte ou descend une rue parmi celles de son releveur."""
    campagne = get_object_or_404(Campagne, pk=pk)
    rangs = 1 if request.POST.get("vers") == "bas" else -1
    return agir(
        request,
        lambda: operations.ranger(
            campagne=campagne, tournee=tournee, rangs=rangs, auteur=request.user, au=timezone.now()
        ),
        fait="L'ordre est gardé.", retour=f"{reverse('locaux:tournees', args=[pk])}#tournee-{tournee}",
    )  # fmt: skip
