"""Créer et révoquer une clé d'accès pour un SIG."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tissu.cartes.models import CleAcces
from tissu.cartes.queries.cles import cles_de, empreinte
from tissu.comptes.choices import TypeEvenementDeCompte
from tissu.comptes.models import Personne
from tissu.comptes.operations import journaliser_evenement
from tissu.socle.parametres import parametre

PREFIXE = "tissu-"
"""Reconnaissable dans un fichier de projet ou un journal où elle n'aurait pas dû se trouver."""


class CleRefusee(ValueError):
    """La clé ne peut être créée ; le message dit pourquoi."""


@transaction.atomic
def creer_cle(*, nom: str, auteur: Personne, au: datetime) -> tuple[CleAcces, str]:
    """Une clé neuve et son secret, montré cette seule fois. Lève `CleRefusee`."""
    ouvertes = sum(cle.ouverte(au=au) for cle in cles_de(auteur))
    if ouvertes >= parametre("cartes.cles_acces_par_personne_max", au=au.date()):
        raise CleRefusee(f"Vous avez déjà {ouvertes} clés ouvertes : révoquez celles qui ne servent plus.")
    secret = PREFIXE + secrets.token_urlsafe(32)
    cle = CleAcces.objects.create(
        nom=nom, personne=auteur, empreinte=empreinte(secret), creee_le=au,
        expire_le=au + timedelta(days=parametre("cartes.cle_acces_duree_jours", au=au.date())),
    )  # fmt: skip
    journaliser_evenement(type=TypeEvenementDeCompte.CLE_CREEE, au=au, auteur=auteur, personne=auteur, detail=nom)
    return cle, secret


@transaction.atomic
def revoquer_cle(*, cle: CleAcces, auteur: Personne, au: datetime) -> None:
    """Ferme la clé tout de suite et pour toujours. Une clé déjà fermée le reste."""
    if cle.personne_id != auteur.pk:
        raise PermissionDenied("Cette clé est celle d'une autre personne.")
    if not cle.ouverte(au=au):
        return
    cle.revoquee_le = au
    cle.save(update_fields=["revoquee_le"])
    journaliser_evenement(
        type=TypeEvenementDeCompte.CLE_REVOQUEE, au=au, auteur=auteur, personne=auteur, detail=cle.nom
    )
