"""Les versions du registre : des dossiers de Parquet que l'on remplace d'un coup, jamais que l'on modifie.

Une version se construit à l'écart, se referme par son manifeste, puis le petit fichier `courant` la désigne.
Ce remplacement est atomique : tuer le processus à tout instant laisse l'ancienne version ou la nouvelle.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from tissu.entrepot import moteur
from tissu.entrepot.emplacements import dossier_registre

VERSIONS_GARDEES = 3
SCHEMA = 1
LIGNES_PAR_GROUPE = 20_480
"""Groupes petits : une fiche se lit sans décompresser tout le territoire, et un filtre par commune saute le reste."""


class RegistreAbsent(Exception):
    """Aucune version du registre n'est publiée dans le dossier de données."""

    def __init__(self) -> None:
        super().__init__(
            "Le registre est vide : aucun import n'a encore abouti. "
            "Importez les fichiers SIRENE par « tissu sirene importer DOSSIER » ou depuis l'écran des imports."
        )


class Instantane:
    """Une version publiée du registre, en lecture seule. Ses tables ne changent jamais."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        self.version = chemin.name

    @cached_property
    def manifeste(self) -> dict[str, Any]:
        return json.loads((self.chemin / "manifeste.json").read_text(encoding="utf-8"))

    @cached_property
    def _tables(self) -> dict[str, ibis.Table]:
        return {
            fichier.stem: ibis.table(
                ibis.Schema.from_pyarrow(_sans_particularites(pq.read_schema(fichier))), name=fichier.stem
            )
            for fichier in sorted(self.chemin.glob("*.parquet"))
        }

    def tables(self) -> list[str]:
        return list(self._tables)

    def table(self, nom: str) -> ibis.Table:
        """Table Ibis sans données, à composer ; `executer` l'exécute sur cette version."""
        return self._tables[nom]

    def executer(self, expression: ibis.Expr) -> list[dict[str, Any]]:
        """Lignes d'une expression Ibis. Peut être appelée de plusieurs fils à la fois."""
        return moteur.lecture.lignes(self.chemin, moteur.compiler(expression))

    def arrow(self, expression: ibis.Expr) -> pa.Table:
        """Les mêmes lignes en table Arrow, pour qui en lit beaucoup."""
        return moteur.lecture.arrow(self.chemin, moteur.compiler(expression))

    def lignes(
        self, table: str, cle: str, valeurs: Sequence[str], colonnes: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Lignes dont la colonne `cle` prend une des valeurs : lecture directe, sans passer par Ibis.

        `colonnes` : celles qu'il faut lire (toutes par défaut) ; en nommer peu divise le temps d'une liste.
        """
        if not valeurs:
            return []
        inconnues = {cle, *colonnes} - set(self._tables[table].columns)
        if inconnues:
            raise KeyError(*sorted(inconnues))
        lues = ", ".join(f'"{colonne}"' for colonne in colonnes) or "*"
        # L'égalité seule passe par l'index à coup sûr.
        comparaison = "= ?" if len(valeurs) == 1 else f"IN ({', '.join('?' * len(valeurs))})"
        return moteur.lecture.lignes(
            self.chemin,
            f'SELECT {lues} FROM "{table}" WHERE "{cle}" {comparaison}',  # noqa: S608 - noms tirés du schéma
            list(valeurs),
        )


def _sans_particularites(schema: pa.Schema) -> pa.Schema:
    """Le Parquet annonce des colonnes facultatives ou non selon l'outil ; la lecture n'en dépend pas."""
    return pa.schema([pa.field(champ.name, champ.type, True) for champ in schema])


_instantanes: dict[Path, Instantane] = {}


def courant() -> Instantane:
    """La version publiée du registre.

    :raises RegistreAbsent: aucun import n'a encore abouti.
    """
    chemin = chemin_courant()
    if chemin is None:
        raise RegistreAbsent
    instantane = _instantanes.get(chemin)
    if instantane is None:
        instantane = Instantane(chemin)
        _instantanes.clear()
        _instantanes[chemin] = instantane
    return instantane


def chemin_courant() -> Path | None:
    """Dossier de la version publiée, ou rien."""
    racine = dossier_registre()
    try:
        nom = (racine / "courant").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    chemin = racine / "versions" / nom
    return chemin if (chemin / "manifeste.json").exists() else None


class Chantier:
    """Une version en construction. Rien n'est visible avant `publier`."""

    def __init__(self, chemin: Path, version: str) -> None:
        self.chemin, self.version = chemin, version
        self._connexion: Any = None

    def exposer(self, sources: dict[str, Path | pa.Table]) -> dict[str, ibis.Table]:
        """Rend lisibles des Parquet ou des tables en mémoire, sous ces noms, et leurs tables Ibis."""
        tables = {}
        for nom, source in sources.items():
            if isinstance(source, Path):
                lecture = f"read_parquet({moteur.litteral_chemin(source)})"
                self._connexion.execute(f'CREATE OR REPLACE VIEW "{nom}" AS SELECT * FROM {lecture}')  # noqa: S608
                schema = pq.read_schema(source)
            else:
                self._connexion.register(nom, source)
                schema = source.schema
            tables[nom] = ibis.table(ibis.Schema.from_pyarrow(_sans_particularites(schema)), name=nom)
        return tables

    def ecrire(self, nom: str, expression: ibis.Table, tri: Iterable[str] = (), vers: Path | None = None) -> int:
        """Matérialise une expression en `<nom>.parquet`, triée, et rend le nombre de lignes.

        `vers` est le dossier des tables de travail, qui ne font pas partie de la version.
        """
        ordre = ", ".join(f'"{c}"' for c in tri)
        requete = f"SELECT * FROM ({moteur.compiler(expression)})" + (f" ORDER BY {ordre}" if ordre else "")  # noqa: S608
        cible = (vers or self.chemin) / f"{nom}.parquet"
        return self._connexion.execute(
            f"COPY ({requete}) TO {moteur.litteral_chemin(cible)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {LIGNES_PAR_GROUPE})"
        ).fetchone()[0]

    def lignes(self, requete: str) -> list[dict[str, Any]]:
        """Requête SQL sur les sources exposées : contrôles et comptes faits avant de publier."""
        resultat = self._connexion.execute(requete)
        noms = [c[0] for c in resultat.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]

    def publier(self, manifeste: dict[str, Any], *, index: Mapping[str, Sequence[str]] | None = None) -> Instantane:
        """Referme la version et la désigne comme courante, d'un coup. `index` : colonnes à indexer, par table."""
        moteur.indexer(self.chemin, index or {})
        manifeste = {"version": self.version, "schema": SCHEMA, **manifeste}
        _ecrire_durablement(
            self.chemin / "manifeste.json", json.dumps(manifeste, ensure_ascii=False, indent=1, default=str)
        )
        for fichier in self.chemin.iterdir():
            _synchroniser(fichier)
        _synchroniser(self.chemin)
        finale = dossier_registre() / "versions" / self.version
        self.chemin.replace(finale)
        _synchroniser(finale.parent)
        self.chemin = finale
        designer(self.version)
        elaguer()
        return Instantane(finale)


@contextmanager
def chantier(au: datetime) -> Iterator[Chantier]:
    """Ouvre une version datée de `au` ; ce qui n'a pas été publié à la sortie est effacé."""
    versions = dossier_registre() / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    version = _nom_libre(versions, au)
    chemin = versions / f".chantier-{version}-{os.getpid()}"
    chemin.mkdir()
    ouvert = Chantier(chemin, version)
    try:
        with moteur.atelier() as connexion:
            ouvert._connexion = connexion
            yield ouvert
    finally:
        if chemin.exists():
            shutil.rmtree(chemin)


def _nom_libre(versions: Path, au: datetime) -> str:
    base = au.strftime("%Y%m%dT%H%M%S")
    nom, rang = base, 1
    while (versions / nom).exists():
        rang += 1
        nom = f"{base}-{rang}"
    return nom


def designer(version: str) -> None:
    """Fait de cette version la version courante : un seul remplacement de fichier, durable."""
    racine = dossier_registre()
    if not (racine / "versions" / version / "manifeste.json").exists():
        raise ValueError(f"La version {version} n'existe pas ou n'est pas complète.")
    _ecrire_durablement(racine / "courant", version + "\n")


def elaguer(gardees: int = VERSIONS_GARDEES) -> None:
    """Efface les versions au-delà des plus récentes ; la courante reste toujours."""
    versions = dossier_registre() / "versions"
    actuelle = chemin_courant()
    publiees = sorted((c for c in versions.iterdir() if re.fullmatch(r"\d{8}T\d{6}(-\d+)?", c.name)), key=_anciennete)
    for chemin in publiees[:-gardees]:
        if chemin != actuelle:
            shutil.rmtree(chemin)


def _anciennete(chemin: Path) -> tuple[str, int]:
    base, _, rang = chemin.name.partition("-")
    return base, int(rang or 1)


def nettoyer_chantiers() -> None:
    """Efface les chantiers laissés par des processus tués ; à n'appeler que si aucun import ne tourne."""
    versions = dossier_registre() / "versions"
    if versions.exists():
        for reste in versions.glob(".chantier-*"):
            shutil.rmtree(reste, ignore_errors=True)


def _ecrire_durablement(chemin: Path, texte: str) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    provisoire = chemin.with_name(f".{chemin.name}.{os.getpid()}")
    with provisoire.open("w", encoding="utf-8") as sortie:
        sortie.write(texte)
        sortie.flush()
        os.fsync(sortie.fileno())
    provisoire.replace(chemin)
    _synchroniser(chemin.parent)


def _synchroniser(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
