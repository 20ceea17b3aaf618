"""Les tables d'Alerte Commerce : un fichier par sujet."""

from tissu.actions.alerte_commerce.models.acces import CodeDeVerification, LienPersonnel
from tissu.actions.alerte_commerce.models.adherents import Adherent, ContactAdherent, EtapeAdherent
from tissu.actions.alerte_commerce.models.alertes import PARTIES, Alerte, AvisSurAlerte, EtapeAlerte
from tissu.actions.alerte_commerce.models.cap import OrigineCap
from tissu.actions.alerte_commerce.models.confirmations import Confirmation
from tissu.actions.alerte_commerce.models.courriers import DestinataireDeCourrier, Publipostage, TexteImprime
from tissu.actions.alerte_commerce.models.imports import CorrespondanceAdherents, ImportAdherents, LigneImport
from tissu.actions.alerte_commerce.models.reseau import (
    Communication,
    MouvementDeStock,
    PageConseil,
    Referent,
    Stock,
)
from tissu.actions.alerte_commerce.models.seances import DecisionCPSQ, SeanceCPSQ

__all__ = [
    "PARTIES",
    "Adherent",
    "Alerte",
    "AvisSurAlerte",
    "CodeDeVerification",
    "Communication",
    "Confirmation",
    "ContactAdherent",
    "CorrespondanceAdherents",
    "DecisionCPSQ",
    "DestinataireDeCourrier",
    "EtapeAdherent",
    "EtapeAlerte",
    "ImportAdherents",
    "LienPersonnel",
    "LigneImport",
    "MouvementDeStock",
    "OrigineCap",
    "PageConseil",
    "Publipostage",
    "Referent",
    "SeanceCPSQ",
    "Stock",
    "TexteImprime",
]
