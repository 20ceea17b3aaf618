"""Temps et coûts d'une fiche : prévu et dépensé, par ligne, financeur, mois, personne et année."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.aides import RegleDAideForm
from tissu.programme.models import Fiche
from tissu.programme.operations.aides import choisir_regle_d_aide, exiger_regle_modifiable
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.publications.consommation import document_consommation
from tissu.programme.queries import cadre, indicateurs
from tissu.programme.queries.aides import aide_de
from tissu.programme.queries.consommation import consommations, points_d_alerte
from tissu.programme.queries.depenses import depenses_de
from tissu.programme.rules.indicateurs import part_ecoulee
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche, etat_demande
from tissu.programme.views.ecrire import refus_de, saisie_fermee
from tissu.publications.contenu import Document
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.parametres import parametre

# La page montre les derniers temps ; une année entière se lit dans le classeur.
TEMPS_DE_PAGE = 40


@ecran("Temps et coûts d'une fiche", roles=LECTEURS)
@require_safe
def consommation(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Prévu et dépensé, jusqu'à chaque temps et chaque pièce pour les chargés de mission."""
    fiche = charger_fiche(request, pk)
    etat_au = etat_demande(request, fiche)
    document, alertes = _document(fiche, request.user, au=etat_au.au, temps_au_plus=TEMPS_DE_PAGE)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:consommation", etat_au=etat_au)
    contexte |= contexte_page(document)
    contexte |= {
        "alertes": alertes,
        "formats": [
            {
                "titre": titre,
                "url": reverse("programme:consommation_fichier", args=[fiche.pk, format_]) + etat_au.suite(),
            }
            for format_, (_, titre) in FORMATS.items()
            if format_ != "csv"
        ],
    }
    return render(request, "programme/temps_consommation.html", contexte)


@ecran("Temps et coûts d'une fiche, à télécharger", roles=LECTEURS)
@require_safe
@limite("60/m")
def consommation_fichier(request: RequeteConnectee, pk: int, format: str) -> HttpResponse:
    """La même page en PDF ou en classeur."""
    fiche = charger_fiche(request, pk)
    if format not in FORMATS:
        raise Http404("Ce format n'existe pas.")
    document, _ = _document(fiche, request.user, au=etat_demande(request, fiche).au)
    nom = f"temps-et-couts-fiche-{fiche.numero}-{fiche.annee}.{format}"
    return HttpResponse(
        rendre(document, format),
        content_type=FORMATS[format][0],
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )


def _document(fiche: Fiche, personne: Any, *, au: date, temps_au_plus: int | None = None) -> tuple[Document, list[str]]:
    voisines = cadre.annees_de(fiche)
    toutes = consommations(voisines, au=au)
    sienne = toutes[fiche.pk]
    document = document_consommation(
        fiche,
        sienne,
        depenses_de([fiche], au=au),
        annees=[(une, toutes[une.pk]) for une in voisines],
        aide=aide_de(fiche, sienne),
        au=au,
        nominatif=permissions.est_redacteur(personne, fiche),
        temps_au_plus=temps_au_plus,
    )
    ecart = int(parametre("programme.ecart_depense_resultats_points", au=au))
    return document, points_d_alerte(sienne, resultats=_resultats(fiche, au), ecart_points=ecart)


def _resultats(fiche: Fiche, au: date) -> Decimal | None:
    """L'avancement moyen des critères mesurés de la fiche ; None si aucun ne l'est."""
    etats = indicateurs.etats_des_criteres([fiche], au=au, tendances=False)[fiche.pk]
    return indicateurs.resultats(etats, part_ecoulee=part_ecoulee(indicateurs.annee_de(fiche), au=au))


@ecran("Règle d'aide d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def regle_d_aide(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Dire la règle d'aide de la fiche, et ce que chaque ligne y est."""
    fiche = charger_fiche(request, pk)
    refus = None if request.method == "POST" else refus_de(lambda: exiger_regle_modifiable(fiche, request.user))
    if refus:
        retour = reverse("programme:consommation", args=[pk])
        return saisie_fermee(request, refus, retour=retour, fiche=fiche, titre="Règle d'aide")
    formulaire = RegleDAideForm(request.POST or None, fiche=fiche)
    if formulaire.is_valid():
        try:
            choisir_regle_d_aide(
                fiche=fiche, regle=formulaire.cleaned_data["regle"], postes=formulaire.postes(), auteur=request.user
            )
        except ModificationRefusee as erreur:
            formulaire.add_error(None, str(erreur))
        else:
            messages.success(request, "Règle d'aide enregistrée : le calcul est sur cette page.")
            return redirect("programme:consommation", fiche.pk)
    contexte = {"titre": "Règle d'aide", "fiche": fiche, "formulaire": formulaire}
    return render(request, "programme/temps_aide.html", contexte, status=422 if formulaire.errors else 200)
