"""Passer des lignes d'une histoire à ses tranches, et retour : la règle décide, ici on écrit ce qui a changé."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from tissu.locaux.models import Local, Occupation, PeriodeEtat
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer
from tissu.locaux.rules.histoire import HistoireRefusee, Tranche

Ligne = TypeVar("Ligne", Occupation, PeriodeEtat)


@dataclass(frozen=True)
class Signature:
    """Qui écrit, quand, pourquoi."""

    auteur: Any
    au: datetime
    motif: str = ""


def occupations_de(local: Local) -> list[Occupation]:
    """Les occupations principales, de la plus ancienne à la plus récente ; une accessoire a sa vie à elle."""
    return list(local.occupations.filter(accessoire=False))


def etats_de(local: Local) -> list[PeriodeEtat]:
    return list(local.etats.all())


def en_tranches(lignes: Iterable[Any]) -> list[Tranche]:
    return [
        Tranche(une.debut, une.fin, une.etat if isinstance(une, PeriodeEtat) else une.enseigne, une.pk)
        for une in lignes
    ]


def appliquer(
    lignes: Iterable[Ligne], regle: Callable[[list[Tranche]], list[Tranche]], signature: Signature
) -> list[Tranche]:
    """Fait passer la règle sur ces lignes et enregistre celles dont les dates ont changé ; rend les tranches nouvelles.

    Les fins s'écrivent d'abord : la base n'a jamais deux faits en cours. Lève `LocalRefuse` avec les mots de la règle.
    """
    par_cle = {une.pk: une for une in lignes}
    try:
        rendues = regle(en_tranches(par_cle.values()))
    except HistoireRefusee as refus:
        raise LocalRefuse(str(refus)) from refus
    changees = [une for une in rendues if une.cle is not None and _a_change(par_cle[une.cle], une)]
    for tranche in sorted(changees, key=lambda une: une.fin is None):
        ligne = par_cle[tranche.cle or 0]
        ligne.debut, ligne.fin = tranche.debut, tranche.fin
        enregistrer(ligne, auteur=signature.auteur, au=signature.au, motif=signature.motif)
    return [une for une in rendues if une.cle is None]


def _a_change(ligne: Ligne, tranche: Tranche) -> bool:
    return (ligne.debut, ligne.fin) != (tranche.debut, tranche.fin)


def refuser_l_avenir(jour: date | None, au: datetime, quoi: str) -> None:
    """Lève `LocalRefuse` : l'observatoire dit ce qui est, pas ce qui est annoncé."""
    if jour and jour > au.date():
        raise LocalRefuse(f"{quoi} ne peut pas être dans l'avenir : une reprise annoncée est un état à elle seule.")
