"""Veilles : ouvrir, modifier, relever après un import, déposer les résumés, les arrêter."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.fichier_entreprises import permissions
from tissu.actions.fichier_entreprises.choices import Frequence
from tissu.actions.fichier_entreprises.messages import VEILLES, ResumeDesVeilles
from tissu.actions.fichier_entreprises.models import Signalement, Veille
from tissu.actions.fichier_entreprises.queries import cadre
from tissu.actions.fichier_entreprises.queries import veilles as lectures
from tissu.messages.operations import choisir_pour_soi, deposer
from tissu.messages.queries.choix import qui_s_oppose
from tissu.messages.queries.espace import qui_attend


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


@transaction.atomic
def regler_le_resume(*, personne: Any, actif: bool, au: datetime) -> None:
    """Arrête ou reprend les résumés de toutes ses veilles ; repris, ils ne disent que ce qui arrive ensuite."""
    choisir_pour_soi(personne=personne, finalite=VEILLES, recevoir=actif, au=au)
    if actif:
        Signalement.objects.filter(veille__personne=personne, envoye_le=None).update(envoye_le=au)


def envoyer_digests(*, au: datetime, frequences: Iterable[str] | None = None) -> int:
    """Dépose pour chaque personne le résumé de ses veilles ; rend leur nombre. Rien de neuf, rien de déposé.

    Sans `frequences`, celles du jour : quotidiennes chaque jour, hebdomadaires le jour fixé par les paramètres. Tant
    que le résumé précédent d'une personne attend de partir, ce qui arrive de neuf s'ajoute au suivant.
    """
    retenues = list(frequences) if frequences is not None else frequences_du_jour(au)
    dus = lectures.a_envoyer(retenues)
    personnes = [personne for personne, _ in dus]
    passes = qui_s_oppose(personnes, VEILLES) | qui_attend(personnes, ResumeDesVeilles)
    return sum(_deposer(personne, signalements, au) for personne, signalements in dus if personne.pk not in passes)


@transaction.atomic
def _deposer(personne: Any, signalements: list[Signalement], au: datetime) -> bool:
    """Marque ces signalements et dépose ; de deux exécutants, seul le premier à marquer dépose."""
    numeros = [signalement.pk for signalement in signalements]
    libres = Signalement.objects.select_for_update().filter(pk__in=numeros, envoye_le=None)
    if len(libres) != len(numeros):
        return False
    libres.update(envoye_le=au)
    deposer(ResumeDesVeilles(personne, signalements), auteur=None, au=au)
    return True


def frequences_du_jour(au: datetime) -> list[str]:
    """Les fréquences dont l'envoi tombe ce jour."""
    jour = timezone.localdate(au)
    hebdomadaire = jour.isoweekday() == cadre.reglage("jour_du_digest", jour)
    return [Frequence.QUOTIDIENNE.value, *([Frequence.HEBDOMADAIRE.value] if hebdomadaire else [])]
