"""Garder une recherche, déposer une liste de SIRET."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import python_calamine
from django.db import transaction

from tissu.comptes.models import Personne
from tissu.entrepot.lecture.classeurs import ClasseurDemesure, refuser_demesure
from tissu.registre.models import ListeDeSirets, RechercheEnregistree
from tissu.registre.queries.recherche import connus
from tissu.socle.identifiants import siret_valide

OCTETS_MAX = 5 * 1024 * 1024
VALEURS_MAX = 50_000
ILLISIBLES_GARDES = 500


class DepotRefuse(ValueError):
    """Le fichier déposé ne peut pas servir ; le message dit pourquoi et quoi faire."""


class NomDejaPris(ValueError):
    """La personne a déjà une recherche de ce nom."""


@transaction.atomic
def enregistrer_recherche(
    *, nom: str, adresse: str, partagee: bool, auteur: Personne, au: datetime
) -> RechercheEnregistree:
    """Garde une demande sous un nom. Lève `NomDejaPris`."""
    if RechercheEnregistree.objects.filter(auteur=auteur, nom=nom).exists():
        raise NomDejaPris(f"Vous avez déjà une recherche nommée « {nom} ». Choisissez un autre nom.")
    return RechercheEnregistree.objects.create(
        nom=nom, adresse=adresse, partagee=partagee, auteur=auteur, organisation=auteur.organisation, cree_le=au
    )


def supprimer_recherche(*, recherche: RechercheEnregistree) -> None:
    """Efface une recherche gardée ; les établissements n'en sont pas touchés."""
    recherche.delete()


def deposer_liste(*, nom: str, fichier: BinaryIO, auteur: Personne, au: datetime) -> ListeDeSirets:
    """Lit les SIRET d'un fichier CSV, texte ou XLSX et les rapproche du registre.

    La colonne « siret » est retenue si l'en-tête la nomme ; sinon toute cellule qui ressemble à un SIRET.
    Lève `DepotRefuse`.
    """
    contenu = fichier.read(OCTETS_MAX + 1)
    if len(contenu) > OCTETS_MAX:
        raise DepotRefuse("Le fichier dépasse 5 Mo. Gardez la seule colonne des SIRET et déposez-le de nouveau.")
    tableau = list(_classeur(contenu) if contenu[:4] == b"PK\x03\x04" else _texte(contenu))
    valeurs, illisibles = _sirets(tableau)
    if not valeurs:
        raise DepotRefuse(
            "Aucun SIRET dans ce fichier. Un SIRET a 14 chiffres ; vérifiez que le tableur ne l'a pas arrondi."
        )
    presents = connus(valeurs)
    return ListeDeSirets.objects.create(
        nom=nom[:200],
        auteur=auteur,
        sirets=[siret for siret in valeurs if siret in presents],
        absents=[siret for siret in valeurs if siret not in presents],
        illisibles=illisibles[:ILLISIBLES_GARDES],
        deposee_le=au,
    )


def _texte(contenu: bytes) -> Iterator[list[str]]:
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = contenu.decode("cp1252", errors="replace")
    if "\0" in texte:
        raise DepotRefuse("Ce fichier n'est ni un texte ni un classeur XLSX. Enregistrez-le en CSV ou en XLSX.")
    entete = texte.partition("\n")[0]
    return csv.reader(io.StringIO(texte), delimiter=max("\t;,", key=entete.count))


def _classeur(contenu: bytes) -> Iterator[list[str]]:
    try:
        refuser_demesure(io.BytesIO(contenu))
    except ClasseurDemesure as refus:
        raise DepotRefuse(f"Fichier refusé : {refus}") from refus
    try:
        feuille = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(contenu)).get_sheet_by_index(0)
    except python_calamine.CalamineError as erreur:
        raise DepotRefuse("Ce classeur ne s'ouvre pas. Enregistrez-le de nouveau en XLSX, ou en CSV.") from erreur
    for ligne in feuille.to_python(skip_empty_area=True):
        yield [_en_texte(cellule) for cellule in ligne]


def _en_texte(cellule: object) -> str:
    """Un tableur rend un SIRET tapé en nombre comme un flottant : 14 chiffres y tiennent sans perte."""
    if isinstance(cellule, float) and cellule.is_integer():
        return f"{cellule:.0f}"
    return str(cellule)


def _sirets(tableau: list[list[str]]) -> tuple[list[str], list[str]]:
    """Les SIRET valides, dans l'ordre et sans doublon, et les valeurs qui n'en sont pas."""
    tableau = [ligne for ligne in tableau if any(cellule.strip() for cellule in ligne)]
    colonne = _colonne_siret(tableau)
    if colonne is not None:
        cellules = [ligne[colonne] for ligne in tableau[1:] if len(ligne) > colonne]
    else:
        cellules = [cellule for ligne in tableau for cellule in ligne if sum(c.isdigit() for c in cellule) >= 9]
    valides: dict[str, None] = {}
    illisibles = []
    for cellule in cellules[:VALEURS_MAX]:
        chiffres = "".join(c for c in cellule if c.isalnum())
        # Un tableur mange les zéros de tête.
        chiffres = chiffres.zfill(14) if chiffres.isdecimal() and len(chiffres) >= 12 else chiffres
        if siret_valide(chiffres):
            valides[chiffres] = None
        elif cellule.strip():
            illisibles.append(cellule.strip()[:60])
    return list(valides), illisibles


def _colonne_siret(tableau: list[list[str]]) -> int | None:
    if not tableau:
        return None
    noms = [cellule.strip().lower() for cellule in tableau[0]]
    return next((rang for rang, nom in enumerate(noms) if nom.startswith(("siret", "n° siret", "numéro siret"))), None)
