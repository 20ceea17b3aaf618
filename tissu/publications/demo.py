"""Les gabarits de démonstration. Les éditions viennent des actions, après leurs propres données."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.publications import operations
from tissu.publications.models import GabaritDOrganisation

# Avant la plus ancienne édition de la démonstration.
DEPUIS = date(2024, 1, 1)
ACCENTS = ("#7a2048", "#0b5c7a", "#3d5a1e")


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Un gabarit par organisation qui a un chargé de mission. Relancée, elle ne refait rien."""
    missions = Personne.objects.filter(attributions__role=Role.CHARGE_MISSION).exclude(organisation=None)
    for rang, mission in enumerate(missions.select_related("organisation").order_by("pk").distinct()):
        organisation = mission.organisation
        if organisation is None or GabaritDOrganisation.objects.filter(organisation=organisation).exists():
            continue
        accent = ACCENTS[rang % len(ACCENTS)]
        operations.enregistrer_gabarit(
            organisation=organisation, nom="Gabarit de démonstration", depuis=DEPUIS,
            accent=accent, pied=f"{organisation.nom}, document de démonstration", logo=_logo(accent),
            auteur=mission, au=au,
        )  # fmt: skip


def _logo(accent: str) -> bytes:
    """Un logo visiblement fictif : trois barres montantes."""
    image = Image.new("RGB", (320, 160), "white")
    dessin = ImageDraw.Draw(image)
    for rang, hauteur in enumerate((50, 90, 130)):
        dessin.rectangle((40 + rang * 90, 150 - hauteur, 100 + rang * 90, 150), fill=accent)
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    return sortie.getvalue()
