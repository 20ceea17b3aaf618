"""Lignes fausses, à mettre en quarantaine : une quinzaine, comme il s'en trouve dans tout fichier."""

from __future__ import annotations

from collections.abc import Iterator

from .fichiers import ENTETE_ETABLISSEMENT

COLONNE = {nom: rang for rang, nom in enumerate(ENTETE_ETABLISSEMENT)}
ETAT = "etatAdministratifEtablissement"
CREATION = "dateCreationEtablissement"

# Raison, colonnes remplacées. Le SIRET est celui d'un établissement écrit, sauf quand on le remplace.
FAUSSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("cle_de_luhn_fausse", {"siret": "99000000100011", "siren": "990000001", "nic": "00011"}),
    ("cle_de_luhn_fausse", {"siret": "99000000200012", "siren": "990000002", "nic": "00012"}),
    ("siret_trop_court", {"siret": "9900000030001", "siren": "990000003", "nic": "0001"}),
    ("siret_non_numerique", {"siret": "99000000ABCDEF", "siren": "99000000A", "nic": "BCDEF"}),
    ("siren_et_siret_discordants", {"siret": "+0", "siren": "999999998"}),
    ("date_impossible", {CREATION: "2025-02-31", "siret": "+1"}),
    ("date_impossible", {CREATION: "31/12/2024", "siret": "+2"}),
    ("date_impossible", {"dateDebut": "2024-13-01", "siret": "+3"}),
    ("etat_inconnu", {ETAT: "X", "siret": "+4"}),
    ("etat_inconnu", {ETAT: "Z", "siret": "+5"}),
    ("siret_en_double", {"enseigne1Etablissement": "DOUBLE UN"}),
    ("siret_en_double", {ETAT: "F", "dateDebut": "2020-01-01"}),
    ("siret_en_double", {"codeCommuneEtablissement": "21515", "libelleCommuneEtablissement": "QUETIGNY"}),
)


def lignes_fausses(lignes: list[tuple[str, ...]], siret_libres: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Raison et ligne fausse, à partir de lignes bonnes.

    `+n` prend un SIRET libre (clé juste, jamais écrit) : la seule faute est alors celle que dit la raison.
    """
    for rang, (raison, remplacements) in enumerate(FAUSSES):
        ligne = list(lignes[rang % len(lignes)])
        for colonne, valeur in remplacements.items():
            if valeur.startswith("+"):
                libre = siret_libres[int(valeur)]
                ligne[COLONNE["siren"]], ligne[COLONNE["nic"]], valeur = libre[:9], libre[9:], libre
            ligne[COLONNE[colonne]] = valeur
        yield raison, tuple(ligne)
