"""Composer une version du registre : les sources étagées, les surcharges locales, puis une publication d'un coup."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tissu.entrepot.instantane import Chantier, Instantane, RegistreAbsent, chantier, courant
from tissu.registre import recherche
from tissu.registre.croisements import ETAPES, Contexte
from tissu.registre.queries.surcharges import surcharges
from tissu.registre.sources import formats_insee
from tissu.registre.zonage import Contour, rattacher
from tissu.socle.territoire import Territoire

VERSION_DE_COMPOSITION = 2
"""À augmenter quand les croisements changent : les mêmes fichiers donneront alors une nouvelle version."""

TABLES_BRUTES = {
    formats_insee.ETABLISSEMENTS: "sirene_etablissements",
    formats_insee.UNITES_LEGALES: "sirene_unites_legales",
    formats_insee.PERIODES: "sirene_historique",
    formats_insee.SUCCESSIONS: "sirene_successions",
    formats_insee.GEOLOCALISATION: "sirene_geolocalisation",
}

INDEX = {"etablissements": ("siret", "siren")}
"""Les autres tables sont triées par la clé qui sert à les lire."""

CONTOURS = "contours"
ZONAGE = "etablissements_zones"

TRIS = {
    "etablissements": ("code_commune", "siret"),
    "unites_legales": ("siren",),
    "periodes": ("siret", "date_debut"),
    "etablissements_hors": ("siret",),
    "successions": ("siret_predecesseur", "siret_successeur", "date_lien"),
    "evenements": ("siret", "date_effet", "type"),
    "annonces": ("siren", "date_parution", "id"),
    "etablissements_zones": ("zone_id", "siret"),
}


@dataclass(frozen=True)
class Matiere:
    """Ce dont une version se compose. `sources` sont les fiches du manifeste."""

    territoire: Territoire
    etapes: Mapping[str, Path]
    sources: list[dict[str, Any]]
    source_au: date
    empreinte: str
    surcharges: Mapping[str, pa.Table]
    importation: int | None

    @property
    def adresses_connues(self) -> bool:
        """Vrai si un fichier au moins des établissements porte des adresses."""
        return any(
            source["sorte"] == formats_insee.ETABLISSEMENTS
            and "libelleVoieEtablissement" not in source["colonnes_absentes"]
            and source["gardees"]
            for source in self.sources
        )


def empreinte(territoire: Territoire, sommes: list[str], ajouts: Mapping[str, pa.Table]) -> str:
    """Ce qui distingue deux versions : les fichiers, le territoire, les surcharges et la façon de composer."""
    calcul = hashlib.sha256(f"{VERSION_DE_COMPOSITION}".encode())
    for morceau in (*sorted(territoire.communes), *sorted(sommes), *(f.signature for f in formats_insee.FORMATS)):
        calcul.update(morceau.encode() + b"\x1f")
    for nom in sorted(ajouts):
        calcul.update(nom.encode())
        tampon = pa.BufferOutputStream()
        with pa.ipc.new_stream(tampon, ajouts[nom].schema) as flux:
            flux.write_table(ajouts[nom].combine_chunks())
        calcul.update(tampon.getvalue())
    return calcul.hexdigest()


def surcharges_en_vigueur() -> dict[str, pa.Table]:
    return surcharges()


def date_d_arret(etapes: Mapping[str, Path], au: date) -> date:
    """Date à laquelle les fichiers disent l'état du territoire : le dernier traitement qu'ils portent.

    À défaut, le dernier début de période. Jamais après `au` : des fermetures sont datées de l'avenir.
    """
    for sorte, colonne in (
        (formats_insee.ETABLISSEMENTS, "dateDernierTraitementEtablissement"),
        (formats_insee.UNITES_LEGALES, "dateDernierTraitementUniteLegale"),
        (formats_insee.PERIODES, "dateDebut"),
        (formats_insee.ETABLISSEMENTS, "dateDebut"),
    ):
        if sorte not in etapes:
            continue
        jours = pc.utf8_slice_codeunits(pq.read_table(etapes[sorte], columns=[colonne])[colonne], 0, 10)
        passes = jours.filter(pc.less_equal(jours, au.isoformat()))
        plus_recent = pc.max(passes).as_py() if len(passes) else None
        if plus_recent:
            return date.fromisoformat(plus_recent)
    return au


def composer(matiere: Matiere, *, au: datetime, suivi: Any) -> Instantane:
    """Écrit toutes les tables d'une version, son index de recherche et son manifeste, puis la publie."""
    contexte = Contexte.du_territoire(
        communes=matiere.territoire.communes,
        source_au=matiere.source_au,
        adresses_connues=matiere.adresses_connues,
    )
    with chantier(au) as version:
        comptes = _ecrire_tables(version, matiere, contexte, suivi)
        suivi.avancer(0.85, "Index de recherche")
        recherche.construire(version.chemin)
        suivi.avancer(0.95, "Publication de la nouvelle version")
        return version.publier(
            {
                "cree_le": au.isoformat(),
                "territoire": _fiche_territoire(matiere.territoire),
                "source_au": matiere.source_au.isoformat(),
                "adresses_connues": contexte.adresses_connues,
                "sources": matiere.sources,
                "comptes": comptes,
                "empreinte": matiere.empreinte,
                "importation": matiere.importation,
                "etapes": {
                    sorte: str(chemin.relative_to(_racine_etapes(chemin))) for sorte, chemin in matiere.etapes.items()
                },
            },
            index=INDEX,
        )


