"""Écrans des flux mensuels : le rapport, les lignes derrière un chiffre, les téléchargements."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.forms import FiltreLignes, MoisForm
from tissu.actions.fichier_entreprises.permissions import LECTEURS, REDACTEURS, peut_publier
from tissu.actions.fichier_entreprises.publications.details import document_lignes
from tissu.actions.fichier_entreprises.publications.donnees import donnees_figees, donnees_flux, telechargements_flux
from tissu.actions.fichier_entreprises.publications.flux import document_flux
from tissu.actions.fichier_entreprises.queries import cadre
from tissu.actions.fichier_entreprises.queries import flux as lectures
from tissu.actions.fichier_entreprises.queries.lignes import lignes_du_mois, lignes_filtrees
from tissu.actions.fichier_entreprises.views.garde import avec_registre, dire
from tissu.comptes.limites import limite
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.ecrans import ecran
from tissu.socle.formats import mois_long
from tissu.socle.reponses import fichier

EXTRAIT = 20


@ecran("Flux du mois", roles=LECTEURS)
@require_safe
@avec_registre
def rapport(request: HttpRequest, mois: str) -> HttpResponse:
    """Le rapport d'un mois, publié ou non."""
    secteurs = cadre.secteurs_demandes(request.GET.get("secteurs", ""))
    resultat = lectures.rapport(mois, secteurs)
    lignes = lignes_du_mois(resultat.flux.periode, resultat.flux.perimetre)
    contexte = contexte_page(document_flux(resultat, lignes, extrait=EXTRAIT))
    return render(request, "fichier_entreprises/flux.html", contexte | contexte_du_mois(request, resultat))


def contexte_du_mois(request: HttpRequest, resultat: lectures.Rapport) -> dict[str, Any]:
    """Ce qui entoure le document : choix du mois, éditions, téléchargements, publication."""
    flux = resultat.flux
    return {
        "titre": f"Flux d'établissements, {mois_long(flux.periode.code)}",
        "flux": flux,
        "suite": "?secteurs=tous" if flux.secteurs == "tous" else "",
        "edition": resultat.edition,
        "choix": MoisForm(initial={"mois": flux.periode.code, "secteurs": flux.secteurs}),
        "voisins": cadre.voisins(flux.periode, flux.source_au),
        "formats": telechargements_flux(flux),
        "publiable": peut_publier(request.user) and resultat.edition is None and not flux.provisoire,
        "diffuser": lien_de_diffusion("fichier_entreprises.flux", flux.periode.code)
        if peut_publier(request.user) and resultat.edition
        else "",
    }


@ecran("Choix d'un mois de flux", roles=LECTEURS)
@require_safe
@avec_registre
def choisir(request: HttpRequest) -> HttpResponse:
    """Mène au mois choisi dans la liste déroulante ; sans choix, au dernier mois complet."""
    formulaire = MoisForm(request.GET)
    mois = formulaire.cleaned_data["mois"] if formulaire.is_valid() else cadre.mois_par_defaut()
    suite = "?secteurs=tous" if request.GET.get("secteurs") == "tous" else ""
    return redirect(reverse("fichier_entreprises:flux", args=[mois]) + suite)


@ecran("Entreprises derrière un chiffre", roles=LECTEURS)
@require_safe
@limite("300/m")
@avec_registre
def lignes(request: HttpRequest, mois: str) -> HttpResponse:
    """Les lignes d'un mois, filtrées comme le chiffre d'où l'on vient."""
    filtre = FiltreLignes(request.GET)
    resultat = lignes_filtrees(mois, filtre.criteres())
    if request.GET.get("format") == "csv":
        return fichier(rendre(document_lignes(resultat), "csv"), FORMATS["csv"][0], f"flux-{mois}-lignes.csv")
    contexte = {
        "puces": filtre.puces(resultat.filtres),
        "titre": resultat.titre,
        "resultat": resultat,
        "filtre": filtre,
        "page": resultat.page(request.GET.get("page")),
        "fin_du_mois": resultat.periode.fin.isoformat(),
        "parametres_de_carte": filtre.pour_la_carte(),
    }
    return render(request, "fichier_entreprises/lignes.html", contexte)


@ecran("Téléchargement des flux", roles=LECTEURS)
@require_safe
@limite("60/m")
@avec_registre
def telecharger(request: HttpRequest, mois: str, format: str) -> HttpResponse:
    """Le rapport en PDF, classeur, CSV ou JSON ; `?edition=premiere` rend le JSON figé à la publication."""
    secteurs = cadre.secteurs_demandes(request.GET.get("secteurs", ""))
    nom = f"flux-{mois}-{secteurs}.{format}"
    if format == "json":
        figee = request.GET.get("edition") == "premiere"
        contenu = donnees_figees(mois, secteurs) if figee else donnees_flux(mois, secteurs)
        return fichier(json.dumps(contenu, ensure_ascii=False, indent=1).encode(), "application/json", nom)
    if format not in FORMATS:
        raise Http404
    resultat = lectures.rapport(mois, secteurs)
    lignes = lignes_du_mois(resultat.flux.periode, resultat.flux.perimetre)
    document = document_flux(resultat, lignes)
    return fichier(rendre(document, format), FORMATS[format][0], nom)


@ecran("Publication des flux d'un mois", roles=REDACTEURS)
@require_POST
@avec_registre
def publier(request: HttpRequest, mois: str) -> HttpResponse:
    """Fige la première valeur du mois."""
    try:
        operations.publier_mois(mois=mois, auteur=request.user, au=timezone.now())
    except operations.PublicationRefusee as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, f"Le rapport {cadre.de_mois(mois)} est publié : sa première valeur ne changera plus.")
    return redirect("fichier_entreprises:flux", mois=mois)
