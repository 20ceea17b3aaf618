"""Les établissements et les zones tels qu'une carte les lit : des tables Arrow, une ligne par objet."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely
from django.db.models import Sum
from django.db.models.functions import Length

from tissu.cartes.fond import communes_du_territoire
from tissu.entrepot.instantane import courant
from tissu.registre.filtres import ETATS, ETATS_EN_IBIS
from tissu.registre.models import Zone
from tissu.registre.nomenclatures import choix_du_niveau, libelle_naf, libelle_tranche
from tissu.registre.queries.recherche import Demande, repondent
from tissu.registre.queries.zones import actifs_par_commune, actifs_par_zone
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE

METRES2_PAR_KM2 = 1_000_000
_TERRE = pyproj.Geod(ellps="WGS84")


def situes(demande: Demande, *, au: date) -> pa.Table:
    """Les établissements de la demande. Sans position : ce que l'Insee n'a pas su placer, ou que la diffusion protège.

    Lève `RegistreAbsent` ou `IndexAbsent`.
    """
    instantane = courant()
    table = repondent(instantane, demande, au=au)
    lues = table.select(
        "siret", "lon", "lat", "nom", "enseigne", "a5", "naf", "naf_nomenclature", "tranche_effectif",
        "commune", "adresse", "date_creation", id=table.siret, etat=_etat(table, au),
        protege=(table.diffusion != "O") | (table.diffusion_unite != "O"),
    )  # fmt: skip
    brute = instantane.arrow(lues.order_by("siret"))
    sans_nom = pc.if_else(brute["protege"].fill_null(True), LIBELLE_NON_DIFFUSIBLE, "Sans nom dans Sirene")
    activite = pc.binary_join_element_wise(
        brute["naf"].fill_null(""), brute["naf_nomenclature"].fill_null(""), "|"
    )  # fmt: skip
    secteurs = dict(choix_du_niveau("a5"))
    for colonne, valeurs in (
        ("secteur", _libeller(brute["a5"].fill_null(""), lambda code: secteurs.get(code))),
        ("nom", pc.coalesce(brute["nom"], sans_nom)),
        ("activite", _libeller(activite, lambda code: _activite(*code.split("|")))),
        ("effectif", _libeller(brute["tranche_effectif"].fill_null(""), libelle_tranche)),
    ):
        brute = _poser(brute, colonne, valeurs)
    return brute.drop_columns(["naf", "naf_nomenclature", "a5", "tranche_effectif", "protege"])


def _etat(table: ir.Table, au: date) -> ir.StringValue:
    """L'état du jour en un mot de `ETATS` ; une fermeture prévue et une réouverture passent avant l'ouvert."""
    cas = {etat: ETATS_EN_IBIS[etat](table, au) for etat in ("fermeture_prevue", "reactive", "ouvert", "ferme")}
    return ibis.cases(*((condition, ETATS[etat]) for etat, condition in cas.items()), else_=ibis.null("string"))


def _activite(naf: str, nomenclature: str) -> str:
    return libelle_naf(naf, nomenclature or None) if naf else "Activité inconnue"


def _libeller(codes: pa.ChunkedArray, libelle: Callable[[str], str | None]) -> pa.Array:
    """Chaque code remplacé par son libellé, cherché une fois par code et non par ligne."""
    codee = pc.dictionary_encode(codes).combine_chunks()
    return pa.DictionaryArray.from_arrays(
        codee.indices, pa.array([libelle(code) for code in codee.dictionary.to_pylist()], pa.string())
    ).cast(pa.string())


def _poser(table: pa.Table, nom: str, valeurs: pa.Array) -> pa.Table:
    if nom in table.column_names:
        return table.set_column(table.column_names.index(nom), nom, valeurs)
    return table.append_column(nom, valeurs)


def zones_situees() -> pa.Table:
    """Les zones du territoire autres que ses communes : contour, établissements actifs, et leur densité."""
    actifs = actifs_par_zone()
    zones = Zone.objects.exclude(geometrie="").exclude(type="commune").order_by("pk")
    return _table_de_zones(
        _ligne_de_zone(zone, zone.pk, shapely.from_geojson(zone.geometrie), actifs.get(zone.pk, 0)) for zone in zones
    )


def communes_situees() -> pa.Table:
    """Les communes, par leur code : contour importé, sinon celui du dossier du territoire. Lève `RegistreAbsent`."""
    actifs = actifs_par_commune()
    importees = {
        zone.code_commune: _ligne_de_zone(
            zone, zone.code_commune, shapely.from_geojson(zone.geometrie), actifs.get(zone.code_commune, 0)
        )
        for zone in Zone.objects.exclude(geometrie="").filter(type="commune").order_by("pk")
    }
    du_dossier = {
        code: _ligne_de_zone(Zone(nom=nom, type="commune", source="Dossier du territoire"), code, contour,
                             actifs.get(code, 0))
        for code, nom, contour in communes_du_territoire()
    }  # fmt: skip
    return _table_de_zones(ligne for _, ligne in sorted((du_dossier | importees).items()))


def _ligne_de_zone(zone: Zone, identifiant: str, contour: Any, actifs: int) -> dict[str, Any]:
    surface = abs(_TERRE.geometry_area_perimeter(contour)[0]) / METRES2_PAR_KM2
    return {
        "id": identifiant,
        "nom": zone.nom,
        "sorte": zone.get_type_display(),
        "actifs": actifs,
        "surface_km2": surface,
        "densite": actifs / surface if surface else None,
        "source": zone.source,
        "geometrie": shapely.to_wkb(contour),
    }


def _table_de_zones(lignes: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(lignes), schema=SCHEMA_DES_ZONES)


SCHEMA_DES_ZONES = pa.schema([
    ("id", pa.string()), ("nom", pa.string()), ("sorte", pa.string()), ("actifs", pa.int64()),
    ("surface_km2", pa.float64()), ("densite", pa.float64()), ("source", pa.string()), ("geometrie", pa.binary()),
])  # fmt: skip


def version_des_zones() -> str:
    """Change quand une zone s'ajoute, se retire ou change de contour."""
    poids = Zone.objects.aggregate(octets=Sum(Length("geometrie") + Length("nom")))["octets"]
    return f"{Zone.objects.count()}-{poids or 0}"


def contours_des_quartiers() -> dict[str, Any]:
    """Le contour (WGS 84) de chaque quartier importé dans les zones, par son nom."""
    zones = Zone.objects.exclude(geometrie="").filter(type="quartier").order_by("pk")
    return {zone.nom: shapely.from_geojson(zone.geometrie) for zone in zones}
