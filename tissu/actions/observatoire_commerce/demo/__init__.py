"""Les données de démonstration de la fiche 5, écrites par ses opérations : un fichier par sujet."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.actions.observatoire_commerce.demo import cdac, comparaisons, veilles

ETAPES = (
    ("Chiffres d'autres villes", comparaisons),
    ("Projets de CDAC", cdac),
    ("Veilles de locaux", veilles),
)


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Écrit chaque partie ; relancée, n'ajoute que ce qui manque."""
    for rang, (titre, etape) in enumerate(ETAPES):
        suivi.avancer(rang / len(ETAPES), titre)
        etape.installer(dossier=dossier, au=au, suivi=suivi)
