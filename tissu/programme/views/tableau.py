"""Le tableau de bord du partenariat, et ses exports."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.etat_au import EtatAu, lire_au
from tissu.programme.forms.tableau import FiltreTableauForm, entier, lire_filtres
from tissu.programme.permissions import LECTEURS
from tissu.programme.publications.tableau import document_du_tableau
from tissu.programme.queries.conventions import premiere_annee
from tissu.programme.queries.signatures import FicheASigner, fiches_a_signer
from tissu.programme.queries.tableau import TableauDeBord, en_preparation
from tissu.programme.queries.tableau import tableau as lire_tableau
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.formats import euros, nombre, pluriel


@ecran("Le partenariat", roles=LECTEURS)
@require_safe
def tableau(request: RequeteConnectee) -> HttpResponse:
    """Les fiches de l'année, où elles en sont, et ce qui attend."""
    etat_au = _etat_demande(request)
    bord = _lire(request, etat_au.au)
    maitres = {m.pk: m for ligne in bord.lignes for m in ligne.fiche.maitres_ouvrage.all()}
    initiales = {
        "convention": bord.convention.pk if bord.convention else "",
        "annee": bord.annee,
        **{cle: request.GET.get(cle, "") for cle in ("maitre", "feu", "anomalies")},
    }
    filtre = FiltreTableauForm(initial=initiales).garnir(bord.conventions, bord.annees, list(maitres.values()))
    contexte = {
        "titre": "Le partenariat",
        "bord": bord,
        "etat_au": etat_au,
        "filtre": filtre,
        "dit": _dit(bord),
        "attentes": _attentes(bord, request.user),
        "formats": _formats(request),
        "filtre_actif": bool(lire_filtres(request.GET.dict())),
    }
    return render(request, "programme/tableau.html", contexte)


@ecran("Téléchargement du tableau du partenariat", roles=LECTEURS)
@require_safe
@limite("60/m")
def tableau_fichier(request: RequeteConnectee, format: str) -> HttpResponse:
    """Le tableau tel qu'il est filtré, en PDF ou en classeur."""
    if format not in {"pdf", "xlsx"}:
        raise Http404
    bord = _lire(request, _etat_demande(request).au)
    octets = rendre(document_du_tableau(bord), format)
    return fichier(octets, FORMATS[format][0], f"partenariat-{bord.annee}.{format}")


def fichier(octets: bytes, nature: str, nom: str) -> HttpResponse:
    """Un fichier à enregistrer."""
    return HttpResponse(octets, content_type=nature, headers={"Content-Disposition": f'attachment; filename="{nom}"'})


def _etat_demande(request: RequeteConnectee) -> EtatAu:
    aujourd_hui = timezone.localdate()
    premier = date(premiere_annee() or aujourd_hui.year, 1, 1)
    return lire_au(request.GET, aujourd_hui=aujourd_hui, premier=premier)


def _lire(request: RequeteConnectee, au: date) -> TableauDeBord:
    return lire_tableau(
        convention=entier(request.GET.get("convention", "")),
        annee=entier(request.GET.get("annee", "")),
        filtres=lire_filtres(request.GET.dict()),
        personne=request.user,
        au=au,
    )


def _formats(request: HttpRequest) -> list[dict[str, str]]:
    suite = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {"titre": titre, "url": reverse("programme:tableau_fichier", args=[format_]) + suite, "detail": detail}
        for format_, titre, detail in (("pdf", "PDF", "à imprimer"), ("xlsx", "Classeur", "à recalculer"))
    ]


