"""Écrire un projet de CDAC : qui le peut, ce qui se garde, ce qui s'oppose."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.operations import cdac
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.tests.fabrique import AU, projet
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests.fabrique import personne
from tissu.socle.conflits import ConflitDeSaisie


def test_une_etape_s_enregistre_et_se_retient(mission: Personne) -> None:
    ouvert = projet(mission)
    complete = cdac.completer_projet(
        projet=ouvert, champs={"surface_creee_m2": Decimal("1500.50")}, etape="surfaces", revision=1,
        auteur=mission, au=AU,
    )  # fmt: skip
    relu = ProjetCdac.objects.get()
    assert (relu.surface_creee_m2, relu.revision, relu.etapes_faites) == (Decimal("1500.50"), 2, ["projet", "surfaces"])
    assert complete.modifie_par == mission
    assert [h.surface_creee_m2 for h in relu.historique.order_by("history_id")] == [Decimal(1200), Decimal("1500.50")]


def test_deux_personnes_ne_s_effacent_pas(mission: Personne, voisine: Personne) -> None:
    ouvert = projet(mission)
    cdac.completer_projet(
        projet=ouvert, champs={"enseigne": "La mienne"}, etape="projet", revision=1, auteur=mission, au=AU
    )
    with pytest.raises(ConflitDeSaisie) as refus:
        cdac.completer_projet(
            projet=ouvert, champs={"enseigne": "La sienne"}, etape="projet", revision=1, auteur=voisine, au=AU
        )
    assert (refus.value.ancien, refus.value.nouveau) == ({"enseigne": "La mienne"}, {"enseigne": "La sienne"})
    assert ProjetCdac.objects.get().enseigne == "La mienne"


@pytest.mark.parametrize("role", [Role.ELU, Role.CHARGE_FILIERE, Role.LECTEUR, Role.ADMINISTRATEUR])
def test_un_projet_s_ecrit_par_un_charge_de_mission(role: Role, mission: Personne) -> None:
    ouvert = projet(mission)
    autre = personne(role)
    for geste in (
        lambda: projet(autre),
        lambda: cdac.completer_projet(projet=ouvert, champs={}, etape="lieu", revision=1, auteur=autre, au=AU),
        lambda: cdac.changer_etat(projet=ouvert, etat="etude", le=None, revision=1, auteur=autre, au=AU),
    ):
        with pytest.raises(GesteRefuse, match="s'écrit par un chargé de mission"):
            geste()
    assert ProjetCdac.objects.get().revision == 1


def test_ni_par_un_charge_de_mission_d_ailleurs(agence: Personne) -> None:
    with pytest.raises(GesteRefuse):
        projet(agence)


def _avancer(sur: ProjetCdac, etat: str, le: date | None, auteur: Any) -> ProjetCdac:
    return cdac.changer_etat(projet=sur, etat=etat, le=le, revision=sur.revision, auteur=auteur, au=AU)


def test_un_dossier_avance_jusqu_a_sa_decision(mission: Personne) -> None:
    ouvert = _avancer(projet(mission), "etude", None, mission)
    depose = _avancer(ouvert, "depose", date(2026, 9, 1), mission)
    refuse = _avancer(depose, "refuse", date(2026, 10, 20), mission)
    assert (refuse.etat, refuse.depot_le, refuse.decision_le) == ("refuse", date(2026, 9, 1), date(2026, 10, 20))
    rouvert = _avancer(refuse, "etude", None, mission)
    assert (rouvert.depot_le, rouvert.decision_le) == (None, None)


@pytest.mark.parametrize(
    ("etat", "le", "message"),
    [
        ("autorise", date(2026, 10, 1), "ne peut pas devenir « Autorisé » directement"),
        ("depose", None, "Dites quel jour"),
        ("depose", date(2026, 12, 1), "Cette date est à venir"),
        ("inconnu", None, "ne peut pas devenir « inconnu »"),
    ],
)
def test_un_saut_impossible_est_refuse(etat: str, le: date | None, message: str, mission: Personne) -> None:
    ouvert = _avancer(projet(mission), "etude", None, mission)
    with pytest.raises(GesteRefuse, match=message):
        _avancer(ouvert, etat, le, mission)
    assert ProjetCdac.objects.get().etat == "etude"


def test_une_decision_ne_precede_pas_le_depot(mission: Personne) -> None:
    depose = _avancer(_avancer(projet(mission), "etude", None, mission), "depose", date(2026, 9, 1), mission)
    with pytest.raises(GesteRefuse, match="ne peut pas précéder le dépôt"):
        _avancer(depose, "autorise", date(2026, 8, 31), mission)
