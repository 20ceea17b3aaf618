"""La démonstration du programme : la vraie convention, puis des dépenses, mesures, réunions et revues fictives."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.programme.demonstration import catalogue, diffusion, indicateurs, revues, temps, vie

ETAPES = (
    ("Fiches de la convention", catalogue),
    ("Jours passés et coûts", temps),
    ("Mesures des critères", indicateurs),
    ("Échéances, réunions et livrables", vie),
    ("Bilans", revues),
    ("Diffusion du bilan", diffusion),
)


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Écrit chaque partie par ses opérations ; relancée, n'ajoute que ce qui manque."""
    for rang, (titre, etape) in enumerate(ETAPES):
        suivi.avancer(rang / len(ETAPES), titre)
        etape.installer(au=au, suivi=suivi)
