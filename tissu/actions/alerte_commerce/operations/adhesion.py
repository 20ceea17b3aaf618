"""Demander à adhérer : le commerce, la personne à prévenir, la charte signée ; puis le code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import CHARTE_PAPIER, EtatAdherent, GesteAdherent, SourceAdhesion
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.actions.alerte_commerce.operations.gestes import (
    GesteRefuse,
    exiger,
    exiger_texte,
    noter,
    prendre,
)
from tissu.actions.alerte_commerce.queries.lieux import Situer
from tissu.actions.alerte_commerce.queries.reglages import version_de_la_charte
from tissu.locaux.models import Local
from tissu.locaux.nomenclatures import familles
from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile
from tissu.socle.identifiants import siret_valide
from tissu.socle.territoire import territoire

DU_COMMERCE = ("nom", "adresse", "code_commune", "activite", "siret", "lon", "lat")


@dataclass(frozen=True)
class Signature:
    """La charte lue et acceptée : sa version, et le nom de qui la signe."""

    version: str
    nom: str


@transaction.atomic
def demander_adhesion(
    *, commerce: Mapping[str, Any], contact: Mapping[str, str], signature: Signature, au: datetime
) -> ContactAdherent:
    """Ouvre une demande et rend le contact à vérifier. La même, reprise avant son code, est remplacée.

    `commerce` : `DU_COMMERCE` et « reference » d'un local ; `contact` : nom, mobile, courriel. Lève `GesteRefuse`.
    """
    if signature.version != version_de_la_charte(au):
        raise GesteRefuse("La charte a changé pendant votre inscription : relisez-la, puis signez de nouveau.")
    signataire = exiger_texte(signature.nom, "Écrivez votre nom pour signer la charte.")
    mobile = lire_ou_refuser(contact.get("mobile", ""))
    champs = champs_du_commerce(commerce)
    adherent = _deja_demande(mobile, champs["nom"]) or Adherent(source=SourceAdhesion.EN_LIGNE)
    for nom, valeur in champs.items():
        setattr(adherent, nom, valeur)
    adherent.demande_le, adherent.etat = au, EtatAdherent.DEMANDE
    adherent.charte_version, adherent.charte_signee_le = signature.version, au
    adherent.charte_signataire = signataire[:200]
    adherent.save()
    noter(adherent, GesteAdherent.DEMANDE, auteur=None, au=au, texte=f"Charte {signature.version} signée en ligne")
    joint, _ = ContactAdherent.objects.update_or_create(
        adherent=adherent, mobile=mobile,
        defaults={"nom": contact.get("nom", "").strip()[:200], "courriel": contact.get("courriel", "").strip().lower()},
        create_defaults={
            "nom": contact.get("nom", "").strip()[:200], "courriel": contact.get("courriel", "").strip().lower(),
            "ajoute_le": au,
        },
    )  # fmt: skip
    return joint


@transaction.atomic
def inscrire(
    *, commerce: Mapping[str, Any], contact: Mapping[str, str], auteur: Any, au: datetime
) -> ContactAdherent:  # fmt: skip
    """La chambre saisit une adhésion signée sur papier ; son mobile reste à vérifier. Lève `GesteRefuse`."""
    exiger(auteur)
    mobile, champs = lire_ou_refuser(contact.get("mobile", "")), champs_du_commerce(commerce)
    adherent = Adherent.objects.create(
        **champs, source=SourceAdhesion.AGENT, demande_le=au, etat=EtatAdherent.DEMANDE, charte_version=CHARTE_PAPIER,
        charte_signee_le=au, charte_signataire=contact.get("nom", "").strip()[:200],
    )  # fmt: skip
    noter(adherent, GesteAdherent.DEMANDE, auteur=auteur, au=au, texte="Charte signée sur papier")
    return ContactAdherent.objects.create(
        adherent=adherent, nom=contact.get("nom", "").strip()[:200], mobile=mobile, ajoute_le=au,
        courriel=contact.get("courriel", "").strip().lower(),
    )  # fmt: skip


def lire_ou_refuser(mobile: str) -> str:
    """Le mobile en E.164. Lève `GesteRefuse`."""
    try:
        return lire_mobile(mobile)
    except NumeroRefuse as refus:
        raise GesteRefuse(str(refus)) from refus


def champs_du_commerce(commerce: Mapping[str, Any]) -> dict[str, Any]:
    """Les champs d'un commerce, vérifiés ; sa position se cherche si elle manque. Lève `GesteRefuse`."""
    champs: dict[str, Any] = {nom: commerce.get(nom) for nom in DU_COMMERCE}
    for nom in ("nom", "adresse", "code_commune", "activite", "siret"):
        champs[nom] = " ".join(str(champs[nom] or "").split())
    if not champs["nom"]:
        raise GesteRefuse("Donnez le nom du commerce.")
    if champs["siret"] and not siret_valide(champs["siret"]):
        raise GesteRefuse(f"« {champs['siret']} » n'est pas un SIRET juste : quatorze chiffres et leur clé.")
    if champs["code_commune"] not in territoire().communes:
        raise GesteRefuse(f"« {champs['code_commune']} » n'est pas une commune de {territoire().nom}.")
    if champs["activite"] and champs["activite"] not in familles():
        raise GesteRefuse(f"« {champs['activite']} » n'est pas une famille d'activités connue.")
    local = Local.objects.filter(reference=commerce.get("reference") or "").first()
    if local is not None and local.lon is not None:
        champs["lon"], champs["lat"] = local.lon, local.lat
    elif champs["lon"] is None or champs["lat"] is None:
        situe = Situer([champs["siret"]]).position(champs["siret"], champs["adresse"], champs["code_commune"])
        champs["lon"], champs["lat"] = situe
    return champs | {"local": local}


def _deja_demande(mobile: str, nom: str) -> Adherent | None:
    """La demande que cette personne a commencée sans donner son code."""
    ancien = Adherent.objects.filter(etat=EtatAdherent.DEMANDE, contacts__mobile=mobile, nom=nom).order_by("pk").first()
    return prendre(ancien) if ancien else None
