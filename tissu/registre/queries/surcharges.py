"""Ce qui s'ajoute aux fichiers officiels quand une version se compose : corrections locales, fichier consulaire…"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tissu.entrepot.emplacements import dossier_etapes
from tissu.registre.models import Correction, DonneeConsulaire, Zone
from tissu.registre.models.corrections import ETATS_APPLIQUES
from tissu.registre.nomenclatures import table_agregations
from tissu.registre.zonage import Contour

FICHIER_BODACC = "bodacc.parquet"


def surcharges() -> dict[str, pa.Table]:
    """Tables jointes à la composition, sous les noms que `croisements` attend. Une table absente vaut vide.

    Chacune est rangée dans un ordre stable : leur contenu entre dans l'empreinte qui dit si un import change rien.
    `contours` ne va pas aux croisements : le zonage de la composition s'en sert.
    """
    tables = {
        "naf": table_agregations(),
        "corrections": _corrections(),
        "consulaire": _consulaire(),
        "contours": _contours(),
    }
    annonces = chemin_bodacc()
    if annonces.is_file():
        tables["bodacc"] = pq.read_table(annonces)
    return {nom: table for nom, table in tables.items() if table.num_rows}


def chemin_bodacc() -> Path:
    """Les annonces BODACC réunies, normalisées ; écrites par `operations.bodacc`."""
    return dossier_etapes() / FICHIER_BODACC


def zones_du_registre() -> list[Contour]:
    """Les emprises auxquelles l'import rattache les établissements."""
    zones = Zone.objects.order_by("pk").values_list("pk", "geometrie", "code_commune", "type")
    return [
        Contour(zone_id=pk, geometrie=geometrie, code_commune=commune if genre == "commune" else "")
        for pk, geometrie, commune, genre in zones
    ]


def _contours() -> pa.Table:
    schema = pa.schema([("zone_id", pa.string()), ("geometrie", pa.string()), ("code_commune", pa.string())])
    return pa.Table.from_pylist([contour.__dict__ for contour in zones_du_registre()], schema=schema)


def _corrections() -> pa.Table:
    schema = pa.schema([("siret", pa.string()), ("champ", pa.string()), ("valeur", pa.string())])
    lignes = Correction.objects.filter(etat__in=ETATS_APPLIQUES).order_by("siret", "champ")
    return pa.Table.from_pylist(list(lignes.values("siret", "champ", "valeur")), schema=schema)


def _consulaire() -> pa.Table:
    """Les seules données consulaires qui entrent dans l'instantané : les contacts restent en base."""
    schema = pa.schema(
        [
            ("siret", pa.string()),
            ("effectif", pa.int64()),
            ("effectif_date", pa.date32()),
            ("chiffre_affaires_eur", pa.decimal128(18, 2)),
            ("capital_eur", pa.decimal128(18, 2)),
        ]
    )
    lignes = DonneeConsulaire.objects.order_by("siret").values(*schema.names)
    return pa.Table.from_pylist(list(lignes), schema=schema)
