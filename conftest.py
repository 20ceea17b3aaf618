"""Réglages communs des essais : un dossier de données jetable, jamais celui de la personne."""

import os
import tempfile

os.environ.setdefault("TISSU_DONNEES", tempfile.mkdtemp(prefix="tissu-essais-"))
