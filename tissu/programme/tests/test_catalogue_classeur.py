"""Le classeur : l'aller-retour ne perd rien, les nombres se lisent comme ils s'écrivent, un défaut dit sa cellule."""

import io
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tissu.programme.sources.lecture import ProgrammeIllisible, ProgrammeLu
from tissu.programme.sources.programme_classeur import ecrire_classeur, lire_classeur
from tissu.programme.sources.programme_yaml import lire_dossier


@pytest.fixture
def programme(settings: Any) -> ProgrammeLu:
    return lire_dossier(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme")


def _modifie(programme: ProgrammeLu, cellules: dict[str, dict[str, Any]]) -> io.BytesIO:
    """Le classeur du programme, des cellules changées : feuille → {« F2 »: valeur}."""
    classeur = openpyxl.load_workbook(io.BytesIO(ecrire_classeur(programme)))
    for feuille, changees in cellules.items():
        for adresse, valeur in changees.items():
            classeur[feuille][adresse] = valeur
    sortie = io.BytesIO()
    classeur.save(sortie)
    sortie.seek(0)
    return sortie


def test_l_aller_retour_rend_le_meme_programme(programme: ProgrammeLu) -> None:
    assert lire_classeur(io.BytesIO(ecrire_classeur(programme))) == programme


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("22.300 €", "22300"),
        ("1.400", "1400"),
        ("1 400 €", "1400"),
        ("1\u202f400\u00a0€", "1400"),
        ("2 000", "2000"),
        (1400, "1400"),
        (681.25, "681.25"),
        ("1400,50", "1400.50"),
        (None, None),
    ],
)
def test_un_montant_se_lit_dans_toutes_ses_ecritures(programme: ProgrammeLu, ecrit: Any, lu: str | None) -> None:
    relu = lire_classeur(_modifie(programme, {"Lignes": {"F2": ecrit}}))
    attendu = None if lu is None else Decimal(lu)
    assert relu.fiches[0].lignes[0].montant_eur == attendu


@pytest.mark.parametrize(("ecrit", "lu"), [("1,5", "1.5"), (2.5, "2.5"), ("12", "12")])
def test_les_demi_journees_se_lisent(programme: ProgrammeLu, ecrit: Any, lu: str) -> None:
    relu = lire_classeur(_modifie(programme, {"Lignes": {"E2": ecrit}}))
    assert relu.fiches[0].lignes[0].jours == Decimal(lu)


def test_tous_les_defauts_sont_dits_d_un_coup_avec_leur_cellule(programme: ProgrammeLu) -> None:
    fautif = _modifie(
        programme,
        {"Lignes": {"F3": "mille", "D4": "magie"}, "Fiches": {"G2": "au printemps"}, "Critères": {"K2": "douze"}},
    )
    with pytest.raises(ProgrammeIllisible) as refus:
        lire_classeur(fautif)
    assert {(d.lieu, d.champ, d.valeur) for d in refus.value.defauts} == {
        ("Lignes, ligne 3", "colonne « Montant (€) »", "mille"),
        ("Lignes, ligne 4", "colonne « Nature »", "magie"),
        ("Fiches, ligne 2", "colonne « Calendrier, du »", "au printemps"),
        ("Critères, ligne 2", "colonne « Cible »", "douze"),
    }
    assert all(defaut.remede for defaut in refus.value.defauts)


def test_la_ligne_d_exemple_du_modele_n_est_jamais_lue() -> None:
    with pytest.raises(ProgrammeIllisible) as refus:
        lire_classeur(io.BytesIO(ecrire_classeur()))
    assert "exactement une convention" in str(refus.value)
    assert "Exemple" not in str(refus.value)


def test_une_ligne_d_une_fiche_inconnue_est_dite(programme: ProgrammeLu) -> None:
    with pytest.raises(ProgrammeIllisible, match="Lignes, ligne 2"):
        lire_classeur(_modifie(programme, {"Lignes": {"A2": 99}}))


def test_les_reunions_et_l_etp_font_l_aller_retour(programme: ProgrammeLu) -> None:
    onze = next(fiche for fiche in programme.fiches if (fiche.numero, fiche.annee) == (11, 2024))
    assert [(une.titre, une.frequence, une.premiere_le) for une in onze.reunions] == [
        ("Point mensuel Synergies", "mensuelle", None),
        ("Comité de pilotage Synergies", "annuelle", None),
    ]
    assert [ligne.etp for ligne in onze.lignes if ligne.nature == "salaire"] == [Decimal("0.25")]
    datees = {"Réunions": {"E2": "2024-03-12", "F2": "14h30", "G2": "2024-12-31"}, "Lignes": {"H2": "25 %"}}
    relu = lire_classeur(_modifie(programme, datees))
    premiere = next(fiche for fiche in relu.fiches if fiche.reunions).reunions[0]
    assert (premiere.premiere_le, premiere.heure, premiere.jusqu_au) == (
        date(2024, 3, 12), time(14, 30), date(2024, 12, 31))  # fmt: skip
    assert relu.fiches[0].lignes[0].etp == Decimal("0.25")
    assert lire_classeur(io.BytesIO(ecrire_classeur(relu))) == relu


def _serie(premiere: str, heure: str, jusqu_au: str) -> dict[str, dict[str, Any]]:
    return {"Réunions": {"E2": premiere, "F2": heure, "G2": jusqu_au}}


@pytest.mark.parametrize(
    ("cellules", "defaut"),
    [
        ({"Réunions": {"D2": "parfois"}}, ("colonne « Fréquence »", "parfois")),
        ({"Réunions": {"E2": "2024-03-12"}}, ("colonne « Heure »", "")),
        (
            {"Réunions": {"E2": "2024-03-16", "F2": "10:00", "G2": "2024-12-31"}},
            ("colonne « Première le »", "2024-03-16"),
        ),
        ({"Réunions": {"E2": "2024-03-12", "F2": "tôt", "G2": "2024-12-31"}}, ("colonne « Heure »", "tôt")),
        ({"Réunions": {"E2": "2024-03-12", "F2": "10:00", "G2": "2024-01-01"}}, ("colonne « Jusqu'au »", "2024-01-01")),
        ({"Lignes": {"H2": "0,333"}}, ("colonne « ETP »", "0,333")),
    ],
)
def test_une_serie_ou_un_etp_qui_ne_va_pas_dit_sa_cellule(
    programme: ProgrammeLu, cellules: dict[str, dict[str, Any]], defaut: tuple[str, str]
) -> None:
    with pytest.raises(ProgrammeIllisible) as refus:
        lire_classeur(_modifie(programme, cellules))
    (feuille,) = cellules
    assert (refus.value.defauts[0].lieu, refus.value.defauts[0].champ, refus.value.defauts[0].valeur) == (
        f"{feuille}, ligne 2", *defaut)  # fmt: skip