def _dit(bord: TableauDeBord) -> dict[str, str]:
    """Les chiffres clés en mots, avec « au moins » quand un montant n'est pas écrit."""
    totaux, preparees = bord.totaux, en_preparation(bord.lignes)
    calcule = f"calculé {'' if totaux.calcule_complet else 'au moins '}{euros(totaux.calcule)}"
    fiches = ", ".join(str(ligne.fiche.numero) for ligne in totaux.ecarts)
    ecart = f", {_signe(totaux.ecart)} (fiche {fiches})" if totaux.ecarts else ""
    return {
        "fiches": f"dont {preparees} en préparation" if preparees else "toutes signées ou closes",
        "declare": ("" if totaux.declare_complet else "au moins ") + euros(totaux.declare),
        "ecart": calcule + ecart,
        "finance": euros(totaux.finance),
        "financement": f"non précisés sur {pluriel(totaux.sans_financement, 'fiche')}",
        "jours": nombre(totaux.jours_passes, 1),
        "jours_prevus": f"sur {nombre(totaux.jours_prevus, 1)} prévus",
        "criteres": f"sur {totaux.criteres}",
        "a_decider": f"{pluriel(totaux.a_decider, 'anomalie')} à trancher",
    }


def _signe(ecart: Decimal) -> str:
    return ("+" if ecart > 0 else "") + euros(ecart)


def _a_signer(bord: TableauDeBord, personne: Any) -> list[FicheASigner]:
    """Les fiches de l'année que cette personne peut signer ; rien n'est demandé à la base si toutes le sont."""
    if bord.convention is None or not en_preparation(bord.lignes):
        return []
    preparees = fiches_a_signer(personne, [bord.convention])
    return [une for une in preparees if une.par_moi and une.fiche.annee == bord.annee]


def _attentes(bord: TableauDeBord, personne: Any) -> list[dict[str, Any]]:
    """Ce qui demande quelqu'un, le plus pressé d'abord."""
    attentes: list[dict[str, Any]] = []
    for revue in bord.revues_a_signer:
        if permissions.est_partenaire(personne, revue.convention):
            attentes.append({"titre": f"{revue} : à signer par votre organisation",
                             "url": reverse("programme:revue", args=[revue.pk]), "detail": "Arrêtée, en attente de "
                             "l'accord des deux partenaires."})  # fmt: skip
    a_signer = _a_signer(bord, personne)
    if a_signer and bord.convention:
        numeros = ", ".join(str(une.fiche.numero) for une in a_signer)
        attentes.append({"titre": f"{pluriel(len(a_signer), 'fiche')} à signer par votre organisation",
                         "url": reverse("programme:convention", args=[bord.convention.pk]) + "#signatures",
                         "detail": f"En préparation, en attente de votre accord : {numeros}."})  # fmt: skip
    for ligne in bord.lignes:
        if ligne.a_decider and any(une.bloquante for une in ligne.a_decider):
            premiere = next(une for une in ligne.a_decider if une.bloquante)
            attentes.append({"titre": f"Fiche {ligne.fiche.numero} : {premiere.libelle.lower()}",
                             "url": reverse("programme:budget", args=[ligne.fiche.pk]) + "#anomalies",
                             "detail": premiere.anomalie.message})  # fmt: skip
    tardives = [ligne for ligne in bord.lignes if ligne.retards.livrables]
    if tardives:
        combien = sum(ligne.retards.livrables for ligne in tardives)
        fiches = ", ".join(str(ligne.fiche.numero) for ligne in tardives)
        attentes.append({"titre": f"{pluriel(combien, 'livrable')} en retard", "url": reverse("programme:livrables"),
                         "detail": f"Fiches {fiches}."})  # fmt: skip
    if bord.jours_a_valider:
        attentes.append({"titre": "Temps soumis à valider", "url": reverse("programme:temps_a_valider"),
                         "detail": f"{bord.jours_a_valider} saisies attendent le maître d'ouvrage."})  # fmt: skip
    if bord.ensemble.mesures_a_valider:
        attentes.append({"titre": "Mesures à valider", "url": reverse("programme:mesures_a_valider"),
                         "detail": f"{bord.ensemble.mesures_a_valider} valeurs saisies attendent l'autre "
                         "partenaire."})  # fmt: skip
    return attentes
