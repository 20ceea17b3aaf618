"""Veilles : ouvrir, modifier, relever après un import, envoyer les résumés."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.fichier_entreprises import messages, permissions
from tissu.actions.fichier_entreprises.choices import Frequence
from tissu.actions.fichier_entreprises.models import Signalement, Veille
from tissu.actions.fichier_entreprises.queries import cadre
from tissu.actions.fichier_entreprises.queries import veilles as lectures


class VeilleRefusee(Exception):
    """La veille ne peut pas être enregistrée ou supprimée."""


def enregistrer_veille(*, veille: Veille, auteur: Any, au: datetime) -> Veille:
    """Ouvre ou modifie une veille de l'auteur. Lève `VeilleRefusee`."""
    if veille.pk is None:
        veille.personne, veille.creee_le = auteur, au
    elif not permissions.peut_modifier_veille(auteur, veille):
        raise VeilleRefusee("Cette veille est à quelqu'un d'autre.")
    if not (veille.sirets or veille.liste_id or veille.communes or veille.zones or veille.codes_naf):
        raise VeilleRefusee("Dites quelles entreprises suivre : une liste de SIRET, ou au moins un critère.")
    veille.save()
    return veille


def supprimer_veille(*, veille: Veille, auteur: Any) -> None:
    """Supprime une veille et ses signalements. Lève `VeilleRefusee`."""
    if not permissions.peut_modifier_veille(auteur, veille):
        raise VeilleRefusee("Cette veille est à quelqu'un d'autre.")
    veille.delete()


def relever_veilles(*, au: datetime) -> int:
    """Note ce qui est arrivé aux entreprises suivies ; rend le nombre de signalements neufs. Rejouable."""
    neufs = 0
    for veille in Veille.objects.filter(active=True).select_related("liste").order_by("pk"):
        constats = lectures.constats(veille)
        connus = set(veille.signalements.values_list("siret", "evenement", "reference"))
        ajouts = [
            Signalement(
                veille=veille,
                siret=constat.siret,
                evenement=constat.evenement,
                reference=constat.reference,
                date_effet=constat.date_effet,
                texte=constat.texte[:300],
                releve_le=au,
            )
            for constat in constats
            if (constat.siret, constat.evenement, constat.reference) not in connus
        ]
        # Deux imports simultanés ne doublent pas un signalement : la contrainte d'unicité tranche.
        Signalement.objects.bulk_create(ajouts, ignore_conflicts=True)
        neufs += len(ajouts)
    return neufs


def envoyer_digests(*, au: datetime, frequences: Iterable[str] | None = None) -> int:
    """Envoie à chaque personne le résumé de ses veilles ; rend le nombre de courriels. Rien de neuf, rien d'envoyé.

    Sans `frequences`, celles du jour : quotidiennes chaque jour, hebdomadaires le jour fixé par les paramètres.
    """
    retenues = list(frequences) if frequences is not None else frequences_du_jour(au)
    envoyes = 0
    for personne, signalements in lectures.a_envoyer(retenues):
        with transaction.atomic():
            numeros = [signalement.pk for signalement in signalements]
            # Seul le premier à marquer envoie : deux exécutants ne doublent pas un courriel.
            marques = Signalement.objects.filter(pk__in=numeros, envoye_le=None).update(envoye_le=au)
            if marques != len(numeros):
                continue
            messages.envoyer_digest(personne, signalements)
        envoyes += 1
    return envoyes


def frequences_du_jour(au: datetime) -> list[str]:
    """Les fréquences dont l'envoi tombe ce jour."""
    jour = timezone.localdate(au)
    hebdomadaire = jour.isoweekday() == cadre.reglage("jour_du_digest", jour)
    return [Frequence.QUOTIDIENNE.value, *([Frequence.HEBDOMADAIRE.value] if hebdomadaire else [])]
