"""Ce qui s'écrit : déposer un message, le prendre, noter ce qui revient, effacer. L'heure et l'auteur sont donnés."""

from tissu.messages.operations.choix import choisir, choisir_pour_soi, suspendre, verifier_coordonnee
from tissu.messages.operations.depots import DepotRefuse, annuler, deposer, empreinte_de

__all__ = [
    "DepotRefuse",
    "annuler",
    "choisir",
    "choisir_pour_soi",
    "deposer",
    "empreinte_de",
    "suspendre",
    "verifier_coordonnee",
]
