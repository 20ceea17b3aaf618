"""Deux versions d'une fiche se comparent en mots : libellés, montants et dates comme on les écrit."""

from typing import Any

import pytest

from tissu.programme.rules.versions import Difference, differences

LIGNE = {"id": 1, "libelle": "Entretiens", "nature": "jours", "jours": "12", "montant_eur": "8400", "etp": None}
AVANT: dict[str, Any] = {
    "titre": "Une fiche", "etat": "preparation", "calendrier_fin": "2024-06-30", "total_declare_eur": None,
    "maitres_ouvrage": [], "sections": {"objectifs": "Douze."}, "lignes": [LIGNE],
    "taux": [{"id": 1, "ligne": None, "debut": "2024-01-01", "fin": None, "montant_eur": "700"}],
    "contributions": [{"id": 1, "financeur": "Région", "etat": "prevue", "taux": "0.5", "montant_eur": "1400.5"}],
    "criteres": [{"id": 1, "libelle": "Clubs réunis", "cible": "8", "sens": "hausse", "reference_au": None}],
}  # fmt: skip
INSECABLE = "\u00a0"


@pytest.mark.parametrize(
    ("change", "attendue"),
    [
        ({"etat": "signee"}, ("Identité", "État", "En préparation", "Signée")),
        ({"calendrier_fin": "2024-12-31"}, ("Identité", "Fin du calendrier", "30 juin 2024", "31 décembre 2024")),
        ({"total_declare_eur": "11900"}, ("Identité", "Total écrit", "non écrit", "11 900 €")),
        ({"maitres_ouvrage": ["CCI", "Métropole"]}, ("Identité", "Maîtrise d'ouvrage", "non écrit", "CCI, Métropole")),
        ({"sections": {"objectifs": "Quinze."}}, ("Rubrique", "Objectifs", "Douze.", "Quinze.")),
        ({"lignes": [LIGNE | {"jours": "12.5"}]}, ("Ligne « Entretiens »", "jours", "12", "12,50")),
        ({"lignes": [LIGNE | {"nature": "debours"}]}, ("Ligne « Entretiens »", "nature", "Jours", "Débours")),
        ({"lignes": [LIGNE | {"etp": "0.25"}]}, ("Ligne « Entretiens »", "part d'ETP", "non écrit", "0,25")),
        ({"lignes": []}, ("Ligne « Entretiens »", "retrait", "8 400 €", "")),
        (
            {"taux": [*AVANT["taux"], {"id": 2, "ligne": None, "debut": "2024-07-01", "montant_eur": "750"}]},
            ("Taux journalier", "ajout", "", "750 € depuis le 1er juillet 2024"),
        ),
        (
            {"contributions": [AVANT["contributions"][0] | {"montant_eur": None}]},
            ("Financement « Région »", "montant", "1 400,50 €", "non écrit"),
        ),
        (
            {"contributions": [AVANT["contributions"][0] | {"etat": "notifiee"}]},
            ("Financement « Région »", "État", "Prévue", "Notifiée"),
        ),
        (
            {"criteres": [AVANT["criteres"][0] | {"cible": "15"}]},
            ("Critère « Clubs réunis »", "cible", "8", "15"),
        ),
    ],
)
def test_une_difference_se_lit(change: dict[str, Any], attendue: tuple[str, str, str, str]) -> None:
    trouvees = differences(AVANT, AVANT | change)
    assert [_simple(une) for une in trouvees] == [attendue]


def _simple(une: Difference) -> tuple[str, ...]:
    textes = (une.objet, une.champ, une.avant, une.apres)
    return tuple(texte.replace(INSECABLE, " ").replace("\u202f", " ") for texte in textes)


def test_la_meme_version_ne_differe_de_rien() -> None:
    assert differences(AVANT, dict(AVANT)) == []
