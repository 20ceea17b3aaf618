"""Les colonnes de la table d'agrégation de la NAF, et le fichier où l'installation la pose."""

from pathlib import Path

FICHIER = Path(__file__).with_name("naf_insee.json")
AGREGATS = ("a5", "a10", "a17", "a38", "a64", "a88", "a129", "a138")
COLONNES = ("code", "section", "division", *AGREGATS)
