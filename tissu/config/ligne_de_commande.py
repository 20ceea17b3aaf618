"""Point d'entrée `tissu` : les commandes du produit, dites en français, sur un dossier de données prêt."""

import os
import sys

# Ces commandes préparent elles-mêmes la base, ou n'en ont pas besoin.
SANS_BASE = {
    "migrate",
    "makemigrations",
    "check",
    "help",
    "--help",
    "--version",
    "collectstatic",
    "test",
    "demonstration",
    "droits",
    "sms segmenter",
}


def main() -> None:
    """Exécute `tissu COMMANDE ...` ; `plus-de-50` et `plus_de_50` désignent la même commande."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")
    from django.core.management import execute_from_command_line

    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
        if SANS_BASE.isdisjoint({arguments[1], " ".join(arguments[1:3])}):
            preparer_base()
    execute_from_command_line(arguments)


def preparer_base() -> None:
    """Met la base SQLite du dossier de données à jour du code ; une base PostgreSQL se migre à la main."""
    import django
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    if connection.vendor != "sqlite":
        return
    executeur = MigrationExecutor(connection)
    if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
