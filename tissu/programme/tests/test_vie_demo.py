"""La démonstration de la vie des fiches : relancée, elle ne double rien."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from tissu.programme.demonstration import vie
from tissu.programme.models import Echeance, Livrable, Reunion
from tissu.programme.tests import fabrique


@pytest.mark.django_db
def test_la_demonstration_se_relance(settings: Any) -> None:
    au = timezone.now()
    for organisation in ("cci", "metropole"):
        fabrique.personne("charge_mission", organisation=organisation, cle=f"mission.{organisation}")
    from tissu.comptes.models import Personne

    for une in Personne.objects.all():
        Personne.objects.filter(pk=une.pk).update(courriel=une.courriel.replace("@essai", "@demo"))
    convention = fabrique.convention(au.year - 1, au.year)
    for annee in (au.year - 1, au.year):
        for numero in (1, 3, 5, 6, 12):
            fabrique.fiche(numero, annee, convention_=convention)
    comptes = []
    for _ in range(2):
        vie.installer(au=au, suivi=None)
        comptes.append([modele.objects.count() for modele in (Reunion, Echeance, Livrable)])
    assert comptes[0] == comptes[1]
    passee = Reunion.objects.filter(fiche__annee=au.year - 1, fiche__numero=3)
    assert passee.count() == 12
    assert set(passee.values_list("etat", flat=True)) == {"tenue"}
    remis = Livrable.objects.filter(fiche__annee=au.year - 1, fiche__numero=5).order_by("attendu_le")
    assert [un.remis_le is not None for un in remis] == [True, True, True]
    assert min(un.attendu_le or date.max for un in remis).year == au.year - 1
