"""Périodes de travail : mois, trimestres, semestres, et l'exercice d'une fiche, qui n'est pas l'année civile."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tissu.socle.formats import mois_long


class PeriodeInvalide(ValueError):
    """Le texte ne désigne pas une période."""


@dataclass(frozen=True, order=True)
class Periode:
    """Un intervalle de jours, `debut` et `fin` compris."""

    debut: date
    fin: date
    code: str
    libelle: str

    def __post_init__(self) -> None:
        if self.fin < self.debut:
            raise PeriodeInvalide(f"La période {self.code} finit avant de commencer.")

    def __contains__(self, jour: date) -> bool:
        return self.debut <= jour <= self.fin


def mois(code: str) -> Periode:
    """Le mois « AAAA-MM ». Lève `PeriodeInvalide`."""
    trouve = re.fullmatch(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])", code)
    if not trouve:
        raise PeriodeInvalide(f"« {code} » n'est pas un mois : écrivez par exemple 2026-10.")
    debut = date(int(trouve[1]), int(trouve[2]), 1)
    return Periode(debut, _fin_de_mois(debut), code, mois_long(code))


def mois_de(jour: date) -> Periode:
    """Le mois qui contient ce jour."""
    return mois(f"{jour:%Y-%m}")


def mois_precedent(periode: Periode, nombre: int = 1) -> Periode:
    """Le mois qui précède de `nombre` mois (négatif : qui suit)."""
    rang = periode.debut.year * 12 + periode.debut.month - 1 - nombre
    return mois(f"{rang // 12:04d}-{rang % 12 + 1:02d}")


def trimestre(code: str) -> Periode:
    """Le trimestre civil « AAAA-T1 » à « AAAA-T4 ». Lève `PeriodeInvalide`."""
    trouve = re.fullmatch(r"([1-9][0-9]{3})-T([1-4])", code)
    if not trouve:
        raise PeriodeInvalide(f"« {code} » n'est pas un trimestre : écrivez par exemple 2026-T3.")
    annee, rang = int(trouve[1]), int(trouve[2])
    noms = ("premier", "deuxième", "troisième", "quatrième")
    fin = _fin_de_mois(date(annee, rang * 3, 1))
    return Periode(date(annee, rang * 3 - 2, 1), fin, code, f"{noms[rang - 1]} trimestre {annee}")


def semestre(code: str) -> Periode:
    """Le semestre civil « AAAA-S1 » ou « AAAA-S2 ». Lève `PeriodeInvalide`."""
    trouve = re.fullmatch(r"([1-9][0-9]{3})-S([12])", code)
    if not trouve:
        raise PeriodeInvalide(f"« {code} » n'est pas un semestre : écrivez par exemple 2026-S1.")
    annee, rang = int(trouve[1]), int(trouve[2])
    debut = date(annee, 1 if rang == 1 else 7, 1)
    fin = date(annee, 6, 30) if rang == 1 else date(annee, 12, 31)
    return Periode(debut, fin, code, f"{'premier' if rang == 1 else 'second'} semestre {annee}")


def exercice(annee: int, *, premier_mois: int = 1) -> Periode:
    """L'exercice d'une fiche : douze mois à partir de `premier_mois` de l'année dite.

    Une fiche « 2024 » suivie d'avril à mars s'écrit `exercice(2024, premier_mois=4)`.
    """
    debut = date(annee, premier_mois, 1)
    fin = date(annee + 1, premier_mois, 1) - timedelta(days=1)
    libelle = f"année {annee}" if premier_mois == 1 else f"exercice {annee}-{annee + 1}"
    return Periode(debut, fin, f"{annee}", libelle)


def _fin_de_mois(debut: date) -> date:
    return debut.replace(day=monthrange(debut.year, debut.month)[1])
