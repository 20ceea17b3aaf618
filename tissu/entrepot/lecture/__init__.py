"""Lire les fichiers officiels : les reconnaître, les filtrer en une passe, dire précisément ce qui ne va pas."""

from tissu.entrepot.lecture.etapes import BilanEtape, etager, lire_refus, resume
from tissu.entrepot.lecture.fichiers import FichierRefuse, Limites
from tissu.entrepot.lecture.filtres import Filtre, ParmiEtape, ParmiValeurs, UnDe
from tissu.entrepot.lecture.formats import Deduite, Format, reconnaitre
from tissu.entrepot.lecture.lecteur import BilanFichier

__all__ = [
    "BilanEtape",
    "BilanFichier",
    "Deduite",
    "FichierRefuse",
    "Filtre",
    "Format",
    "Limites",
    "ParmiEtape",
    "ParmiValeurs",
    "UnDe",
    "etager",
    "lire_refus",
    "reconnaitre",
    "resume",
]
