"""Écrire les zones du territoire : les recevoir d'un fichier, les rendre au standard CNIG."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyproj
import shapely
from django.db import transaction
from django.utils.text import slugify

from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.models import TypeZone, Zone
from tissu.registre.sources import ign
from tissu.registre.sources.zones import ZoneLue, lire_zones
from tissu.socle.formats import sans_formule
from tissu.socle.territoire import Territoire
from tissu.socle.travaux import lancer

# Colonnes de la classe SITE-ECO du standard CNIG « sites économiques » v1.0.1, dans leur ordre.
COLONNES_CNIG = [
    "site_id",
    "pole_id",
    "site_nom",
    "site_type",
    "site_vocadomi",
    "site_etat",
    "site_surf_brute",
    "site_surf_utile",
    "site_creation_date",
    "site_identif_date",
    "site_actu_date",
    "source_producteur",
    "site_description",
    "site_quali_territoire",
    "site_evol_urba",
    "site_url",
    "site_epci_nom",
    "site_epci_siren",
    "site_comm_nom",
    "site_comm_insee",
    "site_moa_type",
    "site_moa_nom",
    "site_moa_amngt",
    "site_moa_comm",
    "site_uf_nbre",
    "site_uf_vacant_nbre",
    "site_taux_vacance",
    "site_uf_bati_nbre",
    "site_nb_etab",
    "site_nb_emploi",
    "site_geomsurf",
    "site_geompoint",
    "site_media",
    "site_surf_comm_dispo",
    "site_surf_projet",
    "site_voca_industrielle",
    "site_voca_commerciale",
    "site_voca_tertiaire",
    "site_voca_artisanale",
    "site_voca_touristique",
    "site_voca_portuaire",
    "site_voca_aeroportuaire",
    "reseau_eau_pluviale",
    "reseau_eau_potable",
    "reseau_assainissement",
    "reseau_gaz",
    "reseau_electrique",
    "reseau_fibre_optique",
    "reseau_fret_ferroviaire",
    "reseau_fluvial",
    "desserte_tc",
    "desserte_route_nom",
    "autoroute_nom",
    "autoroute_echang_dist",
    "gare_nom",
    "gare_dist",
    "gare_fret_nom",
    "gare_fret_dist",
    "aeroport_nom",
    "aeroport_dist",
    "port_nom",
    "port_dist",
]


@dataclass(frozen=True)
class ZoneApercue:
    """Ce que l'import ferait d'une zone : `nouvelle`, `modifiee` ou `inchangee`."""

    zone: Zone
    statut: str


def apercevoir_zones(
    *, fichier: Path, type_zone: str, au: date, nom_fichier: str = "", source: str = ""
) -> tuple[list[ZoneApercue], list[str]]:
    """Dit ce que l'import d'un fichier changerait, sans rien écrire, et les avis de lecture.

    `type_zone` vaut pour les zones dont le fichier ne dit pas le type. Lève `FichierDeContoursRefuse`.
    """
    nom = nom_fichier or fichier.name
    lecture = lire_zones(fichier, nom=nom)
    zones = [_zone(lue, type_zone, source or nom, au) for lue in lecture.zones]
    _refuser_les_doublons(zones, nom)
    existantes = Zone.objects.in_bulk([zone.pk for zone in zones])
    return [ZoneApercue(zone, _statut(zone, existantes.get(zone.pk))) for zone in zones], lecture.avis


@transaction.atomic
def importer_zones(
    *, fichier: Path, type_zone: str, au: date, auteur: int | None, nom_fichier: str = "", source: str = ""
) -> tuple[list[ZoneApercue], list[str]]:
    """Écrit les zones d'un fichier, toutes ou aucune, et fait rattacher les établissements.

    Une zone de même identifiant est remplacée ; celles que le fichier ne nomme pas restent. Lève
    `FichierDeContoursRefuse`.
    """
    apercues, avis = apercevoir_zones(
        fichier=fichier, type_zone=type_zone, au=au, nom_fichier=nom_fichier, source=source
    )
    for apercue in apercues:
        if apercue.statut != "inchangee":
            apercue.zone.save()
    if any(apercue.statut != "inchangee" for apercue in apercues):
        recomposer_si_possible(auteur)
    return apercues, avis


@transaction.atomic
def supprimer_zone(*, zone: Zone, auteur: int | None) -> None:
    """Retire une zone ; ses établissements lui sont ôtés à la recomposition."""
    zone.delete()
    recomposer_si_possible(auteur)


def recomposer_si_possible(auteur: int | None) -> None:
    """Met en file une recomposition, une seule pour tous les changements en attente ; rien sans registre."""
    try:
        courant()
    except RegistreAbsent:
        return
    lancer("registre.recomposer", auteur=auteur, unique=True)


def charger_zones_du_territoire(territoire: Territoire, *, au: date) -> int:
    """Importe le `zones.geojson` livré avec la configuration du territoire ; rend le nombre de zones."""
    fichier = territoire.dossier / "zones.geojson" if territoire.dossier else None
    if fichier is None or not fichier.is_file():
        return 0
    apercues, _ = importer_zones(
        fichier=fichier, type_zone=TypeZone.PERIMETRE, au=au, auteur=None, source=f"Configuration de {territoire.nom}"
    )
    return len(apercues)


def importer_communes_de_l_ign(
    territoire: Territoire, *, au: date, auteur: int | None, adresse: str = ign.ADRESSE
) -> int:
    """Remplace les contours des communes par ceux de l'IGN ; rend leur nombre.

    Lève `ServiceInjoignable` hors ligne, `FichierDeContoursRefuse` si la réponse n'a pas la forme attendue.
    """
    collection = ign.contours_des_communes(list(territoire.communes), adresse=adresse)
    with tempfile.NamedTemporaryFile("w", suffix=".geojson", encoding="utf-8") as provisoire:
        json.dump(collection, provisoire)
        provisoire.flush()
        apercues, _ = importer_zones(
            fichier=Path(provisoire.name), nom_fichier="ign.geojson", type_zone=TypeZone.COMMUNE,
            source="IGN, Admin Express", au=au, auteur=auteur,
        )  # fmt: skip
    return len(apercues)


def _zone(lue: ZoneLue, type_zone: str, source: str, au: date) -> Zone:
    genre = lue.type if lue.type in TypeZone.values else type_zone
    identifiant = slugify(lue.code) or slugify(lue.nom)
    if not identifiant:
        raise FichierDeContoursRefuse(f"La zone « {lue.nom} » n'a ni code ni nom dont faire un identifiant.")
    return Zone(
        pk=identifiant[:100],
        nom=lue.nom,
        type=genre,
        geometrie=lue.geometrie,
        code_commune=lue.code_commune,
        approximatif=lue.approximatif,
        source=source[:200],
        date_source=au,
        proprietes=lue.proprietes,
    )


def _refuser_les_doublons(zones: Iterable[Zone], nom: str) -> None:
    vues: dict[str, str] = {}
    for zone in zones:
        if zone.pk in vues:
            raise FichierDeContoursRefuse(
                f"« {nom} » : « {vues[zone.pk]} » et « {zone.nom} » ont le même code « {zone.pk} »."
            )
        vues[zone.pk] = zone.nom


def _statut(zone: Zone, existante: Zone | None) -> str:
    if existante is None:
        return "nouvelle"
    champs = ("nom", "type", "geometrie", "code_commune", "approximatif")
    return "inchangee" if all(getattr(zone, c) == getattr(existante, c) for c in champs) else "modifiee"


def exporter_cnig(zones: Iterable[Zone], *, territoire: Territoire, etablissements: dict[str, int]) -> str:
    """Les zones au CSV « site économique » du CNIG : point-virgule, emprise en GeoJSON Lambert-93, hectares.

    `etablissements` donne le nombre d'établissements actifs par zone.
    """
    vers_metres = pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, COLONNES_CNIG, delimiter=";", lineterminator="\r\n")
    ecrivain.writeheader()
    for zone in zones:
        ecrivain.writerow(_ligne_cnig(zone, territoire, etablissements.get(zone.pk, 0), vers_metres))
    return sortie.getvalue()


def _ligne_cnig(zone: Zone, territoire: Territoire, combien: int, vers_metres: Any) -> dict[str, Any]:
    ligne = {colonne: zone.proprietes.get(colonne, "") for colonne in COLONNES_CNIG}
    degres = shapely.from_geojson(zone.geometrie)
    metres = shapely.set_precision(shapely.transform(degres, vers_metres, interleaved=False), 0.01)
    centre = degres.centroid
    ligne |= {
        "site_id": ligne["site_id"] or zone.pk,
        "site_nom": zone.nom,
        "site_type": ligne["site_type"] or "zone d'activité économique",
        "site_surf_brute": ligne["site_surf_brute"] or f"{metres.area / 10_000:.1f}",
        "site_actu_date": zone.date_source.isoformat(),
        "source_producteur": ligne["source_producteur"] or zone.source,
        "site_epci_nom": territoire.nom,
        "site_epci_siren": territoire.code,
        "site_comm_nom": ligne["site_comm_nom"] or territoire.communes.get(zone.code_commune, ""),
        "site_comm_insee": zone.code_commune,
        "site_nb_etab": combien,
        "site_geomsurf": json.dumps(json.loads(shapely.to_geojson(metres))),
        "site_geompoint": f"{centre.x:.6f}, {centre.y:.6f}",
    }
    # Les géométries sont des nombres ; tout le reste vient d'un fichier reçu.
    return {
        colonne: sans_formule(valeur) if isinstance(valeur, str) and not colonne.startswith("site_geom") else valeur
        for colonne, valeur in ligne.items()
    }
