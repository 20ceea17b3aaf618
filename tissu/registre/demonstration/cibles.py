"""Grandeurs visées par le territoire de démonstration.

Les totaux de Dijon (établissements de tous états, actifs) reprennent l'ordre de grandeur publié
de la base Sirene à l'automne 2026 ; ceux des autres communes sont des estimations de notre fait.
Aucune date du jour n'entre ici : tout s'arrête à `DATE_ARRET`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np

DATE_ARRET = date(2026, 11, 1)
ARRET = DATE_ARRET.toordinal()
PREMIER_MOIS = (2011, 11)
NOMBRE_MOIS = 180
GRAINE = 21

INCONNUE = date(1900, 1, 1).toordinal()
NAF_2003 = date(2003, 1, 1).toordinal()
NAF_2008 = date(2008, 1, 1).toordinal()


@dataclass(frozen=True)
class Commune:
    """Une commune de la métropole et sa part du stock."""

    code: str
    nom: str
    code_postal: str
    total: int
    actifs: int

    @property
    def libelle(self) -> str:
        """Libellé à la manière de Sirene : capitales sans accent."""
        return self.nom.upper().translate(str.maketrans("ÈÉÔÂÎ", "EEOAI"))


COMMUNES = tuple(
    Commune(*ligne)
    for ligne in (
        ("21003", "Ahuy", "21121", 2634, 980),
        ("21105", "Bressey-sur-Tille", "21560", 1012, 372),
        ("21106", "Bretenière", "21110", 912, 330),
        ("21166", "Chenôve", "21300", 9116, 3210),
        ("21171", "Chevigny-Saint-Sauveur", "21800", 7698, 2840),
        ("21192", "Corcelles-les-Monts", "21160", 810, 300),
        ("21223", "Daix", "21121", 2026, 760),
        ("21231", "Dijon", "21000", 110581, 41154),
        ("21263", "Fénay", "21600", 1316, 480),
        ("21270", "Flavignerot", "21160", 204, 76),
        ("21278", "Fontaine-lès-Dijon", "21121", 6280, 2330),
        ("21315", "Hauteville-lès-Dijon", "21121", 1014, 376),
        ("21355", "Longvic", "21600", 8104, 2980),
        ("21370", "Magny-sur-Tille", "21110", 808, 300),
        ("21390", "Marsannay-la-Côte", "21160", 5268, 1900),
        ("21452", "Neuilly-Crimolois", "21800", 2028, 750),
        ("21473", "Ouges", "21600", 1620, 590),
        ("21481", "Perrigny-lès-Dijon", "21160", 2230, 820),
        ("21485", "Plombières-lès-Dijon", "21370", 2024, 740),
        ("21515", "Quetigny", "21800", 8712, 3140),
        ("21540", "Saint-Apollinaire", "21850", 6788, 2510),
        ("21605", "Sennecey-lès-Dijon", "21800", 2128, 790),
        ("21617", "Talant", "21240", 6687, 2272),
    )
)
TOTAL = sum(c.total for c in COMMUNES)
ACTIFS = sum(c.actifs for c in COMMUNES)

# Communes réelles hors du territoire : elles doivent être écartées à l'import.
COMMUNES_HORS = (
    ("21054", "BEAUNE", "21200"),
    ("21038", "AUXONNE", "21130"),
    ("21292", "GENLIS", "21110"),
    ("21295", "GEVREY-CHAMBERTIN", "21220"),
    ("21317", "IS-SUR-TILLE", "21120"),
    ("21464", "NUITS-SAINT-GEORGES", "21700"),
    ("21657", "VAROIS-ET-CHAIGNOT", "21490"),
    ("21209", "COUTERNON", "21560"),
    ("21021", "ARC-SUR-TILLE", "21560"),
    ("25056", "BESANCON", "25000"),
    ("71076", "CHALON-SUR-SAONE", "71100"),
    ("71270", "MACON", "71000"),
    ("58194", "NEVERS", "58000"),
    ("89024", "AUXERRE", "89000"),
    ("39198", "DOLE", "39100"),
    ("69383", "LYON 3EME", "69003"),
    ("69123", "LYON", "69000"),
    ("75109", "PARIS 9", "75009"),
    ("75108", "PARIS 8", "75008"),
    ("92026", "COURBEVOIE", "92400"),
    ("67482", "STRASBOURG", "67000"),
    ("54395", "NANCY", "54000"),
    ("44109", "NANTES", "44000"),
    ("31555", "TOULOUSE", "31000"),
    ("33063", "BORDEAUX", "33000"),
    ("13208", "MARSEILLE 8", "13008"),
    ("59350", "LILLE", "59000"),
)

# Mouvements par mois, à la taille 1 : paires d'établissements tirées parmi les naissances et
# les fermetures du même mois.
TRANSFERTS_INTERNES = 52
TRANSFERTS_ENTRANTS = 18
TRANSFERTS_SORTANTS = 16
REPRISES = 13
REACTIVATIONS = 12
INTERRUPTIONS_COURTES = 4
PART_TRANSFERTS_SANS_LIEN = 0.18

PART_DIFFUSION_PARTIELLE_ACTIFS = 0.19
PART_DIFFUSION_PARTIELLE_FERMES = 0.07


def hasard(graine: int, etape: str) -> np.random.Generator:
    """Suite de nombres propre à une étape : ajouter une étape ne déplace pas les autres."""
    return np.random.default_rng([graine, crc32(etape.encode())])


def a_l_echelle(nombre: float, taille: float, minimum: int = 1) -> int:
    """Nombre ramené à la taille demandée, jamais sous le minimum."""
    return max(minimum, round(nombre * taille))
