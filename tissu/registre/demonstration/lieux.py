"""Rues inventées, adresses et positions plausibles dans les communes et les zones.

Les rues portent des noms qui n'existent pas (« rue des Parenthèses ») ; chacune a une ancre dans
sa commune, et les établissements se rangent autour. Les rues d'une zone tiennent dans la zone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import contours
from .cibles import COMMUNES, COMMUNES_HORS
from .geometrie import anneau, contient, points_dans

TYPES_VOIE = ("RUE", "RUE", "RUE", "AVENUE", "ALLEE", "IMPASSE", "CHEMIN", "BOULEVARD", "PLACE", "SQUARE")


def _noms_separes(texte: str) -> tuple[str, ...]:
    return tuple(texte.split("|"))


NOMS_VOIE = _noms_separes(
    "DES EXEMPLES|DU MODELE|DES BROUILLONS|DE LA VIRGULE|DES PARENTHESES|DU POINT VIRGULE|DES GUILLEMETS|"
    "DE L'ACCOLADE|DU PARAGRAPHE|DES RATURES|DE LA MAJUSCULE|DU TIRET|DES ASTERISQUES|DE L'ESPERLUETTE|"
    "DU GABARIT|DES PROTOTYPES|DE LA MAQUETTE|DU SPECIMEN|DES ECHANTILLONS|DE L'HYPOTHESE|DU THEOREME|"
    "DES EQUATIONS|DE LA PARABOLE|DU COSINUS|DES POLYGONES|DE LA BISSECTRICE|DU LOSANGE|DES TANGENTES|"
    "DE L'ELLIPSE|DU CUBE IMPARFAIT|DES LUCIOLES FICTIVES|DE LA COMETE DISTRAITE|DU NUAGE CARRE|DES MIRAGES|"
    "DE LA LUNE EN PAPIER|DU SOLEIL DESSINE|DES ETOILES FILEES|DE L'ARC SANS FIN|DU VENT D'ENCRE|"
    "DES NEIGES D'AOUT|DE LA PLUIE A L'ENVERS|DU BROUILLARD DORE|DES TEMPETES DE POCHE|DE L'HORIZON PLIANT|"
    "DU FLEUVE ABSENT|DES MAREES LENTES|DE LA SOURCE SUPPOSEE|DU PONT IMAGINE|DES MOULINS REVEURS|"
    "DE LA TOUR PENSIVE|DU PHARE TERRESTRE|DES HORLOGES LENTES|DE LA BOUSSOLE FOLLE|DU SABLIER VIDE|"
    "DES CARTES MUETTES|DE L'ATLAS PERDU|DU GLOBE CARRE|DES ESCALIERS ROULES|DE LA PORTE DESSINEE|"
    "DU MUR TRANSPARENT|DES TOITS VERTS POMME|DE L'ECHO DISCRET|DU SILENCE BAVARD|DES REFRAINS|"
    "DE LA GAMME MONTANTE|DU BEMOL|DES CROCHES|DE LA RITOURNELLE|DU CONTREPOINT|DES CYMBALES|DE L'ACCORDEON PLIE|"
    "DU TRIANGLE SONNANT|DES MARIONNETTES|DE LA PANTOMIME|DU RIDEAU BLEU|DES COULISSES|DE L'ENTRACTE|"
    "DU SOUFFLEUR|DES FUNAMBULES|DE LA BOBINE|DU PROJECTEUR|DES FIGURANTS|DE L'INTRIGUE|DU PERSONNAGE|"
    "DES NARRATEURS|DE LA PERIPETIE|DU DENOUEMENT|DES EPILOGUES|DE LA METAPHORE|DU PLEONASME|DES ANAGRAMMES|"
    "DE L'OXYMORE|DU PALINDROME|DES CALEMBOURS|DE LA LITOTE|DU ZEUGMA|DES SYLLABES|DE LA VOYELLE|DU TREMA|"
    "DES CEDILLES"
)
RUES_DE_ZONE = {
    "valmy": ("RUE DE LA MAQUETTE DE VALMY", "AVENUE DU PROTOTYPE", "ALLEE DES BROUILLONS"),
    "toison-d-or": ("AVENUE DU BELIER DE PAPIER", "ALLEE DE LA LAINE DOREE"),
    "cap-nord": ("RUE DU CAP SUPPOSE", "AVENUE DE LA BOUSSOLE", "RUE DES AIMANTS"),
    "cap-nord-est": ("RUE DU SEXTANT", "ALLEE DES AZIMUTS"),
    "excellence-2000": ("AVENUE DES SUPERLATIFS", "RUE DU MIEUX", "RUE DES MILLESIMES FICTIFS"),
    "mazen-sully": ("RUE DES EPROUVETTES", "AVENUE DU MICROSCOPE"),
    "longvic": ("RUE DES ENGRENAGES", "AVENUE DE LA COURROIE", "RUE DU PISTON", "RUE DES TREUILS"),
    "chenove": ("RUE DES ROULEMENTS", "AVENUE DU LEVIER"),
    "grand-marche": ("AVENUE DES ETALAGES", "ALLEE DU CADDIE", "RUE DE LA BALANCE"),
    "beauregard": ("RUE DES ENTREPOTS IMAGINES", "AVENUE DU QUAI SEC"),
    "centre-ville": (
        "RUE DES PAVES BAVARDS", "PLACE DU CADRAN", "RUE DE LA LANTERNE MAGIQUE", "RUE DU PARCHEMIN",
        "PLACE DES CONTEURS", "RUE DE L'ENCRIER", "PASSAGE DES PASSANTES", "RUE DU BLASON BLANC",
        "RUE DES ENLUMINURES", "RUE DU GRIMOIRE",
    ),
    "clemenceau": ("BOULEVARD DU CONGRES FICTIF", "RUE DES ORATEURS", "RUE DU PUPITRE"),
    "gresilles": ("AVENUE DES CERFS-VOLANTS", "RUE DU MANEGE", "RUE DES BALANCOIRES"),
    "fontaine-d-ouche": ("AVENUE DES RICOCHETS", "ALLEE DU PEDALO", "RUE DES LIBELLULES DE PAPIER"),
    "rue-des-exemples": ("RUE DES EXEMPLES",),
}  # fmt: skip
FAMILLES_DE_PARC = {
    "industrie": 0.6, "agroalimentaire": 0.3, "gros": 0.55, "transport": 0.3, "sante_industrie": 0.7, "numerique": 0.3,
    "conseil": 0.18, "soutien": 0.22, "automobile": 0.4, "finance": 0.2, "detail": 0.14, "batiment": 0.14,
}  # fmt: skip
COMPLEMENTS = (
    "BATIMENT A",
    "BATIMENT B",
    "1ER ETAGE",
    "2EME ETAGE",
    "RESIDENCE DES ACCENTS",
    "APPARTEMENT 12",
    "CHEZ UN AMI",
)


@dataclass(frozen=True)
class Voie:
    """Une rue inventée, son ancre et sa zone éventuelle."""

    type: str
    libelle: str
    commune: str
    code: str
    lon: float
    lat: float
    etendue: float
    zone: str


class Plan:
    """Les rues de chaque commune et le tirage des adresses."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.voies: list[Voie] = []
        self.contours = {f["properties"]["code"]: anneau(f["geometry"]) for f in contours.communes()["features"]}
        self.ordinaires: dict[str, list[int]] = {}
        self.de_parc: dict[str, list[int]] = {}
        for commune in COMMUNES:
            self._rues_de_zone(rng, commune.code)
            self._rues_ordinaires(rng, commune.code, max(8, commune.total // 250))
        for code, _, _ in COMMUNES_HORS:
            self.ordinaires[code] = [
                self._ajouter("RUE", NOMS_VOIE[(len(self.voies) * 13) % len(NOMS_VOIE)], code, 0.0, 0.0, 0.0, "")
                for _ in range(6)
            ]

    def _ajouter(self, genre: str, nom: str, commune: str, lon: float, lat: float, etendue: float, zone: str) -> int:
        code = f"{len(self.voies) % 10000:04d}"
        self.voies.append(Voie(genre, nom, commune, code, float(lon), float(lat), etendue, zone))
        return len(self.voies) - 1

    def _rues_de_zone(self, rng: np.random.Generator, commune: str) -> None:
        self.ordinaires[commune], self.de_parc[commune] = [], []
        for code, _, genre, lieu, sommets in contours.ZONES:
            if lieu != commune or code not in RUES_DE_ZONE:
                continue
            for rue, (lon, lat) in zip(RUES_DE_ZONE[code], points_dans(rng, np.array(sommets), 20), strict=False):
                type_voie, libelle = rue.split(" ", 1)
                rang = self._ajouter(type_voie, libelle, commune, lon, lat, 0.0009, code)
                if genre == "parc_activites":
                    self.de_parc[commune].append(rang)
                else:
                    self.ordinaires[commune] += [rang] * (6 if code == "centre-ville" else 3)

    def _rues_ordinaires(self, rng: np.random.Generator, commune: str, nombre: int) -> None:
        noms = rng.permutation(len(TYPES_VOIE) * len(NOMS_VOIE))
        deja = {(voie.type, voie.libelle) for voie in self.voies if voie.commune == commune}
        ancres = points_dans(rng, self.contours[commune], nombre)
        for (lon, lat), rang in zip(ancres, noms[:nombre], strict=True):
            genre, nom = TYPES_VOIE[rang % len(TYPES_VOIE)], NOMS_VOIE[rang // len(TYPES_VOIE)]
            if (genre, nom) not in deja:
                deja.add((genre, nom))
                self.ordinaires[commune].append(self._ajouter(genre, nom, commune, lon, lat, 0.0014, ""))

    def tirer_voies(self, rng: np.random.Generator, communes: list[str], familles: list[str]) -> np.ndarray:
        """Une rue par établissement : dans un parc d'activités plus ou moins selon la famille."""
        hasard, choix = rng.random(len(communes)), rng.random(len(communes))
        voies = np.empty(len(communes), dtype=np.int64)
        for rang, (commune, famille) in enumerate(zip(communes, familles, strict=True)):
            parc = self.de_parc.get(commune)
            liste = parc if parc and hasard[rang] < FAMILLES_DE_PARC.get(famille, 0.03) else self.ordinaires[commune]
            voies[rang] = liste[int(choix[rang] * len(liste))]
        return voies

    def positions(self, rng: np.random.Generator, voies: np.ndarray) -> np.ndarray:
        """Longitude et latitude près de l'ancre ; hors de la commune ou de la zone, l'ancre même."""
        ancres = np.array([(voie.lon, voie.lat) for voie in self.voies])[voies]
        etendues = np.array([voie.etendue for voie in self.voies])[voies]
        points = ancres + rng.uniform(-1, 1, size=(len(voies), 2)) * etendues[:, None]
        limites = {code: np.array(sommets) for code, _, _, _, sommets in contours.ZONES} | self.contours
        appartenance = np.array([voie.zone or voie.commune for voie in self.voies])[voies]
        for cle in sorted(set(appartenance.tolist())):
            if cle in limites:
                concernes = np.flatnonzero(appartenance == cle)
                dehors = concernes[~contient(limites[cle], points[concernes, 0], points[concernes, 1])]
                points[dehors] = ancres[dehors]
        return points
