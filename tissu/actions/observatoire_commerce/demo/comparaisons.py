"""Huit villes fictives et leurs chiffres, dans un fichier qui passe par l'import comme un vrai, fautes comprises."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.actions.observatoire_commerce.choices import TypePerimetre
from tissu.actions.observatoire_commerce.models import CriteresDeComparaison, ImportDeVilles
from tissu.actions.observatoire_commerce.operations import comparaisons as operations
from tissu.actions.observatoire_commerce.queries.comparaisons import criteres_proposes
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne

FICHIER = "villes-comparees-demonstration.csv"
SOURCE_POPULATION = "Recensement fictif"
# Ville, rôle, habitants de la commune et de l'intercommunalité, revenu médian, nuitées par habitant.
VILLES: tuple[tuple[str, str, int, int, int, str], ...] = (
    ("Exempleville", "prefecture_region", 152_000, 262_000, 21_400, "4,1"),
    ("Fictive-sur-Loire", "prefecture", 118_000, 288_000, 22_600, "3,2"),
    ("Démonville", "ancienne_prefecture_region", 146_000, 244_000, 20_900, "5,4"),
    ("Imagine-les-Bains", "prefecture", 121_000, 213_000, 23_100, "9,8"),
    ("Spécimen-le-Grand", "prefecture_region", 171_000, 301_000, 21_900, "3,7"),
    ("Modèle-Saint-Pierre", "prefecture", 128_000, 197_000, 20_300, "2,6"),
    ("Factice", "ancienne_prefecture_region", 139_000, 226_000, 21_100, "4,9"),
    ("Grande-Factice", "prefecture_region", 302_000, 640_000, 23_800, "6,2"),
)
# Par indicateur : la valeur de chaque ville, sa définition.
TAUX = ("8,9 %", "9,6 %", "11,2 %", "6,4 %", "7,8 %", "13,1 %", "10,3 %", "8,1 %")
LOCAUX = (3_120, 2_480, 2_990, 2_310, 3_460, 2_150, 2_720, 6_900)
INDEPENDANTS = ("68 %", "71 %", "64 %", "74 %", "62 %", "70 %", "66 %", "58 %")


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Les chiffres, puis les critères de chaque périmètre ; relancée, n'ajoute rien."""
    auteur = _auteur()
    if auteur is None or ImportDeVilles.objects.filter(nom=FICHIER).exists():
        return
    chemin = dossier / FICHIER
    ecrire(chemin)
    operations.importer_villes(chemin=chemin, nom=FICHIER, auteur=auteur, au=au)
    for perimetre, raison in (
        (TypePerimetre.COMMUNE, "Préfectures ou anciennes préfectures de région : un rôle semblable au nôtre."),
        (TypePerimetre.EPCI, "Population à trente pour cent de la nôtre, comme le veut la méthode."),
    ):
        if not CriteresDeComparaison.objects.filter(perimetre=perimetre).exists():
            _regler(perimetre, raison, auteur, au)


def _regler(perimetre: str, raison: str, auteur: Personne, au: datetime) -> None:
    criteres = criteres_proposes(perimetre, au=au.date())
    criteres.raison = raison
    if perimetre == TypePerimetre.COMMUNE:
        criteres.roles = ["prefecture_region", "ancienne_prefecture_region", "prefecture"]
        criteres.population_max = 200_000
    operations.regler_criteres(criteres=criteres, auteur=auteur, au=au)


def _auteur() -> Personne | None:
    return Personne.objects.filter(attributions__role=Role.CHARGE_MISSION, is_active=True).order_by("pk").first()


def ecrire(chemin: Path) -> None:
    """Écrit le fichier de démonstration, avec deux lignes fautives qui iront en quarantaine."""
    with chemin.open("w", encoding="utf-8-sig", newline="") as sortie:
        feuille = csv.writer(sortie, delimiter=";")
        feuille.writerow([colonne.titre for colonne in COLONNES])
        for ligne in _lignes():
            feuille.writerow([ligne.get(colonne.champ, "") for colonne in COLONNES])


def _lignes() -> Iterator[dict[str, str]]:
    for rang, ville in enumerate(VILLES):
        for perimetre in (TypePerimetre.COMMUNE, TypePerimetre.EPCI):
            yield from _valeurs(rang, ville, perimetre)
    fautive = _base(VILLES[0], TypePerimetre.COMMUNE)
    yield fautive | {"ville": "Distraite", "indicateur": "taux_vacance", "valeur": "8,4", "annee": "2025"}
    yield fautive | {"ville": "Pressée", "indicateur": "vacants", "valeur": "beaucoup", "annee": "2031"}


def _base(ville: tuple[str, str, int, int, int, str], perimetre: str) -> dict[str, str]:
    nom, role, commune, epci, revenu, tourisme = ville
    habitants = commune if perimetre == TypePerimetre.COMMUNE else epci
    return {
        "ville": nom, "perimetre": perimetre, "role": role, "population": str(habitants), "population_annee": "2021",
        "population_source": SOURCE_POPULATION, "revenu_median_eur": str(revenu), "tourisme": tourisme,
        "source": f"Observatoire de {nom} (fictif)", "comparable": "oui",
        "definition": "Cellules vacantes rapportées à toutes les cellules commerciales.",
    }  # fmt: skip


def _valeurs(rang: int, ville: tuple[str, str, int, int, int, str], perimetre: str) -> Iterator[dict[str, str]]:
    base, agrandi = _base(ville, perimetre), 1 if perimetre == TypePerimetre.COMMUNE else 2
    locaux = LOCAUX[rang] * (3 + agrandi) // 4
    taux = {"indicateur": "taux_vacance", "annee": "2025", "valeur": TAUX[rang]}
    if rang == 6:
        taux |= {"comparable": "partiel", "motif": "bureaux en pied d'immeuble compris", "definition":
                 "Locaux d'activité vides, bureaux en rez-de-chaussée compris."}  # fmt: skip
    if rang == 3:
        taux |= {"annee": "2019"}
    yield base | taux
    yield base | {"indicateur": "locaux", "annee": "2025", "valeur": str(locaux), "definition":
                  "Locaux à vitrine, occupés ou non."}  # fmt: skip
    yield base | {"indicateur": "vacants", "annee": "2025", "valeur": str(locaux * (7 + rang % 5) // 100),
                  "definition": "Locaux à vitrine, vacants."}  # fmt: skip
    if perimetre == TypePerimetre.COMMUNE:
        yield base | {"indicateur": "part_independants", "annee": "2024", "valeur": INDEPENDANTS[rang], "definition":
                      "Locaux sans enseigne de réseau, parmi les locaux occupés."}  # fmt: skip
