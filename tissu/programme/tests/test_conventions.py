"""Les conventions côte à côte : totaux justes, une convention ancienne chargée et comparée."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tissu.comptes.models import Personne
from tissu.programme.models import Convention, Fiche, TauxJour
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.operations.importation import importer_programme
from tissu.programme.queries.conventions import Sommes, additionner, conventions
from tissu.programme.sources.enregistrements import construire
from tissu.programme.sources.lecture import Lecteur, ProgrammeIllisible, ProgrammeLu
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

Connecte = Callable[[Personne], Client]
TETE: dict[str, Any] = {
    "titre": "Partenariat d'avant", "debut": 2018, "fin": 2020, "taux_jour": "650 €",
    "partenaires": [
        {"cle": "cci", "type": "cci", "nom": "Chambre d'essai"},
        {"cle": "metropole", "type": "metropole", "nom": "Métropole d'essai"},
    ],
}  # fmt: skip


def _fiche(numero: int, annee: int) -> tuple[str, dict[str, Any]]:
    """Une fiche de dix jours ; la première de chaque année s'écrit 50 € de trop."""
    return (
        f"fiche {numero}",
        {
            "numero": numero, "annee": annee, "action": f"ancienne_{numero}", "titre": f"Ancienne {numero}",
            "titre_court": f"Ancienne {numero}", "total": 6550 if numero == 1 else 6500, "maitres_ouvrage": ["cci"],
            "lignes": [{"libelle": "Animation", "nature": "jours", "jours": 10, "montant": 6500}],
        },
    )  # fmt: skip


@pytest.fixture
def ancienne() -> ProgrammeLu:
    """La convention 2018-2020 : vingt-cinq fiches, trois ans."""
    fiches = [_fiche(numero, annee) for annee in (2018, 2019, 2020) for numero in range(1, 26)]
    return construire(Lecteur(), "essai", TETE, fiches)


@pytest.mark.django_db
def test_une_convention_de_vingt_cinq_fiches_se_charge_et_se_compare(
    ancienne: ProgrammeLu, elue: Personne, connecte: Connecte, cci: Any, metropole: Any
) -> None:
    fabrique.fiche(1, lignes=[("Une", 700, 1), ("Sans montant", None)])
    client, page = connecte(elue), reverse("programme:conventions")

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(page).status_code == 200
        return len(requetes)

    compter()
    avant = compter()
    importer_programme(programme=ancienne, auteur=None, au=fabrique.AU, signees=True)
    assert compter() == avant
    recente, vieille = conventions()
    assert (vieille.convention.debut, vieille.actions, [annee.annee for annee in vieille.annees]) == (
        2018, 25, [2018, 2019, 2020])  # fmt: skip
    assert vieille.sommes == Sommes(75, Decimal(487650), True, Decimal(487500), True)
    assert (vieille.sommes.ecart, vieille.par_an) == (Decimal(-150), Decimal(162500))
    assert recente.sommes == Sommes(1, Decimal(700), True, Decimal(700), False)
    lu = texte(client.get(page))
    assert "Partenariat d'avant 2018-2020, fiches de 2018, 2019 et 2020" in lu
    assert "25 75 487 650 € 487 500 € −150 € 162 500 €" in lu
    assert "Total 76 488 350 € au moins 488 200 € −150 €" in lu


@pytest.mark.django_db
def test_la_page_d_une_convention_totalise_ses_annees(
    ancienne: ProgrammeLu, elue: Personne, connecte: Connecte, cci: Any, metropole: Any
) -> None:
    rapport = importer_programme(programme=ancienne, auteur=None, au=fabrique.AU, signees=True)
    client = connecte(elue)
    lu = texte(client.get(reverse("programme:convention", args=[rapport.convention.pk])))
    assert "2018 25 162 550 € 162 500 € −50 €" in lu
    assert "Total 75 487 650 € 487 500 € −150 €" in lu
    tableau = client.get(reverse("programme:tableau"), {"convention": rapport.convention.pk, "annee": 2019})
    assert len(tableau.context["bord"].lignes) == 25


@pytest.mark.django_db
def test_un_taux_date_vient_de_la_convention(ancienne: ProgrammeLu, cci: Any, metropole: Any) -> None:
    importer_programme(programme=ancienne, auteur=None, au=fabrique.AU, signees=True)
    taux = set(TauxJour.objects.values_list("debut__year", "debut__month", "ligne", "montant_eur"))
    assert taux == {(annee, 1, None, Decimal(650)) for annee in (2018, 2019, 2020)}
    assert TauxJour.objects.count() == Fiche.objects.count() == 75


SOMMES = st.builds(
    Sommes, st.integers(0, 50), st.decimals(0, 10**7, places=2), st.booleans(), st.decimals(0, 10**7, places=2),
    st.booleans(),
)  # fmt: skip


@given(st.lists(SOMMES), st.lists(SOMMES))
def test_le_total_de_deux_parts_est_la_somme_des_totaux(une: list[Sommes], autre: list[Sommes]) -> None:
    ensemble = additionner([*une, *autre])
    assert ensemble == additionner([additionner(une), additionner(autre)])
    assert ensemble.ecart == sum((part.ecart for part in (*une, *autre)), Decimal(0))


@pytest.mark.django_db
def test_une_convention_se_signe_a_deux(convention: Convention, mission_cci: Personne) -> None:
    with pytest.raises(ModificationRefusee, match="à deux au moins"):
        enregistrer_convention(
            convention=convention, partenaires=[mission_cci.organisation], auteur=mission_cci, au=fabrique.AU
        )
    with pytest.raises(ProgrammeIllisible, match="une convention se signe à deux"):
        construire(Lecteur(), "essai", TETE | {"partenaires": TETE["partenaires"][:1]}, [])
