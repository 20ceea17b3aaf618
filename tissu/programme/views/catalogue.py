"""Importer un programme : le déposer, voir ce qu'il changerait et ce qu'il contredit, confirmer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.catalogue import ChargerProgrammeForm, ProgrammeDeposeForm
from tissu.programme.operations import depots
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.permissions import IMPORTENT
from tissu.programme.queries.anomalies import anomalies_d_un_fichier, avec_libelles
from tissu.programme.sources.lecture import ProgrammeIllisible
from tissu.programme.sources.programme_classeur import ecrire_classeur
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@ecran("Importer un programme", roles=IMPORTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: RequeteConnectee) -> HttpResponse:
    """Reçoit le fichier et montre ce qu'il chargerait ; rien n'est écrit avant l'accord."""
    formulaire = ProgrammeDeposeForm(request.POST or None, request.FILES or None)
    contexte: dict[str, Any] = {"formulaire": formulaire}
    if formulaire.is_valid():
        fichier = formulaire.cleaned_data["fichier"]
        try:
            depot = depots.recevoir(fichier=fichier, auteur=request.user, au=timezone.now())
        except ModificationRefusee as refus:
            formulaire.add_error("fichier", str(refus))
        except ProgrammeIllisible as refus:
            contexte |= {"defauts": refus.defauts, "nom": fichier.name}
        else:
            suite = ChargerProgrammeForm(initial={"reference": depot.reference, "nom": fichier.name})
            anomalies = avec_libelles(anomalies_d_un_fichier(depot.programme))
            contexte |= {"apercu": depot.apercu, "programme": depot.programme, "suite": suite, "anomalies": anomalies}
    refuse = request.method == "POST" and "apercu" not in contexte
    return render(request, "programme/catalogue_importer.html", contexte, status=422 if refuse else 200)


@ecran("Charger le programme vérifié", roles=IMPORTENT)
@require_POST
def charger(request: RequeteConnectee) -> HttpResponse:
    """Charge le programme de l'aperçu, tout ou rien."""
    formulaire = ChargerProgrammeForm(request.POST)
    if not formulaire.is_valid():
        messages.error(request, "L'aperçu n'est plus valable : déposez le fichier à nouveau.")
        return redirect("programme:importer")
    try:
        rapport = depots.charger(**formulaire.cleaned_data, auteur=request.user, au=timezone.now())
    except (ModificationRefusee, ProgrammeIllisible) as refus:
        messages.error(request, str(refus))
        return redirect("programme:importer")
    fait = pluriel(len(rapport.creees), "fiche chargée", "fiches chargées")
    suite = " en préparation, à signer ci-dessous par chaque partenaire" if rapport.creees else ""
    messages.success(request, f"{rapport.convention} : {fait}{suite}, {len(rapport.inchangees)} déjà là.")
    return redirect("programme:convention", pk=rapport.convention.pk)


@ecran("Modèle de programme", roles=IMPORTENT)
@require_safe
def modele(request: RequeteConnectee) -> HttpResponse:
    """Le classeur à remplir."""
    reponse = HttpResponse(ecrire_classeur(), content_type=XLSX)
    reponse["Content-Disposition"] = 'attachment; filename="modele-programme.xlsx"'
    return reponse
