"""Un import dans un processus à part, que l'essai peut tuer : `python -m tissu.registre.tests.processus_import`.

Le dossier de données est celui de `TISSU_DONNEES`. La base y est créée telle que les modèles la disent, sans
dérouler les migrations : l'essai porte sur l'import.
"""

import os
import sys


class SansMigrations(dict):
    def __contains__(self, application: object) -> bool:
        return True

    def __getitem__(self, application: str) -> None:
        return None

    def get(self, application: str, defaut: object = None) -> None:
        return None


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")
    import django
    from django.conf import settings

    settings.MIGRATION_MODULES = SansMigrations()
    django.setup()
    from django.core.management import call_command

    if sys.argv[1] == "base":
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    else:
        call_command("sirene", "importer", sys.argv[1], "--forcer", "--commune", *sys.argv[2:])


if __name__ == "__main__":
    main()
