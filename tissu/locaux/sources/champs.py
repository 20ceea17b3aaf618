"""Les champs d'un local qu'un fichier peut porter, et comment leurs en-têtes s'écrivent d'ordinaire."""

from collections.abc import Iterable, Mapping

from tissu.registre.sources.consulaire import simplifier

CHAMPS: dict[str, str] = {
    "identifiant": "Identifiant dans le fichier",
    "enseigne": "Enseigne",
    "siret": "SIRET",
    "vacance": "Vacance",
    "disponibilite": "Disponibilité (seconde colonne de vacance)",
    "rubrique": "Rubrique d'activité",
    "activite": "Activité",
    "naf": "Code NAF",
    "independance": "Indépendant ou enseigne",
    "numero": "Numéro",
    "voie": "Voie",
    "adresse": "Adresse en une colonne",
    "complement": "Complément d'adresse",
    "code_postal": "Code postal",
    "code_commune": "Code de la commune",
    "commune": "Nom de la commune",
    "quartier": "Quartier",
    "parcelle": "Parcelle",
    "etage": "Étage",
    "surface_m2": "Surface (m²)",
    "surface_vente_m2": "Surface de vente (m²)",
    "vitrine_m": "Longueur de vitrine (m)",
    "loyer_eur_m2_an": "Loyer (€ HT/m²/an)",
    "couverts": "Couverts",
    "chambres": "Chambres",
    "releve_le": "Date du relevé",
    "lon": "Longitude",
    "lat": "Latitude",
    "position": "Position « latitude, longitude »",
}
ENTETES: Mapping[str, tuple[str, ...]] = {
    "identifiant": ("identifiant", "id local", "id cellule", "id", "objectid", "fid"),
    "siret": ("siret", "n siret", "numero siret"),
    "enseigne": ("nom enseigne", "enseigne", "raison sociale", "nom commercial", "nom"),
    "vacance": ("dashboard vacance", "vacance", "vacant", "occupation", "etat", "statut"),
    "disponibilite": ("disponibilte", "disponibilite"),
    "rubrique": ("rubrique", "famille", "categorie"),
    "activite": ("secteur activite", "activite", "secteur", "libelle activite"),
    "naf": ("naf", "ape", "code naf", "code ape"),
    "independance": ("independant enseigne", "independance", "independant", "type enseigne"),
    "numero": ("num adresse", "numero voie", "num voie", "n voie", "numero", "num"),
    "voie": ("nom voie", "libelle voie", "voie", "rue", "adresse"),
    "complement": ("complement",),
    "code_postal": ("code postal", "cp"),
    "code_commune": ("code insee", "code commune", "insee", "insee com"),
    "commune": ("commune", "ville", "nom commune"),
    "quartier": ("nom quartier", "quartier"),
    "parcelle": ("parcelle", "reference cadastrale"),
    "etage": ("etage", "niveau"),
    "surface_vente_m2": ("surface de vente", "surface vente"),
    "surface_m2": ("surface",),
    "vitrine_m": ("vitrine", "lineaire", "longueur de vitrine", "devanture"),
    "loyer_eur_m2_an": ("loyer",),
    "couverts": ("couverts", "nb couverts", "nombre de couverts"),
    "chambres": ("chambres", "nb chambres", "nombre de chambres"),
    "releve_le": ("date maj", "date releve", "date de releve", "date mise a jour", "maj", "date"),
    "position": ("geo point 2d", "geo point", "coordonnees"),
    "lon": ("longitude", "lon", "lng", "x"),
    "lat": ("latitude", "lat", "y"),
}


def proposer(colonnes: Iterable[str]) -> dict[str, str]:
    """Champ → colonne du fichier, pour ceux que l'on reconnaît à leur en-tête ; une colonne ne sert qu'une fois."""
    propres = {colonne: simplifier(colonne) for colonne in colonnes}
    trouves: dict[str, str] = {}
    for exact in (True, False):
        for champ, entetes in ENTETES.items():
            if champ in trouves:
                continue
            for entete in entetes:
                libres = [
                    colonne
                    for colonne, propre in propres.items()
                    if colonne not in trouves.values()
                    and (propre == entete or (not exact and propre.startswith(f"{entete} ")))
                ]
                if libres:
                    trouves[champ] = libres[0]
                    break
    return {champ: trouves[champ] for champ in CHAMPS if champ in trouves}
