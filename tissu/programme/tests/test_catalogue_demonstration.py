"""La démonstration : la vraie convention, deux années préparées et signées par les deux partenaires, une seule fois."""

from datetime import UTC, datetime

import pytest

from tissu.comptes.demo import comptes_de_demonstration
from tissu.comptes.models import Organisation
from tissu.programme.demonstration import catalogue
from tissu.programme.models import Convention, Fiche, VersionDeFiche

AU = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_la_demonstration_se_rejoue_sans_rien_changer() -> None:
    comptes_de_demonstration(au=AU)
    organisations = set(Organisation.objects.values_list("nom", flat=True))
    catalogue.installer(au=AU, suivi=None)
    assert set(Organisation.objects.values_list("nom", flat=True)) == organisations
    par_annee = {
        annee: set(Fiche.objects.filter(annee=annee).values_list("numero", "etat"))
        for annee in (2023, 2024, 2025, 2026)
    }
    toutes = {(numero, "signee") for numero in range(1, 18)}
    assert par_annee == {2023: {(11, "signee")}, 2024: toutes, 2025: toutes, 2026: toutes}
    assert Fiche.objects.get(numero=9, annee=2026).convention.debut == 2026
    comptes = (Convention.objects.count(), Fiche.objects.count(), VersionDeFiche.objects.count())
    catalogue.installer(au=AU, suivi=None)
    assert (Convention.objects.count(), Fiche.objects.count(), VersionDeFiche.objects.count()) == comptes
