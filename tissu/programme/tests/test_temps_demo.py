"""La démonstration des temps et des coûts : rejouable, du passé validé et du récent à valider."""

from datetime import UTC, datetime

import pytest

from tissu.comptes.demo import comptes_de_demonstration
from tissu.comptes.models import Organisation
from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.demonstration import temps
from tissu.programme.models import AideDeMinimis, CoutDirect, JourPasse
from tissu.programme.tests import fabrique
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
AU = datetime(2024, 6, 12, 9, 0, tzinfo=UTC)


def test_elle_se_rejoue_sans_rien_changer() -> None:
    comptes_de_demonstration(au=AU)
    une = fabrique.fiche(1, lignes=[("Entretiens", 16800, 24)])
    deux = fabrique.fiche(12, lignes=[("Animation", 9200, 30, NatureDepense.SALAIRE), ("Tirage", 600, None)])
    partenaires = Organisation.objects.filter(nom__contains="démonstration").exclude(nom__startswith="Agence")
    une.convention.partenaires.set(partenaires)
    for fiche in (une, deux):
        fiche.maitres_ouvrage.set(partenaires.filter(type="cci"))
    for _ in range(2):
        temps.installer(au=AU, suivi=SansSuivi())
        compte = JourPasse.objects.count(), CoutDirect.objects.count(), AideDeMinimis.objects.count()
    assert compte[2] == 2
    assert set(JourPasse.objects.values_list("etat", flat=True)) >= {EtatTemps.VALIDE, EtatTemps.SOUMIS}
    assert set(CoutDirect.objects.values_list("etat", flat=True)) == {EtatTemps.VALIDE}
    assert all(cout.piece for cout in CoutDirect.objects.all())
