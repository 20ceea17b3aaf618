"""Ce qu'un téléphone montre d'un local, et à quoi un relevé se compare : les mêmes valeurs des deux côtés."""

from collections.abc import Collection, Mapping
from typing import Any

from tissu.locaux.models import Local, Occupation, PeriodeEtat

DU_LOCAL = (
    "numero", "complement", "quartier", "lon", "lat", "etage", "surface_m2", "surface_vente_m2", "vitrine_m",
    "couverts", "chambres", "disponible_texte",
)  # fmt: skip
DE_L_OCCUPANT = ("enseigne", "activite", "independance")


def valeurs_montrees(local: Local) -> dict[str, Any]:
    """Ce que l'on sait d'un local aujourd'hui : lui-même, son occupant, son état."""
    etat = local.etats.filter(fin__isnull=True).first()
    occupant = local.occupations.filter(fin__isnull=True, accessoire=False).first()
    return _valeurs(local, etat, occupant)


def valeurs_en_json(local: Local) -> dict[str, Any]:
    """Les valeurs montrées, telles qu'un téléphone les garde."""
    return en_json(valeurs_montrees(local))


def valeurs_de_chacun(locaux: Collection[Local]) -> dict[int, dict[str, Any]]:
    """Les mêmes, pour beaucoup de locaux (leur voie déjà lue), en deux requêtes."""
    etats = {une.local_id: une for une in PeriodeEtat.objects.filter(local__in=locaux, fin__isnull=True).order_by()}
    occupants = {
        une.local_id: une
        for une in Occupation.objects.filter(local__in=locaux, fin__isnull=True, accessoire=False).order_by()
    }
    return {local.pk: en_json(_valeurs(local, etats.get(local.pk), occupants.get(local.pk))) for local in locaux}


def _valeurs(local: Local, etat: PeriodeEtat | None, occupant: Occupation | None) -> dict[str, Any]:
    return {
        **{champ: getattr(local, champ) for champ in DU_LOCAL},
        "voie": local.voie.nom if local.voie else "",
        **{champ: getattr(occupant, champ) if occupant else "" for champ in DE_L_OCCUPANT},
        "etat": etat.etat if etat else "",
        "precision": etat.precision if etat else "",
    }


def en_json(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """Les nombres exacts s'écrivent en toutes lettres."""
    return {
        cle: valeur if isinstance(valeur, bool | int | float | str | None) else str(valeur)
        for cle, valeur in valeurs.items()
    }
