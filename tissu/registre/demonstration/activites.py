"""Activités du territoire de démonstration : codes réels, poids de notre fait.

Chaque ligne : code NAF rév. 2, code NAF 2025, poids dans le stock. Les codes NAF 2025 sont une
correspondance de démonstration, pas une table de passage officielle. Une famille rassemble des
activités qui partagent forme juridique, taille, ancien code et manière de se nommer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Famille:
    """Ce que des activités voisines ont en commun ; les parts vont de 0 à 1."""

    nom: str
    part_individuel: float
    part_employeur: float
    part_association: float
    taille: float
    risque: float
    ancien: tuple[str, str]
    metiers: bool
    debuts: tuple[str, ...]
    lignes: str


FAMILLES = (
    Famille(
        "agriculture",
        0.6,
        0.12,
        0.0,
        0.5,
        0.6,
        ("01.1A", "01.1A"),
        False,
        ("FERME", "DOMAINE", "PEPINIERE", "VERGERS", "MARAICHAGE"),
        "01.13Z 01.13Y 5|01.21Z 01.21Y 8|01.41Z 01.41Y 3|01.61Z 01.61Y 3|02.20Z 02.20Y 3",
    ),
    Famille(
        "agroalimentaire",
        0.25,
        0.6,
        0.0,
        2.6,
        0.8,
        ("15.8C", "15.8C"),
        True,
        ("MOUTARDERIE", "BISCUITERIE", "CONFISERIE", "FROMAGERIE", "BRASSERIE", "CONSERVERIE", "CHOCOLATERIE"),
        "10.13A 10.13G 1|10.39B 10.39H 1|10.51C 10.51H 1|10.52Z 10.52Y 1|10.71A 10.71G 1|"
        "10.71C 10.71H 20|10.71D 10.71J 4|10.82Z 10.82Y 3|10.84Z 10.84Y 2|10.85Z 10.85Y 1|"
        "10.89Z 10.89Y 2|11.01Z 11.01Y 1|11.02A 11.02G 1|11.05Z 11.05Y 3",
    ),
    Famille(
        "industrie",
        0.3,
        0.45,
        0.0,
        3.0,
        0.7,
        ("28.5D", "28.5D"),
        True,
        ("MECANIQUE", "FONDERIE", "USINAGE", "TOLERIE", "MANUFACTURE", "IMPRIMERIE", "INDUSTRIES"),
        "08.12Z 08.12Y 1|13.92Z 13.92Y 3|16.23Z 16.23Y 2|17.21A 17.21Y 1|18.12Z 18.12Y 7|18.13Z 18.13Y 4|"
        "20.42Z 20.42Y 2|22.22Z 22.22Y 1|23.61Z 23.61Y 1|25.11Z 25.11Y 5|26.51B 26.51Y 2|27.12Z 27.12Y 2|"
        "28.22Z 28.22Y 1|28.29B 28.29Y 2|28.93Z 28.93Y 2|29.32Z 29.32Y 1|32.12Z 32.12Y 6|33.12Z 33.12Y 7|"
        "33.20C 33.20Y 3|35.11Z 35.11Y 14|36.00Z 36.00Y 1|38.11Z 38.11Y 2|39.00Z 39.00Y 1",
    ),
    Famille(
        "sante_industrie",
        0.05,
        0.75,
        0.0,
        4.0,
        0.5,
        ("24.4C", "24.4C"),
        False,
        ("LABORATOIRES", "BIOTECH", "PHARMA", "INSTRUMENTS"),
        "21.20Z 21.20Y 1|26.60Z 26.60Y 1|32.50A 32.50Y 6|72.11Z 72.10G 2|72.19Z 72.10H 4",
    ),
    Famille(
        "batiment",
        0.5,
        0.35,
        0.0,
        0.9,
        1.3,
        ("45.4J", "45.4J"),
        True,
        ("MENUISERIE", "MACONNERIE", "PLOMBERIE", "ELECTRICITE", "PEINTURE", "RENOVATION", "CHARPENTE", "BATISSEURS"),
        "41.20A 41.00G 10|41.20B 41.00H 9|42.11Z 42.11Y 2|43.12A 43.12G 8|43.21A 43.21G 34|43.22A 43.22G 19|"
        "43.22B 43.22H 16|43.29A 43.23Y 8|43.31Z 43.31Y 16|43.32A 43.32G 26|43.33Z 43.33Y 18|43.34Z 43.34G 36|"
        "43.39Z 43.35Y 22|43.91B 43.41H 11|43.99C 43.99H 42",
    ),
    Famille(
        "automobile",
        0.4,
        0.4,
        0.0,
        1.0,
        1.0,
        ("50.2Z", "50.2Z"),
        True,
        ("GARAGE", "CARROSSERIE", "AUTOS", "ATELIER MECANIQUE"),
        "45.11Z 47.81Y 22|45.20A 95.31G 22|45.32Z 47.82Y 5",
    ),
    Famille(
        "gros",
        0.15,
        0.4,
        0.0,
        1.6,
        0.9,
        ("51.9A", "51.9B"),
        False,
        ("NEGOCE", "COMPTOIR", "DISTRIBUTION", "CENTRALE"),
        "46.19B 46.19H 24|46.34Z 46.34Y 12|46.39B 46.39Y 4|46.69B 46.64K 12|46.73A 46.83G 8|46.90Z 46.90Y 14",
    ),
    Famille(
        "detail",
        0.5,
        0.36,
        0.0,
        0.9,
        1.5,
        ("52.4C", "52.4C"),
        False,
        ("BOUTIQUE", "MAISON", "LIBRAIRIE", "EPICERIE", "FLEURS", "CAVE", "LUNETTERIE", "MERCERIE", "JOUETS"),
        "47.11B 47.11G 24|47.11D 47.11J 8|47.11F 47.11K 2|47.24Z 47.24Y 8|47.25Z 47.25Y 12|47.26Z 47.26Y 9|"
        "47.29Z 47.27H 10|47.41Z 47.40Y 4|47.52B 47.52H 5|47.59A 47.55G 10|47.61Z 47.61Y 9|47.64Z 47.63Y 9|"
        "47.71Z 47.71Y 60|47.72A 47.72G 10|47.73Z 47.73Y 18|47.75Z 47.75Y 12|47.76Z 47.76Y 14|47.77Z 47.77Y 9|"
        "47.78A 47.74G 18|47.78C 47.78H 30|47.79Z 47.79H 18|47.81Z 47.24Y 14|47.89Z 47.78H 24|"
        "47.91A 47.12H 20|47.91B 47.71Y 62",
    ),
    Famille(
        "transport",
        0.62,
        0.25,
        0.0,
        1.5,
        1.6,
        ("60.2L", "60.2L"),
        False,
        ("TRANSPORTS", "COURSES", "MESSAGERIE", "TAXI", "LOGISTIQUE", "NAVETTES"),
        "49.32Z 49.33G 28|49.41A 49.41G 8|49.41B 49.41H 16|49.42Z 49.42Y 4|52.10B 52.10H 4|53.20Z 53.20G 74",
    ),
    Famille(
        "restauration",
        0.35,
        0.55,
        0.0,
        1.0,
        1.7,
        ("55.3A", "55.3A"),
        False,
        ("AUBERGE", "CAFE", "TABLE", "BISTROT", "CANTINE", "HOTEL", "CREPERIE", "TERRASSE"),
        "55.10Z 55.10Y 16|55.20Z 55.20Y 40|56.10A 56.11G 72|56.10C 56.11J 62|56.21Z 56.21Y 12|56.30Z 56.30Y 28",
    ),
    Famille(
        "numerique",
        0.55,
        0.24,
        0.0,
        1.9,
        1.1,
        ("72.2C", "72.2C"),
        False,
        ("STUDIO", "LOGICIELS", "DONNEES", "RESEAUX", "CODE", "SYSTEMES", "PIXELS"),
        "58.29C 58.29Y 8|59.11A 59.11H 14|60.10Z 60.10Y 2|61.10Z 61.10Y 4|62.01Z 62.10Y 66|62.02A 62.20G 62|"
        "62.02B 62.20H 4|62.03Z 62.20H 3|62.09Z 62.90Y 9|63.11Z 63.10Y 7|63.12Z 63.91Y 4",
    ),
    Famille(
        "finance",
        0.2,
        0.3,
        0.0,
        1.6,
        0.7,
        ("67.1E", "67.1E"),
        False,
        ("COURTAGE", "ASSURANCES", "CREDIT", "PATRIMOINE"),
        "64.19Z 64.19Y 26|65.12Z 65.12Y 8|66.19B 66.19H 20|66.22Z 66.22Y 32|66.30Z 66.30Y 6",
    ),
    Famille(
        "holding",
        0.0,
        0.04,
        0.0,
        0.7,
        0.4,
        ("74.1J", "74.1J"),
        False,
        ("GROUPE", "PARTICIPATIONS", "HOLDING"),
        "64.20Z 64.21Y 128|70.10Z 70.10Y 22",
    ),
    Famille(
        "location",
        0.7,
        0.01,
        0.0,
        0.4,
        0.7,
        ("70.2A", "70.2A"),
        False,
        ("GITES", "LOCATION", "MEUBLES"),
        "68.20A 68.20G 520",
    ),
    Famille("immobilier", 0.0, 0.03, 0.0, 0.4, 0.35, ("70.2C", "70.2C"), False, ("SCI",), "68.20B 68.20H 480"),
    Famille(
        "agences",
        0.35,
        0.25,
        0.0,
        0.8,
        1.2,
        ("70.3A", "70.3A"),
        False,
        ("AGENCE", "CABINET IMMOBILIER", "HABITAT", "FONCIERE"),
        "41.10A 68.12Y 18|68.10Z 68.11Y 34|68.31Z 68.31Y 54|68.32A 68.32H 26",
    ),
    Famille(
        "conseil",
        0.62,
        0.17,
        0.0,
        1.0,
        1.1,
        ("74.1G", "74.1G"),
        False,
        ("CABINET", "CONSEIL", "ETUDES", "ATELIER", "INGENIERIE", "AGENCE"),
        "69.10Z 69.10Y 46|69.20Z 69.20Y 22|70.21Z 73.30Y 26|70.22Z 70.20Y 150|71.11Z 71.11Y 24|71.12A 71.12Y 4|"
        "71.12B 71.12Y 66|71.20B 71.20H 9|73.11Z 73.11Y 34|73.12Z 73.12Y 2|74.10Z 74.12Y 54|74.20Z 74.20Y 34|"
        "74.30Z 74.30Y 13|74.90B 74.99Y 56|75.00Z 75.00Y 9",
    ),
    Famille(
        "soutien",
        0.55,
        0.26,
        0.0,
        2.2,
        1.4,
        ("74.7Z", "74.7Z"),
        False,
        ("NETTOYAGE", "SERVICES", "JARDINS", "INTERIM", "SECURITE", "EVENEMENTS", "VOYAGES"),
        "77.11A 77.11Y 8|77.32Z 77.32Y 6|78.20Z 78.20G 12|79.11Z 79.11Y 6|80.10Z 80.01Y 7|81.10Z 81.10Y 9|"
        "81.21Z 81.21Y 46|81.22Z 81.22Y 10|81.29B 81.23H 8|81.30Z 81.30Y 40|82.11Z 82.10Y 16|82.30Z 82.30Y 16|"
        "82.99Z 82.99Y 48",
    ),
    Famille(
        "administration",
        0.0,
        0.6,
        0.05,
        9.0,
        0.3,
        ("75.1A", "75.1A"),
        False,
        ("DIRECTION", "OFFICE", "REGIE", "SERVICE"),
        "84.11Z 84.11Y 18|84.12Z 84.12Y 8|84.13Z 84.13Y 5",
    ),
    Famille(
        "enseignement",
        0.6,
        0.2,
        0.2,
        2.0,
        1.2,
        ("80.4C", "80.4C"),
        False,
        ("ECOLE", "INSTITUT", "FORMATIONS", "COURS", "ACADEMIE"),
        "85.20Z 85.20Y 16|85.31Z 85.31Y 6|85.42Z 85.40Y 8|85.51Z 85.51Y 58|85.52Z 85.52Y 38|85.53Z 85.53Y 8|"
        "85.59A 85.59G 54|85.59B 85.59H 62",
    ),
    Famille(
        "sante",
        0.84,
        0.14,
        0.04,
        2.2,
        0.8,
        ("85.1C", "85.1C"),
        False,
        ("CABINET MEDICAL", "CENTRE DE SOINS", "LABORATOIRE", "CLINIQUE", "AMBULANCES"),
        "86.10Z 86.10Y 6|86.21Z 86.21Y 62|86.22A 86.22Y 6|86.22C 86.22Y 62|86.23Z 86.23Y 26|86.90A 86.92Y 6|"
        "86.90B 86.91Y 9|86.90D 86.94G 80|86.90E 86.95Y 84|86.90F 86.99Y 104",
    ),
    Famille(
        "social",
        0.08,
        0.6,
        0.8,
        5.0,
        0.6,
        ("85.3K", "85.3K"),
        False,
        ("MAISON", "FOYER", "ACCUEIL", "CRECHE", "SOLIDARITE"),
        "87.10A 87.10G 6|88.10A 88.10G 14|88.91A 88.91G 14|88.99B 88.99H 28",
    ),
    Famille(
        "loisirs",
        0.55,
        0.13,
        0.42,
        0.8,
        1.0,
        ("92.3A", "92.3A"),
        False,
        ("THEATRE", "COMPAGNIE", "CLUB", "ENSEMBLE", "FANFARE", "SALLE"),
        "90.01Z 90.20Y 84|90.03A 90.12Y 74|90.03B 90.13Y 44|93.12Z 93.12Y 70|93.13Z 93.13Y 8|93.29Z 93.29Y 26",
    ),
    Famille(
        "associations",
        0.0,
        0.09,
        1.0,
        0.9,
        0.6,
        ("91.3E", "91.3E"),
        False,
        ("ASSOCIATION", "AMICALE", "CERCLE", "COMITE", "FEDERATION"),
        "94.11Z 94.11Y 6|94.12Z 94.12Y 6|94.20Z 94.20Y 26|94.91Z 94.91Y 8|94.99Z 94.99Y 240",
    ),
    Famille(
        "personnels",
        0.72,
        0.24,
        0.0,
        0.6,
        1.3,
        ("93.0D", "93.0D"),
        True,
        ("SALON", "INSTITUT", "PRESSING", "CORDONNERIE", "REPARATION", "COIFFURE"),
        "95.11Z 95.10Y 14|95.25Z 95.25Y 3|95.29Z 95.29H 24|96.01B 96.10H 8|96.02A 96.21G 62|96.02B 96.22Y 56|"
        "96.03Z 96.30Y 5|96.04Z 96.23Y 12|96.09Z 96.99H 128",
    ),
    Famille("sans_activite", 0.5, 0.0, 0.0, 0.4, 2.0, ("00.0Z", "00.0Z"), False, ("PROJET",), "00.00Z - 9"),
)


@dataclass(frozen=True)
class Activite:
    """Une activité : son code dans les deux nomenclatures, sa famille, son poids."""

    naf: str
    naf25: str
    famille: Famille
    poids: float


def _lire() -> tuple[Activite, ...]:
    activites = []
    for famille in FAMILLES:
        for ligne in famille.lignes.split("|"):
            naf, naf25, poids = ligne.split()
            activites.append(Activite(naf, naf25.replace("-", ""), famille, float(poids)))
    return tuple(activites)


ACTIVITES = _lire()
PAR_CODE = {activite.naf: activite for activite in ACTIVITES}
NAF25 = {activite.naf: activite.naf25 for activite in ACTIVITES}
RISQUES = np.array([activite.famille.risque for activite in ACTIVITES])


def tirer(rng: np.random.Generator, nombre: int) -> np.ndarray:
    """Rangs d'activités tirés selon leurs poids."""
    poids = np.array([activite.poids for activite in ACTIVITES])
    return rng.choice(len(ACTIVITES), size=nombre, p=poids / poids.sum())
