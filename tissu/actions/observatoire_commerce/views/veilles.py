"""Mes veilles : ce que je suis, ce qui y a changé, le résumé mensuel."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.actions.observatoire_commerce.forms.vacance import LieuForm
from tissu.actions.observatoire_commerce.messages import VEILLES
from tissu.actions.observatoire_commerce.models import VeilleDeLocaux
from tissu.actions.observatoire_commerce.operations import veilles as operations
from tissu.actions.observatoire_commerce.permissions import LECTEURS_VACANCE, peut_suivre
from tissu.actions.observatoire_commerce.queries import veilles as lectures
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.lieux import Lieu, LieuInconnu, trouver_lieu
from tissu.actions.observatoire_commerce.views.garde import dire
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.queries.choix import recoit
from tissu.socle.ecrans import ecran

CHANGEMENTS_MONTRES = 50


@ecran("Mes veilles", roles=LECTEURS_VACANCE)
@require_safe
@limite("120/m")
def liste(request: RequeteConnectee) -> HttpResponse:
    """Mes veilles et ce qui a changé dans leurs lieux."""
    au = timezone.now()
    contexte = {
        "suivis": lectures.page_des_veilles(request.user, au=au),
        "resume_actif": recoit(request.user, VEILLES),
        "jours": reglage("veille_page_jours", timezone.localdate(au)),
        "montres": CHANGEMENTS_MONTRES,
    }
    return render(request, "observatoire_commerce/veilles.html", contexte)


@ecran("Suivre un lieu", roles=LECTEURS_VACANCE)
@require_POST
@limite("60/h")
def suivre(request: RequeteConnectee) -> HttpResponse:
    """Ouvre une veille sur le lieu de la page d'où l'on vient."""
    form = LieuForm(request.POST)
    form.is_valid()
    lus = form.cleaned_data
    try:
        lieu = trouver_lieu(commune=lus.get("commune", ""), quartier=lus.get("quartier", ""), voie=lus.get("voie"))
        veille = operations.suivre(
            lieu=lieu, sorte=request.POST.get("sorte", ""), auteur=request.user, au=timezone.now()
        )
    except LieuInconnu as refus:
        raise Http404(str(refus)) from refus
    except operations.VeilleRefusee as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, f"Vous suivez : {veille.get_sorte_display().lower()}, {lieu.nom}.")
    return redirect("observatoire_commerce:veilles")


@ecran("Arrêt d'une veille", roles=LECTEURS_VACANCE)
@require_POST
def arreter(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ne plus suivre un lieu."""
    veille = get_object_or_404(VeilleDeLocaux, pk=pk, personne=request.user)
    operations.ne_plus_suivre(veille=veille, auteur=request.user)
    dire(request, "Vous ne suivez plus ce lieu.")
    return redirect("observatoire_commerce:veilles")


@ecran("Réglage du résumé des veilles", roles=LECTEURS_VACANCE)
@require_POST
def resume(request: RequeteConnectee) -> HttpResponse:
    """Recevoir ou non le résumé mensuel."""
    actif = request.POST.get("actif") == "oui"
    operations.regler_le_resume(personne=request.user, actif=actif, au=timezone.now())
    dire(request, "Vous recevrez le résumé." if actif else "Vous ne recevrez plus le résumé.")
    return redirect("observatoire_commerce:veilles")


def ce_qui_se_suit(personne: Any, lieu: Lieu) -> list[tuple[str, str]]:
    """Les sortes de veille que cette personne peut ouvrir sur ce lieu : (code, libellé)."""
    if lieu.choix or not peut_suivre(personne):
        return []
    return [(code, titre) for code, titre in SorteVeille.choices if lieu.voie or code != SorteVeille.TOUT]
