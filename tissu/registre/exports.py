"""L'export d'une sélection : les colonnes, codes et libellés côte à côte, en CSV ou en classeur.

Le CSV s'ouvre droit dans un tableur français (BOM, point-virgule, virgule décimale). Un SIRET y est groupé par des
espaces, qu'un tableur lit comme un texte (nu, il deviendrait 1,23E+13). Dans le classeur, c'est un texte entier.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from tissu.publications.rendus import feuille
from tissu.publications.valeurs import numero_pour_tableur, pour_tableur
from tissu.registre.filtres import ETATS, etat_au
from tissu.registre.nomenclatures import NAF_2025, libelle_categorie_juridique, libelle_naf, libelle_tranche
from tissu.registre.tables import nom_affiche
from tissu.socle.formats import date_longue, nombre

LIGNES_DU_CLASSEUR = 50_000
"""Au-delà, un classeur se compose en plus d'un quart de minute : le CSV, lui, coule sans attendre."""

Ligne = Mapping[str, Any]


@dataclass(frozen=True)
class ColonneExportee:
    """Une colonne de l'export. `description` va dans la légende du classeur."""

    titre: str
    valeur: Callable[[Ligne], Any]
    description: str = ""
    largeur: int = 16


def _champ(nom: str) -> Callable[[Ligne], Any]:
    return lambda ligne: ligne[nom]


def _libelle(champ: str, libelle: Callable[[str], str]) -> Callable[[Ligne], str]:
    """Le libellé du code de ce champ, seulement s'il y en a un."""
    return lambda ligne: libelle(ligne[champ]) if ligne[champ] else ""


def _activite_de_la_ligne(ligne: Ligne) -> str:
    return libelle_naf(ligne["naf"], ligne["naf_nomenclature"]) if ligne["naf"] else ""


def colonnes(au: date, *, avec_contacts: bool = False) -> list[ColonneExportee]:
    """Les colonnes de l'export, les contacts en dernier pour qui peut les lire."""
    return [*_identite(au), *_activite(), *_effectifs(), *_lieu(), *(CONTACTS if avec_contacts else ())]


def _identite(au: date) -> list[ColonneExportee]:
    return [
        ColonneExportee("SIRET", _champ("siret"), largeur=18),
        ColonneExportee("SIREN", _champ("siren"), largeur=12),
        ColonneExportee("Nom", nom_affiche, "« Non diffusible » : la personne a demandé à l'Insee le masquage.", 40),
        ColonneExportee("Enseigne", _champ("enseigne"), largeur=30),
        ColonneExportee("Siège", _champ("siege"), "oui : siège de son unité légale", 8),
        ColonneExportee("État", lambda e: ETATS.get(etat_au(e, au), "Inconnu"), f"au {date_longue(au)}", 16),
        ColonneExportee("Création", _champ("date_creation"), "Création de l'établissement"),
        ColonneExportee("Fermeture", _champ("date_fermeture"), "Première période fermée ; peut être à venir"),
        ColonneExportee("Réouverture", _champ("date_reactivation"), "Dernière réouverture après plus d'un an"),
        ColonneExportee("Diffusion", _champ("diffusion"), "O : diffusible ; P : diffusion partielle", 10),
        ColonneExportee("Forme juridique (code)", _champ("categorie_juridique"), largeur=12),
        ColonneExportee(
            "Forme juridique", _libelle("categorie_juridique", libelle_categorie_juridique), largeur=36
        ),
        ColonneExportee("Catégorie d'entreprise", _champ("categorie_entreprise"), "PME, ETI ou GE", 12),
    ]  # fmt: skip


def _activite() -> list[ColonneExportee]:
    return [
        ColonneExportee("Activité (code)", _champ("naf"), largeur=10),
        ColonneExportee(
            "Activité", _activite_de_la_ligne, "Libellé de la nomenclature dite dans la colonne suivante", 44
        ),
        ColonneExportee("Nomenclature", _champ("naf_nomenclature"), "La version du code d'activité", 12),
        ColonneExportee("Activité 2025 (code)", _champ("naf25"), largeur=10),
        ColonneExportee("Activité 2025", _libelle("naf25", lambda code: libelle_naf(code, NAF_2025)), largeur=44),
        ColonneExportee("Section (code)", _champ("section"), "Section de la NAF rév. 2", 8),
        ColonneExportee("Section", _libelle("section", libelle_naf), largeur=36),
    ]  # fmt: skip


def _effectifs() -> list[ColonneExportee]:
    return [
        ColonneExportee("Tranche d'effectif (code)", _champ("tranche_effectif"), "Code de l'Insee", 10),
        ColonneExportee("Tranche d'effectif", _libelle("tranche_effectif", libelle_tranche), "Salariés", 24),
        ColonneExportee("Année de la tranche", _champ("annee_effectif"), "31 décembre de cette année", 10),
        ColonneExportee("Effectif CCI", _champ("effectif_cci"), "Salariés, fichier consulaire", 10),
        ColonneExportee("Effectif CCI au", _champ("effectif_cci_date"), "Date de cet effectif"),
    ]  # fmt: skip


