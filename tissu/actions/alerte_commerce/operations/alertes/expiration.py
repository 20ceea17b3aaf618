"""Après trente jours, une alerte n'a plus ni texte ni lieu : il en reste les chiffres."""

from datetime import datetime, timedelta

from django.db import transaction

from tissu.actions.alerte_commerce.choices import GesteAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations.alertes.commun import TEXTES, noter
from tissu.actions.alerte_commerce.queries.alertes import bilans
from tissu.actions.alerte_commerce.queries.reglages import reglage


@transaction.atomic
def expirer(*, au: datetime) -> int:
    """Efface les textes, lieux et positions des alertes anciennes, parties ou non ; rend leur nombre. Rejouable."""
    limite = au - timedelta(days=int(reglage("alerte_texte_jours", au)))
    echues = list(Alerte.objects.filter(redigee_le__lte=limite, efface_le=None).select_related("envoi").order_by("pk"))
    mesures = bilans(echues)
    for alerte in echues:
        if alerte.envoi is not None:
            alerte.bilan = mesures[alerte.pk].en_json()
        for nom in TEXTES:
            setattr(alerte, nom, "")
        alerte.lon = alerte.lat = None
        alerte.cible = {"sorte": alerte.cible.get("sorte", "")}
        alerte.efface_le = au
        alerte.save()
        noter(alerte, GesteAlerte.EXPIRE, auteur=None, au=au)
    return len(echues)
