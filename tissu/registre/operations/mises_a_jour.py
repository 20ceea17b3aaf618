"""Mettre le registre à jour de ce que l'Insee a traité depuis : les lignes reçues remplacent celles du même SIRET.

Une mise à jour n'est pas une contradiction : elle se fond dans les fichiers de la version en place avant l'import,
qui n'y voit ensuite qu'une ligne par clé. La garde, la quarantaine et le journal sont ceux de tout import.
"""

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from tissu.registre.operations.importation import ImportRefuse, importer_sirene
from tissu.registre.sources import formats_insee as insee
from tissu.registre.sources.insee_api import ClientInsee, Modifications
from tissu.socle.formats import pluriel

RACINES = {
    insee.ETABLISSEMENTS: "StockEtablissement",
    insee.PERIODES: "StockEtablissementHistorique",
    insee.UNITES_LEGALES: "StockUniteLegale",
    insee.SUCCESSIONS: "StockEtablissementLiensSuccession",
    insee.GEOLOCALISATION: "GeolocalisationEtablissement",
}
"""Le début du nom officiel de chaque fichier, que l'import reconnaît."""


@dataclass(frozen=True)
class BilanMaj:
    """Ce que les établissements reçus sont devenus."""

    remplaces: int
    nouveaux: int
    perimes: int

    def __str__(self) -> str:
        morceaux = [
            pluriel(self.remplaces, "établissement remplacé", "établissements remplacés"),
            pluriel(self.nouveaux, "nouveau", "nouveaux"),
        ]
        if self.perimes:
            morceaux.append(f"{pluriel(self.perimes, 'ignoré')} (le fichier en place est plus récent)")
        return f"Mise à jour de l'Insee : {', '.join(morceaux)}."


def mettre_a_jour(
    *,
    client: ClientInsee,
    depuis: date,
    jusqu_a: date,
    au: datetime,
    auteur: int | None,
    suivi: Any,
    forcer: bool = False,
) -> Import | None:
    """Demande à l'Insee ce qu'il a traité entre deux jours compris, le fond dans les fichiers en place et importe.

    Rend None si l'Insee n'a rien traité. Les fichiers reçus restent dans `registre/maj/`.

    :raises InseeInjoignable: l'interface ne répond pas ; rien n'a changé.
    :raises RegistreAbsent: il faut d'abord importer les fichiers stock.
    :raises ImportRefuse: dates à l'envers, perte anormale, ou registre changé pendant la demande.
    """
    if depuis > jusqu_a:
        raise ImportRefuse(f"La mise à jour va du {depuis:%d/%m/%Y} au {jusqu_a:%d/%m/%Y} : inversez les deux dates.")
    territoire = territoire_du_manifeste(courant().manifeste)
    suivi.avancer(0.01, "Demande des modifications à l'Insee")
    recues = client.modifications(
        du=depuis, au=jusqu_a, communes=list(territoire.communes), dire=lambda message: suivi.avancer(0.02, message)
    )
    if not recues.etablissements:
        return None
    dossier = dossier_registre() / "maj" / f"{au:%Y%m%dT%H%M%S}"
    ecrire_fichiers_recus(recues, dossier, jusqu_a)
    # La demande a pu durer : on fond dans ce qui est en place maintenant, non dans ce qui l'était au début.
    manifeste = courant().manifeste
    if {c["code"] for c in manifeste["territoire"]["communes"]} != set(territoire.communes):
        raise ImportRefuse("Le territoire du registre a changé pendant la demande à l'Insee : relancez la mise à jour.")
    complet = dossier / "complet"
    try:
        bilan = fondre(recues, manifeste=manifeste, vers=complet)
        suivi.avancer(0.03, str(bilan))
        journal = importer_sirene(
            dossier=complet, territoire=territoire, auteur=auteur, au=au, suivi=suivi, forcer=forcer
        )
    finally:
        # L'import a gardé ses étapes : ces fichiers complets ne feraient que grossir le disque chaque nuit.
        shutil.rmtree(complet, ignore_errors=True)
    journal.message = f"{bilan} {journal.message}"
    journal.save(update_fields=["message"])
    return journal


def ecrire_fichiers_recus(recues: Modifications, dossier: Path, jour: date) -> None:
    """Les lignes reçues, en CSV aux en-têtes officiels, nommées du dernier jour demandé."""
    dossier.mkdir(parents=True, exist_ok=True)
    for format_, lignes in _par_format(recues):
        fichier = dossier / f"{RACINES[format_.sorte]}_maj_{jour.isoformat()}.csv"
        with fichier.open("w", encoding="utf-8", newline="") as sortie:
            ecrivain = csv.DictWriter(sortie, format_.colonnes, extrasaction="ignore", restval="")
            ecrivain.writeheader()
            ecrivain.writerows(_en_texte(ligne, format_.colonnes) for ligne in lignes)


