"""Ce qu'un projet répond à chaque question, mis en mots : la page de vérification et la note disent la même chose."""

from datetime import date
from decimal import Decimal
from typing import Any

from tissu.actions.observatoire_commerce.choices import NatureProjet, SecteurProjet
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.rules.questions_cdac import ETAPES, champs_de_l_etape
from tissu.locaux.nomenclatures import libelle_activite
from tissu.socle.formats import date_longue, nombre
from tissu.socle.territoire import territoire

NOMS = {champ.name: str(champ.verbose_name) for champ in ProjetCdac._meta.fields}
SANS_OBJET = {
    "surface_ensemble_m2": "dans_ensemble", "disposition_le": "redressement", "surface_plancher_m2": "drive_integre",
    "ort_soumet": "en_ort",
}  # fmt: skip
"""Une question qui ne se pose plus quand on a répondu non à une autre."""


def reponses(projet: ProjetCdac) -> list[dict[str, Any]]:
    """Une liste par étape : `{code, titre, faite, lignes: [{nom, valeur}]}` ; une valeur vide n'est pas répondue."""
    return [
        {
            "code": code,
            "titre": titre,
            "faite": code in projet.etapes_faites,
            "lignes": [
                {"nom": nom_du_champ(champ), "valeur": reponse(projet, champ)}
                for champ in champs_de_l_etape(code, projet.nature)
            ]
            + ([{"nom": "Périmètre fourni", "valeur": projet.perimetre_nom}] if code == "zone" else []),
        }
        for code, titre in ETAPES.items()
    ]


def nom_du_champ(champ: str) -> str:
    """« Surface de vente créée (m²) »."""
    nom = NOMS[champ]
    return f"{nom[:1].upper()}{nom[1:]}"


def reponse(projet: ProjetCdac, champ: str) -> str:
    """La réponse en mots ; vide si l'on ne sait pas."""
    if getattr(projet, SANS_OBJET.get(champ, ""), None) is False:
        return "sans objet"
    return dite(champ, getattr(projet, champ))


def dite(champ: str, valeur: Any) -> str:
    """Une valeur de ce champ, en mots."""
    if champ == "code_commune":
        return territoire().communes.get(valeur, valeur)
    if champ == "activite":
        return libelle_activite(valeur)
    if champ == "rayons_m":
        return ", ".join(f"{nombre(rayon)} m" for rayon in valeur)
    if champ == "perimetre":
        return "un contour" if valeur else ""
    choix = {"nature": NatureProjet, "secteur": SecteurProjet, "secteur_avant": SecteurProjet}.get(champ)
    if choix is not None:
        return str(dict(choix.choices).get(valeur, ""))
    return _en_mots(valeur)


def _en_mots(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return date_longue(valeur)
    if isinstance(valeur, Decimal):
        return nombre(valeur, 0 if valeur == valeur.to_integral_value() else 2)
    if isinstance(valeur, float):
        return nombre(valeur, 5)
    return nombre(valeur) if isinstance(valeur, int) else str(valeur)
