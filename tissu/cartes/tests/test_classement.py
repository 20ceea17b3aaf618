"""Les classes d'un thème : qui y tombe, et comment elles se disent."""

import numpy as np
import pytest
import shapely

from tissu.cartes.classement import SANS_DONNEE, SECRET, ranger
from tissu.cartes.couches import Classe, Classement, Theme
from tissu.cartes.palette import (
    CATEGORIES,
    RAMPES,
    couleur,
    feuille_des_teintes,
    inconnues,
    teintes_de_la_rampe,
    toutes,
)
from tissu.cartes.tests.fabrique import ETAT, TAUX, jeu_de_points, jeu_de_surfaces
from tissu.socle.theme import contraste, theme

CARRE = shapely.box(5, 47, 5.1, 47.1)


def rangs(taux: list[float | None], theme: Theme = TAUX, secrets: list[bool] | None = None) -> list[int]:
    return ranger(jeu_de_surfaces([CARRE] * len(taux), taux, secrets), theme).rangs.tolist()


def libelles(taux: list[float | None], theme: Theme = TAUX) -> list[str]:
    return [classe.libelle for classe in ranger(jeu_de_surfaces([CARRE] * len(taux), taux), theme).classes]


def test_les_categories_prennent_leurs_valeurs_et_laissent_le_reste_au_gris() -> None:
    jeu = jeu_de_points([5.0] * 4, [47.0] * 4, ["vacant", "occupe", None, "inattendu"])
    rangement = ranger(jeu, ETAT)
    assert rangement.rangs.tolist() == [1, 0, SANS_DONNEE, SANS_DONNEE]
    assert [rangement.effectif(rang) for rang in (0, 1, SANS_DONNEE, SECRET)] == [1, 1, 2, 0]


def test_un_seuil_appartient_a_la_classe_qu_il_ouvre() -> None:
    seuils = Theme(
        "taux", "Taux", "taux", Classement.SEUILS,
        classes=(Classe("bas", "bleus-1", maxi=0.05), Classe("haut", "bleus-5", mini=0.05)),
    )  # fmt: skip
    assert rangs([0.0499, 0.05, 0.9, None], seuils) == [0, 1, 1, SANS_DONNEE]


def test_cinq_quantiles_ont_des_effectifs_egaux() -> None:
    valeurs = [n / 100 for n in range(1, 11)]
    assert np.bincount(rangs(valeurs)).tolist() == [2, 2, 2, 2, 2]
    assert libelles(valeurs) == [
        "1,0\u202f% à moins de 3,0\u202f%", "3,0\u202f% à moins de 5,0\u202f%", "5,0\u202f% à moins de 7,0\u202f%",
        "7,0\u202f% à moins de 9,0\u202f%", "9,0\u202f% à 10,0\u202f%",
    ]  # fmt: skip


def test_des_valeurs_egales_font_moins_de_classes_et_aucune_vide() -> None:
    valeurs = [0.0] * 14 + [0.057, 0.062, 0.066, 0.085, 0.088, 0.1, 0.12, 0.13, 0.179]
    effectifs = np.bincount(rangs(valeurs))
    assert effectifs.sum() == len(valeurs) and effectifs.min() > 0 and len(effectifs) == len(libelles(valeurs)) < 5


def test_une_seule_valeur_fait_une_classe_et_aucune_n_en_fait_pas() -> None:
    assert (libelles([0.05, 0.05]), rangs([0.05, None])) == (["5,0\u202f%"], [0, SANS_DONNEE])
    assert (libelles([None, None]), rangs([None])) == ([], [SANS_DONNEE])


def test_les_quantiles_se_calculent_sans_le_secret() -> None:
    """Un chiffre tu ne doit pas se deviner à la borne d'une classe."""
    jeu = jeu_de_surfaces([CARRE] * 3, [0.99, 0.01, 0.02], [True, False, False])
    rangement = ranger(jeu, TAUX)
    assert rangement.rangs.tolist() == [SECRET, 0, 1]
    assert "99" not in "".join(classe.libelle for classe in rangement.classes)


@pytest.mark.parametrize("classes", [1, 2, 3, 4, 5])
def test_une_rampe_va_du_faible_au_fort(classes: int) -> None:
    degres = [int(teinte.split("-")[1]) for teinte in teintes_de_la_rampe("bleus", classes)]
    assert len(degres) == classes and degres == sorted(set(degres))


def test_une_rampe_s_eloigne_du_fond_dans_les_deux_modes() -> None:
    for rampe in RAMPES:
        for sombre in (False, True):
            fond = theme().jetons(sombre=sombre)["fond"]
            ecarts = [contraste(couleur(f"{rampe}-{degre}", sombre=sombre), fond) for degre in range(1, 6)]
            assert ecarts == sorted(ecarts)


def test_les_categories_se_voient_sur_le_fond_dans_les_deux_modes() -> None:
    faibles = {
        (nom, sombre)
        for nom in CATEGORIES
        for sombre in (False, True)
        if contraste(couleur(nom, sombre=sombre), theme().jetons(sombre=sombre)["fond"]) < 3
    }
    assert faibles == set()


def test_une_teinte_inconnue_se_dit() -> None:
    assert inconnues(["bleu", "bleus-5", "bleus-6", "fuchsia", "bleus-"]) == ["bleus-6", "fuchsia", "bleus-"]


def test_la_feuille_a_une_classe_par_teinte_et_deux_modes() -> None:
    feuille = feuille_des_teintes()
    assert all(f".teinte--{nom}{{" in feuille for nom in [*toutes(), "sans-donnee", "secret"])
    assert feuille.count(f"--teinte-bleu:{couleur('bleu')};") == 2
    assert feuille.count(f"--teinte-bleu:{couleur('bleu', sombre=True)};") == 2
