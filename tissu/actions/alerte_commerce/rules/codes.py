"""Le code envoyé par SMS : combien on en envoie, combien d'essais, jusqu'à quand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HEURE, JOUR = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Limites:
    """Les codes qui s'envoient au plus."""

    par_numero_heure: int
    par_numero_jour: int
    par_origine_heure: int


def refus_d_envoi(
    au_numero: Iterable[datetime], de_l_origine: Iterable[datetime], *, au: datetime, limites: Limites
) -> str:
    """Pourquoi ne pas envoyer un code de plus ; vide si rien ne s'y oppose."""
    recents = list(au_numero)
    if _depuis(recents, au - HEURE) >= limites.par_numero_heure:
        return "Plusieurs codes viennent d'être envoyés à ce numéro. Attendez une heure avant d'en demander un autre."
    if _depuis(recents, au - JOUR) >= limites.par_numero_jour:
        return "Trop de codes ont été envoyés à ce numéro aujourd'hui. Réessayez demain, ou appelez la chambre."
    if _depuis(de_l_origine, au - HEURE) >= limites.par_origine_heure:
        return "Trop de codes ont été demandés d'ici. Attendez une heure, ou appelez la chambre."
    return ""


def _depuis(moments: Iterable[datetime], debut: datetime) -> int:
    return sum(1 for moment in moments if moment > debut)


class EtatDuCode(StrEnum):
    JUSTE = "juste"
    FAUX = "faux"
    PERIME = "perime"
    EPUISE = "epuise"
    UTILISE = "utilise"


@dataclass(frozen=True)
class VerdictDeCode:
    """Ce que vaut un essai, et la phrase à montrer."""

    etat: EtatDuCode
    phrase: str = ""


def juger(
    *, juste: bool, essais: int, essais_max: int, expire_le: datetime, utilise: bool, au: datetime
) -> VerdictDeCode:
    """Ce que vaut un essai. `essais` : ceux déjà faits. Un code usé ne dit pas s'il était juste."""
    if utilise:
        return VerdictDeCode(EtatDuCode.UTILISE, "Ce code a déjà servi : demandez-en un nouveau.")
    if au >= expire_le:
        return VerdictDeCode(EtatDuCode.PERIME, "Ce code a expiré : demandez-en un nouveau.")
    if essais >= essais_max:
        return VerdictDeCode(EtatDuCode.EPUISE, "Trop d'essais sur ce code : demandez-en un nouveau.")
    if juste:
        return VerdictDeCode(EtatDuCode.JUSTE)
    restent = essais_max - essais - 1
    if restent == 0:
        return VerdictDeCode(EtatDuCode.EPUISE, "Ce n'est pas le bon code, et c'était le dernier essai : demandez-en "
                                                "un nouveau.")  # fmt: skip
    dit = "Il reste un essai." if restent == 1 else f"Il reste {restent} essais."
    return VerdictDeCode(EtatDuCode.FAUX, f"Ce n'est pas le bon code. {dit}")
