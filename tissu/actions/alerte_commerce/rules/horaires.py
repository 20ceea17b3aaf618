"""Les heures d'ouverture d'un commerce : lues d'une phrase, écrites, et confrontées à un moment."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
Plages = list[list[str]]
_HEURE = r"(\d{1,2})\s*(?:h|:|H)\s*(\d{2})?"
_PLAGE = re.compile(rf"^{_HEURE}\s*(?:-|–|à|a)\s*{_HEURE}$")


class HorairesIllisibles(ValueError):
    """Le texte n'est pas une suite d'heures ; le message dit laquelle et comment l'écrire."""


def lire_plages(texte: str) -> Plages:
    """« 9h-12h, 14h30-19h » → [["09:00", "12:00"], ["14:30", "19:00"]] ; « fermé » ou rien → []."""
    propre = texte.strip().lower()
    if propre in {"", "fermé", "ferme", "-"}:
        return []
    return [_lire_plage(morceau.strip()) for morceau in re.split(r"\s*(?:,|;|\bet\b)\s*", propre) if morceau.strip()]


def _lire_plage(morceau: str) -> list[str]:
    trouve = _PLAGE.match(morceau)
    if trouve is None:
        raise HorairesIllisibles(f"« {morceau} » ne se lit pas : écrivez « 9h-12h30 », ou « fermé ».")
    h1, m1, h2, m2 = (int(valeur or 0) for valeur in trouve.groups())
    if max(h1, h2) > 24 or max(m1, m2) > 59 or (h1 == 24 and m1) or (h2 == 24 and m2):
        raise HorairesIllisibles(f"« {morceau} » dépasse 24 h.")
    if (h1, m1) == (h2, m2):
        raise HorairesIllisibles(f"« {morceau} » s'ouvre et se ferme à la même heure.")
    return [f"{h1 % 24:02d}:{m1:02d}", f"{h2:02d}:{m2:02d}"]


def ecrire_plages(plages: Sequence[Sequence[str]]) -> str:
    """[["09:00", "12:00"]] → « 9h-12h »."""
    return ", ".join(f"{_court(debut)}-{_court(fin)}" for debut, fin in plages)


def _court(heure: str) -> str:
    h, m = heure.split(":")
    return f"{int(h)}h{m if m != '00' else ''}"


def est_ouvert(horaires: Mapping[str, Sequence[Sequence[str]]], moment: datetime) -> bool | None:
    """Le commerce est-il ouvert à ce moment (heure locale) ? None s'il n'a pas dit ses horaires.

    Une plage qui finit avant de commencer passe minuit.
    """
    if not horaires:
        return None
    ici, hier = JOURS[moment.weekday()], JOURS[(moment.weekday() - 1) % 7]
    heure = moment.time()
    if any(_dans(heure, debut, fin) for debut, fin in horaires.get(ici, ())):
        return True
    return any(heure < _heure(fin) for debut, fin in horaires.get(hier, ()) if _passe_minuit(debut, fin))


def _dans(heure: time, debut: str, fin: str) -> bool:
    if _passe_minuit(debut, fin):
        return heure >= _heure(debut)
    return _heure(debut) <= heure < _heure(fin)


def _passe_minuit(debut: str, fin: str) -> bool:
    return fin == "24:00" or fin < debut


def _heure(texte: str) -> time:
    return time() if texte == "24:00" else time.fromisoformat(texte)
