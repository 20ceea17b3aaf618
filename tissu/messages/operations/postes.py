"""Tenir la ligne d'un opérateur : un exécutant à la fois ; d'un exécutant mort, ce qui était en vol est incertain."""

import socket
from datetime import datetime

from django.db import transaction

from tissu.messages.choices import EtatPartie
from tissu.messages.models import EtatOperateur, Partie, Poste
from tissu.messages.operations.remises import recalculer
from tissu.messages.queries.reglages import silence_d_un_mort


class PosteTenu(Exception):
    """Un autre exécutant tient cette ligne."""


class PostePerdu(Exception):
    """Cet exécutant s'est tu trop longtemps : un autre a pu prendre sa suite, il s'arrête."""


@transaction.atomic
def ouvrir_poste(*, operateur: str, au: datetime) -> Poste:
    """Prend la ligne d'un opérateur ; ce qu'un exécutant mort avait en vol est incertain. Lève `PosteTenu`."""
    EtatOperateur.objects.get_or_create(nom=operateur)
    EtatOperateur.objects.select_for_update().get(nom=operateur)
    ouverts = Poste.objects.filter(operateur=operateur, ferme_le=None)
    if ouverts.filter(vu_le__gt=au - silence_d_un_mort()).exists():
        raise PosteTenu(f"La ligne de {operateur} est déjà tenue.")
    ouverts.update(ferme_le=au)
    EtatOperateur.objects.filter(nom=operateur).update(ecoutee_depuis=None)
    douter(operateur=operateur, motif="L'exécutant s'est arrêté pendant l'envoi.")
    return Poste.objects.create(operateur=operateur, machine=socket.gethostname()[:100], ouvert_le=au, vu_le=au)


@transaction.atomic
def battre(*, poste: Poste, ecoutee_depuis: datetime | None, erreur: str = "", au: datetime) -> None:
    """Dit que l'exécutant vit, et depuis quand sa ligne est ouverte et ce qu'elle dit, noté. Lève `PostePerdu`."""
    if not Poste.objects.filter(pk=poste.pk, ferme_le=None).update(vu_le=au):
        raise PostePerdu(f"La ligne de {poste.operateur} a été reprise par un autre exécutant.")
    etat = EtatOperateur.objects.filter(nom=poste.operateur)
    if ecoutee_depuis is None:
        etat.update(ecoutee_depuis=None, erreur=erreur[:300])
    else:
        etat.update(ecoutee_depuis=ecoutee_depuis, vu_le=au, erreur="")


@transaction.atomic
def fermer_poste(*, poste: Poste, au: datetime) -> None:
    """Rend la ligne. Ce qui y est encore en vol n'aura pas de réponse : c'est incertain."""
    Poste.objects.filter(pk=poste.pk, ferme_le=None).update(ferme_le=au)
    EtatOperateur.objects.filter(nom=poste.operateur).update(ecoutee_depuis=None)
    douter(operateur=poste.operateur, motif="La ligne a été rendue pendant l'envoi.")


def douter(*, operateur: str, motif: str, prises_avant: datetime | None = None) -> int:
    """Ce qui est en vol chez cet opérateur n'aura pas de réponse : incertain. Rend leur nombre.

    `prises_avant` : seulement ce qui l'est depuis plus longtemps.
    """
    en_vol = Partie.objects.filter(operateur=operateur, etat=EtatPartie.EN_VOL)
    if prises_avant is not None:
        en_vol = en_vol.filter(prise_le__lt=prises_avant)
    remises = list(en_vol.values_list("remise", flat=True))
    combien = en_vol.update(etat=EtatPartie.INCERTAINE, motif=motif[:200])
    recalculer(remises)
    return combien
