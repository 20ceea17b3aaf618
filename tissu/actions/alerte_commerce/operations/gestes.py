"""Ce que toute écriture partage : refuser, prendre un adhérent en main, noter ce qui s'est passé."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tissu.actions.alerte_commerce import permissions
from tissu.actions.alerte_commerce.choices import GesteAdherent
from tissu.actions.alerte_commerce.models import Adherent, EtapeAdherent
from tissu.actions.alerte_commerce.rules.parcours import suite


class GesteRefuse(Exception):
    """Ce geste n'est pas possible ; le message dit pourquoi et quoi faire."""


def exiger(auteur: Any, predicat: Callable[[Any], bool] = permissions.peut_gerer) -> None:
    """Lève `GesteRefuse` si la personne n'en a pas le droit."""
    if not predicat(auteur):
        raise GesteRefuse("Le réseau Alerte Commerce est tenu par les chargés de mission de la chambre.")


def exiger_texte(texte: str, sinon: str) -> str:
    propre = " ".join(texte.split())
    if not propre:
        raise GesteRefuse(sinon)
    return propre


def prendre(adherent: Adherent) -> Adherent:
    """L'adhérent relu et verrouillé, dans la transaction en cours."""
    return Adherent.objects.select_for_update().get(pk=adherent.pk)


def passer(adherent: Adherent, geste: GesteAdherent) -> None:
    """Pose l'état où mène ce geste. Lève `GesteRefuse` s'il n'est pas possible d'ici."""
    vers = suite(adherent.etat, geste)
    if vers is None:
        raise GesteRefuse(
            f"« {adherent} » est « {adherent.get_etat_display().lower()} » : ce geste n'est plus possible. Rechargez "
            "sa fiche."
        )
    adherent.etat = vers


def noter(adherent: Adherent, geste: GesteAdherent, *, auteur: Any, au: datetime, texte: str = "") -> None:
    """Ajoute une ligne au journal de l'adhérent."""
    EtapeAdherent.objects.create(adherent=adherent, geste=geste, texte=texte[:500], auteur=auteur, le=au)
