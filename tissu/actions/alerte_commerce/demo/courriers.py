"""Les lettres de la démonstration : deux lots, écrits à leur date aux commerces alors sans adhésion."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tissu.actions.alerte_commerce.operations.courriers import Demande, composer_lettres, preparer_lettres
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.prospection import Criteres
from tissu.comptes.models import Personne
from tissu.socle.travaux import SansSuivi

LOTS = (
    (400, "Lettre aux commerces sans adhésion", None, "690"),
    (110, "Lettre aux nouveaux commerces", 365, "84"),
)  # fmt: skip
"""Il y a combien de jours, sous quel titre, installés depuis combien de jours, pour quel coût."""


def installer(*, agent: Personne, au: datetime, suivi: Any) -> None:
    """Produit les lots ; sans commerce à qui écrire, un lot ne se fait pas."""
    suivi.avancer(0.97, "Alerte Commerce : les lettres aux commerces")
    for jours, titre, nouveaux, cout in LOTS:
        moment = au - timedelta(days=jours)
        depuis = moment.date() - timedelta(days=nouveaux) if nouveaux else None
        demande = Demande(
            titre, Criteres(depuis=depuis), uuid.uuid5(uuid.NAMESPACE_URL, f"lettres-de-demonstration-{jours}"),
            Decimal(cout),
        )  # fmt: skip
        try:
            action = preparer_lettres(demande=demande, auteur=agent, au=moment)
        except GesteRefuse:
            continue
        composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=moment)
