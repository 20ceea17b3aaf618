"""Paramètres datés : chaque seuil, taux ou plafond est une donnée avec sa valeur à une date et sa référence.

Chaque pièce pose les siens dans `parametres.yaml` ; un territoire peut les remplacer dans `territoire.yaml`.
Une valeur court de `debut` à `fin` compris ; deux valeurs ne se chevauchent pas et ne laissent pas de trou.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.checks import Error, register

from tissu.socle.territoire import TerritoireInconnu, territoire


class ParametreInvalide(ValueError):
    """Un paramètre mal écrit : chevauchement, trou, champ absent."""


class ParametreInconnu(LookupError):
    """Aucune valeur sous ce nom, ou à cette date."""


@dataclass(frozen=True)
class Valeur:
    debut: date
    fin: date | None
    valeur: Any


@dataclass(frozen=True)
class Parametre:
    """Une grandeur réglable. `unite` et `reference` (texte de loi, convention, méthode) sont obligatoires."""

    nom: str
    libelle: str
    unite: str
    reference: str
    valeurs: tuple[Valeur, ...]

    def au(self, jour: date) -> Any:
        """La valeur en vigueur ce jour-là. Lève `ParametreInconnu` hors des périodes couvertes."""
        for valeur in self.valeurs:
            if valeur.debut <= jour and (valeur.fin is None or jour <= valeur.fin):
                return valeur.valeur
        raise ParametreInconnu(f"Le paramètre « {self.nom} » n'a pas de valeur au {jour:%d/%m/%Y}.")


def lire_parametres(prefixe: str, contenu: dict[str, Any]) -> dict[str, Parametre]:
    """Construit les paramètres d'un fichier déjà lu. Lève `ParametreInvalide` en nommant le défaut."""
    parametres = {}
    for cle, brut in (contenu or {}).items():
        nom = f"{prefixe}.{cle}"
        manquants = {"libelle", "unite", "reference", "valeurs"} - set(brut)
        if manquants:
            raise ParametreInvalide(f"Le paramètre « {nom} » n'a pas : {', '.join(sorted(manquants))}.")
        valeurs = tuple(
            sorted((Valeur(v["debut"], v.get("fin"), v["valeur"]) for v in brut["valeurs"]), key=lambda v: v.debut)
        )
        _verifier_suite(nom, valeurs)
        parametres[nom] = Parametre(nom, brut["libelle"], brut["unite"], brut["reference"], valeurs)
    return parametres


def _verifier_suite(nom: str, valeurs: tuple[Valeur, ...]) -> None:
    for avant, apres in pairwise(valeurs):
        if avant.fin is None or avant.fin >= apres.debut:
            raise ParametreInvalide(f"« {nom} » : la valeur du {avant.debut} chevauche celle du {apres.debut}.")
        if avant.fin + timedelta(days=1) != apres.debut:
            raise ParametreInvalide(f"« {nom} » : rien entre le {avant.fin} et le {apres.debut}.")
    for valeur in valeurs:
        if valeur.fin is not None and valeur.fin < valeur.debut:
            raise ParametreInvalide(f"« {nom} » : la valeur du {valeur.debut} finit avant de commencer.")


@lru_cache
def tous_les_parametres() -> dict[str, Parametre]:
    """Tous les paramètres du produit, ceux du territoire remplaçant ceux des pièces."""
    parametres: dict[str, Parametre] = {}
    for application in apps.get_app_configs():
        fichier = Path(application.path) / "parametres.yaml"
        if application.name.startswith("tissu.") and fichier.is_file():
            parametres |= lire_parametres(application.label, yaml.safe_load(fichier.read_text(encoding="utf-8")))
    try:
        locaux = territoire().parametres
    except TerritoireInconnu:
        return parametres
    for nom, valeurs in locaux.items():
        if nom not in parametres:
            raise ParametreInvalide(f"territoire.yaml règle « {nom} », qui n'est le paramètre d'aucune pièce.")
        origine = parametres[nom]
        brut = {
            "libelle": origine.libelle,
            "unite": origine.unite,
            "reference": "Réglage du territoire",
            "valeurs": valeurs,
        }
        prefixe, cle = nom.rsplit(".", 1)
        parametres |= lire_parametres(prefixe, {cle: brut})
    return parametres


def parametre(nom: str, *, au: date) -> Any:
    """La valeur d'un paramètre (« registre.seuil_reactivation_mois ») à une date.

    Lève `ParametreInconnu` si le nom ou la date ne correspond à rien.
    """
    if nom not in tous_les_parametres():
        raise ParametreInconnu(f"Le paramètre « {nom} » n'existe pas.")
    return tous_les_parametres()[nom].au(au)


@register()
def verifier_parametres(app_configs: Any, **kwargs: Any) -> Iterable[Error]:
    """Vérification de démarrage : tous les fichiers de paramètres se lisent, sans trou ni chevauchement."""
    try:
        tous_les_parametres()
    except (ParametreInvalide, KeyError, TypeError) as erreur:
        return [Error(f"Paramètres : {erreur}", hint="Corrigez le parametres.yaml nommé.", id="tissu.E010")]
    return []
