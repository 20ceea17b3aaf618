"""La déclaration d'un écran, et ce qu'elle laisse entrer."""

from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views import View
from django.views.decorators.http import require_safe

from tissu.socle.ecrans import TOUTE_PERSONNE, ecran, ecran_de, public


def vue(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ici")


@pytest.mark.parametrize(
    ("declaration", "roles", "ouvert"),
    [
        (ecran("À tous"), set(), True),
        (ecran("Aux agents", roles={"charge_mission"}), {"charge_mission", "lecteur"}, True),
        (ecran("Aux agents", roles={"charge_mission"}), {"lecteur"}, False),
        (ecran("Aux agents", roles={"charge_mission"}), set(), False),
        (ecran("À personne", roles=()), {"administrateur"}, False),
        (public("Au public"), set(), True),
    ],
)
def test_a_qui_un_ecran_est_ouvert(declaration: Any, roles: set[str], ouvert: bool) -> None:
    assert ecran_de(declaration(lambda request: None)).ouvert_a(roles) == ouvert


def test_une_vue_muette_n_a_pas_de_declaration() -> None:
    assert ecran_de(vue) is None


def test_la_declaration_traverse_les_decorateurs() -> None:
    declaree = require_safe(ecran("Déclarée")(lambda request: None))

    assert (ecran_de(declaree).titre, ecran_de(declaree).roles) == ("Déclarée", TOUTE_PERSONNE)


def test_une_classe_de_vue_se_declare_aussi() -> None:
    @ecran("En classe", roles={"lecteur"})
    class VueEnClasse(View):
        pass

    servie = VueEnClasse.as_view()

    assert (ecran_de(servie).titre, getattr(servie, "login_required", True)) == ("En classe", True)


def test_une_classe_de_vue_publique_n_exige_pas_la_connexion() -> None:
    @public("Publique en classe")
    class VuePublique(View):
        pass

    assert (VuePublique.as_view().login_required, hasattr(View.dispatch, "login_required")) == (False, False)


def test_un_ecran_reprend_la_connexion_qu_une_vue_tierce_avait_levee() -> None:
    """Les vues d'allauth se disent ouvertes : la nôtre décide."""
    tierce = login_not_required(lambda request: None)

    assert [ecran("Fermée")(tierce).login_required, public("Ouverte")(tierce).login_required] == [True, False]
