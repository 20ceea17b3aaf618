"""Les lettres de la démonstration : deux lots, écrits à leur date aux commerces alors sans adhésion."""

import uuid
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tissu.actions.alerte_commerce.operations.courriers import Demande, composer_lettres, preparer_lettres
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.couverture import quartier_de
from tissu.actions.alerte_commerce.queries.prospection import Criteres, approche
from tissu.comptes.models import Personne
from tissu.socle.travaux import SansSuivi

LOTS = (
    (400, "Lettre aux commerces d'un quartier", None, "290"),
    (110, "Lettre aux nouveaux commerces", 365, "84"),
)  # fmt: skip
"""Il y a combien de jours, sous quel titre, installés depuis combien de jours (sinon, un quartier), pour quel coût."""


def installer(*, agent: Personne, au: datetime, suivi: Any) -> None:
    """Produit les lots ; sans commerce à qui écrire, un lot ne se fait pas."""
    suivi.avancer(0.97, "Alerte Commerce : les lettres aux commerces")
    for jours, titre, nouveaux, cout in LOTS:
        moment = au - timedelta(days=jours)
        cle = uuid.uuid5(uuid.NAMESPACE_URL, f"lettres-de-demonstration-{jours}")
        demande = Demande(titre, _criteres(moment.date(), nouveaux), cle, Decimal(cout))
        try:
            action = preparer_lettres(demande=demande, auteur=agent, au=moment)
        except GesteRefuse:
            continue
        composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=moment)


def _criteres(jour: date, nouveaux: int | None) -> Criteres:
    """Les commerces nouveaux, ou ceux du quartier où il y en a le plus sans adhésion."""
    if nouveaux:
        return Criteres(depuis=jour - timedelta(days=nouveaux))
    quartiers = Counter(quartier_de(ligne) for ligne in approche(Criteres(), jour).retenus)
    return Criteres(quartier=max(quartiers, key=lambda nom: (quartiers[nom], nom), default=""))
