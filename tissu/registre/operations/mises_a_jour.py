"""Mettre le registre à jour de ce que l'Insee a traité depuis : les lignes reçues remplacent celles du même SIRET."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tissu.entrepot.emplacements import dossier_etapes, dossier_registre
from tissu.entrepot.instantane import courant
from tissu.entrepot.lecture.formats import Format
from tissu.registre.models import Import
from tissu.registre.operations.composition import territoire_du_manifeste
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.sources import formats_insee as insee
from tissu.registre.sources.insee_api import ClientInsee, Modifications
from tissu.socle.formats import nombre

SUITE = (insee.StockEtablissementLiensSuccession, insee.GeolocalisationEtablissement)


def mettre_a_jour(
    *, client: ClientInsee, depuis: date, au: datetime, auteur: int | None, suivi: Any, forcer: bool = False
) -> Import | None:
    """Demande à l'Insee ce qu'il a traité depuis un jour, le fond dans les fichiers en place et importe le tout.

    Rend None si l'Insee n'a rien traité. Les fichiers du jour restent dans `registre/maj/`.

    :raises InseeInjoignable: l'interface ne répond pas ; rien n'a changé.
    :raises RegistreAbsent: il faut d'abord importer les fichiers stock.
    """
    manifeste = courant().manifeste
    territoire = territoire_du_manifeste(manifeste)
    suivi.avancer(0.05, "Demande des modifications à l'Insee")
    recues = client.modifications(du=depuis, au=au.date(), communes=list(territoire.communes))
    if not recues.etablissements:
        return None
    suivi.avancer(0.3, f"{nombre(len(recues.etablissements))} établissements modifiés")
    dossier = dossier_registre() / "maj" / f"{au:%Y%m%dT%H%M%S}"
    ecrire_fichiers_du_jour(recues, dossier)
    fondre(recues, etapes={s: dossier_etapes() / c for s, c in manifeste["etapes"].items()}, vers=dossier / "complet")
    return importer_sirene(
        dossier=dossier / "complet", territoire=territoire, auteur=auteur, au=au, suivi=suivi, forcer=forcer
    )


def ecrire_fichiers_du_jour(recues: Modifications, dossier: Path) -> None:
    """Les lignes reçues, en CSV aux en-têtes officiels."""
    dossier.mkdir(parents=True, exist_ok=True)
    for format_, lignes in _par_format(recues):
        with (dossier / f"{_racine(format_)}_maj_utf8.csv").open("w", encoding="utf-8", newline="") as sortie:
            ecrivain = csv.DictWriter(sortie, format_.colonnes, extrasaction="ignore", restval="")
            ecrivain.writeheader()
            ecrivain.writerows(_en_texte(ligne, format_.colonnes) for ligne in lignes)


def fondre(recues: Modifications, *, etapes: dict[str, Path], vers: Path) -> None:
    """Écrit des fichiers complets : ceux en place, où chaque SIRET (ou SIREN) reçu plus récent prend la place.

    Une ligne reçue plus ancienne que celle en place ne la remplace pas.
    """
    vers.mkdir(parents=True, exist_ok=True)
    sirets = _plus_recents(recues.etablissements, etapes[insee.ETABLISSEMENTS], insee.StockEtablissement)
    sirens = _plus_recents(recues.unites_legales, etapes.get(insee.UNITES_LEGALES), insee.StockUniteLegale)
    retenus = {insee.ETABLISSEMENTS: sirets, insee.PERIODES: sirets, insee.UNITES_LEGALES: sirens}
    for format_, lignes in _par_format(recues):
        cle = format_.cle[0]
        garde = retenus[format_.sorte]
        nouvelles = [_en_texte(ligne, format_.colonnes) for ligne in lignes if ligne[cle] in garde]
        _ecrire(format_, etapes.get(format_.sorte), cle, garde, nouvelles, vers)
    for format_ in SUITE:
        if format_.sorte in etapes:
            _ecrire(format_, etapes[format_.sorte], format_.cle[0], set(), [], vers)


def _par_format(recues: Modifications) -> Sequence[tuple[Format, list[dict[str, Any]]]]:
    return (
        (insee.StockEtablissement, recues.etablissements),
        (insee.StockEtablissementHistorique, recues.periodes),
        (insee.StockUniteLegale, recues.unites_legales),
    )


def _plus_recents(lignes: Iterable[dict[str, Any]], etape: Path | None, format_: Format) -> set[str]:
    cle, recence = format_.cle[0], format_.recence
    en_place: dict[str, str] = {}
    if etape is not None and etape.is_file():
        table = pq.read_table(etape, columns=[cle, recence])
        en_place = dict(zip(table.column(cle).to_pylist(), table.column(recence).to_pylist(), strict=True))
    return {ligne[cle] for ligne in lignes if str(ligne.get(recence) or "") >= (en_place.get(ligne[cle]) or "")}


def _ecrire(
    format_: Format, etape: Path | None, cle: str, retires: set[str], nouvelles: list[dict[str, str]], vers: Path
) -> None:
    schema = pa.schema([(colonne, pa.string()) for colonne in format_.colonnes])
    morceaux = [pa.Table.from_pylist(nouvelles, schema=schema)]
    if etape is not None and etape.is_file():
        ancienne = pq.read_table(etape)
        colonnes = [
            ancienne.column(c).cast(pa.string()) if c in ancienne.column_names else pa.nulls(len(ancienne), pa.string())
            for c in format_.colonnes
        ]
        table = pa.table(colonnes, schema=schema)
        garde = pc.invert(pc.is_in(table.column(cle), value_set=pa.array(sorted(retires), pa.string())))
        morceaux.insert(0, table.filter(garde))
    pq.write_table(pa.concat_tables(morceaux), vers / f"{_racine(format_)}_maj.parquet", compression="zstd")


def _racine(format_: Format) -> str:
    """Le début du nom officiel du fichier, que l'import reconnaît."""
    return {
        insee.ETABLISSEMENTS: "StockEtablissement",
        insee.PERIODES: "StockEtablissementHistorique",
        insee.UNITES_LEGALES: "StockUniteLegale",
        insee.SUCCESSIONS: "StockEtablissementLiensSuccession",
        insee.GEOLOCALISATION: "GeolocalisationEtablissement",
    }[format_.sorte]


def _en_texte(ligne: dict[str, Any], colonnes: Sequence[str]) -> dict[str, str | None]:
    return {colonne: _valeur(ligne.get(colonne)) for colonne in colonnes}


def _valeur(valeur: Any) -> str | None:
    if valeur is None:
        return None
    return str(valeur).lower() if isinstance(valeur, bool) else str(valeur)
