"""Le lexique et le code disent les mêmes mots, dans les deux sens."""

import enum
import re
from pathlib import Path

from django.apps import apps

from tissu.registre.choices import TypeEvenement

RACINE = Path(__file__).resolve().parents[1]


def identifiants_du_lexique() -> set[str]:
    texte = (RACINE / "LEXIQUE.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\|[^|]+\| `(\w+)` \|", texte, re.MULTILINE))


def mots_du_code() -> set[str]:
    """Les modèles, les listes de choix et les types d'événements : les noms que portent les écrans."""
    modeles = {
        modele.__name__
        for modele in apps.get_models()
        if modele.__module__.startswith("tissu.") and not modele.__name__.startswith("Historical")
    }
    choix = {
        classe.__name__
        for base in (enum.StrEnum, *enum.Enum.__subclasses__())
        for classe in _descendants(base)
        if classe.__module__.startswith("tissu.") and classe.__module__.endswith(("choices", "models"))
    }
    return modeles | choix | {str(type_.value) for type_ in TypeEvenement}


def _descendants(classe: type) -> set[type]:
    return {classe, *(fille for sous in classe.__subclasses__() for fille in _descendants(sous))}


def test_chaque_mot_du_code_est_au_lexique() -> None:
    assert mots_du_code() - identifiants_du_lexique() == set()


def test_chaque_identifiant_du_lexique_est_dans_le_code() -> None:
    code = "\n".join(fichier.read_text(encoding="utf-8") for fichier in (RACINE / "tissu").rglob("*.py"))
    absents = {mot for mot in identifiants_du_lexique() if not re.search(rf"\b{mot}\b", code)}
    assert absents == set()
