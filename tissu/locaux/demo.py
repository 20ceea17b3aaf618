"""La démonstration des locaux : des fichiers fictifs qui passent par l'import comme de vrais, puis des gestes."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.entrepot.instantane import courant
from tissu.locaux.demonstration import fichiers, gestes
from tissu.locaux.models import ImportLocaux

ETABLISSEMENTS_EN_ENTIER = 70_000
"""Ceux du registre de démonstration à sa taille entière : leur nombre dit la taille demandée."""


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Écrit et importe les fichiers, puis ce que des personnes en ont fait ; relancée, n'ajoute rien."""
    if ImportLocaux.objects.exists():
        return
    actifs = courant().manifeste["comptes"]["actifs"]
    taille = min(1.0, actifs / ETABLISSEMENTS_EN_ENTIER)
    fichiers.installer(dossier=dossier, taille=taille, au=au, suivi=suivi)
    suivi.avancer(0.7, "Décisions, rapprochements, relevés")
    gestes.installer(au=au)
