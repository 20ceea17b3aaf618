"""Le tableau et les fiches se lisent à un jour passé, par une adresse qui se partage."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatTemps
from tissu.programme.forms.etat_au import lire_au
from tissu.programme.models import Echeance, Fiche, JourPasse, Livrable
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

Connecte = Callable[[Personne], Client]
AUJOURD_HUI, PREMIER = date(2024, 6, 10), date(2023, 1, 1)


@pytest.mark.parametrize(
    ("demande", "au", "refus"),
    [
        ("", AUJOURD_HUI, ""),
        ("2024-03-31", date(2024, 3, 31), ""),
        ("2024-06-10", AUJOURD_HUI, ""),
        ("2023-01-01", PREMIER, ""),
        ("2024-06-11", AUJOURD_HUI, "n'est pas encore venu"),
        ("2022-12-31", PREMIER, "La convention commence"),
        ("hier", AUJOURD_HUI, "« hier » n'est pas une date"),
        ("9999999-01-01", AUJOURD_HUI, "n'est pas une date"),
    ],
)
def test_le_jour_de_l_adresse_est_borne(demande: str, au: date, refus: str) -> None:
    lu = lire_au(QueryDict(f"au={demande}&annee=2024&page=3"), aujourd_hui=AUJOURD_HUI, premier=PREMIER)
    assert (lu.au, lu.passe, lu.autres) == (au, au < AUJOURD_HUI, [("annee", "2024")])
    assert refus in lu.refus if refus else lu.refus == ""
    assert lu.aujourd_hui_seul == "?annee=2024"
    assert lu.suite() == (f"?au={au}" if au < AUJOURD_HUI else "")


@pytest.fixture
def vecue(fiche: Fiche) -> Fiche:
    """Un jour en mars, un en mai ; une tâche pour février, faite en mai ; un livrable pour mars, remis en mai."""
    ligne = fiche.lignes.get(libelle="Entretiens")
    for jour in (date(2024, 3, 4), date(2024, 5, 6)):
        JourPasse.objects.create(
            personne=fabrique.personne("charge_mission"), ligne=ligne, jour=jour, duree_jours=Decimal(1),
            etat=EtatTemps.VALIDE,
        )  # fmt: skip
    Echeance.objects.create(
        fiche=fiche, type="tache", titre="Relance", echeance=date(2024, 2, 1), etat="faite",
        faite_le=date(2024, 5, 2), creee_le=fabrique.AU,
    )  # fmt: skip
    Livrable.objects.create(fiche=fiche, titre="Note", attendu_le=date(2024, 3, 1), remis_le=date(2024, 5, 2))
    return fiche


@pytest.mark.django_db
@time_machine.travel(fabrique.AU, tick=False)
def test_le_tableau_et_la_fiche_disent_l_etat_de_ce_jour(vecue: Fiche, elue: Personne, connecte: Connecte) -> None:
    client = connecte(elue)
    aujourd_hui = client.get(reverse("programme:tableau"))
    en_mars = client.get(reverse("programme:tableau"), {"au": "2024-03-31"})
    assert _chiffres(aujourd_hui) == (Decimal(2), Decimal(1400), 0)
    assert _chiffres(en_mars) == (Decimal(1), Decimal(700), 2)
    assert "État au 31 mars 2024." in texte(en_mars) and "Revenir à aujourd’hui" in texte(en_mars)
    assert "Revenir à aujourd’hui" not in texte(aujourd_hui)
    suivante = f'href="{reverse("programme:fiche", args=[vecue.pk])}?au=2024-03-31"'
    assert suivante in en_mars.content.decode() and suivante not in aujourd_hui.content.decode()
    page = client.get(reverse("programme:fiche", args=[vecue.pk]), {"au": "2024-03-31"})
    assert "attendu le 1er mars 2024" in texte(page)
    assert "remis le 2 mai 2024" in texte(client.get(reverse("programme:fiche", args=[vecue.pk])))


def _chiffres(page: Any) -> tuple[Decimal, Decimal, int]:
    totaux = page.context["bord"].totaux
    return totaux.jours_passes, totaux.depense, totaux.retards


@pytest.mark.django_db
@time_machine.travel(fabrique.AU, tick=False)
@pytest.mark.parametrize("nom", ["fiche", "consommation", "indicateurs"])
def test_les_onglets_gardent_le_jour(vecue: Fiche, elue: Personne, connecte: Connecte, nom: str) -> None:
    page = connecte(elue).get(reverse(f"programme:{nom}", args=[vecue.pk]), {"au": "2024-03-31"})
    suites = {lien["url"].partition("?")[0].rsplit("/", 2)[1]: lien["url"].partition("?")[2]
              for lien in page.context["onglets_de_fiche"]}  # fmt: skip
    assert suites == {str(vecue.pk): "au=2024-03-31", "budget": "", "temps": "au=2024-03-31",
                      "indicateurs": "au=2024-03-31", "calendrier": "", "historique": ""}  # fmt: skip
    assert all("au=2024-03-31" in format_["url"] for format_ in page.context.get("formats", []))


@pytest.mark.django_db
@time_machine.travel(fabrique.AU, tick=False)
def test_un_jour_refuse_le_dit(vecue: Fiche, elue: Personne, connecte: Connecte) -> None:
    page = connecte(elue).get(reverse("programme:fiche", args=[vecue.pk]), {"au": "2030-01-01"})
    assert "n'est pas encore venu : voici l'état d'aujourd'hui." in texte(page)
