"""Le temps passé : lire une durée, une semaine, et la limite d'une journée par jour."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
JOURNEE = Decimal(1)
PAS = Decimal("0.25")
_FRACTIONS = {"½": "0.5", "1/2": "0.5", "¼": "0.25", "1/4": "0.25", "¾": "0.75", "3/4": "0.75"}


class DureeIllisible(ValueError):
    """Le texte n'est pas une durée de la grille."""


class SemaineInvalide(ValueError):
    """Le texte ne désigne pas une semaine."""


def lire_duree(texte: str) -> Decimal:
    """Lit « 1 », « 0,5 », « ½ », « 1/2 », « 0.25 » ; vide vaut 0. Lève `DureeIllisible`."""
    propre = re.sub(r"[\s\u00a0\u202f]", "", texte).lower().removesuffix("j")
    propre = _FRACTIONS.get(propre, propre).replace(",", ".")
    if not propre:
        return ZERO
    if not re.fullmatch(r"\d{0,2}\.?\d{1,3}|\d{1,2}\.", propre):
        raise DureeIllisible(f"« {texte} » n'est pas une durée : écrivez 0, ½ ou 1 (ou 0,25 ; 0,75).")
    duree = Decimal(propre)
    if duree > JOURNEE or duree % PAS:
        raise DureeIllisible(f"« {texte} » : une case va de 0 à 1 jour, par quarts de journée.")
    return duree


def ecrire_duree(duree: Decimal | None) -> str:
    """La durée telle que la grille l'affiche : « ½ », « 0,25 », « 1 » ; vide pour zéro."""
    if not duree:
        return ""
    return "½" if duree == Decimal("0.5") else f"{duree.normalize():f}".replace(".", ",")


def lundi_de(jour: date) -> date:
    """Le lundi de la semaine de ce jour."""
    return jour - timedelta(days=jour.weekday())


def code_de_semaine(jour: date) -> str:
    """« 2026-S47 » : la semaine ISO de ce jour (celle du 1er janvier peut porter l'année d'avant)."""
    annee, numero, _ = jour.isocalendar()
    return f"{annee}-S{numero:02d}"


def lire_semaine(code: str) -> date:
    """Le lundi de la semaine « 2026-S47 ». Lève `SemaineInvalide`."""
    trouve = re.fullmatch(r"(20\d\d)-S(\d\d)", code)
    try:
        return date.fromisocalendar(int(trouve[1]), int(trouve[2]), 1) if trouve else _refuser(code)
    except ValueError as erreur:
        raise SemaineInvalide(f"« {code} » n'est pas une semaine : écrivez par exemple 2026-S47.") from erreur


def _refuser(code: str) -> date:
    raise ValueError(code)


def jours_depasses(durees: Mapping[tuple[int, date], Decimal]) -> dict[date, Decimal]:
    """Les jours où la somme des temps d'une personne, toutes lignes comprises, passe une journée."""
    totaux: dict[date, Decimal] = {}
    for (_, jour), duree in durees.items():
        totaux[jour] = totaux.get(jour, ZERO) + duree
    return {jour: total for jour, total in sorted(totaux.items()) if total > JOURNEE}
