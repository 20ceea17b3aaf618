"""Les campagnes : ce qui les décrit, ce qui se compare, et qu'aucune évolution ne s'écrit sans décision."""

from datetime import date
from typing import Any

import pytest

from tissu.locaux.models import Campagne, Comparabilite
from tissu.locaux.operations import campagnes as operations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.queries.campagnes import comparaisons, jour_de, se_comparent
from tissu.locaux.rules.comparaison import evolution
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
VALEURS: dict[str, Any] = {
    "nom": "Relevé de 2024", "methode": "terrain", "definition": "Toute cellule.", "perimetre": "Centre-ville",
    "communes": ["21231"], "debut": date(2024, 5, 1), "fin": None,
}  # fmt: skip


def signe() -> dict[str, Any]:
    return {"auteur": fabrique.personne("charge_mission"), "au": AU}


def test_une_campagne_s_ouvre_se_clot_et_se_rouvre() -> None:
    campagne = operations.enregistrer_campagne(valeurs=VALEURS, **signe())
    operations.changer_l_etat_de(campagne=campagne, etat="ouverte", **signe())
    operations.changer_l_etat_de(campagne=campagne, etat="close", **signe())
    campagne.refresh_from_db()
    assert (campagne.etat, jour_de(campagne)) == ("close", AU.date())
    with pytest.raises(LocalRefuse, match="ne peut pas devenir"):
        operations.changer_l_etat_de(campagne=campagne, etat="preparation", **signe())


@pytest.mark.parametrize(
    ("champ", "valeur", "refus"),
    [
        ("nom", " ", "Donnez un nom"),
        ("definition", "", "ce qui compte comme local"),
        ("perimetre", "", "où l'on a regardé"),
        ("methode", "devine", "Choisissez la méthode"),
        ("fin", date(2024, 4, 1), "finit avant de commencer"),
        ("communes", ["75056"], "ne sont pas de"),
    ],
)
def test_une_campagne_mal_decrite_est_refusee(champ: str, valeur: Any, refus: str) -> None:
    with pytest.raises(LocalRefuse, match=refus):
        operations.enregistrer_campagne(valeurs=VALEURS | {champ: valeur}, **signe())
    assert not Campagne.objects.exists()


@pytest.mark.parametrize(("verdict", "attendue"), [("oui", 0.25), ("partiel", 0.25), ("non", None), (None, None)])
def test_aucune_evolution_sans_campagnes_comparables(verdict: str | None, attendue: float | None) -> None:
    ancienne = fabrique.campagne("2014", date(2014, 5, 1))
    recente = fabrique.campagne("2024", date(2024, 5, 1))
    if verdict:
        operations.decider_de_la_comparabilite(
            campagne=ancienne, reference=recente, verdict=verdict, motif="Méthode revue.", **signe()
        )
        decision = Comparabilite.objects.get()
        assert (decision.campagne, decision.reference) == (recente, ancienne)
    for couple in ((recente, ancienne), (ancienne, recente)):
        permise = se_comparent(*couple)
        assert evolution(0.08, 0.10, permise) == (pytest.approx(attendue) if attendue else None)
        assert permise.motif == ("Méthode revue." if verdict else permise.motif)
    assert comparaisons([recente, ancienne])[frozenset({recente.pk})].permise is True


def test_une_decision_remplace_l_autre_et_demande_une_raison() -> None:
    un, deux = fabrique.campagne("2014", date(2014, 5, 1)), fabrique.campagne("2024", date(2024, 5, 1))
    for verdict in ("oui", "non"):
        operations.decider_de_la_comparabilite(
            campagne=deux, reference=un, verdict=verdict, motif="Parce que.", **signe()
        )
    assert Comparabilite.objects.get().verdict == "non"
    with pytest.raises(LocalRefuse, match="Dites pourquoi"):
        operations.decider_de_la_comparabilite(campagne=deux, reference=un, verdict="oui", motif=" ", **signe())
    with pytest.raises(LocalRefuse, match="à une autre"):
        operations.decider_de_la_comparabilite(campagne=un, reference=un, verdict="oui", motif="x", **signe())
