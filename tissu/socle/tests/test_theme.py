"""Le thème : contrastes, lecture de la clé `theme:`, jetons servis."""

from pathlib import Path

import pytest

from tissu.socle import theme as module
from tissu.socle.territoire import Territoire
from tissu.socle.theme import Theme, ThemeInvalide, contraste, lire_theme, melange, verifier_theme


@pytest.mark.parametrize(
    ("une", "autre", "attendu"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contraste_est_celui_de_wcag(une: str, autre: str, attendu: float) -> None:
    assert round(contraste(une, autre), 2) == attendu
    assert contraste(une, autre) == contraste(autre, une)


def test_melange_pose_une_couleur_sur_un_fond() -> None:
    assert melange("#000000", "#ffffff", 0.5) == "#808080"
    assert melange("#123456", "#ffffff", 1) == "#123456"


def test_le_theme_de_tissu_est_lisible_partout() -> None:
    assert list(Theme().defauts()) == []


def test_un_accent_trop_clair_est_nomme_avec_son_rapport() -> None:
    defauts = list(Theme(accent="#f4b400").defauts())
    assert (
        "en mode clair, les liens (accent) sur le fond (#f4b400 sur #ffffff) "
        "a un contraste de 1,85 ; il en faut au moins 4,5"
    ) in defauts
    assert "en mode clair, le texte des boutons sur l'accent (#ffffff sur #f4b400)" in " ".join(defauts)
    assert not any("mode sombre" in defaut for defaut in defauts)


def test_un_accent_sombre_trop_fonce_est_nomme() -> None:
    assert any(defaut.startswith("en mode sombre, les liens") for defaut in Theme(accent_sombre="#5b2a6e").defauts())


@pytest.mark.parametrize(
    ("reglages", "message"),
    [
        ({"couleur": "#000000"}, "clé inconnue : couleur"),
        ({"accent": "cassis"}, "« accent » vaut « cassis »"),
        ({"accent": "#6b1d4f;}body{display:none"}, "« accent » vaut"),
        ({"neutres": ["#ffffff"]}, "« neutres » compte 1 couleurs"),
        ({"logo": "../../etc/passwd.svg"}, "le logo"),
        ({"logo": "absent.svg"}, "le logo « absent.svg » n'est pas un fichier"),
    ],
)
def test_un_theme_mal_ecrit_dit_quoi_corriger(reglages: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(ThemeInvalide) as erreur:
        lire_theme(reglages, nom="Essai", dossier=tmp_path)
    assert message in str(erreur.value)


def test_le_nom_et_le_logo_viennent_du_territoire(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    lu = lire_theme({"logo": "logo.svg", "accent": "#0b5563"}, nom="Grand Essai", dossier=tmp_path)
    assert (lu.nom, lu.logo, lu.accent) == ("Grand Essai", tmp_path / "logo.svg", "#0b5563")


def test_la_verification_du_systeme_arrete_sur_un_theme_illisible(monkeypatch: pytest.MonkeyPatch) -> None:
    lieu = Territoire(slug="essai", nom="Essai", code="", communes={}, theme={"accent": "#f4b400"})
    monkeypatch.setattr(module, "territoire", lambda: lieu)
    erreurs = verifier_theme(None)
    assert {erreur.id for erreur in erreurs} == {"tissu.E021"}
    assert "Thème de Essai : en mode clair" in erreurs[0].msg
    assert "territoires/essai/territoire.yaml" in erreurs[0].hint


def test_la_verification_du_systeme_arrete_sur_un_theme_mal_ecrit(monkeypatch: pytest.MonkeyPatch) -> None:
    lieu = Territoire(slug="essai", nom="Essai", code="", communes={}, theme={"acent": "#000000"})
    monkeypatch.setattr(module, "territoire", lambda: lieu)
    assert [erreur.id for erreur in verifier_theme(None)] == ["tissu.E020"]


def test_le_territoire_livre_passe_la_verification() -> None:
    assert list(verifier_theme(None)) == []


def test_la_feuille_porte_les_deux_modes_et_le_papier() -> None:
    feuille = module.feuille_de_couleurs()
    assert feuille.count("color-scheme:light;") == 2
    assert feuille.count("color-scheme:dark;") == 2
    for nom in Theme().jetons():
        assert feuille.count(f"--{nom}:") == 4
