"""Écrans de la liste semestrielle des plus de 50 salariés."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.forms import FiltreGrands, SemestreForm
from tissu.actions.fichier_entreprises.permissions import LECTEURS, REDACTEURS, peut_publier
from tissu.actions.fichier_entreprises.publications.grands import (
    document_plus_de_50,
    donnees_plus_de_50,
    telechargements_plus_de_50,
)
from tissu.actions.fichier_entreprises.queries import grands as lectures
from tissu.actions.fichier_entreprises.views.garde import avec_registre, dire
from tissu.comptes.limites import limite
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier


@ecran("Plus de 50 salariés", roles=LECTEURS)
@require_safe
@avec_registre
def liste(request: HttpRequest, semestre: str) -> HttpResponse:
    """La liste d'un semestre, figée ou du jour."""
    resultat = lectures.liste(semestre)
    dirigeants = operations.lire_dirigeants(liste=resultat, personne=request.user, au=timezone.now())
    filtre = FiltreGrands(request.GET)
    document = document_plus_de_50(resultat, dirigeants, filiere=filtre.filiere_choisie(), extrait=filtre.extrait())
    contexte = contexte_page(document) | {"filtre": filtre}
    return render(request, "fichier_entreprises/grands.html", contexte | contexte_de_la_liste(request, resultat))


def contexte_de_la_liste(request: HttpRequest, resultat: lectures.Liste) -> dict[str, Any]:
    """Ce qui entoure la liste : choix du semestre, téléchargements, publication."""
    return {
        "titre": f"Plus de {resultat.seuil} salariés, {resultat.periode.libelle}",
        "resultat": resultat,
        "choix": SemestreForm(initial={"semestre": resultat.periode.code}),
        "formats": telechargements_plus_de_50(resultat),
        "publiable": peut_publier(request.user) and resultat.edition is None,
        "diffuser": lien_de_diffusion("fichier_entreprises.plus_de_50", resultat.periode.code)
        if peut_publier(request.user) and resultat.edition
        else "",
    }


@ecran("Choix d'un semestre", roles=LECTEURS)
@require_safe
@avec_registre
def choisir(request: HttpRequest) -> HttpResponse:
    """Mène au semestre choisi ; sans choix, à la dernière liste attendue."""
    formulaire = SemestreForm(request.GET)
    if formulaire.is_valid():
        return redirect("fichier_entreprises:grands", semestre=formulaire.cleaned_data["semestre"])
    return redirect("fichier_entreprises:grands", semestre=lectures.semestre_par_defaut())


@ecran("Téléchargement des plus de 50 salariés", roles=LECTEURS)
@require_safe
@limite("60/m")
@avec_registre
def telecharger(request: HttpRequest, semestre: str, format: str) -> HttpResponse:
    """La liste en PDF, classeur, CSV (établissements) ou JSON ; le dirigeant seulement pour qui y a droit."""
    resultat, nom = lectures.liste(semestre), f"plus-de-50-{semestre}.{format}"
    if format == "json":
        octets = json.dumps(donnees_plus_de_50(resultat), ensure_ascii=False, indent=1).encode()
        return fichier(octets, "application/json", nom)
    if format not in FORMATS:
        raise Http404
    dirigeants = operations.lire_dirigeants(liste=resultat, personne=request.user, au=timezone.now())
    return fichier(rendre(document_plus_de_50(resultat, dirigeants), format), FORMATS[format][0], nom)


@ecran("Publication des plus de 50 salariés", roles=REDACTEURS)
@require_POST
@avec_registre
def publier(request: HttpRequest, semestre: str) -> HttpResponse:
    """Fige la liste du semestre."""
    try:
        edition = operations.publier_semestre(semestre=semestre, auteur=request.user, au=timezone.now())
    except operations.PublicationRefusee as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, f"La liste {edition.semestre} est publiée : elle ne changera plus.")
    return redirect("fichier_entreprises:grands", semestre=semestre)
