"""Les colonnes de la liste des établissements : leur titre, leur tri, et ce que chaque cellule montre."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from tissu.registre.filtres import etat_au
from tissu.registre.nomenclatures import libelle_categorie_juridique, libelle_naf, libelle_tranche
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE, champs_masques
from tissu.socle.formats import date_courte, nombre, siret_lisible

Ligne = Mapping[str, Any]

SORTES_D_ETAT = {
    "ouvert": ("Ouvert", "succes"),
    "reactive": ("Rouvert", "succes"),
    "fermeture_prevue": ("Fermeture prévue", "attention"),
    "ferme": ("Fermé", "neutre"),
    "": ("État inconnu", "neutre"),
}


@dataclass(frozen=True)
class Cellule:
    """Ce qu'une case montre : un texte, une note dessous, un lien, une sorte d'état, ou le secret."""

    texte: str = ""
    note: str = ""
    url: str = ""
    etat: str = ""
    secret: bool = False
    complement: str = ""


@dataclass(frozen=True)
class ColonneDeListe:
    """Une colonne que la personne peut choisir. `tri` : clé de `queries.recherche.TRIS`."""

    cle: str
    titre: str
    cellule: Callable[[Ligne, date], Cellule]
    tri: str = ""
    classe: str = ""


def nom_affiche(ligne: Ligne) -> str:
    """Le nom à l'écran, jamais vide."""
    if ligne["nom"]:
        return str(ligne["nom"])
    return LIBELLE_NON_DIFFUSIBLE if champs_masques(ligne) & {"nom"} else "Sans nom dans Sirene"


def _nom(ligne: Ligne, au: date) -> Cellule:
    autre = next((ligne[c] for c in ("enseigne", "denomination_usuelle") if ligne[c] and ligne[c] != ligne["nom"]), "")
    return Cellule(
        texte=nom_affiche(ligne),
        url=reverse("registre:etablissement", args=[ligne["siret"]]),
        note=siret_lisible(ligne["siret"]),
        complement=str(autre),
    )


def _activite(ligne: Ligne, au: date) -> Cellule:
    if not ligne["naf"]:
        return Cellule("Activité inconnue")
    return Cellule(libelle_naf(ligne["naf"], ligne["naf_nomenclature"]), note=str(ligne["naf"]))


def _effectif(ligne: Ligne, au: date) -> Cellule:
    if ligne["effectif_cci"] is not None:
        quand = ligne["effectif_cci_date"]
        return Cellule(nombre(ligne["effectif_cci"]), note=f"CCI, {date_courte(quand)}" if quand else "CCI")
    annee = ligne["annee_effectif"]
    return Cellule(libelle_tranche(ligne["tranche_effectif"]), note=f"en {annee}" if annee else "")


def _adresse(ligne: Ligne, au: date) -> Cellule:
    if "adresse" in champs_masques(ligne):
        return Cellule(secret=True)
    return Cellule(ligne["adresse"] or "")


def _etat(ligne: Ligne, au: date) -> Cellule:
    mot, sorte = SORTES_D_ETAT[etat_au(ligne, au)]
    fermeture = ligne["date_fermeture"]
    return Cellule(mot, etat=sorte, note=f"le {date_courte(fermeture)}" if fermeture else "")


COLONNES: dict[str, ColonneDeListe] = {
    colonne.cle: colonne
    for colonne in (
        ColonneDeListe("nom", "Établissement", _nom, tri="nom", classe="tableau__tete"),
        ColonneDeListe("activite", "Activité", _activite, tri="activite"),
        ColonneDeListe("effectif", "Effectif", _effectif, tri="effectif"),
        ColonneDeListe("commune", "Commune", lambda e, au: Cellule(e["commune"] or ""), tri="commune"),
        ColonneDeListe("adresse", "Adresse", _adresse),
        ColonneDeListe("etat", "État", _etat, tri="fermeture"),
        ColonneDeListe(
            "creation", "Création", lambda e, au: Cellule(date_courte(e["date_creation"])), tri="creation",
            classe="insecable",
        ),
        ColonneDeListe(
            "forme", "Forme juridique", lambda e, au: Cellule(libelle_categorie_juridique(e["categorie_juridique"]))
        ),
        ColonneDeListe("siege", "Siège", lambda e, au: Cellule("Siège" if e["siege"] else "Secondaire")),
    )
}  # fmt: skip
COLONNES_PAR_DEFAUT = ("nom", "activite", "effectif", "commune", "etat", "creation")


def choisir(demandees: Iterable[str]) -> list[ColonneDeListe]:
    """Les colonnes à montrer : l'établissement toujours, puis celles qui existent, dans l'ordre du catalogue."""
    retenues = {"nom", *demandees}
    return [colonne for cle, colonne in COLONNES.items() if cle in retenues]


def lignes_affichees(
    lignes: Iterable[Ligne], colonnes: list[ColonneDeListe], au: date
) -> list[list[tuple[ColonneDeListe, Cellule]]]:
    """Chaque établissement en cellules, dans l'ordre des colonnes."""
    return [[(colonne, colonne.cellule(ligne, au)) for colonne in colonnes] for ligne in lignes]
