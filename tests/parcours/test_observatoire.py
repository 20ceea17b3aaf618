"""L'observatoire du commerce : un projet qualifié, les chiffres d'une autre ville corrigés, un quartier suivi."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.parcours.pages.observatoire import Import, Projet, Veilles

ENTETES = "Ville;Périmètre;Habitants;Source de la population;Indicateur;Année;Valeur;Définition;Source;Comparable"


def test_un_projet_se_decrit_et_se_qualifie(connecter: Callable[..., Page]) -> None:
    projet = Projet(connecter("mission.cci", largeur=390)).commencer(
        "Supermarché du parcours", "Création d'un magasin", "Supermarché, hypermarché"
    )
    assert projet.etape() == "Lieu"

    # Une seule coordonnée : la page dit laquelle manque et garde l'autre.
    projet.choisir(code_commune="Dijon").remplir(lon="5,0415").continuer()
    assert "Donnez la longitude et la latitude, ou aucune des deux." in projet.dit()
    projet.remplir(lat="47,322").continuer()

    assert projet.etape() == "Surfaces"
    projet.remplir(surface_creee_m2="1 200").choisir(dans_ensemble="Non").continuer()
    projet.choisir(artificialisation="Non", en_ort="Non", permis="Oui").continuer()
    projet.remplir(rayons_m="200, 800").continuer()
    assert projet.etape() == "Vérifiez vos réponses"
    etude = projet.etudier().dit()
    assert "Le magasin créé aurait 1 200 m² de surface de vente, plus que 1 000 m²." in etude
    assert "à vol d'oiseau autour du projet (200 m, 800 m)" in etude


def test_une_ligne_refusee_se_corrige_et_entre(connecter: Callable[..., Page]) -> None:
    lignes = [
        "Parcoursville;commune;120000;Essai;taux_vacance;2025;9,1 %;Vacants / locaux;Essai;oui",
        "Parcoursbourg;commune;130000;Essai;taux_vacance;2025;neuf;Vacants / locaux;Essai;oui",
    ]
    depot = Import(connecter("mission.cci")).deposer("parcours.csv", "\n".join([ENTETES, *lignes]))
    assert "Valeur « neuf » : écrivez un taux avec son signe (7,4 %) ou de 0 à 1." in depot.dit()
    depot.corriger(3, valeur="90")
    assert "Écrivez un taux avec son signe" in depot.dit()
    depot.onglet.locator("#id_valeur").fill("9 %")
    depot.onglet.get_by_role("button", name="Faire entrer la ligne").click()
    depot.onglet.get_by_text("La ligne 3 est entrée.").wait_for()
    assert "Rien à corriger" in depot.dit()


def test_un_quartier_se_suit_du_tableau_de_bord_et_s_arrete(connecter: Callable[..., Page]) -> None:
    veilles = Veilles(connecter("mission.metropole", largeur=390))
    nom = veilles.suivre_un_quartier("Changements d'activité")
    assert nom in veilles.lieux()
    assert nom not in veilles.arreter(nom).lieux()
