"""Ce qu'un document figé dit encore aujourd'hui : qui s'est opposé depuis à la diffusion de son identité s'y tait.

Le document ne change pas : il est relu. Ses lignes restent, comptées ; leur nom et leur lieu ne se lisent plus.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.publications.contenu import Document, Tableau, avec_tableaux
from tissu.registre.rules import COLONNES_DE_DIFFUSION, LIBELLE_NON_DIFFUSIBLE, est_diffusible
from tissu.socle.formats import pluriel

# La colonne qui désigne une entreprise (SIRET, ou SIREN d'une unité légale), et ce qui en est protégé.
DESIGNATIONS = ("siret", "identifiant")
NOMS = ("nom_affiche", "nom")
LIEUX = ("adresse", "zones")
LONGUEUR_DU_SIREN = 9


def taire(document: Document) -> Document:
    """Le document sans les noms ni les adresses que la diffusion partielle protège maintenant."""
    proteges = _proteges({_designe(ligne) for tableau in document.tableaux() for ligne in tableau.lignes})
    return avec_tableaux(document, lambda tableau: _taire(tableau, proteges)) if proteges else document


def _designe(ligne: Mapping[str, Any]) -> str:
    return next((str(ligne[cle]) for cle in DESIGNATIONS if ligne.get(cle)), "")


def _proteges(numeros: set[str]) -> dict[str, str]:
    """Parmi ces SIRET et SIREN, ceux qui sont protégés, avec ce qui se lit encore de leur nom."""
    try:
        registre = courant()
    except RegistreAbsent:
        return {}
    sirens = sorted(numero for numero in numeros if len(numero) == LONGUEUR_DU_SIREN)
    sirets = sorted(numero for numero in numeros if len(numero) > LONGUEUR_DU_SIREN)
    lues = [
        *((une["siret"], une) for une in registre.lignes("etablissements", "siret", sirets, (*COLONNES_DE_DIFFUSION,
                                                                                            "nom"))),
        *((une["siren"], une) for une in registre.lignes("unites_legales", "siren", sirens,
                                                         ("siren", "diffusion", "categorie_juridique", "nom"))),
    ]  # fmt: skip
    return {numero: une["nom"] or LIBELLE_NON_DIFFUSIBLE for numero, une in lues if not est_diffusible(une)}


def _taire(tableau: Tableau, proteges: Mapping[str, str]) -> Tableau:
    lignes = [_ligne_tue(ligne, proteges.get(_designe(ligne))) for ligne in tableau.lignes]
    tues = sum(apres != avant for apres, avant in zip(lignes, tableau.lignes, strict=True))
    if not tues:
        return tableau
    note = f"Depuis la parution, {pluriel(tues, 'ligne')} en diffusion partielle : leur identité ne se lit plus."
    return replace(tableau, lignes=lignes, note=f"{tableau.note} {note}".strip())


def _ligne_tue(ligne: dict[str, Any], lisible: str | None) -> dict[str, Any]:
    if lisible is None:
        return ligne
    tus = {cle: lisible for cle in NOMS if cle in ligne} | {cle: None for cle in LIEUX if ligne.get(cle)}
    return ligne | tus
