"""La démonstration diffuse le bilan 2024, à des dates qui se tiennent, et n'en fait qu'une édition."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import TypeRevue
from tissu.programme.demonstration import diffusion
from tissu.programme.demonstration.catalogue import MISSIONS
from tissu.programme.operations import revues
from tissu.programme.tests import fabrique
from tissu.publications.models import Edition

pytestmark = pytest.mark.django_db
AU = datetime(2026, 11, 23, 9, tzinfo=UTC)
LE = datetime(2025, 3, 4, 9, tzinfo=UTC)


def test_le_bilan_2024_est_diffuse_une_fois(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    equipe = [fabrique.personne("charge_mission", organisation=cle) for cle in ("cci", "metropole")]
    for qui, courriel in zip(equipe, MISSIONS, strict=True):
        Personne.objects.filter(pk=qui.pk).update(courriel=courriel)
    fiche = fabrique.fiche(7, 2024)
    bilan = revues.ouvrir(convention=fiche.convention, annee=2024, type=TypeRevue.BILAN_ANNUEL, au=date(2024, 12, 31),
                          auteur=equipe[0], le=LE)  # fmt: skip
    diffusion.installer(au=AU, suivi=None)
    assert not Edition.objects.exists()
    empreinte = revues.arreter(revue=bilan, auteur=equipe[0], au=LE).empreinte
    for qui in equipe:
        revues.donner_accord(revue=bilan, empreinte=empreinte, auteur=qui, au=LE)
    for _ in range(2):
        diffusion.installer(au=AU, suivi=None)
    edition = Edition.objects.get()
    gestes = [(timezone.localdate(g.history_date), g.history_change_reason)
              for g in edition.historique.order_by("history_id")]  # fmt: skip
    assert gestes == [
        (date(2025, 3, 6), "Préparée"), (date(2025, 3, 7), "Diffusée : comité de pilotage"),
        (date(2025, 3, 21), "Audience élargie : public"),
    ]  # fmt: skip
    assert (edition.etat, edition.audience) == ("diffusee", "public")
    page = Client().get("/publications/revue-du-partenariat-2023-2025/1/")
    assert (page.status_code, "7 mars 2025" in page.content.decode().replace("\u00a0", " ")) == (200, True)
