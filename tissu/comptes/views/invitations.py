"""Inviter, suivre les invitations, en accepter une."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes import operations, queries
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import GESTIONNAIRES_DES_COMPTES
from tissu.comptes.forms import AcceptationForm, InvitationForm
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran, public

PAR_PAGE = 50


@public("Comment obtenir un compte")
@require_safe
def sur_invitation(request: RequeteConnectee) -> HttpResponse:
    """À la place d'une inscription libre : comment être invité."""
    return render(request, "comptes/sur_invitation.html")


@ecran("Invitations", roles=GESTIONNAIRES_DES_COMPTES)
@require_safe
def invitations(request: RequeteConnectee) -> HttpResponse:
    """Les invitations sans réponse."""
    page = Paginator(queries.invitations_visibles(request.user), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "comptes/invitations.html", {"page": page, "maintenant": timezone.now()})


@ecran("Inviter une personne", roles=GESTIONNAIRES_DES_COMPTES)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
def inviter(request: RequeteConnectee) -> HttpResponse:
    """Envoie une invitation."""
    formulaire = InvitationForm(request.POST or None, auteur=request.user)
    if formulaire.is_valid():
        champs = {nom: formulaire.cleaned_data[nom] for nom in ("courriel", "prenom", "nom", "organisation")}
        try:
            envoyee = operations.inviter(
                **champs, roles=formulaire.attributions(), auteur=request.user, au=timezone.now()
            )
        except operations.OperationRefusee as erreur:
            formulaire.add_error(None, str(erreur))
        else:
            messages.success(request, f"L'invitation est partie à {envoyee.courriel}.")
            return redirect("comptes:invitations")
    return render(request, "comptes/inviter.html", {"form": formulaire})


@ecran("Renvoyer une invitation", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
@limite("60/h")
def renvoyer(request: RequeteConnectee, invitation_id: int) -> HttpResponse:
    """Envoie un nouveau lien ; l'ancien ne vaut plus."""
    return _agir(request, invitation_id, operations.renvoyer_invitation, "Un nouveau lien est parti à {}.")


@ecran("Révoquer une invitation", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
def revoquer(request: RequeteConnectee, invitation_id: int) -> HttpResponse:
    """Rend le lien inutilisable."""
    return _agir(request, invitation_id, operations.revoquer_invitation, "L'invitation de {} est révoquée.")


def _agir(request: RequeteConnectee, invitation_id: int, geste: Any, succes: str) -> HttpResponse:
    objet = get_object_or_404(queries.invitations_visibles(request.user), pk=invitation_id)
    geste(invitation=objet, auteur=request.user, au=timezone.now())
    messages.success(request, succes.format(objet.courriel))
    return redirect("comptes:invitations")


@public("Accepter une invitation")
@never_cache
@sensitive_post_parameters("mot_de_passe", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("20/m")
def invitation(request: RequeteConnectee, jeton: str) -> HttpResponse:
    """Choisir son nom et son mot de passe, puis entrer."""
    maintenant = timezone.now()
    try:
        objet = operations.lire_invitation(jeton=jeton, au=maintenant)
        depart = {"prenom": objet.prenom, "nom": objet.nom}
        formulaire = AcceptationForm(request.POST or None, initial=depart, courriel=objet.courriel)
        if not formulaire.is_valid():
            return render(request, "comptes/accepter.html", {"form": formulaire, "invitation": objet})
        champs = {nom: formulaire.cleaned_data[nom] for nom in ("prenom", "nom", "mot_de_passe")}
        personne = operations.accepter_invitation(**champs, jeton=jeton, au=maintenant, adresse_ip=adresse_ip(request))
    except (operations.InvitationInvalide, operations.OperationRefusee) as erreur:
        return render(request, "comptes/invitation_refusee.html", {"motif": str(erreur)}, status=410)
    login(request, personne, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, f"Bienvenue, {personne}. Votre compte est ouvert.")
    return redirect("mfa_activate_totp" if queries.doit_double_authentification(personne) else "accueil")
