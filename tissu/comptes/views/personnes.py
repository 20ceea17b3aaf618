"""Mon compte, les organisations, les personnes et leurs rôles."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes import operations, queries
from tissu.comptes.choices import GESTIONNAIRES_DES_COMPTES, Role, TypeEvenementDeCompte
from tissu.comptes.forms import AttributionForm, OrganisationForm
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.comptes.permissions import peut_administrer, peut_gerer_les_comptes_de
from tissu.comptes.requetes import RequeteConnectee
from tissu.socle.ecrans import ecran

PAR_PAGE = 50


@ecran("Mon compte")
@require_safe
def profil(request: RequeteConnectee) -> HttpResponse:
    """Qui je suis ici, ce que j'ai le droit de faire, d'où l'on s'est connecté."""
    maintenant = timezone.now()
    connexions = queries.evenements(personne=request.user).filter(
        type__in=(TypeEvenementDeCompte.CONNEXION, TypeEvenementDeCompte.ECHEC_CONNEXION)
    )
    contexte = {
        "attributions": queries.attributions_en_vigueur(au=timezone.localdate()).filter(personne=request.user),
        "mfa": queries.a_double_authentification(request.user),
        "mfa_exigee": queries.doit_double_authentification(request.user),
        "connexions": connexions[:10],
        "sessions": len(queries.cles_de_session(request.user, au=maintenant)),
    }
    return render(request, "comptes/profil.html", contexte)


@ecran("Fermer mes autres sessions")
@require_POST
def fermer_sessions(request: RequeteConnectee) -> HttpResponse:
    """Garde la session d'où vient la demande."""
    operations.fermer_autres_sessions(personne=request.user, sauf=request.session.session_key, au=timezone.now())
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("comptes:profil")


@ecran("Organisations", roles={Role.ADMINISTRATEUR})
@require_safe
def organisations(request: RequeteConnectee) -> HttpResponse:
    """Toutes les organisations et le nombre de leurs comptes."""
    page = Paginator(queries.organisations(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "comptes/organisations.html", {"page": page})


@ecran("Organisation", roles={Role.ADMINISTRATEUR})
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: RequeteConnectee, organisation_id: int | None = None) -> HttpResponse:
    """Crée ou modifie une organisation."""
    objet = get_object_or_404(Organisation, pk=organisation_id) if organisation_id else None
    depart = {"nom": objet.nom, "type": objet.type, "siren": objet.siren} if objet else None
    formulaire = OrganisationForm(request.POST or None, initial=depart)
    if formulaire.is_valid():
        try:
            with transaction.atomic():
                ecrite = operations.enregistrer_organisation(
                    **formulaire.cleaned_data, organisation=objet, auteur=request.user, au=timezone.now()
                )
        except operations.TypeFige as erreur:
            formulaire.add_error("type", str(erreur))
        except operations.OperationRefusee as erreur:
            formulaire.add_error("siren", str(erreur))
        except IntegrityError:
            formulaire.add_error("nom", "Une organisation porte déjà ce nom.")
        else:
            messages.success(request, f"{ecrite} est enregistrée.")
            return redirect("comptes:organisations")
    titre = objet.nom if objet else "Nouvelle organisation"
    return render(request, "comptes/organisation.html", {"form": formulaire, "organisation": objet, "titre": titre})


@ecran("Personnes", roles=GESTIONNAIRES_DES_COMPTES)
@require_safe
def personnes(request: RequeteConnectee) -> HttpResponse:
    """Les comptes que l'on gère, avec leurs rôles."""
    recherche, fermes = request.GET.get("q", ""), "fermes" in request.GET
    trouvees = queries.personnes_visibles(request.user, recherche=recherche, fermes=fermes)
    page = Paginator(trouvees, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "comptes/personnes.html", {"page": page, "recherche": recherche, "fermes": fermes})