def _lieu() -> list[ColonneExportee]:
    return [
        ColonneExportee("Adresse", _champ("adresse"), "Vide en diffusion partielle", 40),
        ColonneExportee("Code postal", _champ("code_postal"), "Vide en diffusion partielle", 10),
        ColonneExportee("Commune (code)", _champ("code_commune"), "Code officiel géographique", 10),
        ColonneExportee("Commune", _champ("commune"), largeur=24),
        ColonneExportee("Mis à jour par l'Insee le", _champ("date_dernier_traitement")),
        ColonneExportee("Champs corrigés", lambda e: ", ".join(e["corrections"] or ()), "Corrections locales", 24),
    ]


CONTACTS = tuple(
    ColonneExportee(titre, _champ(cle), "Fichier consulaire ; consultation journalisée", 26)
    for titre, cle in (
        ("Dirigeant", "dirigeant"), ("Fonction", "fonction"), ("Téléphone", "telephone"),
        ("Courriel", "courriel"), ("Site", "site"),
    )
)  # fmt: skip


def csv_en_flux(lignes: Iterable[Ligne], cols: Sequence[ColonneExportee]) -> Iterator[str]:
    """Le CSV, morceau par morceau. Aucun texte ne peut y être lu comme une formule."""
    cellules = ([_cellule_csv(colonne, ligne) for colonne in cols] for ligne in lignes)
    return feuille.csv_en_flux([colonne.titre for colonne in cols], cellules)


def _cellule_csv(colonne: ColonneExportee, ligne: Ligne) -> str:
    valeur = colonne.valeur(ligne)
    if colonne.titre in {"SIRET", "SIREN"}:
        return numero_pour_tableur(valeur)
    return pour_tableur(valeur)


@dataclass(frozen=True)
class Legende:
    """Ce que dit la première feuille : de quoi la sélection est faite."""

    titre: str
    territoire: str
    filtres: Sequence[tuple[str, str]]
    total: int
    exporte_le: date
    source_au: date


def ecrire_classeur(chemin: Path, lignes: Iterable[Ligne], cols: Sequence[ColonneExportee], legende: Legende) -> None:
    """Écrit le classeur : les établissements, puis la légende. La mémoire reste celle d'une ligne."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(chemin), options) as classeur:
        gras = classeur.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille = classeur.add_worksheet("Établissements")
        feuille.freeze_panes(1, 3)
        for rang, colonne in enumerate(cols):
            feuille.set_column(rang, rang, colonne.largeur)
            feuille.write_string(0, rang, colonne.titre, gras)
        feuille.autofilter(0, 0, max(legende.total, 1), len(cols) - 1)
        for numero, ligne in enumerate(lignes, start=1):
            for rang, colonne in enumerate(cols):
                _ecrire_cellule(feuille, numero, rang, colonne.valeur(ligne), jour)
        _feuille_de_legende(classeur, cols, legende)


def _ecrire_cellule(feuille: Any, numero: int, rang: int, valeur: Any, jour: Any) -> None:
    if valeur is None or valeur == "":
        return
    if isinstance(valeur, bool):
        feuille.write_string(numero, rang, "oui" if valeur else "non")
    elif isinstance(valeur, int | float):
        feuille.write_number(numero, rang, valeur)
    elif isinstance(valeur, date):
        feuille.write_datetime(numero, rang, valeur, jour)
    else:
        feuille.write_string(numero, rang, str(valeur))


def _feuille_de_legende(classeur: Any, cols: Sequence[ColonneExportee], legende: Legende) -> None:
    feuille = classeur.add_worksheet("Légende")
    gras = classeur.add_format({"bold": True, "valign": "top"})
    texte = classeur.add_format({"text_wrap": True, "valign": "top"})
    feuille.set_column(0, 0, 30)
    feuille.set_column(1, 1, 90)
    lignes = [
        ("Sélection", legende.titre),
        ("Territoire", legende.territoire),
        ("Établissements", nombre(legende.total)),
        ("Exporté le", date_longue(legende.exporte_le)),
        ("Source", f"Insee, Sirene au {date_longue(legende.source_au)} ; corrections locales et fichier consulaire"),
        *(legende.filtres or [("Filtres", "aucun")]),
        ("", ""),
        *((colonne.titre, colonne.description) for colonne in cols if colonne.description),
    ]
    for numero, (cle, valeur) in enumerate(lignes):
        feuille.write_string(numero, 0, cle, gras)
        feuille.write_string(numero, 1, valeur, texte)
