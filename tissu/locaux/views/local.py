"""La page d'un local : qui il est, où il en est, ce qu'il y a à faire, son histoire."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import AGENTS, NatureAcces
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.forms.local import ContactForm, LocalForm, NouveauForm, PhotoForm, SignalerForm, SiretForm
from tissu.locaux.models import ContactLocal, DonneeFiscale, Local
from tissu.locaux.operations import locaux as operations
from tissu.locaux.operations import rapprochement, signalements
from tissu.locaux.presentation.local import presenter
from tissu.locaux.queries.fiche import dossier, traces
from tissu.locaux.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran


def charger(reference: str) -> Local:
    """Le local de cette référence, sa rue et son remplaçant ; sinon la page dit qu'il n'existe pas."""
    return get_object_or_404(Local.objects.select_related("voie", "troncon", "remplace_par"), reference=reference)


def page(local: Local) -> str:
    return reverse("locaux:local", args=[local.reference])


@ecran("Local", roles=permissions.LECTEURS)
@require_safe
def local(request: RequeteConnectee, reference: str) -> HttpResponse:
    """Tout ce que cette personne peut lire du local."""
    return render(request, "locaux/local.html", contexte_de(request, charger(reference)))


def contexte_de(request: RequeteConnectee, objet: Local) -> dict[str, Any]:
    """Le contexte de la page, réduit à ce que la personne a le droit de lire."""
    personne, au = request.user, timezone.localdate()
    lu = dossier(objet, au)
    fiscales = permissions.peut_lire_les_donnees_fiscales(personne)
    return {
        **presenter(lu, au=au, loyers=permissions.peut_lire_les_loyers(personne)),
        "dossier": lu, "local": objet, "traces": traces(objet),
        "peut_modifier": permissions.peut_modifier(personne) and not objet.ecarte_le,
        "contacts_permis": permissions.peut_lire_les_contacts(personne), "contacts": None,
        "fiscales": list(DonneeFiscale.objects.filter(local=objet)) if fiscales else None,
        "photo_form": PhotoForm(), "signaler_form": SignalerForm(), "siret_form": SiretForm(),
        "contact_form": ContactForm(),
    }  # fmt: skip


@ecran("Contacts d'un local", roles=AGENTS)
@require_POST
def contacts(request: RequeteConnectee, reference: str) -> HttpResponse:
    """Les contacts du local ; la lecture est journalisée avant d'être montrée."""
    objet = charger(reference)
    if not permissions.peut_lire_les_contacts(request.user):
        raise PermissionDenied("Ces contacts se lisent par les agents de la chambre et de la métropole.")
    journaliser_acces(
        personne=request.user, nature=NatureAcces.CONTACTS, objet=objet, au=timezone.now(), motif="Contacts d'un local",
        adresse_ip=adresse_ip(request),
    )  # fmt: skip
    contexte = contexte_de(request, objet) | {"contacts": list(objet.contacts.all())}
    return render(request, "locaux/local.html", contexte)


@ecran("Noter un contact d'un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def noter_contact(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = ContactForm(request.POST or None)
    return remplir(
        request, formulaire,
        lambda: operations.noter_contact(
            local=objet, valeurs=formulaire.cleaned_data, auteur=request.user, au=timezone.now()
        ),
        fait="Le contact est noté.", retour=page(objet),
        contexte={"titre": "Noter un contact", "local": objet, "bouton": "Noter le contact"},
    )  # fmt: skip


@ecran("Effacer un contact d'un local", roles=AGENTS)
@require_POST
def effacer_contact(request: RequeteConnectee, reference: str, pk: int) -> HttpResponse:
    objet = charger(reference)
    contact = get_object_or_404(ContactLocal, pk=pk, local=objet)
    return agir(
        request, lambda: operations.effacer_contact(contact=contact, auteur=request.user, au=timezone.now()),
        fait="Le contact est effacé, et son historique avec lui.", retour=page(objet),
    )  # fmt: skip


@ecran("Modifier un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: RequeteConnectee, reference: str) -> HttpResponse:
    """Sa description ; les champs changés ne le seront plus par un fichier."""
    objet = charger(reference)
    formulaire = LocalForm(request.POST or None, initial=LocalForm.initial_de(objet))
    return remplir(
        request, formulaire,
        lambda: operations.modifier_local(
            local=objet, version=formulaire.cleaned_data["version"], valeurs=formulaire.valeurs(),
            voie=formulaire.cleaned_data["voie"], auteur=request.user, au=timezone.now(),
        ),
        objet=objet, fait="Le local est enregistré.", retour=page(objet),
        contexte={"titre": "Modifier ce local", "local": objet, "bouton": "Enregistrer le local"},
    )  # fmt: skip


@ecran("Nouveau local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: RequeteConnectee) -> HttpResponse:
    formulaire = NouveauForm(request.POST or None)
    return remplir(
        request, formulaire,
        lambda: operations.creer_local(
            valeurs={cle: v for cle, v in formulaire.valeurs().items() if cle != "ouvert_le"},
            voie=formulaire.cleaned_data["voie"], ouvert_le=formulaire.cleaned_data["ouvert_le"],
            auteur=request.user, au=timezone.now(),
        ),
        fait="Le local est créé : dites maintenant son état et son occupant.", retour=page,
        contexte={"titre": "Nouveau local", "local": None, "bouton": "Créer le local",
                  "retour": reverse("locaux:liste")},
    )  # fmt: skip


@ecran("Signaler un local", roles=permissions.LECTEURS)
@require_POST
def signaler(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    return agir(
        request,
        lambda: signalements.signaler(
            local=objet, texte=request.POST.get("texte", ""), auteur=request.user, au=timezone.now()
        ),
        fait="Le local est à vérifier.", retour=page(objet),
    )  # fmt: skip


@ecran("Rapprocher un local d'un établissement", roles=AGENTS)
@require_POST
def rapprocher(request: RequeteConnectee, reference: str) -> HttpResponse:
    """Pose à la main le SIRET de l'occupant."""
    objet, formulaire = charger(reference), SiretForm(request.POST)
    formulaire.is_valid()
    siret = formulaire.cleaned_data.get("siret", "")
    return agir(
        request, lambda: rapprochement.rapprocher(local=objet, siret=siret, auteur=request.user, au=timezone.now()),
        fait="Le SIRET est posé.", retour=page(objet),
    )  # fmt: skip