@ecran("Fiche d'une personne", roles=GESTIONNAIRES_DES_COMPTES)
@require_safe
def personne(request: RequeteConnectee, personne_id: int) -> HttpResponse:
    """Les rôles et leurs dates, ce qui est arrivé au compte."""
    return _fiche(request, _personne_geree(request, personne_id))


@ecran("Donner un rôle", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
def attribuer(request: RequeteConnectee, personne_id: int) -> HttpResponse:
    """Donne un rôle à une personne que l'on gère."""
    objet = _personne_geree(request, personne_id)
    formulaire = AttributionForm(request.POST, personne=objet, auteur=request.user)
    if formulaire.is_valid():
        try:
            operations.attribuer_role(**formulaire.cleaned_data, personne=objet, auteur=request.user, au=timezone.now())
        except operations.OperationRefusee as erreur:
            formulaire.add_error(None, str(erreur))
        else:
            messages.success(request, f"{objet} a un rôle de plus.")
            return redirect("comptes:personne", personne_id=objet.pk)
    return _fiche(request, objet, formulaire=formulaire)


@ecran("Retirer un rôle", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
def retirer(request: RequeteConnectee, attribution_id: int) -> HttpResponse:
    """Met fin à un rôle."""
    attribution = get_object_or_404(Attribution.objects.select_related("personne__organisation"), pk=attribution_id)
    objet = _personne_geree(request, attribution.personne_id)
    return _agir(
        request, objet, "Le rôle est retiré.", lambda **qui: operations.retirer_role(attribution=attribution, **qui)
    )


@ecran("Désactiver un compte", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
def desactiver(request: RequeteConnectee, personne_id: int) -> HttpResponse:
    """Ferme un compte ; rien n'est effacé."""
    objet = _personne_geree(request, personne_id)
    return _agir(request, objet, "Le compte est fermé.", lambda **qui: operations.desactiver(personne=objet, **qui))


@ecran("Réactiver un compte", roles=GESTIONNAIRES_DES_COMPTES)
@require_POST
def reactiver(request: RequeteConnectee, personne_id: int) -> HttpResponse:
    """Rouvre un compte fermé."""
    objet = _personne_geree(request, personne_id)
    return _agir(request, objet, "Le compte est rouvert.", lambda **qui: operations.reactiver(personne=objet, **qui))


def _agir(request: RequeteConnectee, objet: Personne, succes: str, geste: Any) -> HttpResponse:
    """Fait le geste et revient à la fiche, avec le résultat ou le refus."""
    try:
        geste(auteur=request.user, au=timezone.now())
    except operations.OperationRefusee as erreur:
        messages.error(request, str(erreur))
    else:
        messages.success(request, succes)
    return redirect("comptes:personne", personne_id=objet.pk)


def _personne_geree(request: RequeteConnectee, personne_id: int) -> Personne:
    """La personne, si l'on gère son compte ; sinon 404, comme si elle n'existait pas."""
    objet = get_object_or_404(Personne.objects.select_related("organisation"), pk=personne_id)
    if not peut_gerer_les_comptes_de(request.user, objet.organisation):
        raise Http404
    return objet


def _fiche(request: RequeteConnectee, objet: Personne, *, formulaire: AttributionForm | None = None) -> HttpResponse:
    aujourdhui = timezone.localdate()
    attributions = list(objet.attributions.all())
    contexte = {
        "titre": str(objet),
        "personne": objet,
        "en_cours": [a for a in attributions if a.fin is None or a.fin >= aujourdhui],
        "finies": [a for a in attributions if a.fin is not None and a.fin < aujourdhui],
        "form": formulaire or AttributionForm(personne=objet, auteur=request.user),
        "mfa": queries.a_double_authentification(objet),
        "mfa_exigee": queries.doit_double_authentification(objet),
        "evenements": queries.evenements(personne=objet)[:30],
        "administre": peut_administrer(request.user),
    }
    return render(request, "comptes/personne.html", contexte)
