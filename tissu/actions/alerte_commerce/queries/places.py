"""Situer un fait : d'une adresse écrite, par les locaux de la rue ; d'un point, par le local le plus proche."""

import re
from dataclasses import dataclass

from tissu.actions.alerte_commerce.queries.lieux import cle_adresse
from tissu.locaux.models import Local
from tissu.locaux.rules.adresses import cle_numero, metres, rang_du_numero
from tissu.registre.models import Zone

_BORNE = 0.004
"""En degrés, un peu plus que 300 m : au-delà, un local ne dit plus le quartier d'un point."""


@dataclass(frozen=True)
class Place:
    lon: float | None = None
    lat: float | None = None
    quartier: str = ""
    code_commune: str = ""


def situer(lieu: str, code_commune: str) -> Place:
    """La place d'une adresse : son numéro, sinon le plus proche de la rue ; vide si la rue n'est pas connue."""
    cle = cle_adresse(re.split(r"[,(;]", lieu)[0], code_commune)
    if not cle:
        return Place()
    _, voie, numero = cle.split("|")
    locaux = list(
        Local.objects.filter(
            voie__code_commune=code_commune, voie__nom_normalise=voie, lon__isnull=False, ecarte_le__isnull=True
        )
        .order_by("pk")
        .values_list("numero", "lon", "lat", "quartier")
    )  # fmt: skip
    if not locaux:
        return Place()
    voulu = rang_du_numero(numero)

    def ecart(local: tuple[str, float | None, float | None, str]) -> tuple[bool, int]:
        rang = rang_du_numero(local[0])
        return cle_numero(local[0]) != numero, abs((rang or 0) - voulu) if voulu is not None else 0

    _, lon, lat, quartier = min(locaux, key=ecart) if voulu is not None else locaux[len(locaux) // 2]
    return Place(lon, lat, quartier, code_commune)


def situer_un_point(lon: float, lat: float) -> Place:
    """Le point, et le quartier et la commune du local le plus proche s'il y en a un tout près."""
    proches = Local.objects.filter(
        lon__range=(lon - _BORNE, lon + _BORNE), lat__range=(lat - _BORNE, lat + _BORNE), ecarte_le__isnull=True
    ).values_list("lon", "lat", "quartier", "code_commune")
    a_cote = [
        (metres(lon, lat, autre_lon, autre_lat), quartier, commune)
        for autre_lon, autre_lat, quartier, commune in proches
        if autre_lon is not None and autre_lat is not None
    ]
    if not a_cote:
        return Place(lon, lat)
    _, quartier, commune = min(a_cote)
    return Place(lon, lat, quartier, commune)


def choix_de_zone() -> list[tuple[str, str]]:
    """Les quartiers et les zones que l'on peut viser."""
    return list(Zone.objects.order_by("nom", "pk").values_list("pk", "nom"))
