"""Un StockEtablissement de la France entière, fictif : en-tête officiel, 35 000 communes, une métropole à sa part.

Écrit par le moteur, en quelques secondes par million de lignes : ce n'est pas la fabrication qu'on mesure.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tissu.entrepot.lecture.controles import citer
from tissu.registre.sources.formats_insee import StockEtablissement

COMMUNES_DE_FRANCE = 35_000
METROPOLE = tuple(f"21{rang:03d}" for rang in range(1, 24))
PART_METROPOLE = 190_000 / 40_000_000

_LUHN_9 = (
    "("
    + " + ".join(
        f"((b // {10**rang}) % 10)"
        if rang % 2
        else f"(2 * ((b // {10**rang}) % 10) // 10 + 2 * ((b // {10**rang}) % 10) % 10)"
        for rang in range(8)
    )
    + ")"
)
_LUHN_14 = (
    "("
    + " + ".join(
        f"((c // {10**rang}) % 10)"
        if rang % 2
        else f"(2 * ((c // {10**rang}) % 10) // 10 + 2 * ((c // {10**rang}) % 10) % 10)"
        for rang in range(13)
    )
    + ")"
)

VALEURS = {
    "siren": "siren",
    "nic": "nic",
    "siret": "siren || nic",
    "statutDiffusionEtablissement": "CASE WHEN h % 6 = 0 THEN 'P' ELSE 'O' END",
    "dateCreationEtablissement": "strftime(DATE '1980-01-01' + (h % 16500)::INT, '%Y-%m-%d')",
    "trancheEffectifsEtablissement": "(['NN', NULL, NULL, '01', '02', '03', '11', '12'])[1 + (h % 8)::INT]",
    "anneeEffectifsEtablissement": "CASE WHEN h % 8 > 2 THEN '2024' END",
    "dateDernierTraitementEtablissement": (
        "strftime(DATE '2024-01-01' + (h % 1000)::INT, '%Y-%m-%d') || 'T08:30:00.000'"
    ),
    "etablissementSiege": "CASE WHEN h % 4 = 0 THEN 'false' ELSE 'true' END",
    "nombrePeriodesEtablissement": "(1 + h % 5)::VARCHAR",
    "complementAdresseEtablissement": "CASE WHEN h % 7 = 0 THEN 'BATIMENT ' || (h % 40) END",
    "numeroVoieEtablissement": "(1 + h % 180)::VARCHAR",
    "typeVoieEtablissement": "(['RUE', 'AV', 'BD', 'CHE', 'PL'])[1 + (h % 5)::INT]",
    "libelleVoieEtablissement": "(['DE LA REPUBLIQUE', 'DES LILAS', 'VICTOR HUGO', 'DU MOULIN'])[1 + (h % 4)::INT]",
    "codePostalEtablissement": "commune[:2] || '000'",
    "libelleCommuneEtablissement": "'COMMUNE ' || commune",
    "codeCommuneEtablissement": "commune",
    "identifiantAdresseEtablissement": "commune || lpad((h % 10000)::VARCHAR, 4, '0') || '_B'",
    "coordonneeLambertAbscisseEtablissement": "(600000 + (h % 40000000) / 100.0)::VARCHAR",
    "coordonneeLambertOrdonneeEtablissement": "(6200000 + (h % 80000000) / 100.0)::VARCHAR",
    "dateDebut": "strftime(DATE '2008-01-01' + (h % 6000)::INT, '%Y-%m-%d')",
    "etatAdministratifEtablissement": "CASE WHEN h % 5 < 2 THEN 'A' ELSE 'F' END",
    "enseigne1Etablissement": "CASE WHEN h % 9 = 0 THEN 'ENSEIGNE ' || (h % 100000) END",
    "denominationUsuelleEtablissement": "CASE WHEN h % 11 = 0 THEN 'MAISON ' || (h % 100000) END",
    "activitePrincipaleEtablissement": "lpad((10 + h % 80)::VARCHAR, 2, '0') || '.' || (10 + h % 80) || 'Z'",
    "nomenclatureActivitePrincipaleEtablissement": "'NAFRev2'",
    "caractereEmployeurEtablissement": "CASE WHEN h % 8 > 2 THEN 'O' ELSE 'N' END",
}


def fabriquer(dossier: Path, lignes: int) -> tuple[Path, Path]:
    """Écrit (ou retrouve) le CSV et le Parquet de `lignes` établissements, dans le même ordre quelconque."""
    dossier.mkdir(parents=True, exist_ok=True)
    nu, parquet = dossier / f"StockEtablissement_{lignes}.csv", dossier / f"StockEtablissement_{lignes}.parquet"
    if nu.exists() and parquet.exists():
        return nu, parquet
    choix = ", ".join(f"{VALEURS.get(c, 'NULL::VARCHAR')} AS {citer(c)}" for c in StockEtablissement.colonnes)
    metropole = ", ".join(f"'{code}'" for code in METROPOLE)
    requete = f"""
        SELECT {choix} FROM (
            SELECT *, lpad((c * 10 + (10 - {_LUHN_14} % 10) % 10)::VARCHAR, 14, '0')[10:] AS nic FROM (
                SELECT *, lpad((b * 10 + (10 - {_LUHN_9} % 10) % 10)::VARCHAR, 9, '0') AS siren,
                       (b * 10 + (10 - {_LUHN_9} % 10) % 10) * 10000 + 1 AS c FROM (
                    SELECT i, hash(i) % 1000000007 AS h, 10000000 + i AS b,
                           CASE WHEN hash(i, 7) % 1000000 < {int(PART_METROPOLE * 1_000_000)}
                                THEN ([{metropole}])[1 + (hash(i, 3) % {len(METROPOLE)})::INT]
                                ELSE lpad((22001 + hash(i, 5) % {COMMUNES_DE_FRANCE})::VARCHAR, 5, '0') END AS commune
                    FROM range({lignes}) AS t(i))))
    """
    with duckdb.connect(config={"memory_limit": "4GB", "preserve_insertion_order": False}) as connexion:
        connexion.execute("SET enable_progress_bar = false")
        connexion.execute(f"COPY ({requete}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
        connexion.execute(f"COPY (FROM '{parquet}') TO '{nu}' (FORMAT csv, HEADER)")
    return nu, parquet
