"""Lire les corrections locales, ce que la source dit des mêmes champs, et poser les unes sur l'autre."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyproj
from django.db.models import QuerySet

from tissu.entrepot.emplacements import dossier_etapes
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.corrigeables import ADRESSE, CHAMPS, POSITION, SIGNALEMENT, adresse_en_ligne
from tissu.registre.models import Correction, EtatCorrection
from tissu.registre.models.corrections import ETATS_APPLIQUES
from tissu.registre.rules import (
    LIBELLE_NON_DIFFUSIBLE,
    MARQUEURS_NON_DIFFUSIBLE,
    champs_masques,
    est_diffusible,
    masquer,
)
from tissu.registre.sources import formats_insee

# Colonne officielle de chaque champ ; l'enseigne en réunit trois.
COLONNES = {
    "denomination_usuelle": "denominationUsuelleEtablissement",
    "naf": "activitePrincipaleEtablissement",
    "naf25": "activitePrincipaleNAF25Etablissement",
    "tranche_effectif": "trancheEffectifsEtablissement",
    "annee_effectif": "anneeEffectifsEtablissement",
    "employeur": "caractereEmployeurEtablissement",
    "complement": "complementAdresseEtablissement",
    "numero": "numeroVoieEtablissement",
    "indice": "indiceRepetitionEtablissement",
    "type_voie": "typeVoieEtablissement",
    "libelle_voie": "libelleVoieEtablissement",
    "code_postal": "codePostalEtablissement",
    "commune": "libelleCommuneEtablissement",
}
ENSEIGNES = tuple(f"enseigne{rang}Etablissement" for rang in (1, 2, 3))
LAMBERT = ("coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement")


def appliquees(siret: str) -> list[Correction]:
    """Les corrections en vigueur d'un établissement, auteur compris."""
    return list(
        Correction.objects.filter(siret=siret, etat__in=ETATS_APPLIQUES).select_related("auteur").order_by("champ")
    )


def toutes(siret: str) -> QuerySet[Correction]:
    """Toutes les corrections d'un établissement, les abandonnées aussi, de la plus récente à la plus ancienne."""
    return Correction.objects.filter(siret=siret).select_related("auteur").order_by("-le", "-pk")


def montrables(corrections: Iterable[Correction], lignes: Mapping[str, Mapping[str, Any]]) -> list[Correction]:
    """Des copies des corrections où rien ne se lit de ce que la diffusion partielle protège.

    `lignes` : les établissements du registre, par SIRET ; une correction dont l'établissement n'y est pas est tenue
    pour protégée. Le motif et le signalement sont du texte libre : ils suivent.
    """
    return [_montrable(correction, lignes.get(correction.siret)) for correction in corrections]


def _montrable(correction: Correction, ligne: Mapping[str, Any] | None) -> Correction:
    if ligne is not None and est_diffusible(ligne):
        return correction
    copie = copy(correction)
    copie.motif = LIBELLE_NON_DIFFUSIBLE
    if ligne is None or correction.champ == SIGNALEMENT or correction.champ in champs_masques(ligne):
        for champ in ("valeur", "valeur_source", "nouvelle_source"):
            if getattr(copie, champ):
                setattr(copie, champ, LIBELLE_NON_DIFFUSIBLE)
    return copie


def a_revoir() -> QuerySet[Correction]:
    """La file d'attente : la source a bougé, ou l'échéance est passée."""
    return Correction.objects.filter(etat=EtatCorrection.A_REVOIR).select_related("auteur").order_by("le", "pk")


def compte_a_revoir() -> int:
    return Correction.objects.filter(etat=EtatCorrection.A_REVOIR).count()


