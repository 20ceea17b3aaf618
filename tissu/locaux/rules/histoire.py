"""L'algèbre des histoires : des périodes qui ne se chevauchent jamais. Ni base, ni horloge.

Un début vide veut dire « avant tout relevé » ; une fin est le dernier jour compris, vide si le fait dure encore.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from dateutil.relativedelta import relativedelta

UN_JOUR = timedelta(days=1)


class HistoireRefusee(ValueError):
    """Ce changement contredirait l'histoire du local ; le message dit pourquoi et quoi faire."""


@dataclass(frozen=True)
class Tranche:
    """Un fait pendant un temps. `cle` : la ligne dont il vient, None s'il est nouveau ; `fait` : ce qui est vrai."""

    debut: date | None
    fin: date | None
    fait: Any
    cle: int | None = None

    def contient(self, jour: date) -> bool:
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


def en_ordre(tranches: Iterable[Tranche]) -> list[Tranche]:
    """De la plus ancienne à la plus récente ; « avant tout relevé » d'abord."""
    return sorted(tranches, key=lambda une: une.debut or date.min)


def sans_chevauchement(tranches: Iterable[Tranche]) -> bool:
    """Chaque tranche finit avant que la suivante commence, et commence avant de finir."""
    suite = en_ordre(tranches)
    if any(une.debut and une.fin and une.fin < une.debut for une in suite):
        return False
    return all(avant.fin is not None and (apres.debut or date.min) > avant.fin for avant, apres in pairwise(suite))


def au(tranches: Iterable[Tranche], jour: date) -> Tranche | None:
    """La tranche qui court ce jour-là."""
    return next((une for une in tranches if une.contient(jour)), None)


def changer(tranches: Sequence[Tranche], fait: Any, le: date | None) -> list[Tranche]:
    """Ce fait est vrai depuis ce jour, et dure : ce qui courait s'arrête la veille. `le` vide : depuis toujours.

    Lève `HistoireRefusee` si un fait plus récent est déjà connu : c'est alors une date qui se corrige.
    """
    suite = en_ordre(tranches)
    plus_recente = next((une for une in suite if (une.debut or date.min) >= (le or date.min)), None)
    if plus_recente is not None:
        depuis = f"depuis le {plus_recente.debut:%d/%m/%Y}" if plus_recente.debut else "depuis avant tout relevé"
        raise HistoireRefusee(
            f"L'histoire de ce local dit déjà ce qu'il en est {depuis} : choisissez une date plus récente, ou corrigez "
            "la date de cette période."
        )
    assert le is not None or not suite
    closes = [replace(une, fin=le - UN_JOUR) if le and (une.fin is None or une.fin >= le) else une for une in suite]
    return [*closes, Tranche(le, None, fait)]


def interrompre(tranches: Sequence[Tranche], dernier_jour: date) -> list[Tranche]:
    """Plus rien ne court après ce jour. Lève `HistoireRefusee` si une période commence après."""
    for une in tranches:
        if une.debut and une.debut > dernier_jour:
            raise HistoireRefusee(
                f"Une période commence le {une.debut:%d/%m/%Y}, après le {dernier_jour:%d/%m/%Y} : choisissez une date "
                "plus récente."
            )
    return [replace(une, fin=dernier_jour) if une.fin is None or une.fin > dernier_jour else une for une in tranches]


def corriger_debut(tranches: Sequence[Tranche], cle: int, debut: date | None) -> list[Tranche]:
    """Change le premier jour d'une période ; celle d'avant, si elle la touchait, s'arrête la veille du nouveau jour.

    Lève `HistoireRefusee` si elle commencerait après sa fin, ou effacerait une autre période.
    """
    suite = en_ordre(tranches)
    rang = next(rang for rang, une in enumerate(suite) if une.cle == cle)
    visee = suite[rang]
    if debut and visee.fin and debut > visee.fin:
        raise HistoireRefusee(
            f"Cette période finit le {visee.fin:%d/%m/%Y} : elle ne peut pas commencer le {debut:%d/%m/%Y}."
        )
    if rang == 0:
        return [replace(visee, debut=debut), *suite[1:]]
    avant = suite[rang - 1]
    if debut is None or (avant.debut or date.min) >= debut:
        quand = f"du {avant.debut:%d/%m/%Y}" if avant.debut else "d'avant tout relevé"
        raise HistoireRefusee(
            f"La période {quand} serait effacée : corrigez-la d'abord, ou choisissez une date qui la suit."
        )
    touchait = avant.fin is None or (visee.debut is not None and avant.fin == visee.debut - UN_JOUR)
    if touchait or (avant.fin is not None and avant.fin >= debut):
        avant = replace(avant, fin=debut - UN_JOUR)
    return [*suite[: rang - 1], avant, replace(visee, debut=debut), *suite[rang + 1 :]]


def depuis(tranches: Iterable[Tranche], jour: date, vrais: frozenset[Any]) -> tuple[bool, date | None]:
    """Le fait du jour est-il de ceux-là, et depuis quand sans interruption ? Un début inconnu rend None."""
    suite = en_ordre(tranches)
    rang = next((rang for rang, une in enumerate(suite) if une.contient(jour)), None)
    if rang is None or suite[rang].fait not in vrais:
        return False, None
    while rang > 0 and suite[rang - 1].fait in vrais and _se_touchent(suite[rang - 1], suite[rang]):
        rang -= 1
    return True, suite[rang].debut


def _se_touchent(avant: Tranche, apres: Tranche) -> bool:
    return avant.fin is not None and apres.debut is not None and avant.fin == apres.debut - UN_JOUR


def est_structurelle(vacant_depuis: date | None, jour: date, seuil_mois: int) -> bool:
    """La vacance dure-t-elle au moins ce nombre de mois ce jour-là ? Un début inconnu ne prouve rien."""
    return vacant_depuis is not None and vacant_depuis + relativedelta(months=seuil_mois) <= jour
