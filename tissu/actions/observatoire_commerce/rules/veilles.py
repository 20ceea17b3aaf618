"""Ce qui mérite d'être dit d'un local qui change, et quand le dire. Ni base, ni horloge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.locaux.choices import VACANTS, EtatLocal


class NatureDeFait(StrEnum):
    VACANT = "vacant"
    ETAT = "etat"
    OCCUPANT = "occupant"
    ACTIVITE = "activite"
    NOUVEAU = "nouveau"
    DISPARU = "disparu"


DITS: dict[str, frozenset[NatureDeFait]] = {
    SorteVeille.VACANT: frozenset({NatureDeFait.VACANT}),
    SorteVeille.ACTIVITE: frozenset({NatureDeFait.ACTIVITE}),
    SorteVeille.TOUT: frozenset(NatureDeFait),
}
"""Ce que dit chaque sorte de veille."""


@dataclass(frozen=True)
class Fait:
    """Un changement. `le` : le jour où il a eu lieu, None s'il n'est pas su ; `su_le` : quand il a été écrit."""

    nature: NatureDeFait
    texte: str
    le: date | None
    su_le: datetime


@dataclass(frozen=True)
class Occupant:
    """Qui est dans un local. Ce qui ne se dit pas est vide."""

    nom: str = ""
    code_activite: str = ""
    activite: str = ""


def resume_mensuel_du(examine_le: date | None, au: date, jour_du_mois: int) -> bool:
    """Vrai si le résumé de ce mois reste à envoyer : son jour est venu, et rien n'a été examiné depuis.

    Si l'horloge du serveur a manqué le jour dit, le premier passage qui suit rattrape ; un deuxième ne double rien.
    """
    jour = au.replace(day=jour_du_mois)
    return au >= jour and (examine_le is None or examine_le < jour)


def fenetre(ouverte_le: datetime, vu_jusqu_a: datetime | None, au: datetime, repit_jours: int) -> Sequence[datetime]:
    """Début (exclu) et fin (comprise) de ce qui se dit maintenant ; vide si le répit n'est pas passé."""
    debut = max(ouverte_le, vu_jusqu_a) if vu_jusqu_a else ouverte_le
    fin = au - timedelta(days=repit_jours)
    return (debut, fin) if debut < fin else ()


def fait_d_etat(avant: str | None, apres: str, le: date | None, su_le: datetime) -> Fait | None:
    """Un local devenu vacant, ou dont l'état a changé. `avant` None : on n'en savait rien."""
    if avant == apres:
        return None
    dit = EtatLocal(apres).label
    if apres in VACANTS and avant not in VACANTS:
        return Fait(NatureDeFait.VACANT, dit if avant is not None else f"{dit}, vu pour la première fois", le, su_le)
    etait = f" (était : {EtatLocal(avant).label.lower()})" if avant else ""
    return Fait(NatureDeFait.ETAT, f"{dit}{etait}", le, su_le)


def faits_d_occupant(avant: Occupant | None, apres: Occupant, le: date | None, su_le: datetime) -> list[Fait]:
    """Un nouvel occupant, une autre activité. Une activité inconnue avant ou après ne prouve aucun changement."""
    faits = []
    if avant is None or not avant.nom or avant.nom != apres.nom:
        qui = ", ".join(mot for mot in (apres.nom, apres.activite) if mot)
        faits.append(Fait(NatureDeFait.OCCUPANT, f"Nouvel occupant : {qui}" if qui else "Nouvel occupant", le, su_le))
    if avant and avant.code_activite and apres.code_activite and avant.code_activite != apres.code_activite:
        faits.append(Fait(NatureDeFait.ACTIVITE, f"{avant.activite} devient {apres.activite}", le, su_le))
    return faits
