"""Les questions d'un projet, étape par étape : celles que sa nature rend utiles, et elles seules."""

from collections.abc import Mapping

from tissu.actions.observatoire_commerce.choices import NatureProjet

ETAPES: Mapping[str, str] = {
    "projet": "Projet",
    "lieu": "Lieu",
    "surfaces": "Surfaces",
    "circonstances": "Circonstances",
    "zone": "Zone",
}

_ENSEMBLE = ("dans_ensemble", "surface_ensemble_m2")
SURFACES: Mapping[str, tuple[str, ...]] = {
    NatureProjet.CREATION: ("surface_creee_m2", *_ENSEMBLE),
    NatureProjet.EXTENSION: ("surface_existante_m2", "surface_creee_m2", *_ENSEMBLE),
    NatureProjet.CHANGEMENT: ("surface_existante_m2", "secteur_avant"),
    NatureProjet.ENSEMBLE_CREATION: ("surface_creee_m2",),
    NatureProjet.ENSEMBLE_EXTENSION: ("surface_ensemble_m2", "surface_creee_m2"),
    NatureProjet.REOUVERTURE: ("surface_existante_m2", "ferme_le", "reouvre_le", "redressement", "disposition_le"),
    NatureProjet.DRIVE: ("surface_creee_m2", "drive_integre", "surface_plancher_m2"),
    NatureProjet.REGROUPEMENT: ("surface_existante_m2", "surface_creee_m2"),
}
"""Ce que l'on demande des surfaces, et de l'histoire des lieux, selon la nature du projet."""

_COMMUNES = {
    "projet": ("nom", "nature", "secteur", "activite", "enseigne", "petitionnaire", "demande_le"),
    "lieu": ("code_commune", "adresse", "lon", "lat"),
    "circonstances": ("artificialisation", "permis", "en_ort", "ort_soumet", "population_commune"),
    "zone": ("rayons_m", "population_zone", "population_zone_source"),
}


def champs_de_l_etape(etape: str, nature: str) -> tuple[str, ...]:
    """Les champs d'une étape, dans l'ordre où on les demande. Un point de retrait n'a pas affaire à une ORT."""
    if etape == "surfaces":
        return SURFACES[NatureProjet(nature)]
    champs = _COMMUNES[etape]
    if etape == "circonstances" and nature == NatureProjet.DRIVE:
        return tuple(champ for champ in champs if champ not in {"en_ort", "ort_soumet"})
    return champs


def etape_suivante(etape: str) -> str:
    """L'étape d'après ; vide après la dernière."""
    codes = list(ETAPES)
    rang = codes.index(etape) + 1
    return codes[rang] if rang < len(codes) else ""
