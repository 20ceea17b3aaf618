"""Les journaux sont aussi gardés par la base : modifier ou effacer une ligne y est refusé.

`SQLITE` et `POSTGRESQL` sont des listes d'ordres à exécuter dans une migration :
`migrations.RunPython(poser, retirer)`.
"""

from typing import Any

TABLES = ("comptes_acces", "comptes_evenementdecompte")
_REFUS = "Une ligne de journal ne se modifie ni ne s efface."

SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {table}_sans_{geste.lower()} BEFORE {geste} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUS}'); END"
    for table in TABLES
    for geste in ("UPDATE", "DELETE")
]
SQLITE_RETRAIT = [f"DROP TRIGGER IF EXISTS {table}_sans_{geste}" for table in TABLES for geste in ("update", "delete")]

POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION comptes_journal_intouchable() RETURNS trigger AS "
    f"$corps$ BEGIN RAISE EXCEPTION '{_REFUS}'; END $corps$ LANGUAGE plpgsql",
    *(
        f"CREATE OR REPLACE TRIGGER {table}_intouchable BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION comptes_journal_intouchable()"
        for table in TABLES
    ),
]
POSTGRESQL_RETRAIT = [
    *(f"DROP TRIGGER IF EXISTS {table}_intouchable ON {table}" for table in TABLES),
    "DROP FUNCTION IF EXISTS comptes_journal_intouchable()",
]


def poser(apps: Any, schema_editor: Any) -> None:
    """Pose les déclencheurs de la base en service ; se donne à `RunPython`."""
    _executer(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def retirer(apps: Any, schema_editor: Any) -> None:
    """Retire les déclencheurs : le chemin de retour de la migration."""
    _executer(schema_editor, {"sqlite": SQLITE_RETRAIT, "postgresql": POSTGRESQL_RETRAIT})


def _executer(schema_editor: Any, ordres: dict[str, list[str]]) -> None:
    for ordre in ordres[schema_editor.connection.vendor]:
        schema_editor.execute(ordre)
