"""Dire une carte : ses filtres et sa sélection en phrases, sa légende d'export et de papier."""

from datetime import date

import numpy as np
from django.http import QueryDict

from tissu.cartes import filtres
from tissu.cartes.couches import Couche, Demande
from tissu.cartes.presentation import Presentation
from tissu.publications.choices import ADRESSES_DES_LICENCES
from tissu.socle.formats import date_longue, nombre, pluriel
from tissu.socle.territoire import territoire


def filtres_en_mots(couche: Couche, demande: Demande) -> list[tuple[str, str]]:
    """Les filtres métier posés : (nom du filtre, valeurs dites), dans l'ordre du formulaire."""
    if couche.filtres is None:
        return []
    dits: dict[str, list[str]] = {}
    for puce in filtres.puces(couche.filtres(demande), QueryDict()):
        dits.setdefault(puce["titre"], []).append(puce["valeur"])
    return [(titre, ", ".join(valeurs)) for titre, valeurs in dits.items()]


def restrictions(montree: Presentation) -> list[tuple[str, str]]:
    """Tout ce qui réduit la carte : filtres, sélection dans l'espace, date."""
    dites = filtres_en_mots(montree.couche, montree.demande)
    if montree.selection.active:
        dites.append(("Choisi sur la carte", " ; ".join(montree.selection.en_mots())))
    if montree.demande.au:
        dites.append(("Situation au", date_longue(montree.demande.au)))
    return dites


def legende(montree: Presentation, *, exporte_le: date) -> list[tuple[str, str]]:
    """De quoi un fichier est fait : titre, filtres, source, date, licence. Voyage avec chaque export."""
    couche, jeu = montree.couche, montree.jeu
    sans = jeu.table.num_rows - int(np.count_nonzero(jeu.places))
    lignes = [
        ("Carte", couche.titre),
        ("Territoire", territoire().nom),
        ("Contenu", pluriel(jeu.table.num_rows, *couche.objet)),
    ]
    if sans:
        lignes.append(("Sans position", nombre(sans)))
    return [
        *lignes,
        *(restrictions(montree) or [("Filtres", "aucun")]),
        ("Source", couche.source),
        ("Données au", date_longue(couche.source_au())),
        ("Licence", licence_dite(couche)),
        ("Exporté le", date_longue(exporte_le)),
    ]


def licence_dite(couche: Couche) -> str:
    """La licence et son adresse, ou à qui la demander."""
    if couche.licence is None:
        return "non précisée : ces données ne se rediffusent pas sans l'accord de leur producteur"
    return f"{couche.licence.label} ({ADRESSES_DES_LICENCES[couche.licence]})"
