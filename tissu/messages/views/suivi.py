"""Le suivi des messages, pour l'administration."""

from django.contrib import messages as avis
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.choices import Role
from tissu.messages.forms.suspension import SuspensionForm
from tissu.messages.operations import suspendre as suspendre_l_adresse
from tissu.messages.queries.declarations import titre_de_la_finalite
from tissu.messages.queries.suivi import adresses_suspendues, envois_suivis, operateurs_suivis
from tissu.socle.ecrans import ecran

PAR_PAGE = 25


@ecran("Suivi des messages", roles={Role.ADMINISTRATEUR})
@require_safe
def suivi(request: HttpRequest) -> HttpResponse:
    """Les opérateurs et les envois récents ; ni nom, ni numéro, ni texte."""
    return _montrer(request, SuspensionForm())


@ecran("Suspension d'une adresse", roles={Role.ADMINISTRATEUR})
@require_POST
def suspendre(request: HttpRequest) -> HttpResponse:
    """N'écrire plus à une adresse que quelqu'un signale, tant qu'elle n'est pas vérifiée."""
    formulaire = SuspensionForm(request.POST)
    if not formulaire.is_valid():
        return _montrer(request, formulaire)
    suspendre_l_adresse(coordonnee=formulaire.cleaned_data["valeur"], auteur=request.user, au=timezone.now())
    avis.success(request, "L'adresse est suspendue : plus rien n'y part tant qu'elle n'est pas vérifiée de nouveau.")
    return redirect("messages:suivi")


def _montrer(request: HttpRequest, formulaire: SuspensionForm) -> HttpResponse:
    page = Paginator(envois_suivis(), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "titre": "Suivi des messages",
        "operateurs": operateurs_suivis(au=timezone.now()),
        "page": page,
        "envois": [(envoi, titre_de_la_finalite(envoi.finalite)) for envoi in page],
        "suspendues": adresses_suspendues(),
        "formulaire": formulaire,
    }
    return render(request, "messages/suivi.html", contexte, status=422 if formulaire.errors else 200)
