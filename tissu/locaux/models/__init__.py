"""Les tables des locaux : lieux, histoire, campagnes, fichiers, liens avec le registre."""

from tissu.locaux.models.campagnes import Campagne, Comparabilite, Releve, Tournee
from tissu.locaux.models.fiscal import DonneeFiscale, ImportFiscal, RejetFiscal
from tissu.locaux.models.histoire import Occupation, PeriodeEtat, Transformation
from tissu.locaux.models.imports import AnomalieLocaux, CorrespondanceLocaux, ImportLocaux, LigneSource
from tissu.locaux.models.liens import Rapprochement, Signalement
from tissu.locaux.models.locaux import ContactLocal, Local, Numerotation, Photo, Troncon, Voie

__all__ = [
    "AnomalieLocaux",
    "Campagne",
    "Comparabilite",
    "ContactLocal",
    "CorrespondanceLocaux",
    "DonneeFiscale",
    "ImportFiscal",
    "ImportLocaux",
    "LigneSource",
    "Local",
    "Numerotation",
    "Occupation",
    "PeriodeEtat",
    "Photo",
    "Rapprochement",
    "RejetFiscal",
    "Releve",
    "Signalement",
    "Tournee",
    "Transformation",
    "Troncon",
    "Voie",
]
