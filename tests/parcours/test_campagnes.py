"""Préparer une campagne au bureau : ses rues se confient d'un quartier entier, et chaque nombre mène à ses locaux."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.parcours.pages.campagnes import Campagne

RELEVEUSE = "Camille Exemple-Chambre"


def test_une_campagne_se_prepare_et_se_suit(connecter: Callable[..., Page]) -> None:
    campagne = Campagne(connecter("mission.metropole", largeur=390)).creer("Campagne du parcours", "Un quartier")
    campagne.preparer().presser("Ajouter ces rues")
    assert "Choisissez au moins une rue." in campagne.dit()

    locaux = campagne.choisir_le_premier_quartier()
    rues = campagne.ajouter_a(RELEVEUSE).rues_de(RELEVEUSE)
    assert rues == sorted(rues)
    assert "Les rues sont dites finies." in campagne.finir(rues[0]).dit()

    assert f"1 sur {len(rues)}" in campagne.avancement().ligne(RELEVEUSE)
    assert campagne.ouvrir_le_nombre(locaux).startswith(f"{locaux} loca")
    assert "Campagne du parcours" in campagne.dit()
