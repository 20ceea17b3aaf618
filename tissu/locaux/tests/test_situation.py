"""La situation : ce qu'un local était un jour donné, et ce qui se relit quand on écrit."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tissu.locaux.choices import EtatLocal
from tissu.locaux.models import Local, Signalement
from tissu.locaux.queries import situation as module
from tissu.locaux.queries.situation import situation, version
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU, JOUR

pytestmark = pytest.mark.django_db


def par_id(au: date = JOUR) -> dict[str, dict]:
    return {ligne["id"]: ligne for ligne in situation(au).to_pylist()}


def test_un_local_occupe() -> None:
    fabrique.local("Au Bon Pain", "boulangerie", reference="L1", numero="12", quartier="Centre-Ville", surface_m2=40)
    ligne = par_id()["L1"]
    attendu = {
        "adresse": "12 RUE DE LA LIBERTE", "commune": "Dijon", "quartier": "Centre-Ville", "surface_m2": 40.0,
        "enseigne": "Au Bon Pain", "activite_libelle": "Boulangerie, pâtisserie", "famille": "alimentaire",
        "etat": "occupe", "vacant": False, "vacant_depuis": None, "a_verifier": False, "photos": 0, "version": 1,
    }  # fmt: skip
    assert {cle: ligne[cle] for cle in attendu} == attendu


def test_la_vacance_dure_depuis_le_premier_jour_sans_interruption() -> None:
    un = fabrique.local(reference="L1")
    fabrique.etats(
        un,
        (EtatLocal.OCCUPE, None, date(2021, 12, 31)),
        (EtatLocal.VACANT, date(2022, 1, 1), date(2022, 12, 31)),
        (EtatLocal.VACANT_COMMERCIALISE, date(2023, 1, 1), None),
    )
    lignes = {jour: par_id(jour)["L1"] for jour in (date(2021, 6, 1), date(2023, 6, 1), date(2024, 1, 1))}
    vues = [(une["vacant"], une["vacant_depuis"], une["structurel"]) for une in lignes.values()]
    assert vues == [(False, None, False), (True, date(2022, 1, 1), False), (True, date(2022, 1, 1), True)]


def test_un_local_disparu_ou_ecarte_n_y_est_plus() -> None:
    fabrique.local(reference="L1", disparu_le=JOUR)
    fabrique.local(reference="L2", ecarte_le=AU)
    fabrique.local(reference="L3", ouvert_le=JOUR)
    assert [set(par_id(jour)) for jour in (JOUR - timedelta(days=1), JOUR)] == [{"L1"}, {"L3"}]


def test_une_ecriture_se_voit_et_ne_relit_que_les_locaux_touches() -> None:
    un, deux, _ = (fabrique.local(nom, reference=f"L{rang}") for rang, nom in enumerate(("Un", "Deux", "Trois"), 1))
    avant = version()
    situation(JOUR)
    occupation = un.occupations.get()
    occupation.enseigne = "Un renommé"
    occupation.save()
    Signalement.objects.create(local=deux, motif="signale", ouvert_le=AU)
    with CaptureQueriesContext(connection) as requetes:
        vues = {cle: (ligne["enseigne"], ligne["a_verifier"]) for cle, ligne in par_id().items()}
    assert vues == {"L1": ("Un renommé", False), "L2": ("Deux", True), "L3": ("Trois", False)}
    assert f"IN ({un.pk}, {deux.pk})" in next(
        une["sql"] for une in requetes if '"locaux_local"."reference"' in une["sql"]
    )
    assert version() != avant
    Local.objects.get(pk=deux.pk).delete()
    assert set(par_id()) == {"L1", "L3"}


def test_la_situation_se_lit_en_un_nombre_fixe_de_requetes(django_assert_num_queries: pytest.fixture) -> None:
    for combien in (1, 3):
        for _ in range(combien):
            fabrique.local("Une", "restaurant")
        module.oublier()
        with django_assert_num_queries(6):
            situation(JOUR)
