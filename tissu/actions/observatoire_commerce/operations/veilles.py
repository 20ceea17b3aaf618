"""Veilles de locaux : suivre un lieu, ne plus le suivre, régler et déposer le résumé mensuel."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tissu.actions.observatoire_commerce import permissions
from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.actions.observatoire_commerce.messages import VEILLES, ResumeDesVeilles
from tissu.actions.observatoire_commerce.models import PreferenceDeVeille, VeilleDeLocaux
from tissu.actions.observatoire_commerce.queries import veilles as lectures
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.messages.operations import choisir_pour_soi, deposer
from tissu.messages.queries.choix import qui_s_oppose
from tissu.messages.queries.espace import qui_attend


class VeilleRefusee(Exception):
    """La veille ne peut pas être ouverte ou arrêtée ; le message dit pourquoi."""


def suivre(*, lieu: Lieu, sorte: str, auteur: Any, au: datetime) -> VeilleDeLocaux:
    """Ouvre une veille sur ce lieu ; la même si elle est déjà ouverte. Lève `VeilleRefusee`."""
    if not permissions.peut_suivre(auteur):
        raise VeilleRefusee("Vous n'avez pas accès aux locaux.")
    if lieu.choix:
        raise VeilleRefusee(
            "Un périmètre choisi sur la carte ne se suit pas : suivez une rue, un quartier ou une commune."
        )
    if sorte not in SorteVeille.values:
        raise VeilleRefusee("Dites ce que vous voulez suivre.")
    if sorte == SorteVeille.TOUT and not lieu.voie:
        raise VeilleRefusee("Tout ce qui change ne se suit que rue par rue : ouvrez d'abord la page d'une rue.")
    # Une rue se suit entière, quel que soit le quartier d'où on l'a ouverte.
    ou: dict[str, Any] = {"commune": "", "quartier": "", "voie_id": lieu.voie}
    if not lieu.voie:
        ou = {"commune": lieu.commune, "quartier": lieu.quartier, "voie_id": None}
    return VeilleDeLocaux.objects.get_or_create(personne=auteur, sorte=sorte, **ou, defaults={"creee_le": au})[0]


def ne_plus_suivre(*, veille: VeilleDeLocaux, auteur: Any) -> None:
    """Supprime une veille. Lève `VeilleRefusee`."""
    if veille.personne_id != auteur.pk:
        raise VeilleRefusee("Cette veille est à quelqu'un d'autre.")
    veille.delete()


@transaction.atomic
def regler_le_resume(*, personne: Any, actif: bool, au: datetime) -> None:
    """Arrête ou reprend le résumé mensuel ; repris, il ne dit que ce qui arrive ensuite."""
    choisir_pour_soi(personne=personne, finalite=VEILLES, recevoir=actif, au=au)
    if actif:
        PreferenceDeVeille.objects.update_or_create(personne=personne, defaults={"vu_jusqu_a": au})


def envoyer_resumes(*, au: datetime) -> int:
    """Dépose pour chacun son résumé du mois, s'il ne l'est pas déjà et s'il a quelque chose à dire.

    Rejouable : le mois d'une personne se marque avec le dépôt. Celui dont le résumé précédent attend encore de partir
    est repris au passage suivant, qui dira tout. Rend le nombre de résumés.
    """
    abonnes = lectures.abonnes()
    passes = qui_s_oppose(abonnes, VEILLES) | qui_attend(abonnes, ResumeDesVeilles)
    return sum(_deposer(resume, au) for resume in lectures.resumes(abonnes, sauf=passes, au=au))


@transaction.atomic
def _deposer(resume: lectures.Resume, au: datetime) -> bool:
    """Marque le mois examiné et dépose ; de deux exécutants, seul le premier à marquer dépose."""
    jour = timezone.localdate(au)
    depuis = jour.replace(day=int(reglage("veille_jour_du_mois", jour)))
    PreferenceDeVeille.objects.get_or_create(personne=resume.personne)
    pris = PreferenceDeVeille.objects.filter(
        Q(examine_le__isnull=True) | Q(examine_le__lt=depuis), personne=resume.personne
    ).update(examine_le=jour, vu_jusqu_a=resume.jusqu_a)
    if pris and resume:
        deposer(ResumeDesVeilles(resume.personne, resume, jour), auteur=None, au=au)
    return bool(pris and resume)
