"""Écrans des veilles : les miennes, leurs signalements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.fichier_entreprises import operations
from tissu.actions.fichier_entreprises.forms import VeilleForm
from tissu.actions.fichier_entreprises.messages import VEILLES
from tissu.actions.fichier_entreprises.models import Veille
from tissu.actions.fichier_entreprises.queries import veilles as lectures
from tissu.actions.fichier_entreprises.views.garde import avec_registre, dire
from tissu.comptes.choices import AGENTS
from tissu.messages.queries.choix import recoit
from tissu.socle.ecrans import ecran


@ecran("Veilles", roles=AGENTS)
@require_safe
@avec_registre
def liste(request: HttpRequest) -> HttpResponse:
    """Mes veilles et ce qu'elles ont signalé."""
    contexte = lectures.page_des_veilles(request.user, request.GET.get("veille", ""), request.GET.get("page"))
    contexte |= {"titre": "Veilles", "resume_actif": recoit(request.user, VEILLES)}
    return render(request, "fichier_entreprises/veilles.html", contexte)


@ecran("Réglage du résumé des veilles", roles=AGENTS)
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Recevoir ou non le résumé de mes veilles."""
    actif = request.POST.get("actif") == "oui"
    operations.regler_le_resume(personne=request.user, actif=actif, au=timezone.now())
    dire(request, "Vous recevrez le résumé." if actif else "Vous ne recevrez plus le résumé.")
    return redirect("fichier_entreprises:veilles")


@ecran("Veille", roles=AGENTS)
@require_http_methods(["GET", "POST"])
@avec_registre
def veille(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Ouvrir ou modifier une de mes veilles. `?siret=` propose de suivre cet établissement."""
    objet = get_object_or_404(Veille, pk=pk, personne=request.user) if pk else Veille()
    initial = {"sirets": [request.GET["siret"]]} if "siret" in request.GET else {}
    formulaire = VeilleForm(request.POST or None, instance=objet, personne=request.user, initial=initial)
    if request.method == "POST" and formulaire.is_valid():
        au = timezone.now()
        operations.enregistrer_veille(veille=formulaire.save(commit=False), auteur=request.user, au=au)
        dire(request, "La veille est enregistrée : elle signale dès le prochain import.")
        return redirect("fichier_entreprises:veilles")
    contexte = {"titre": "Modifier la veille" if pk else "Nouvelle veille", "formulaire": formulaire, "veille": objet}
    return render(request, "fichier_entreprises/veille.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Suppression d'une veille", roles=AGENTS)
@require_POST
def supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Supprime une de mes veilles."""
    operations.supprimer_veille(veille=get_object_or_404(Veille, pk=pk, personne=request.user), auteur=request.user)
    dire(request, "La veille est supprimée.")
    return redirect("fichier_entreprises:veilles")
