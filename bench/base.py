"""Une base SQLite neuve et jetable, pour une mesure."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def base_jetable(*applications: str, **reglages: str) -> Iterator[None]:
    """Démarre Django sur un dossier de données qui s'efface à la sortie, migré en entier ou pour ces applications.

    `reglages` : des variables d'environnement de plus.
    """
    with tempfile.TemporaryDirectory(prefix="tissu-bench-") as dossier:
        os.environ |= {"TISSU_DONNEES": dossier, "DJANGO_SETTINGS_MODULE": "tissu.config.settings", **reglages}
        os.environ.pop("TISSU_BASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        for application in applications or (None,):
            call_command("migrate", *filter(None, [application]), verbosity=0, interactive=False)
        yield


def comme_le_serveur() -> None:
    """Ce que fait le démarrage du serveur vaut aussi pour la mesure."""
    import tissu.config.wsgi  # noqa: F401
