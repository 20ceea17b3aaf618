"""Une veille par agent des partenaires : le territoire pour les vacants, une rue du centre pour tout."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count

from tissu.actions.observatoire_commerce.choices import SorteVeille
from tissu.actions.observatoire_commerce.operations.veilles import suivre
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.models import Voie

ANCIENNETE = timedelta(days=60)


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Ouvre les veilles ; relancée, n'ajoute que ce qui manque."""
    rue = Voie.objects.annotate(n=Count("locaux")).order_by("-n", "pk").first()
    agents = Personne.objects.filter(is_active=True, attributions__role=Role.CHARGE_MISSION, attributions__fin=None)
    for agent in agents.distinct().order_by("pk"):
        suivre(lieu=Lieu(), sorte=SorteVeille.VACANT, auteur=agent, au=au - ANCIENNETE)
        if rue:
            suivre(lieu=Lieu(voie=rue.pk), sorte=SorteVeille.TOUT, auteur=agent, au=au - ANCIENNETE)
