"""L'état d'une remise suit celui de ses parties."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Model

from tissu.messages.choices import EtatRemise
from tissu.messages.models import Partie, Remise
from tissu.messages.rules.etats import etat_de_remise

Objet = TypeVar("Objet", bound=Model)
LOT = 200
FIGES = (EtatRemise.ECARTEE, EtatRemise.ANNULEE)


def recalculer(remises: Iterable[int]) -> dict[int, EtatRemise]:
    """Réécrit l'état et les moments de ces remises ; rend l'état de celles qui en changent."""
    voulues = set(remises)
    if not voulues:
        return {}
    parties: dict[int, list[tuple[str, datetime | None, datetime | None]]] = {}
    lues = Partie.objects.filter(remise__in=voulues).values_list("remise", "etat", "remise_le", "accusee_le")
    for remise, etat, remise_le, accusee_le in lues:
        parties.setdefault(remise, []).append((etat, remise_le, accusee_le))
    etats = {remise: etat_de_remise(etat for etat, _, _ in siennes) for remise, siennes in parties.items()}
    objets, changees = [], {}
    for objet in Remise.objects.filter(pk__in=etats).exclude(etat__in=FIGES):
        siennes = parties[objet.pk]
        avant = (objet.etat, objet.remise_le, objet.recue_le)
        if objet.etat != etats[objet.pk]:
            changees[objet.pk] = etats[objet.pk]
        objet.etat = etats[objet.pk]
        objet.remise_le = _dernier(remise_le for _, remise_le, _ in siennes)
        objet.recue_le = _dernier(le for _, _, le in siennes) if objet.etat == EtatRemise.RECUE else None
        if avant != (objet.etat, objet.remise_le, objet.recue_le):
            objets.append(objet)
    reecrire(objets, ("etat", "remise_le", "recue_le"))
    return changees


def reecrire(objets: Collection[Objet], champs: Collection[str]) -> None:
    """Réécrit ces champs d'objets déjà en base, d'un seul ordre : trois fois plus vite qu'un `bulk_update`."""
    if objets:
        modele = type(next(iter(objets)))
        modele._default_manager.bulk_create(
            objets, update_conflicts=True, unique_fields=["id"], update_fields=list(champs), batch_size=LOT
        )


def _dernier(moments: Iterable[datetime | None]) -> datetime | None:
    """Le dernier de ces moments, ou rien s'il en manque un : toutes les parties n'y sont pas."""
    tous = list(moments)
    connus = [moment for moment in tous if moment is not None]
    return max(connus) if len(connus) == len(tous) else None
