"""Des lignes que la base elle-même refuse de modifier ou d'effacer, sur SQLite comme sur PostgreSQL.

Un `Intouchable` désigne une table, et au besoin la condition (en SQL, sur `OLD`) à partir de laquelle une ligne est
figée. Ses ordres se posent dans une migration : `migrations.RunPython(poser(LISTE), retirer(LISTE))`.

Sur SQLite, une migration qui refait une table (champ modifié, champ obligatoire ajouté) perd les ordres de cette table,
et échoue si d'autres la lisent : elle retire d'abord les listes en jeu, change la table, puis les repose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

REFUS = "Cette ligne est figee : elle ne se modifie ni ne s efface."


@dataclass(frozen=True)
class Intouchable:
    """`condition` : vraie pour une ligne figée (« OLD.etat = 'verrouillee' ») ; vide : toute ligne l'est.

    `condition_ajout` : vraie (sur `NEW`) quand on ne peut plus ajouter (« la revue de cette figure est verrouillée »).
    `condition_modification` : vraie (sur `OLD` et `NEW`) quand une modification est refusée ; elle remplace les deux
    autres pour ce seul geste, quand une ligne figée garde des passages permis.
    `nom` distingue deux gardes d'une même table.
    """

    table: str
    condition: str = ""
    condition_ajout: str = ""
    condition_modification: str = ""
    nom: str = "intouchable"


def change(*colonnes: str) -> str:
    """La condition « une de ces colonnes change », valeurs absentes comprises, la même sur les deux moteurs."""
    return " OR ".join(f"(OLD.{c} IS NULL) <> (NEW.{c} IS NULL) OR OLD.{c} <> NEW.{c}" for c in colonnes)


def change_de_personne(*colonnes: str) -> str:
    """« Une de ces colonnes désigne quelqu'un d'autre » : elle peut seulement se vider, avec le compte effacé."""
    return " OR ".join(f"NEW.{c} IS NOT NULL AND (OLD.{c} IS NULL OR OLD.{c} <> NEW.{c})" for c in colonnes)


def _gestes(garde: Intouchable) -> list[tuple[str, str]]:
    # Une ligne n'entre pas non plus par modification là où l'on ne peut plus ajouter.
    les_deux = garde.condition and garde.condition_ajout
    modifier = f"({garde.condition}) OR ({garde.condition_ajout})" if les_deux else garde.condition
    modifier = garde.condition_modification or modifier
    gestes = [("UPDATE", modifier), ("DELETE", garde.condition)]
    return [*gestes, ("INSERT", garde.condition_ajout)] if garde.condition_ajout else gestes


def _sqlite(garde: Intouchable) -> list[str]:
    ordres = []
    for geste, condition in _gestes(garde):
        quand = f" WHEN {condition}" if condition else ""
        ordres.append(
            f"CREATE TRIGGER IF NOT EXISTS {garde.table}_{garde.nom}_{geste.lower()} BEFORE {geste} ON {garde.table}"
            f"{quand} BEGIN SELECT RAISE(ABORT, '{REFUS}'); END"
        )
    return ordres


def _postgresql(garde: Intouchable) -> list[str]:
    ordres = []
    for geste, condition in _gestes(garde):
        fonction = f"{garde.table}_{garde.nom}_{geste.lower()}"
        rendu = "OLD" if geste == "DELETE" else "NEW"
        # La condition est dans le corps : celle d'un déclencheur PostgreSQL n'admet pas de sous-requête.
        corps = f"RAISE EXCEPTION '{REFUS}';" if not condition else (
            f"IF {condition} THEN RAISE EXCEPTION '{REFUS}'; END IF; RETURN {rendu};"
        )  # fmt: skip
        ordres += [
            f"CREATE OR REPLACE FUNCTION {fonction}() RETURNS trigger AS $corps$ BEGIN {corps} END $corps$ "
            f"LANGUAGE plpgsql",
            f"CREATE OR REPLACE TRIGGER {fonction} BEFORE {geste} ON {garde.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {fonction}()",
        ]
    return ordres


def noms_des_ordres(garde: Intouchable) -> list[str]:
    """Les déclencheurs que cette garde pose, tels que la base les nomme."""
    return [f"{garde.table}_{garde.nom}_{geste.lower()}" for geste, _ in _gestes(garde)]


def _retrait(garde: Intouchable, moteur: str) -> list[str]:
    if moteur == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {nom}" for nom in noms_des_ordres(garde)]
    return [
        ordre
        for nom in noms_des_ordres(garde)
        for ordre in (f"DROP TRIGGER IF EXISTS {nom} ON {garde.table}", f"DROP FUNCTION IF EXISTS {nom}()")
    ]


_POSE: dict[str, Callable[[Intouchable], list[str]]] = {"sqlite": _sqlite, "postgresql": _postgresql}


def poser(gardes: Sequence[Intouchable]) -> Callable[[Any, Any], None]:
    """Rend la fonction qui pose ces gardes, à donner à `RunPython`."""

    def appliquer(apps: Any, schema_editor: Any) -> None:
        moteur = schema_editor.connection.vendor
        for garde in gardes:
            for ordre in _POSE[moteur](garde):
                schema_editor.execute(ordre)

    return appliquer


def retirer(gardes: Sequence[Intouchable]) -> Callable[[Any, Any], None]:
    """Rend la fonction qui les retire : le chemin de retour de la migration."""

    def appliquer(apps: Any, schema_editor: Any) -> None:
        for garde in gardes:
            for ordre in _retrait(garde, schema_editor.connection.vendor):
                schema_editor.execute(ordre)

    return appliquer
