"""Un programme dans un seul fichier déposé : le classeur, ou un YAML qui porte la convention et ses `fiches`."""

from pathlib import Path
from typing import Any

import yaml

from tissu.programme.sources.enregistrements import construire
from tissu.programme.sources.lecture import Lecteur, ProgrammeLu
from tissu.programme.sources.programme_classeur import lire_classeur

OCTETS_MAX_YAML = 2 * 1024 * 1024
EXTENSIONS = (".xlsx", ".yaml", ".yml")


def lire_depot(chemin: Path, nom: str) -> ProgrammeLu:
    """Le programme du fichier, nommé `nom` dans les messages. Lève `ProgrammeIllisible`, tous les défauts ensemble."""
    if chemin.suffix.lower() == ".xlsx":
        with chemin.open("rb") as flux:
            return lire_classeur(flux)
    lecteur = Lecteur()
    contenu = _charger(lecteur, chemin, nom)
    lecteur.conclure()
    fiches = contenu.get("fiches") or []
    if not isinstance(fiches, list) or not all(isinstance(fiche, dict) for fiche in fiches):
        lecteur.relever(nom, "fiches", None, "doit être une liste de fiches, chacune en champs « nom: valeur ».")
        lecteur.conclure()
    return construire(lecteur, nom, contenu, [(f"{nom}, fiche {rang}", une) for rang, une in enumerate(fiches, 1)])


def _charger(lecteur: Lecteur, chemin: Path, nom: str) -> dict[str, Any]:
    if chemin.stat().st_size > OCTETS_MAX_YAML:
        lecteur.relever(nom, "fichier", None, "dépasse 2 Mo : ce n'est sans doute pas un programme.")
        return {}
    try:
        texte = chemin.read_text(encoding="utf-8")
        # Les renvois de YAML peuvent grossir sans fin à la lecture : un programme n'en a pas besoin.
        if any(isinstance(jeton, yaml.AliasToken) for jeton in yaml.scan(texte)):
            lecteur.relever(nom, "fichier", None, "emploie des renvois (« *nom ») : écrivez chaque texte en entier.")
            return {}
        contenu = yaml.safe_load(texte)
    except (yaml.YAMLError, UnicodeDecodeError) as erreur:
        lecteur.relever(nom, "fichier", None, f"n'est pas un YAML lisible : {erreur}")
        return {}
    if not isinstance(contenu, dict):
        lecteur.relever(nom, "fichier", None, "doit porter des champs « nom: valeur » (titre, debut, fin, fiches…).")
        return {}
    return contenu
