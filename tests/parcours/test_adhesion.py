"""Alerte Commerce : un commerçant adhère sur son téléphone en moins de deux minutes, la chambre accepte, il part."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.parcours.conftest import Demonstration, defauts_d_accessibilite
from tests.parcours.pages.adhesion import Inscription, code_recu
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.queries.liens import lien_de_depart

DEUX_MINUTES = 120


@pytest.fixture
def telephone(navigateur: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """Le téléphone d'un commerçant, sans compte."""
    contexte = navigateur.new_context(
        base_url=demonstration.adresse, locale="fr-FR", viewport={"width": 360, "height": 740}
    )
    yield contexte.new_page()
    contexte.close()


def test_adherer_etre_accepte_puis_partir(telephone: Page, connecter: Callable[..., Page]) -> None:
    debut = time.monotonic()
    inscription = Inscription(telephone).decrire("Boutique du parcours").joindre("Dominique Parcours", "0639989901")
    assert inscription.titre() == "La charte"
    assert defauts_d_accessibilite(telephone) == []
    inscription.signer().taper("12")
    assert "Ce n'est pas le bon code. Il reste 4 essais." in inscription.dit()
    assert defauts_d_accessibilite(telephone) == []
    inscription.taper(code_recu())
    assert inscription.titre().replace("\n", " ") == "Merci, votre demande est partie"
    assert time.monotonic() - debut < DEUX_MINUTES

    chambre = connecter("mission.cci")
    chambre.goto("/alerte-commerce/gestion/demandes/")
    chambre.get_by_role("button", name="Accepter Boutique du parcours").click()
    chambre.get_by_text("L'adhésion est acceptée.").wait_for()

    un = Adherent.objects.get(nom="Boutique du parcours")
    assert un.etat == "actif"
    telephone.goto(lien_de_depart(un.contacts.get().pk).split("8000")[-1])
    assert defauts_d_accessibilite(telephone) == []
    telephone.get_by_role("button", name="Quitter le réseau").click()
    telephone.get_by_role("heading", name="C’est fait").wait_for()
    un.refresh_from_db()
    assert (un.etat, un.contacts.count()) == ("parti", 0)