def appliquer(
    ligne: Mapping[str, Any], corrections: Iterable[Correction], *, peut_voir: bool = False
) -> dict[str, Any]:
    """La ligne d'un établissement avec ses corrections, sans attendre que le registre soit recomposé.

    Ce que la diffusion partielle protège reste masqué, corrigé ou non, sauf à qui peut le voir.
    """
    corrigee = dict(ligne)
    poses = []
    for correction in corrections:
        if correction.champ != SIGNALEMENT and correction.champ in corrigee:
            corrigee[correction.champ] = _typer(correction.champ, correction.valeur)
            poses.append(correction.champ)
    if not poses:
        return corrigee
    corrigee["corrections"] = sorted({*(corrigee.get("corrections") or ()), *poses})
    if not {*ADRESSE}.isdisjoint(poses):
        corrigee["adresse"] = adresse_en_ligne(corrigee)
    if not {*POSITION}.isdisjoint(poses):
        corrigee |= {"origine_position": "correction", "qualite_xy": None}
    if "naf" in poses:
        corrigee["naf_nomenclature"] = "NAFRev2"
    return masquer(corrigee, peut_voir=peut_voir)


def _typer(champ: str, valeur: str) -> Any:
    if not valeur:
        return None
    if champ in POSITION:
        return float(valeur)
    return int(valeur) if champ == "annee_effectif" else valeur


def valeurs_de_la_source(sirets: Sequence[str]) -> tuple[dict[str, dict[str, str]], date | None]:
    """Ce que les fichiers officiels en place disent des champs corrigeables, en texte, et leur date d'arrêt.

    La source d'une position est son point et l'adresse qu'il désigne : si l'adresse change, le point est à revoir.
    """
    try:
        manifeste = courant().manifeste
    except RegistreAbsent:
        return {}, None
    etapes = {sorte: dossier_etapes() / chemin for sorte, chemin in manifeste.get("etapes", {}).items()}
    lignes = _lire(etapes.get(formats_insee.ETABLISSEMENTS), sirets)
    points = _lire(etapes.get(formats_insee.GEOLOCALISATION), sirets)
    au = date.fromisoformat(manifeste["source_au"])
    return {siret: _champs(ligne, points.get(siret, {})) for siret, ligne in lignes.items()}, au


def _lire(etape: Path | None, sirets: Sequence[str]) -> dict[str, dict[str, Any]]:
    if etape is None or not etape.is_file() or not sirets:
        return {}
    table = pq.read_table(etape, filters=[("siret", "in", list(sirets))])
    return {ligne["siret"]: ligne for ligne in table.to_pylist()}


def _champs(ligne: Mapping[str, Any], point: Mapping[str, Any]) -> dict[str, str]:
    valeurs = {champ: _propre(ligne.get(colonne)) for champ, colonne in COLONNES.items()}
    valeurs["enseigne"] = " ".join(filter(None, (_propre(ligne.get(colonne)) for colonne in ENSEIGNES)))
    lon, lat = _point(ligne, point)
    adresse = adresse_en_ligne(valeurs)
    valeurs["lon"] = f"{lon} ({adresse})" if lon else f"sans point ({adresse})"
    valeurs["lat"] = f"{lat} ({adresse})" if lat else f"sans point ({adresse})"
    return valeurs


def _propre(valeur: Any) -> str:
    texte = "" if valeur is None else str(valeur).strip()
    return "" if texte in MARQUEURS_NON_DIFFUSIBLE else texte


def _point(ligne: Mapping[str, Any], point: Mapping[str, Any]) -> tuple[str, str]:
    if point.get("x_longitude") and point.get("y_latitude"):
        return f"{float(point['x_longitude']):.6f}", f"{float(point['y_latitude']):.6f}"
    couple = (point.get("x"), point.get("y")) if point.get("x") else tuple(_propre(ligne.get(c)) for c in LAMBERT)
    try:
        x, y = float(couple[0] or ""), float(couple[1] or "")
    except (TypeError, ValueError):
        return "", ""
    lon, lat = pyproj.Transformer.from_crs(2154, 4326, always_xy=True).transform(x, y)
    return f"{lon:.6f}", f"{lat:.6f}"


def libelle_champ(champ: str) -> str:
    """Le nom du champ à l'écran."""
    return CHAMPS[champ].libelle if champ in CHAMPS else champ
