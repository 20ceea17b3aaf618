"""Ouvrir l'espace d'un adhérent : un lien pour un temps, envoyé à une adresse qu'il a donnée."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.messages import LienVersLEspace
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent, LienPersonnel
from tissu.actions.alerte_commerce.queries.liens import adresse_de_l_espace, empreinte_du_lien
from tissu.actions.alerte_commerce.queries.reglages import duree_d_un_lien, limites_des_codes
from tissu.actions.alerte_commerce.rules.codes import HEURE
from tissu.messages import operations as messagerie
from tissu.messages.rules.numeros import NumeroRefuse, lire_mobile

OUVERTS = (EtatAdherent.A_VERIFIER, EtatAdherent.ACTIF, EtatAdherent.SUSPENDU)


def creer_lien(*, adherent: Adherent, au: datetime) -> str:
    """Un jeton neuf, gardé par sa seule empreinte."""
    jeton = secrets.token_urlsafe(24)
    LienPersonnel.objects.filter(adherent=adherent, expire_le__lte=au).delete()
    LienPersonnel.objects.create(
        adherent=adherent, empreinte=empreinte_du_lien(jeton), cree_le=au, expire_le=au + duree_d_un_lien(au)
    )
    return jeton


@transaction.atomic
def envoyer_lien(*, coordonnee: str, au: datetime) -> int:
    """Envoie son lien à chaque commerce de cette adresse ou de ce mobile ; rend combien sont partis.

    Une adresse inconnue n'en envoie aucun, et qui la demande ne l'apprend pas.
    """
    texte = coordonnee.strip()
    if "@" in texte:
        contacts = ContactAdherent.objects.filter(courriel=texte.lower())
    else:
        try:
            contacts = ContactAdherent.objects.filter(
                Q(verifie_le__isnull=False) | Q(repris_le__isnull=False), mobile=lire_mobile(texte)
            )
        except NumeroRefuse:
            return 0
    envoyes = 0
    plafond = limites_des_codes(au).par_numero_heure
    for contact in contacts.filter(adherent__etat__in=OUVERTS).select_related("adherent").order_by("pk")[:plafond]:
        recents = LienPersonnel.objects.filter(adherent=contact.adherent, cree_le__gt=au - HEURE).count()
        if recents >= plafond:
            continue
        _envoyer(contact, par_courriel="@" in texte, au=au)
        envoyes += 1
    return envoyes


def _envoyer(contact: ContactAdherent, *, par_courriel: bool, au: datetime) -> None:
    jeton = creer_lien(adherent=contact.adherent, au=au)
    message = LienVersLEspace(
        empreinte_du_lien(jeton)[:32], contact.adherent_id, contact.adherent.nom,
        mobile="" if par_courriel else contact.mobile, courriel=contact.courriel if par_courriel else "",
        adresse=adresse_de_l_espace(jeton), heures=int(duree_d_un_lien(au).total_seconds() // 3600),
    )  # fmt: skip
    messagerie.deposer(message, auteur=None, au=au)
