"""La démonstration d'Alerte Commerce : 830 adhérents fictifs, leurs arrivées et départs, ce qui attend la chambre."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.actions.alerte_commerce.demo import adherents, alertes, courriers, numeros, reseau, seances
from tissu.actions.alerte_commerce.models import Adherent
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Personne


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Importe la liste ancienne, rejoue deux ans d'inscriptions, de départs, d'alertes ; relancée, n'ajoute rien."""
    agent = (
        Personne.objects.filter(
            attributions__role=Role.CHARGE_MISSION, courriel__endswith="@demo.example",
            organisation__type=TypeOrganisation.CCI,
        )
        .order_by("courriel")
        .last()
    )  # fmt: skip
    if Adherent.objects.exists() or agent is None:
        return
    reseau.installer(agent=agent, au=au)
    adherents.installer(dossier=dossier, agent=agent, au=au, suivi=suivi)
    alertes.installer(au=au, suivi=suivi)
    numeros.installer(agent=agent, au=au, suivi=suivi)
    courriers.installer(agent=agent, au=au, suivi=suivi)
    seances.installer(agent=agent, au=au)