def _racine_etapes(chemin: Path) -> Path:
    return chemin.parent.parent


def _fiche_territoire(territoire: Territoire) -> dict[str, Any]:
    return {
        "slug": territoire.slug,
        "code": territoire.code,
        "nom": territoire.nom,
        "communes": [{"code": code, "nom": nom} for code, nom in sorted(territoire.communes.items())],
    }


def _ecrire_tables(version: Chantier, matiere: Matiere, contexte: Contexte, suivi: Any) -> dict[str, int]:
    travail = version.chemin / "travail"
    travail.mkdir()
    tables = version.exposer(
        {TABLES_BRUTES[sorte]: chemin for sorte, chemin in matiere.etapes.items()}
        | {nom: table for nom, table in matiere.surcharges.items() if nom != CONTOURS}
        | _evenements_connus(matiere.territoire)
    )
    comptes: dict[str, int] = {}
    for rang, etape in enumerate(ETAPES):
        suivi.avancer(0.45 + 0.4 * rang / len(ETAPES), f"Composition : {etape.nom.replace('_', ' ')}")
        dossier = version.chemin if etape.sortie else travail
        expression = etape.fonction(tables, contexte)
        if etape.nom == ZONAGE and CONTOURS in matiere.surcharges:
            expression = _zonage(version, matiere.surcharges[CONTOURS])
        lignes = version.ecrire(etape.nom, expression, TRIS.get(etape.nom, ()), dossier)
        tables |= version.exposer({etape.nom: dossier / f"{etape.nom}.parquet"})
        if etape.sortie:
            comptes[etape.nom] = lignes
    comptes["actifs"] = version.lignes("SELECT count(*) AS n FROM etablissements WHERE etat = 'A'")[0]["n"]
    shutil.rmtree(travail)
    return comptes


def _zonage(version: Chantier, contours: pa.Table) -> Any:
    """Les appartenances aux zones, calculées sur les positions déjà masquées de la version en chantier."""
    positions = pq.read_table(
        version.chemin / "etablissements.parquet", columns=["siret", "lon", "lat", "code_commune"]
    )
    appartenances = rattacher(positions, [Contour(**ligne) for ligne in contours.to_pylist()])
    return version.exposer({"zonage_calcule": appartenances})["zonage_calcule"]


def _evenements_connus(territoire: Territoire) -> dict[str, Path | pa.Table]:
    """Événements de la version en place : la date à laquelle on les a connus la première fois se garde."""
    try:
        avant = courant()
    except RegistreAbsent:
        return {}
    if "evenements" not in avant.tables() or _communes(avant) != set(territoire.communes):
        return {}
    colonnes = ["siret", "type", "date_effet", "connu_le"]
    return {"connu_le_precedent": pq.read_table(avant.chemin / "evenements.parquet", columns=colonnes)}


def _communes(instantane: Instantane) -> set[str]:
    return {commune["code"] for commune in instantane.manifeste["territoire"]["communes"]}


def compter(etablissements: Path) -> tuple[int, int]:
    """Établissements d'une source étagée, et parmi eux les actifs."""
    etats = pq.read_table(etablissements, columns=["etatAdministratifEtablissement"]).column(0)
    return len(etats), pc.sum(pc.equal(etats, "A")).as_py() or 0


def dossiers_d_etapes(version: Path) -> set[str]:
    """Dossiers d'étapes dont une version a été composée."""
    manifeste = json.loads((version / "manifeste.json").read_text(encoding="utf-8"))
    return {Path(chemin).parts[0] for chemin in manifeste.get("etapes", {}).values()}


def territoire_du_manifeste(manifeste: dict[str, Any]) -> Territoire:
    """Le territoire tel que la version l'a connu."""
    fiche = manifeste["territoire"]
    return Territoire(
        slug=fiche.get("slug", ""),
        nom=fiche["nom"],
        code=fiche["code"],
        communes={commune["code"]: commune["nom"] for commune in fiche["communes"]},
    )
