"""La limite d'une vue : par personne, et la page qui l'explique."""

from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tissu.comptes.limites import limite
from tissu.comptes.tests.fabrique import personne
from tissu.socle.ecrans import ecran, ecran_de

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sans_memoire_des_limites() -> None:
    cache.clear()


@ecran("Export d'essai")
@limite("2/m")
def export(request: HttpRequest) -> HttpResponse:
    return HttpResponse("données")


@limite("2/m")
def autre_export(request: HttpRequest) -> HttpResponse:
    return HttpResponse("données")


def demander(rf: RequestFactory, qui: Any, vue: Any = export) -> HttpResponse:
    demande = rf.get("/export/")
    demande.user = qui
    return vue(demande)


def test_au_dela_de_la_limite_la_page_l_explique(rf: RequestFactory) -> None:
    camille = personne("camille")

    reponses = [demander(rf, camille) for _ in range(3)]

    assert [reponse.status_code for reponse in reponses] == [200, 200, 429]
    assert (reponses[2]["Retry-After"], "Trop d’essais" in reponses[2].content.decode()) == ("60", True)


def test_la_limite_se_compte_par_personne_et_par_vue(rf: RequestFactory) -> None:
    camille, noe = personne("camille"), personne("noe")
    for _ in range(3):
        demander(rf, camille)

    assert [demander(rf, noe).status_code, demander(rf, camille, autre_export).status_code] == [200, 200]


def test_la_declaration_d_ecran_reste_lisible() -> None:
    assert ecran_de(export).titre == "Export d'essai"
