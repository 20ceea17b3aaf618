"""Les lettres de la démonstration : deux lots, écrits à leur date aux commerces alors sans adhésion."""

import uuid
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import DU_RESEAU
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.operations.courriers import Demande, composer_lettres, preparer_lettres
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.couverture import Reseau, commerces_ouverts, quartier_de
from tissu.actions.alerte_commerce.queries.prospection import Criteres
from tissu.comptes.models import Personne
from tissu.socle.travaux import SansSuivi

SUITES = timedelta(days=60)
"""Le lot d'un quartier s'écrit juste avant les deux mois où le réseau a reçu le plus d'adhésions."""


def installer(*, agent: Personne, au: datetime, suivi: Any) -> None:
    """Produit les lots ; sans commerce à qui écrire, un lot ne se fait pas."""
    suivi.avancer(0.97, "Alerte Commerce : les lettres aux commerces")
    jours, quartier = _lot_d_un_quartier(timezone.localdate(au))
    nouveaux = Criteres(depuis=timezone.localdate(au) - timedelta(days=110 + 365))
    for ecart, titre, criteres, cout in (
        (jours, "Lettre aux commerces d'un quartier", Criteres(quartier=quartier), "290"),
        (110, "Lettre aux nouveaux commerces", nouveaux, "84"),
    ):
        moment = au - timedelta(days=ecart)
        demande = Demande(titre, criteres, uuid.uuid5(uuid.NAMESPACE_URL, titre), Decimal(cout))
        try:
            action = preparer_lettres(demande=demande, auteur=agent, au=moment)
        except GesteRefuse:
            continue
        composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=moment)


def _lot_d_un_quartier(jour: date) -> tuple[int, str]:
    """Il y a combien de jours écrire, et dans quel quartier, pour que des commerces adhèrent ensuite."""
    bornes = (jour - timedelta(days=600), jour - timedelta(days=120))
    adhesions = Adherent.objects.filter(etat__in=DU_RESEAU, adhere_le__range=bornes).order_by("adhere_le", "pk")
    dates = [un for un in adhesions.values_list("adhere_le", flat=True) if un]
    if not dates:
        return 400, ""
    debut = max(dates, key=lambda un: sum(un <= autre <= un + SUITES for autre in dates))
    venus = Reseau(Q(etat__in=DU_RESEAU, adhere_le__range=(debut, debut + SUITES)))
    lieux = Counter(quartier_de(ligne) for ligne in commerces_ouverts(debut) if venus.adherent(ligne) is not None)
    quartier = max(lieux, key=lambda nom: (lieux[nom], nom), default="")
    return (jour - debut).days + 3, quartier
