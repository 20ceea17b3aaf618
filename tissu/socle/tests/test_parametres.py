"""Les paramètres datés : la valeur d'un jour, et les fichiers mal écrits."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.socle import parametres
from tissu.socle.parametres import (
    ParametreInconnu,
    ParametreInvalide,
    lire_parametres,
    parametre,
    tous_les_parametres,
    verifier_parametres,
)
from tissu.socle.territoire import Territoire

SEUIL = """
seuil:
  libelle: Seuil de surveillance
  unite: salariés
  reference: Convention
  valeurs:
    - {debut: 2020-01-01, fin: 2023-12-31, valeur: 50}
    - {debut: 2024-01-01, valeur: 40}
"""


def lus(texte: str) -> dict[str, Any]:
    return lire_parametres("essai", yaml.safe_load(texte))


def avec_valeurs(*valeurs: dict[str, Any]) -> dict[str, Any]:
    return {"seuil": {"libelle": "Seuil", "unite": "salariés", "reference": "Essai", "valeurs": list(valeurs)}}


@pytest.fixture
def relus() -> Any:
    """Les paramètres sont gardés en mémoire : on les fait relire avant et après."""
    tous_les_parametres.cache_clear()
    yield
    tous_les_parametres.cache_clear()


@pytest.mark.parametrize(
    ("jour", "valeur"),
    [(date(2020, 1, 1), 50), (date(2023, 12, 31), 50), (date(2024, 1, 1), 40), (date(2040, 1, 1), 40)],
)
def test_la_valeur_en_vigueur_un_jour(jour: date, valeur: int) -> None:
    assert lus(SEUIL)["essai.seuil"].au(jour) == valeur


def test_avant_la_premiere_valeur_il_n_y_en_a_pas() -> None:
    with pytest.raises(ParametreInconnu, match="n'a pas de valeur au 31/12/2019"):
        lus(SEUIL)["essai.seuil"].au(date(2019, 12, 31))


def test_l_ordre_du_fichier_n_importe_pas() -> None:
    brut = yaml.safe_load(SEUIL)
    brut["seuil"]["valeurs"].reverse()

    assert lire_parametres("essai", brut) == lus(SEUIL)


@pytest.mark.parametrize(
    ("valeurs", "defaut"),
    [
        (
            [
                {"debut": date(2020, 1, 1), "fin": date(2024, 6, 30), "valeur": 1},
                {"debut": date(2024, 1, 1), "valeur": 2},
            ],
            "chevauche",
        ),
        ([{"debut": date(2020, 1, 1), "valeur": 1}, {"debut": date(2024, 1, 1), "valeur": 2}], "chevauche"),
        (
            [
                {"debut": date(2020, 1, 1), "fin": date(2020, 12, 31), "valeur": 1},
                {"debut": date(2022, 1, 1), "valeur": 2},
            ],
            "rien entre",
        ),
        ([{"debut": date(2020, 1, 1), "fin": date(2019, 1, 1), "valeur": 1}], "finit avant de commencer"),
    ],
)
def test_des_dates_qui_se_contredisent_sont_refusees(valeurs: list[dict[str, Any]], defaut: str) -> None:
    with pytest.raises(ParametreInvalide, match=defaut):
        lire_parametres("essai", avec_valeurs(*valeurs))


def test_un_parametre_sans_reference_est_refuse() -> None:
    brut = avec_valeurs({"debut": date(2020, 1, 1), "valeur": 1})
    del brut["seuil"]["reference"]

    with pytest.raises(ParametreInvalide, match=r"essai\.seuil.*n'a pas : reference"):
        lire_parametres("essai", brut)


def test_un_nom_inconnu() -> None:
    with pytest.raises(ParametreInconnu, match=r"« nulle\.part » n'existe pas"):
        parametre("nulle.part", au=date(2026, 1, 1))


def test_les_parametres_du_produit_se_lisent() -> None:
    assert verifier_parametres(None) == []


def remplacer_territoire(monkeypatch: pytest.MonkeyPatch, **valeurs: Any) -> None:
    lieu = Territoire(slug="essai", nom="Essai", code="", communes={}, dossier=Path(), parametres=valeurs)
    monkeypatch.setattr(parametres, "territoire", lambda: lieu)


@pytest.mark.usefixtures("relus")
def test_un_territoire_remplace_une_valeur(monkeypatch: pytest.MonkeyPatch) -> None:
    remplacer_territoire(
        monkeypatch, **{"comptes.validite_invitation_jours": [{"debut": date(2020, 1, 1), "valeur": 3}]}
    )

    assert parametre("comptes.validite_invitation_jours", au=date(2026, 1, 1)) == 3


@pytest.mark.usefixtures("relus")
def test_un_territoire_qui_regle_l_inconnu_arrete_le_demarrage(monkeypatch: pytest.MonkeyPatch) -> None:
    remplacer_territoire(monkeypatch, **{"comptes.inconnu": [{"debut": date(2020, 1, 1), "valeur": 3}]})

    assert [defaut.msg for defaut in verifier_parametres(None)] == [
        "Paramètres : territoire.yaml règle « comptes.inconnu », qui n'est le paramètre d'aucune pièce."
    ]
