"""Les séances mensuelles du CPSQ : l'année, une séance, ses décisions, sa fiche."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.alerte_commerce.choices import EtatDecision, EtatSeance
from tissu.actions.alerte_commerce.forms.alertes import PeriodeForm
from tissu.actions.alerte_commerce.forms.seances import DecisionForm, SeanceForm, SuiteForm
from tissu.actions.alerte_commerce.models import DecisionCPSQ, SeanceCPSQ
from tissu.actions.alerte_commerce.operations import seances as operations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES, LECTEURS_DES_ALERTES, peut_gerer
from tissu.actions.alerte_commerce.publications.cpsq import CLE, document_cpsq
from tissu.actions.alerte_commerce.queries import seances as lectures
from tissu.actions.alerte_commerce.queries.editeur import habillage_de_la_chambre
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire, du_cpsq, tenter
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS, rendre
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.conflits import ConflitDeSaisie, comparer, nom_de_champ
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier


@ecran("Séances du CPSQ", roles=LECTEURS_DES_ALERTES)
@require_safe
@du_cpsq
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les séances d'une année : tenues ou non, leurs décisions."""
    cette_annee = timezone.localdate().year
    formulaire = PeriodeForm(request.GET or None, annee=cette_annee)
    annee = formulaire.choisie(cette_annee)
    lues = list(lectures.seances(annee))
    contexte = {
        "titre": f"CPSQ de {annee}", "formulaire": formulaire, "seances": lues, "par_an": lectures.PAR_AN,
        "tenues": sum(une.etat == EtatSeance.TENUE for une in lues), "gere": peut_gerer(request.user),
    }  # fmt: skip
    return render(request, "alerte_commerce/seances.html", contexte)


@ecran("Séance du CPSQ", roles=LECTEURS_DES_ALERTES)
@require_safe
@du_cpsq
def seance(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une séance : présents, notes, décisions, et ce qui avait été décidé avant."""
    return _rendre(request, get_object_or_404(SeanceCPSQ, pk=pk))


def _rendre(request: RequeteConnectee, une: SeanceCPSQ, decision: DecisionForm | None = None) -> HttpResponse:
    gere = peut_gerer(request.user)
    contexte = {
        "titre": str(une), "seance": une, "decisions": list(une.decisions.all()), "avant": lectures.a_suivre(une),
        "gere": gere, "decision": decision or DecisionForm(), "etats": EtatDecision.choices,
        "diffuser": lien_de_diffusion(CLE, str(une.pk)) if gere else "", "mois": lectures.mois_de_la_fiche(une).libelle,
    }  # fmt: skip
    statut = 422 if decision is not None and decision.errors else 200
    return render(request, "alerte_commerce/seance.html", contexte, status=statut)


@ecran("Noter une séance du CPSQ", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def noter(request: RequeteConnectee, pk: int | None = None) -> HttpResponse:
    """Prévoir une séance, dire qu'elle s'est tenue, qui y était, ce qui s'y est dit."""
    une = get_object_or_404(SeanceCPSQ, pk=pk) if pk else SeanceCPSQ()
    revision, conflit, lue = une.revision, None, request.POST.get("revision", "")
    formulaire = SeanceForm(request.POST or None, instance=une)
    if request.method == "POST" and formulaire.is_valid():
        try:
            gardee = operations.enregistrer_seance(
                seance=formulaire.save(commit=False), revision=int(lue) if lue.isdecimal() else 0,
                auteur=request.user, au=timezone.now(),
            )  # fmt: skip
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        except ConflitDeSaisie as refus:
            conflit = comparer(refus, nommer=nom_de_champ(SeanceCPSQ))
        else:
            dire(request, "La séance est enregistrée.")
            return redirect("alerte_commerce:seance", gardee.pk)
    contexte = {"titre": "Corriger la séance" if pk else "Nouvelle séance", "formulaire": formulaire,
                "revision": revision, "conflit": conflit}  # fmt: skip
    statut = 409 if conflit else 422 if formulaire.errors else 200
    return render(request, "alerte_commerce/seance_noter.html", contexte, status=statut)


@ecran("Noter une décision du CPSQ", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def decider(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ajoute une action décidée."""
    une, formulaire = get_object_or_404(SeanceCPSQ, pk=pk), DecisionForm(request.POST)
    if formulaire.is_valid():
        try:
            operations.decider(seance=une, auteur=request.user, **formulaire.cleaned_data)
        except GesteRefuse as refus:
            formulaire.add_error("texte", str(refus))
        else:
            dire(request, "L'action décidée est notée.")
            return redirect("alerte_commerce:seance", pk)
    return _rendre(request, une, formulaire)


@ecran("Suivre une décision du CPSQ", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def suivre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Dit où en est une action décidée, et revient d'où l'on vient."""
    decision = get_object_or_404(DecisionCPSQ, pk=pk)
    formulaire, retour = SuiteForm(request.POST), request.POST.get("seance", "")
    if formulaire.is_valid():
        tenter(
            request,
            lambda: operations.suivre_decision(
                decision=decision, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data
            ),
            "La suite est notée.",
        )  # fmt: skip
    return redirect("alerte_commerce:seance", int(retour) if retour.isdecimal() else decision.seance_id)


@ecran("Fiche d'une séance du CPSQ", roles=LECTEURS_DES_ALERTES)
@require_safe
@limite("20/m")
@du_cpsq
def fiche(request: RequeteConnectee, pk: int) -> HttpResponse:
    """La fiche à distribuer, sur une page ou deux."""
    une, au = get_object_or_404(SeanceCPSQ, pk=pk), timezone.now()
    octets = rendre(document_cpsq(une, au=au), "pdf", habillage=habillage_de_la_chambre(timezone.localdate(au)))
    return rendre_le_fichier(octets, FORMATS["pdf"][0], f"cpsq-{une.le:%Y-%m-%d}.pdf", sur_place=True)
