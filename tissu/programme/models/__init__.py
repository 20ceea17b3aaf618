"""Ce que le programme garde. Un module par sujet ; montants en euros, `Decimal`, nets de taxes sauf mention."""

from tissu.programme.models.budget import Contribution, DecisionSurAnomalie, LigneDepense, TauxJour
from tissu.programme.models.conventions import Avenant, Convention, Fiche, SectionRedigee, VersionDeFiche
from tissu.programme.models.indicateurs import Critere, Mesure
from tissu.programme.models.pieces import Piece
from tissu.programme.models.revues import (
    AccordDeRevue,
    Commentaire,
    FigureFigee,
    Proposition,
    Rectification,
    Revue,
)
from tissu.programme.models.temps import AideDeMinimis, CoutDirect, JourPasse
from tissu.programme.models.vie import (
    AbonnementCalendrier,
    DecisionDeReunion,
    Echeance,
    Livrable,
    Participation,
    PreferenceDeRappel,
    Reunion,
    SerieDeReunions,
)

__all__ = [
    "AbonnementCalendrier",
    "AccordDeRevue",
    "AideDeMinimis",
    "Avenant",
    "Commentaire",
    "Contribution",
    "Convention",
    "CoutDirect",
    "Critere",
    "DecisionDeReunion",
    "DecisionSurAnomalie",
    "Echeance",
    "Fiche",
    "FigureFigee",
    "JourPasse",
    "LigneDepense",
    "Livrable",
    "Mesure",
    "Participation",
    "Piece",
    "PreferenceDeRappel",
    "Proposition",
    "Rectification",
    "Reunion",
    "Revue",
    "SectionRedigee",
    "SerieDeReunions",
    "TauxJour",
    "VersionDeFiche",
]
