"""La boîte d'envoi, les adresses et les choix de chacun, les opérateurs."""

from tissu.messages.models.coordonnees import Choix, Coordonnee, ReponseRecue
from tissu.messages.models.envois import Envoi, Partie, Remise
from tissu.messages.models.operateurs import Accuse, EtatOperateur, Poste

__all__ = [
    "Accuse",
    "Choix",
    "Coordonnee",
    "Envoi",
    "EtatOperateur",
    "Partie",
    "Poste",
    "Remise",
    "ReponseRecue",
]
