"""Reprendre un message CAP en brouillon : un officier le relit, le complète et le soumet comme tout autre."""

from datetime import datetime
from typing import Any

from tissu.actions.alerte_commerce.choices import NatureFait, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations.alertes.commun import AlerteRefusee, exiger_les_forces_de_l_ordre
from tissu.actions.alerte_commerce.operations.alertes.redaction import rediger
from tissu.actions.alerte_commerce.rules.cap import CapRefuse, MessageCap, lire
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.socle.territoire import territoire


def reprendre_un_cap(*, octets: bytes, auteur: Any, au: datetime) -> Alerte:
    """Le brouillon de ce message. Lève `AlerteRefusee`, `PassageInterdit`."""
    exiger_les_forces_de_l_ordre(auteur)
    try:
        message = lire(octets)
    except CapRefuse as refus:
        raise AlerteRefusee(str(refus)) from refus
    if message.type in (TypeAlerte.ANNULATION, TypeAlerte.LEVEE):
        raise AlerteRefusee("Ce message clôt une alerte : ouvrez-la ici, puis annulez-la ou levez-la.")
    return rediger(champs=_champs(message, au), auteur=auteur, au=au)


def _champs(message: MessageCap, au: datetime) -> dict[str, Any]:
    dits = message.parametres
    if message.polygone:
        cible = Cible(SorteCible.POLYGONE, polygone=message.polygone)
    else:
        cible = Cible(rayon_m=round(message.cercle.km * 1000) if message.cercle else 0)
    nature, commune = dits.get("nature", ""), dits.get("commune", "")
    return {
        "nature": nature if nature in NatureFait.values else NatureFait.AUTRE, "activite": "",
        "lieu": message.lieu[:200],
        "code_commune": commune if commune in territoire().communes else territoire().commune_centre,
        "lon": message.cercle.lon if message.cercle else None, "lat": message.cercle.lat if message.cercle else None,
        "fait_le": message.fait_le or message.envoye_le, "appel_17_le": None, "retard": "",
        "direction": dits.get("direction", "")[:120], "maniere": message.description[:300],
        "conseil": message.conseil[:200], "texte": "", "cible": cible.en_json(),
    }  # fmt: skip
