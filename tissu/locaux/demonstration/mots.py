"""Les mots de la démonstration : quartiers, enseignes inventées, libellés du fichier de la ville."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from tissu.locaux.nomenclatures import activite, correspondances_connues, familles

CORRESPONDANCE = "Commerces de la ville de Dijon"
# Les neuf quartiers et un point au milieu de chacun, posé à vue.
QUARTIERS: Mapping[str, tuple[float, float]] = {
    "Centre-Ville": (5.040, 47.321),
    "Maladière - Drapeau - Clemenceau": (5.052, 47.333),
    "Varennes - Toison d'Or - Joffre": (5.054, 47.352),
    "Grésilles": (5.062, 47.336),
    "Montchapet": (5.028, 47.333),
    "Chevreul - Parc": (5.047, 47.308),
    "Bourroches - Port du Canal - Valendons - Montagne Sainte-Anne": (5.022, 47.305),
    "Université": (5.072, 47.314),
    "Fontaine d'Ouche - Faubourg Raines - Larrey - Motte Giron": (5.006, 47.317),
}
# Part de chaque activité parmi les locaux inventés : beaucoup de tables et de coiffeurs, peu de poissonneries.
POIDS: Mapping[str, int] = {
    "restaurant": 30, "restauration_rapide": 18, "coiffure": 17, "cafe_bar": 11, "immobilier": 11, "banque": 9,
    "habillement": 15, "boulangerie": 9, "institut_beaute": 8, "assurance": 7, "epicerie": 8, "pharmacie": 5,
    "tabac_presse": 5, "hotel": 5, "garage": 5, "interim": 5, "optique": 4, "bijouterie": 4, "decoration": 4,
    "multimedia": 4, "chaussures": 3, "auto_ecole": 3, "fleurs_animalerie": 3, "cave": 3, "boucherie": 3,
    "salle_sport": 3, "librairie": 3, "superette": 3, "pressing": 3, "retouche_cordonnerie": 3, "depot_vente": 2,
    "laboratoire_sante": 2, "audition_materiel_medical": 2, "supermarche": 2, "electromenager": 2, "chocolaterie": 2,
    "parfumerie": 2, "cycles": 2, "bureau_conseil": 3, "service_personne": 2, "antiquites": 2, "poste": 1,
}  # fmt: skip
METIERS: Mapping[str, str] = {
    "restaurant": "Table", "restauration_rapide": "Comptoir", "coiffure": "Salon", "cafe_bar": "Café",
    "immobilier": "Agence", "banque": "Banque", "habillement": "Boutique", "boulangerie": "Boulangerie",
    "institut_beaute": "Institut", "assurance": "Cabinet", "epicerie": "Épicerie", "pharmacie": "Pharmacie",
    "hotel": "Hôtel", "garage": "Garage", "optique": "Optique", "boucherie": "Boucherie", "librairie": "Librairie",
}  # fmt: skip
CHOSES = ("du Cormoran", "du Hérisson", "de la Loutre", "du Hibou", "de la Mésange", "du Triton", "de la Luciole",
          "du Lampion", "de la Girouette", "du Sablier", "de la Toupie", "de la Comète", "du Carrousel",
          "de la Marmite", "du Compas", "de la Nacelle", "du Grelot", "de l'Enclume", "de l'Ardoise")  # fmt: skip
TRAITS = ("imaginaire", "fictif", "lunaire", "hypothétique", "théorique", "fantasque", "de papier", "en carton",
          "d'encre", "sans fin", "romanesque", "légendaire", "nuageux", "indigo", "turquoise")  # fmt: skip
RESEAUX = ("Exemple & Fils", "Fictif Express", "Modèle Réseau", "Prototype Store", "Spécimen", "Factice",
           "Échantillon Shop", "Gabarit")  # fmt: skip


def quartier_de(lon: float, lat: float) -> str:
    """Le quartier dont le milieu est le plus proche ; un degré de longitude est plus court qu'un de latitude."""
    return min(QUARTIERS, key=lambda nom: (0.68 * (QUARTIERS[nom][0] - lon)) ** 2 + (QUARTIERS[nom][1] - lat) ** 2)


def tirer_activite(rng: np.random.Generator) -> str:
    codes = list(POIDS)
    parts = np.array([POIDS[code] for code in codes], dtype=float)
    return codes[int(rng.choice(len(codes), p=parts / parts.sum()))]


def enseigne(rng: np.random.Generator, code: str, *, reseau: bool) -> str:
    """Une enseigne qui n'existe pas : « Salon du Hibou lunaire », « Fictif Express »."""
    if reseau:
        return RESEAUX[int(rng.integers(len(RESEAUX)))]
    metier = METIERS.get(code) or libelle_de(code)[1] or "Maison"
    return f"{metier} {CHOSES[int(rng.integers(len(CHOSES)))]} {TRAITS[int(rng.integers(len(TRAITS)))]}"


@lru_cache
def libelle_de(code: str) -> tuple[str, str | None]:
    """La rubrique et le secteur par lesquels le fichier de la ville dirait cette activité."""
    table = correspondances_connues()[CORRESPONDANCE]["activites"]
    rubriques = {
        activite(residuelle).famille: libelle.removesuffix(" |")  # type: ignore[union-attr]
        for libelle, residuelle in table.items()
        if libelle.endswith(" |")
    }
    trouvee = activite(code)
    famille = trouvee.famille if trouvee else next(iter(familles()))
    secteur = next((libelle for libelle, dit in table.items() if dit == code and "|" not in libelle), None)
    return rubriques.get(famille, "Services"), secteur
