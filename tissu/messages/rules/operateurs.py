"""Quel opérateur envoie : le premier de la liste, tant qu'il est là et qu'il va vite."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Sante:
    """Ce que l'on sait d'un opérateur. `vu_le` : la dernière fois que sa ligne était ouverte."""

    nom: str
    ouvert: bool
    vu_le: datetime | None
    lent_jusqu_a: datetime | None = None


@dataclass(frozen=True)
class Lenteur:
    """Lent : au moins `part` des messages ont mis plus que `delai`, sur au moins `sur` messages."""

    part: float
    delai: timedelta
    sur: int


def de_service(santes: Sequence[Sante], au: datetime, *, silence: timedelta) -> str:
    """Le nom de l'opérateur qui envoie maintenant ; vide si aucun n'est joignable.

    Un opérateur lent n'est pris que si les autres manquent : un message en retard vaut mieux que pas de message.
    """
    presents = [une for une in santes if une.ouvert and une.vu_le is not None and au - une.vu_le <= silence]
    rapides = [une for une in presents if une.lent_jusqu_a is None or une.lent_jusqu_a <= au]
    return next((une.nom for une in (*rapides, *presents)), "")


def est_lent(tardifs: int, total: int, lenteur: Lenteur) -> bool:
    """Les messages tardifs sont-ils assez nombreux pour passer à un autre opérateur ?"""
    return total >= lenteur.sur and tardifs >= lenteur.part * total
