"""Noter ce qu'une personne veut bien recevoir, et l'état de ses adresses."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix
from tissu.messages.contrat import Finalite
from tissu.messages.models import Choix, Coordonnee
from tissu.messages.queries.reglages import echecs_avant_suspension


@transaction.atomic
def choisir(
    *, canal: str, valeur: str, finalite: str, sens: str, source: str, auteur: Any, au: datetime, preuve: str = ""
) -> Choix:
    """Note un accord ou une opposition ; `finalite` vide : pour tout message. Le dernier mot l'emporte."""
    coordonnee, _ = Coordonnee.objects.get_or_create(canal=Canal(canal), valeur=valeur, defaults={"cree_le": au})
    choix = Choix.objects.select_for_update().filter(coordonnee=coordonnee, finalite=finalite).first()
    choix = choix or Choix(coordonnee=coordonnee, finalite=finalite)
    choix.sens, choix.source, choix.preuve = SensDuChoix(sens), SourceDuChoix(source), preuve[:300]
    choix.auteur, choix.le = auteur, au
    choix.save()
    return choix


def choisir_pour_soi(*, personne: Any, finalite: Finalite, recevoir: bool, au: datetime) -> None:
    """Une personne qui a un compte dit si elle veut recevoir une finalité par courriel."""
    sens = SensDuChoix.ACCEPTE if recevoir else SensDuChoix.OPPOSE
    choisir(canal=Canal.COURRIEL, valeur=personne.courriel.lower(), finalite=finalite.slug, sens=sens,
            source=SourceDuChoix.ESPACE, auteur=personne, au=au)  # fmt: skip


def verifier_coordonnee(*, canal: str, valeur: str, au: datetime) -> Coordonnee:
    """La personne a prouvé que cette adresse est la sienne : elle n'est plus suspendue."""
    coordonnee, _ = Coordonnee.objects.get_or_create(canal=Canal(canal), valeur=valeur, defaults={"cree_le": au})
    coordonnee.verifiee_le, coordonnee.suspendue_le, coordonnee.echecs_suite = au, None, 0
    coordonnee.suspendue_par = None
    coordonnee.save()
    return coordonnee


def suspendre(*, coordonnee: Coordonnee, auteur: Any = None, au: datetime) -> None:
    """N'écrit plus à cette adresse tant qu'elle n'est pas vérifiée de nouveau."""
    Coordonnee.objects.filter(pk=coordonnee.pk, suspendue_le=None).update(suspendue_le=au, suspendue_par=auteur)


def compter_les_echecs(coordonnees: list[int], *, au: datetime) -> None:
    """Un échec définitif de plus pour ces adresses ; au seuil, elles sont suspendues."""
    Coordonnee.objects.filter(pk__in=coordonnees).update(echecs_suite=F("echecs_suite") + 1)
    Coordonnee.objects.filter(
        pk__in=coordonnees, suspendue_le=None, echecs_suite__gte=echecs_avant_suspension(au)
    ).update(suspendue_le=au)


def compter_les_receptions(coordonnees: list[int], *, au: datetime) -> None:
    """Ces adresses reçoivent : leurs échecs passés ne comptent plus."""
    Coordonnee.objects.filter(pk__in=coordonnees).update(echecs_suite=0, recue_le=au)