def fondre(recues: Modifications, *, manifeste: Mapping[str, Any], vers: Path) -> BilanMaj:
    """Écrit des fichiers complets : ceux de la version en place, où ce qui est reçu prend la place de la même clé.

    Une ligne plus ancienne que celle en place ne la remplace pas : l'Insee republie parfois ses stocks en cours de
    mois. Les périodes d'un SIRET remplacé le sont toutes. Les mêmes lignes reçues deux fois donnent les mêmes octets.
    """
    etapes = {sorte: dossier_etapes() / chemin for sorte, chemin in manifeste["etapes"].items()}
    if perdues := [chemin.name for chemin in etapes.values() if not chemin.is_file()]:
        raise ImportRefuse(
            f"Les fichiers gardés de la version en place manquent ({', '.join(perdues)}) : importez de nouveau les "
            "fichiers stock, puis relancez la mise à jour. Le registre n'a pas changé."
        )
    vers.mkdir(parents=True, exist_ok=True)
    en_place = _traitements(etapes[insee.ETABLISSEMENTS], insee.StockEtablissement)
    perimes = _perimes(recues.etablissements, en_place, insee.StockEtablissement)
    absentes = _colonnes_absentes(manifeste)
    for format_, lignes in _par_format(recues):
        base = etapes.get(format_.sorte)
        cle = ("siret",) if format_.sorte == insee.PERIODES else format_.cle
        if format_.sorte in {insee.UNITES_LEGALES, insee.SUCCESSIONS}:
            ecartees = _perimes(lignes, _traitements(base, format_), format_)
        else:
            ecartees = perimes
        nouvelles = [ligne for ligne in lignes if _cle(ligne, cle) not in ecartees]
        if base or nouvelles:
            table = _remplacer(base, format_, cle, nouvelles)
            _ecrire(table, format_, absentes.get(format_.sorte, set()), vers)
    if geolocalisation := etapes.get(insee.GEOLOCALISATION):
        shutil.copyfile(geolocalisation, vers / f"{RACINES[insee.GEOLOCALISATION]}.parquet")
    recus = {_cle(ligne, ("siret",)) for ligne in recues.etablissements}
    return BilanMaj(
        remplaces=len((recus & en_place.keys()) - perimes),
        nouveaux=len(recus - en_place.keys()),
        perimes=len(perimes),
    )


def _par_format(recues: Modifications) -> Sequence[tuple[Format, list[dict[str, Any]]]]:
    return (
        (insee.StockEtablissement, recues.etablissements),
        (insee.StockEtablissementHistorique, recues.periodes),
        (insee.StockUniteLegale, recues.unites_legales),
        (insee.StockEtablissementLiensSuccession, recues.liens),
    )


def _cle(ligne: Mapping[str, Any], colonnes: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(ligne.get(colonne) or "") for colonne in colonnes)


def _traitements(etape: Path | None, format_: Format) -> dict[tuple[str, ...], str]:
    """Le dernier traitement de chaque clé en place."""
    if etape is None:
        return {}
    lignes = pq.read_table(etape, columns=[*format_.cle, format_.recence]).to_pylist()
    return {_cle(ligne, format_.cle): ligne[format_.recence] or "" for ligne in lignes}


def _perimes(
    lignes: Iterable[Mapping[str, Any]], en_place: Mapping[tuple[str, ...], str], format_: Format
) -> set[tuple[str, ...]]:
    """Les clés reçues dont la ligne en place a été traitée après."""
    recence = str(format_.recence)
    cles = ((_cle(ligne, format_.cle), str(ligne.get(recence) or "")) for ligne in lignes)
    return {cle for cle, traite in cles if traite < en_place.get(cle, "")}


def _colonnes_absentes(manifeste: Mapping[str, Any]) -> dict[str, set[str]]:
    """Par source, les colonnes qu'aucun de ses fichiers n'avait."""
    absentes: dict[str, set[str]] = {}
    for source in manifeste["sources"]:
        siennes = set(source["colonnes_absentes"])
        absentes[source["sorte"]] = absentes.get(source["sorte"], siennes) & siennes
    return absentes


def _remplacer(
    base: Path | None, format_: Format, cle: Sequence[str], nouvelles: Sequence[Mapping[str, Any]]
) -> pa.Table:
    """La base sans les lignes qui ont une clé reçue, et les lignes reçues ; triée par clé."""
    schema = pa.schema([(colonne, pa.string()) for colonne in format_.colonnes])
    recues = pa.Table.from_pylist([_en_texte(ligne, format_.colonnes) for ligne in nouvelles], schema=schema)
    if base is not None:
        ancienne = pq.read_table(base)
        colonnes = [
            ancienne.column(c).cast(pa.string()) if c in ancienne.column_names else pa.nulls(len(ancienne), pa.string())
            for c in format_.colonnes
        ]
        table = pa.table(colonnes, schema=schema)
        cles_recues = pa.array({"\x1f".join(_cle(ligne, cle)) for ligne in nouvelles}, pa.string())
        remplacees = pc.is_in(_cle_reunie(table, cle), value_set=cles_recues)
        recues = pa.concat_tables([table.filter(pc.invert(remplacees)), recues])
    return recues.sort_by([(colonne, "ascending") for colonne in format_.cle])


def _cle_reunie(table: pa.Table, cle: Sequence[str]) -> Any:
    return pc.binary_join_element_wise(*(pc.fill_null(table.column(c), "") for c in cle), "\x1f")


def _ecrire(table: pa.Table, format_: Format, absentes: set[str], vers: Path) -> None:
    """Une colonne que les fichiers en place n'avaient pas, et que rien de reçu ne remplit, reste absente."""
    vides = [c for c in absentes if table.column(c).null_count == len(table)]
    pq.write_table(table.drop_columns(vides), vers / f"{RACINES[format_.sorte]}.parquet", compression="zstd")


def _en_texte(ligne: Mapping[str, Any], colonnes: Sequence[str]) -> dict[str, str | None]:
    return {colonne: _valeur(ligne.get(colonne)) for colonne in colonnes}


def _valeur(valeur: Any) -> str | None:
    """L'interface écrit des booléens JSON ; les fichiers, « true » et « false »."""
    if valeur is None or valeur == "":
        return None
    return str(valeur).lower() if isinstance(valeur, bool) else str(valeur)
