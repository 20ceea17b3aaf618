"""Un tableau en CSV que le tableur français ouvre bien : UTF-8 avec marque, point-virgule, virgule décimale."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tissu.publications.contenu import Document, Tableau
from tissu.publications.valeurs import pour_tableur


class TableauInconnu(LookupError):
    """Le document n'a pas de tableau sous ce nom."""


def rendre_csv(document: Document, identifiant: str = "") -> bytes:
    """Rend un tableau du document. Lève `TableauInconnu`."""
    tableaux = {tableau.identifiant: tableau for tableau in document.tableaux()}
    if identifiant and identifiant not in tableaux:
        raise TableauInconnu(f"Pas de tableau « {identifiant} » : choisissez parmi {', '.join(tableaux)}.")
    choisi = tableaux[identifiant] if identifiant else list(tableaux.values())[-1]
    return tableau_en_csv(choisi)


def tableau_en_csv(tableau: Tableau) -> bytes:
    """Les colonnes et les lignes, sans les totaux : le fichier est fait pour être recalculé."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow([pour_tableur(colonne.titre) for colonne in tableau.colonnes])
    for ligne in tableau.lignes:
        ecrivain.writerow([pour_tableur(ligne.get(colonne.cle)) for colonne in tableau.colonnes])
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


class _Echo:
    """Un fichier qui rend ce qu'on lui écrit : le CSV part ligne à ligne."""

    def write(self, texte: str) -> str:
        return texte


def csv_en_flux(titres: Sequence[str], lignes: Iterable[Sequence[str]]) -> Iterator[str]:
    """Le même CSV, ligne à ligne, pour un export qui ne tient pas en mémoire. Les cellules sont déjà en texte."""
    ecrivain: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + ecrivain.writerow(titres)
    for ligne in lignes:
        yield ecrivain.writerow(ligne)
