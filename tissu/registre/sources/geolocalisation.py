"""Positions : le fichier de géolocalisation de l'Insee, et les coordonnées Lambert-93 de Sirene."""

import math

import ibis
import ibis.expr.types as ir

from tissu.registre.sources.champs import reel, texte

QUALITE_SANS_VALEUR = "33"
"""Qualité Insee d'un point tiré au hasard dans la commune : pire que rien sur une carte."""

EPSG_LAMBERT93 = "2154"

# Projection Lambert-93 (IGN, NTG_71 et NTG_80), ellipsoïde IAG-GRS80.
_N = 0.7256077650532670
_C = 11754255.426096
_XS = 700000.0
_YS = 12655612.049876
_LONGITUDE_ORIGINE = math.radians(3.0)
_E = 0.0818191910428158


def geolocalisation(brut: ir.Table) -> ir.Table:
    """Grain : SIRET. Degrés WGS84 ; les points de qualité 33 sont écartés."""
    lus = brut.select(
        siret=texte(brut, "siret"),
        qualite_xy=texte(brut, "qualite_xy"),
        longitude=reel(brut, "x_longitude"),
        latitude=reel(brut, "y_latitude"),
        lambert=ibis.coalesce(texte(brut, "epsg"), ibis.literal(EPSG_LAMBERT93)) == EPSG_LAMBERT93,
        x=reel(brut, "x"),
        y=reel(brut, "y"),
    )
    situes = avec_degres(lus.filter(lus.qualite_xy.fill_null("") != QUALITE_SANS_VALEUR), "x", "y")
    calculable = situes.lambert & situes.longitude.isnull()
    points = situes.select(
        "siret",
        "qualite_xy",
        lon=calculable.ifelse(situes.lon_lambert, situes.longitude),
        lat=calculable.ifelse(situes.lat_lambert, situes.latitude),
    )
    return points.filter(points.lon.notnull() & points.lat.notnull())


def avec_degres(table: ir.Table, x: str, y: str) -> ir.Table:
    """Ajoute `lon_lambert` et `lat_lambert` (degrés) calculées des mètres Lambert-93 de deux colonnes."""
    dx, dy = table[x] - _XS, _YS - table[y]
    rayon = (dx * dx + dy * dy).sqrt()
    pret = table.mutate(
        lon_lambert=(ibis.literal(_LONGITUDE_ORIGINE) + (dx / dy).atan() / _N).degrees(),
        _chi=2 * ((rayon / _C).ln() / -_N).exp().atan() - math.pi / 2,
    )
    latitude: ir.FloatingValue = pret["_chi"]
    for rang, coefficient in enumerate(_serie_de_latitude(), start=1):
        latitude = latitude + coefficient * (2 * rang * pret["_chi"]).sin()
    return pret.mutate(lat_lambert=latitude.degrees()).drop("_chi")


def _serie_de_latitude() -> tuple[float, ...]:
    """Coefficients de la latitude géographique en fonction de la latitude conforme (Snyder, 1987, 3-5)."""
    e2 = _E**2
    return (
        e2 / 2 + 5 * e2**2 / 24 + e2**3 / 12 + 13 * e2**4 / 360,
        7 * e2**2 / 48 + 29 * e2**3 / 240 + 811 * e2**4 / 11520,
        7 * e2**3 / 120 + 81 * e2**4 / 1120,
        4279 * e2**4 / 161280,
    )
