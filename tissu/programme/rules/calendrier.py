"""Les dates du partenariat : réunions qui reviennent, et quand rappeler une échéance."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tissu.socle.jours import jour_ouvre

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
