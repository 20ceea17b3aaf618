"""Les dates du partenariat : jours ouvrés, réunions qui reviennent, et quand rappeler une échéance.

Jours fériés : ceux de l'article L3133-1 du code du travail (les deux de plus d'Alsace-Moselle n'y sont pas).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

SAMEDI = 6
RANG_DERNIER = 5
"""Le cinquième mardi n'existe pas tous les mois : « cinquième » s'entend toujours « dernier »."""
MOIS_ENTRE = {"mensuelle": 1, "trimestrielle": 3, "semestrielle": 6, "annuelle": 12}
"""Les valeurs de `choices.FrequenceReunion`, en mois."""


class SerieImpossible(ValueError):
    """Les dates demandées ne font pas une série."""


class Repere(StrEnum):
    """Ce qu'une série garde d'un mois à l'autre."""

    RANG = "rang"
    QUANTIEME = "quantieme"


class Palier(StrEnum):
    """Où en est une échéance quand on la rappelle."""

    RETARD = "retard"
    PROCHE = "proche"
    LOIN = "loin"


@dataclass(frozen=True)
class Rythme:
    """Quand rappeler : jour de la semaine (1 = lundi), seuils en jours, et jours de répit après avoir été confiée."""

    jour: int
    loin: int
    proche: int
    repit: int


@dataclass(frozen=True)
class EcheanceARappeler:
    """`confiee_le` : le jour où elle a été créée ou confiée à son responsable actuel."""

    le: date
    confiee_le: date
    rappelee_le: date | None = None
    ouverte: bool = True


@cache
def feries(annee: int) -> frozenset[date]:
    """Les onze jours fériés de l'année."""
    paques = _paques(annee)
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    mobiles = (1, 39, 50)
    return frozenset(
        [date(annee, mois, jour) for mois, jour in fixes] + [paques + timedelta(days=ecart) for ecart in mobiles]
    )


def _paques(annee: int) -> date:
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


def dates_de_serie(premiere: date, jusqu_au: date, *, frequence: str, repere: Repere) -> list[date]:
    """Les jours d'une série, de `premiere` à `jusqu_au` compris, sans doublon et dans l'ordre.

    `RANG` garde le rang dans le mois (« le deuxième mardi »), `QUANTIEME` le jour du mois (« le 15 », ou le dernier
    jour d'un mois plus court). Une date qui tombe un samedi, un dimanche ou un jour férié est reportée au premier
    jour ouvré qui suit ; si ce report dépasse la fin, elle n'a pas lieu. Lève `SerieImpossible`.
    """
    if jusqu_au < premiere:
        raise SerieImpossible("La série finit avant sa première réunion : choisissez une date de fin plus tardive.")
    jours = []
    for pas in range(0, _mois_entre(premiere, jusqu_au) + 1, MOIS_ENTRE[frequence]):
        jour = jour_ouvre(_dans_le_mois(premiere, pas, repere))
        if jour > jusqu_au:
            break
        jours.append(jour)
    return jours


def _mois_entre(debut: date, fin: date) -> int:
    return (fin.year - debut.year) * 12 + fin.month - debut.month


def _dans_le_mois(premiere: date, pas: int, repere: Repere) -> date:
    """Le jour de la série, `pas` mois après la première, avant tout report."""
    rang_du_mois = premiere.year * 12 + premiere.month - 1 + pas
    annee, mois = rang_du_mois // 12, rang_du_mois % 12 + 1
    dernier = monthrange(annee, mois)[1]
    if repere is Repere.QUANTIEME:
        return date(annee, mois, min(premiere.day, dernier))
    rang = (premiere.day - 1) // 7 + 1
    decalage = (premiere.isoweekday() - date(annee, mois, 1).isoweekday()) % 7
    jour = 1 + decalage + 7 * (rang - 1)
    return date(annee, mois, jour if jour <= dernier else jour - 7)


def regle_de_serie(premiere: date, repere: Repere) -> str:
    """La règle d'une série en une phrase : « le deuxième mardi du mois », « le 15 du mois »."""
    if repere is Repere.QUANTIEME:
        return f"le {'1er' if premiere.day == 1 else premiere.day} du mois"
    rangs = ("premier", "deuxième", "troisième", "quatrième", "dernier")
    jours = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    return f"le {rangs[(premiere.day - 1) // 7]} {jours[premiere.weekday()]} du mois"


def jour_du_resume(au: date, rythme: Rythme) -> date:
    """Le jour d'envoi de la semaine de `au` : celui du rythme, ou le premier jour ouvré qui suit s'il est férié."""
    return jour_ouvre(au - timedelta(days=au.isoweekday() - rythme.jour))


def resume_du(examine_le: date | None, au: date, rythme: Rythme) -> bool:
    """Vrai si le résumé de cette semaine reste à envoyer : son jour est venu et rien n'a été examiné depuis.

    Si l'horloge du serveur a manqué le jour dit, le premier passage qui suit rattrape ; un deuxième ne double rien.
    """
    jour = jour_du_resume(au, rythme)
    return au >= jour and (examine_le is None or examine_le < jour)


def palier(le: date, au: date, rythme: Rythme) -> Palier | None:
    """Le palier d'une échéance vue ce jour : en retard, proche, loin, ou None si elle est plus loin encore."""
    reste = (le - au).days
    if reste < 0:
        return Palier.RETARD
    if reste <= rythme.proche:
        return Palier.PROCHE
    return Palier.LOIN if reste <= rythme.loin else None


def rappel_du(echeance: EcheanceARappeler, au: date, rythme: Rythme) -> Palier | None:
    """Le palier à rappeler dans le résumé de ce jour, ou None s'il n'y a rien à rappeler.

    Une fois à l'approche de chaque seuil, puis chaque semaine une fois en retard ; jamais dans les jours de répit qui
    suivent le moment où l'échéance a été créée ou confiée.
    """
    atteint = palier(echeance.le, au, rythme)
    if not echeance.ouverte or atteint is None or (au - echeance.confiee_le).days <= rythme.repit:
        return None
    if echeance.rappelee_le is None or echeance.rappelee_le < echeance.confiee_le:
        return atteint
    if atteint is Palier.RETARD:
        # Un résumé reporté d'un férié ne doit pas faire sauter celui de la semaine suivante.
        return atteint if _semaine(echeance.rappelee_le) < _semaine(au) else None
    return None if palier(echeance.le, echeance.rappelee_le, rythme) is atteint else atteint


def _semaine(jour: date) -> tuple[int, int]:
    annee, semaine, _ = jour.isocalendar()
    return annee, semaine
