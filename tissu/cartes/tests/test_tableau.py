"""La liste et le tableau : l'ordre, le cadre, les mots."""

import pytest
from django.http import QueryDict

from tissu.cartes import filtres, tableau
from tissu.cartes.classement import ranger
from tissu.cartes.lecture import Jeu, demander, lire
from tissu.cartes.tests import exemple
from tissu.cartes.tests.fabrique import TAUX, jeu_de_points, jeu_de_surfaces
from tissu.cartes.tests.test_lecture import VISITEUR, personne
from tissu.comptes.choices import Role

LOCAUX, QUARTIERS = exemple.ESSAI_LOCAUX, exemple.ESSAI_QUARTIERS


def jeu(couche=LOCAUX, adresse: str = "", qui=VISITEUR) -> Jeu:
    return lire(couche, demander(couche, QueryDict(adresse), qui))


def ids(page) -> list[str]:
    return [jeu().table["id"][int(rang)].as_py() for rang in page.object_list]


@pytest.mark.parametrize(
    ("tri", "attendus"),
    [
        ("", ["L2", "L5", "L1", "L3", "L4"]),
        ("inconnu", ["L2", "L5", "L1", "L3", "L4"]),
        ("-nom", ["L4", "L3", "L1", "L5", "L2"]),
        ("surface", ["L5", "L1", "L2", "L4", "L3"]),
        ("-surface", ["L4", "L2", "L1", "L5", "L3"]),
        ("activite", ["L2", "L4", "L1", "L3", "L5"]),
    ],
)
def test_le_tri_met_ce_qui_manque_a_la_fin_et_departage_par_l_identifiant(tri: str, attendus: list[str]) -> None:
    assert ids(tableau.page(jeu(), tri=tri, numero=1)) == attendus


def test_on_ne_trie_pas_par_un_champ_que_l_on_ne_peut_pas_lire() -> None:
    visiteur, agent = jeu(), jeu(qui=personne(1, Role.CHARGE_MISSION))
    assert ids(tableau.page(visiteur, tri="loyer", numero=1)) == ids(tableau.page(visiteur, tri="", numero=1))
    assert ids(tableau.page(agent, tri="loyer", numero=1)) == ["L5", "L4", "L2", "L1", "L3"]


def test_les_accents_ne_changent_pas_l_ordre() -> None:
    fabrique = jeu_de_points([5.0] * 3, [47.0] * 3, ["Zinc", "Épicerie", "atelier"])
    assert tableau.ordonner(fabrique, "etat").tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("texte", "cadre"),
    [
        ("5.03,47.31,5.05,47.33", (5.03, 47.31, 5.05, 47.33)),
        ("non", None), ("", None), ("1,2,3", None), ("5.05,47.31,5.03,47.33", None), ("a,b,c,d", None),
        ("nan,47,6,48", None),
    ],
)  # fmt: skip
def test_un_cadre_illisible_ne_reduit_rien(texte: str, cadre: tuple[float, ...] | None) -> None:
    assert tableau.lire_cadre(texte) == cadre


def test_le_cadre_garde_les_points_dedans_et_aucun_sans_position() -> None:
    page = tableau.page(jeu(), tri="", numero=1, cadre=(5.03, 47.31, 5.05, 47.331))
    assert sorted(ids(page)) == ["L1", "L2", "L3"]


def test_le_cadre_garde_les_surfaces_qu_il_touche() -> None:
    quartiers = jeu(QUARTIERS)
    retenus = [
        tableau.dans_le_cadre(quartiers, cadre).tolist()
        for cadre in ((5.0, 47.30, 5.036, 47.319), (5.0, 47.30, 5.01, 47.31), (5.0, 47.30, 5.1, 47.4))
    ]
    assert retenus == [[0], [], [0, 1]]


def test_un_element_dit_sa_classe_ses_details_et_sa_place() -> None:
    lu = jeu()
    objet = tableau.element(lu, ranger(lu, exemple.THEME), "L1")
    assert objet is not None
    assert (objet.titre, objet.classe, objet.teinte, objet.lon, objet.lat, objet.url) == (
        "Café du Port", "Restauration", "bleu", "5.041500", "47.322000", "",
    )  # fmt: skip
    assert {cellule["titre"]: cellule["texte"] for cellule in objet.lignes} == {
        "Nom": "Café du Port", "Activité": "restauration", "Surface": "45,5", "Apparu le": "1er\u00a0mai\u00a02024",
    }  # fmt: skip
    # Son activité est sa classe : la redire n'apprendrait rien.
    assert objet.details == []
    sans_place = tableau.element(lu, ranger(lu, exemple.THEME), "L5")
    assert sans_place is not None and (sans_place.lon, sans_place.lat) == ("", "")
    assert tableau.element(lu, ranger(lu, exemple.THEME), "inconnu") is None


def test_une_surface_se_situe_par_un_point_de_son_interieur() -> None:
    import shapely

    lu = jeu(QUARTIERS)
    objet = tableau.element(lu, ranger(lu, QUARTIERS.themes[0]), "centre")
    assert objet is not None
    assert shapely.contains(exemple.CENTRE, shapely.Point(float(objet.lon), float(objet.lat)))


def test_un_element_dit_la_valeur_que_sa_classe_arrondit() -> None:
    lu = jeu_de_surfaces([exemple.CENTRE] * 3, [0.01, 0.02, None])
    objets = tableau.elements(lu, ranger(lu, TAUX), range(3))
    assert [(objet.classe, objet.details) for objet in objets] == [
        ("1,0\u202f% à moins de 2,0\u202f%", ["Taux : 1,0\u202f%"]), ("2,0\u202f%", []), ("Sans donnée", []),
    ]  # fmt: skip


def test_un_formulaire_quelconque_se_montre_et_se_retire() -> None:
    adresse = QueryDict("activite=services&activite=habillement&theme=activite&page=2")
    form = exemple.filtres(demander(LOCAUX, adresse, VISITEUR))
    (visibles, replies), poses = filtres.controles(form), filtres.puces(form, adresse)
    assert [(c.champ.name, c.multiple, list(c.choisies), c.options) for c in visibles] == [
        ("activite", True, ["services", "habillement"], [("restauration", "restauration")])
    ]
    assert replies == []
    assert poses == [
        {"titre": "Activité", "valeur": "services", "retirer": "?activite=habillement&theme=activite"},
        {"titre": "Activité", "valeur": "habillement", "retirer": "?activite=services&theme=activite"},
    ]


def test_un_filtre_faux_n_est_pas_une_puce() -> None:
    adresse = QueryDict("activite=inconnue")
    form = exemple.filtres(demander(LOCAUX, adresse, VISITEUR))
    assert (filtres.puces(form, adresse), list(form.errors)) == ([], ["activite"])
