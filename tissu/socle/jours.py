"""Les jours ouvrés et les fêtes légales de France métropolitaine.

Jours fériés : ceux de l'article L3133-1 du code du travail (les deux de plus d'Alsace-Moselle n'y sont pas).
"""

from datetime import date, timedelta
from functools import cache

SAMEDI = 6
FIXES = {
    (1, 1): "Jour de l'an", (5, 1): "Fête du travail", (5, 8): "Victoire de 1945", (7, 14): "Fête nationale",
    (8, 15): "Assomption", (11, 1): "Toussaint", (11, 11): "Armistice de 1918", (12, 25): "Noël",
}  # fmt: skip
MOBILES = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
"""Jours après le dimanche de Pâques."""


@cache
def feries(annee: int) -> dict[date, str]:
    """Les onze fêtes légales de l'année, avec leur nom."""
    dimanche = paques(annee)
    fixes = {date(annee, mois, jour): nom for (mois, jour), nom in FIXES.items()}
    return fixes | {dimanche + timedelta(days=ecart): nom for ecart, nom in MOBILES.items()}


def paques(annee: int) -> date:
    """Le dimanche de Pâques du calendrier grégorien (algorithme de Meeus, Jones et Butcher)."""
    a, b, c = annee % 19, annee // 100, annee % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(annee, f // 31, f % 31 + 1)


def est_ouvre(jour: date) -> bool:
    """Ni samedi, ni dimanche, ni férié."""
    return jour.isoweekday() < SAMEDI and jour not in feries(jour.year)


def jour_ouvre(jour: date) -> date:
    """Ce jour s'il est ouvré, sinon le premier jour ouvré qui suit."""
    while not est_ouvre(jour):
        jour += timedelta(days=1)
    return jour
