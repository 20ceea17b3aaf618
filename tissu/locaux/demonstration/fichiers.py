"""Les fichiers de la démonstration, écrits puis importés : trois éditions de la ville, et ses voisines en CSV."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.files.base import File

from tissu.entrepot.instantane import courant
from tissu.locaux.choices import EtatCampagne, MethodeCampagne, VerdictComparabilite
from tissu.locaux.demonstration.mots import CORRESPONDANCE, libelle_de, quartier_de
from tissu.locaux.demonstration.ville import Cellule, abimer, cellules, en_entite, fermees, plus_tard
from tissu.locaux.models import Campagne, CorrespondanceLocaux
from tissu.locaux.nomenclatures import correspondances_connues
from tissu.locaux.operations import campagnes
from tissu.locaux.operations.correspondances import garder_correspondance
from tissu.locaux.operations.importation import RAYON, appliquer_import, deposer_import
from tissu.registre.operations.depots import deposer
from tissu.socle.territoire import territoire
from tissu.socle.travaux import SansSuivi

DIJON = "21231"
DANS_DIJON, AUTOUR = 2_902, 1_600
MINIMUM = 100
EDITION_2019, EDITION_2024, EDITION_2026 = date(2019, 6, 15), date(2024, 2, 7), date(2026, 5, 12)
COLONNES_CSV = {
    "enseigne": "Enseigne", "vacance": "Occupation", "rubrique": "Rubrique", "activite": "Activité", "numero": "Numéro",
    "voie": "Voie", "code_commune": "Code commune", "surface_m2": "Surface m2", "independance": "Type",
    "releve_le": "Relevé le", "lon": "Longitude", "lat": "Latitude",
}  # fmt: skip


def installer(*, dossier: Path, taille: float, au: datetime, suivi: Any) -> None:
    """Écrit et importe chaque fichier, du plus ancien au plus récent, puis dit ce qui se compare."""
    registre = courant()
    combien = max(MINIMUM, round(DANS_DIJON * taille))
    ville = cellules(registre, [DIJON], combien, cle="ville", au=EDITION_2024)
    ville += fermees(registre, DIJON, au=EDITION_2024)
    ensuite = plus_tard(ville, cle="2026", depuis=EDITION_2024, au=EDITION_2026)
    centre = [une for une in plus_tard(ville, cle="2019", depuis=date(2018, 1, 1), au=EDITION_2019)
              if quartier_de(une.lon, une.lat) == "Centre-Ville"]  # fmt: skip
    suivi.avancer(0.1, "Centre-ville en 2019, selon une autre méthode")
    _importer(_csv(dossier / "centre-ville-2019.csv", centre, EDITION_2019), au, _campagne_de_2019(au))
    for nom, lues, jour in (("2024", ville, EDITION_2024), ("2026", ensuite, EDITION_2026)):
        suivi.avancer(0.3, f"Fichier de la ville, édition de {nom}")
        _importer(_geojson(dossier / f"commerces-de-demonstration-{nom}.geojson", lues), _le(jour))
    suivi.avancer(0.6, "Communes voisines")
    voisines = [code for code in territoire().communes if code != DIJON]
    autour = cellules(registre, voisines, max(MINIMUM // 2, round(AUTOUR * taille)), cle="autour", au=EDITION_2026)
    _importer(_csv(dossier / "communes-voisines-2026.csv", autour, EDITION_2026), au, _campagne_des_voisines(au))
    _comparer(au)


def _le(jour: date) -> datetime:
    return datetime.combine(jour, time(9), UTC)


def _geojson(chemin: Path, lues: Sequence[Cellule]) -> Path:
    entites = [en_entite(une) for une in lues]
    abimer(entites)
    contenu = {"type": "FeatureCollection", "features": entites}
    chemin.write_text(json.dumps(contenu, ensure_ascii=False), encoding="utf-8")
    return chemin


def _csv(chemin: Path, lues: Sequence[Cellule], jour: date) -> Path:
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.writer(sortie, delimiter=";")
        ecrivain.writerow(COLONNES_CSV.values())
        for une in lues:
            rubrique, secteur = libelle_de(une.activite)
            ecrivain.writerow([
                une.enseigne, "Vacant" if une.vacante else "Occupé", rubrique, secteur or "", une.numero, une.voie,
                une.code_commune, une.surface or "", "Indépendant" if une.independant else "Enseigne",
                jour.strftime("%d/%m/%Y"), str(une.lon).replace(".", ","), str(une.lat).replace(".", ","),
            ])  # fmt: skip
    return chemin


def _importer(chemin: Path, au: datetime, campagne: Campagne | None = None) -> None:
    correspondance = _correspondance_csv(au) if chemin.suffix == ".csv" else None
    with chemin.open("rb") as flux:
        depot = deposer(File(flux, name=chemin.name), rayon=RAYON)
    depose = deposer_import(depot=depot, auteur=None, au=au, correspondance=correspondance, campagne=campagne)
    appliquer_import(importation=depose, auteur=None, au=au, suivi=SansSuivi())


def _correspondance_csv(au: datetime) -> CorrespondanceLocaux:
    activites = correspondances_connues()[CORRESPONDANCE]["activites"]
    return garder_correspondance(nom="Relevés en tableur (démonstration)", colonnes=COLONNES_CSV, activites=activites,
                                 code_commune="", situe=False, auteur=None, au=au)  # fmt: skip


def _campagne_de_2019(au: datetime) -> Campagne:
    return _campagne(
        au, nom="Comptage du centre, 2019", methode=MethodeCampagne.PARTIEL, debut=EDITION_2019, fin=EDITION_2019,
        communes=[DIJON], perimetre="Centre-ville",
        definition="Les rez-de-chaussée commerciaux des rues piétonnes, comptés par des étudiants ; les bureaux à "
        "vitrine n'y sont pas.",
    )  # fmt: skip


def _campagne_des_voisines(au: datetime) -> Campagne:
    return _campagne(
        au, nom="Communes voisines, printemps 2026", methode=MethodeCampagne.DECLARATIF, debut=EDITION_2026,
        fin=EDITION_2026, communes=[code for code in territoire().communes if code != DIJON],
        perimetre="Les vingt-deux communes autour de Dijon",
        definition="Les cellules à vitrine que chaque mairie a déclarées, occupées ou non.",
    )  # fmt: skip


def _campagne(au: datetime, **valeurs: Any) -> Campagne:
    creee = campagnes.enregistrer_campagne(valeurs=valeurs, auteur=None, au=au)
    creee.etat = EtatCampagne.CLOSE
    creee.save()
    return creee


def _comparer(au: datetime) -> None:
    """Les deux éditions de la ville se comparent ; le comptage de 2019, non."""
    de_2019 = Campagne.objects.get(nom="Comptage du centre, 2019")
    editions = list(Campagne.objects.filter(nom__startswith="Commerces de la ville").order_by("debut"))
    for edition in editions:
        campagnes.decider_de_la_comparabilite(
            campagne=edition, reference=de_2019, verdict=VerdictComparabilite.NON, auteur=None, au=au,
            motif="Autre périmètre et autre définition : méthode trop différente.",
        )  # fmt: skip
    if len(editions) == 2:
        campagnes.decider_de_la_comparabilite(
            campagne=editions[1], reference=editions[0], verdict=VerdictComparabilite.OUI, auteur=None, au=au,
            motif="Même fichier, même définition, même périmètre.",
        )  # fmt: skip
