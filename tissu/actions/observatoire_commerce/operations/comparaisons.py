"""Recevoir les chiffres d'autres villes, reprendre ce qui en est refusé, dire ce qui se compare et à quelles villes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tissu.actions.observatoire_commerce import permissions
from tissu.actions.observatoire_commerce.choices import EtatLigne
from tissu.actions.observatoire_commerce.models import (
    CriteresDeComparaison,
    ImportDeVilles,
    LigneEnQuarantaine,
    ValeurComparee,
    VilleComparee,
)
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.rules.fichier_villes import (
    Defaut,
    LigneLue,
    colonnes_manquantes,
    est_un_exemple,
    lire_ligne,
    nommer,
)
from tissu.locaux.choices import VerdictComparabilite
from tissu.registre.sources.consulaire import FichierConsulaireRefuse, lire_tableau
from tissu.socle.formats import date_longue

LIGNES_MAX = 2_000
NOMS = {champ.name: champ.verbose_name for champ in VilleComparee._meta.fields}


class LigneFautive(Exception):
    """Une ligne corrigée l'est encore mal ; tous ses défauts sont donnés."""

    def __init__(self, defauts: list[Defaut]) -> None:
        super().__init__(" ".join(f"{defaut.champ} : {defaut.remede}" for defaut in defauts))
        self.defauts = defauts


@dataclass
class Bilan:
    """Ce qu'un fichier a changé : ses comptes sont dans `importation`, `avis` dit ce qu'une ville avait d'autre."""

    importation: ImportDeVilles
    avis: list[str] = field(default_factory=list)


def importer_villes(*, chemin: Path, nom: str, auteur: Any, au: datetime) -> Bilan:
    """Entre les lignes justes d'un CSV ou d'un classeur, met les autres en quarantaine. Lève `GesteRefuse`."""
    _exiger(auteur)
    empreinte = hashlib.sha256(chemin.read_bytes()).hexdigest()
    deja = ImportDeVilles.objects.filter(sha256=empreinte).order_by("-depose_le").first()
    if deja is not None:
        raise GesteRefuse(
            f"Ce fichier a déjà été importé le {date_longue(deja.depose_le)} : corrigez sa quarantaine, ou déposez-en "
            "une nouvelle version."
        )
    lignes = _lire(chemin, nom)
    with transaction.atomic():
        bilan = Bilan(
            ImportDeVilles.objects.create(
                nom=nom[:255], sha256=empreinte, lignes=len(lignes), ajoutees=0, modifiees=0, inchangees=0,
                depose_le=au, auteur=auteur,
            )
        )  # fmt: skip
        vues: dict[tuple[str, ...], int] = {}
        for numero, brute in lignes:
            lue, defauts = lire_ligne(brute, annee_max=au.year)
            if lue is not None:
                defauts = _repetee(lue, numero, vues)
            if lue is None or defauts:
                _mettre_de_cote(bilan.importation, numero, brute, defauts)
            else:
                _compter(bilan.importation, _entrer(lue, bilan))
        bilan.importation.save()
    return bilan


def _lire(chemin: Path, nom: str) -> list[tuple[int, dict[str, str]]]:
    try:
        tableau = lire_tableau(chemin, nom=nom)
    except FichierConsulaireRefuse as refus:
        raise GesteRefuse(str(refus)) from refus
    if manquantes := colonnes_manquantes(tableau.entetes):
        raise GesteRefuse(f"« {nom} » n'a pas de colonne {', '.join(manquantes)} : repartez du modèle.")
    brutes = [
        (numero, nommer(tableau.entetes, cellules))
        for numero, cellules in zip(tableau.rangs, tableau.lignes, strict=True)
    ]
    gardees = [(numero, brute) for numero, brute in brutes if not est_un_exemple(brute)]
    if not gardees:
        raise GesteRefuse(f"« {nom} » ne contient que l'exemple du modèle : remplissez vos lignes en dessous.")
    if len(gardees) > LIGNES_MAX:
        raise GesteRefuse(f"« {nom} » dépasse {LIGNES_MAX} lignes : découpez-le.")
    return gardees


def _repetee(lue: LigneLue, numero: int, vues: dict[tuple[str, ...], int]) -> list[Defaut]:
    """Deux lignes d'un même fichier ne peuvent pas donner la même valeur de la même ville."""
    cle = (
        lue.ville["nom"].casefold(), lue.ville["perimetre"], lue.valeur["indicateur"], str(lue.valeur["annee"])
    )  # fmt: skip
    premiere = vues.setdefault(cle, numero)
    if premiere == numero:
        return []
    remede = f"la ligne {premiere} donne déjà cette valeur, pour cette ville et cette année : gardez-en une."
    return [Defaut("indicateur", lue.valeur["indicateur"], remede)]


def _mettre_de_cote(importation: ImportDeVilles, numero: int, brute: Mapping[str, str], defauts: list[Defaut]) -> None:
    LigneEnQuarantaine.objects.create(
        importation=importation, ligne=numero, brute=dict(brute), defauts=[vars(defaut) for defaut in defauts]
    )


def _compter(importation: ImportDeVilles, sort: str) -> None:
    setattr(importation, sort, getattr(importation, sort) + 1)


def _entrer(lue: LigneLue, bilan: Bilan) -> str:
    """Écrit la ville puis sa valeur ; rend le nom du compte où la ranger."""
    ville = _ville(lue.ville, bilan)
    champs = {cle: valeur for cle, valeur in lue.valeur.items() if cle not in {"indicateur", "annee"}}
    existante = ville.valeurs.filter(indicateur=lue.valeur["indicateur"], annee=lue.valeur["annee"]).first()
    if existante is None:
        ValeurComparee.objects.create(ville=ville, **lue.valeur, importation=bilan.importation)
        return "ajoutees"
    if all(getattr(existante, cle) == valeur for cle, valeur in champs.items()):
        return "inchangees"
    for cle, valeur in champs.items():
        setattr(existante, cle, valeur)
    existante.importation = bilan.importation
    existante.save()
    return "modifiees"


def _ville(dite: Mapping[str, Any], bilan: Bilan) -> VilleComparee:
    """La ville de ce nom et de ce périmètre ; une case vide n'efface rien, et ce qui change se dit."""
    remplis = {cle: valeur for cle, valeur in dite.items() if valeur not in (None, "")}
    ville = VilleComparee.objects.filter(nom__iexact=dite["nom"], perimetre=dite["perimetre"]).first()
    if ville is None:
        return VilleComparee.objects.create(**remplis)
    changes = {cle: valeur for cle, valeur in remplis.items() if cle != "nom" and getattr(ville, cle) not in (valeur,)}
    for cle, valeur in changes.items():
        avant = getattr(ville, cle)
        if avant not in (None, ""):
            nom = NOMS[cle]
            bilan.avis.append(f"{ville} ({ville.get_perimetre_display().lower()}), {nom} : {avant} devient {valeur}.")
        setattr(ville, cle, valeur)
    if changes:
        ville.save()
    return ville


# --- La quarantaine ---


def reprendre_ligne(*, ligne: LigneEnQuarantaine, brute: Mapping[str, str], auteur: Any, au: datetime) -> Bilan:
    """Entre une ligne corrigée. Lève `LigneFautive` si elle l'est encore mal, `GesteRefuse` si elle n'attend plus."""
    _exiger(auteur)
    with transaction.atomic():
        actuelle = _en_attente(ligne)
        lue, defauts = lire_ligne(brute, annee_max=au.year)
        if lue is None:
            raise LigneFautive(defauts)
        bilan = Bilan(actuelle.importation)
        _compter(bilan.importation, _entrer(lue, bilan))
        bilan.importation.save()
        actuelle.brute, actuelle.defauts = dict(brute), []
        _clore(actuelle, EtatLigne.REPRISE, auteur, au)
    return bilan


def ecarter_ligne(*, ligne: LigneEnQuarantaine, auteur: Any, au: datetime) -> None:
    """Laisse la ligne dehors ; elle reste lisible. Lève `GesteRefuse`."""
    _exiger(auteur)
    with transaction.atomic():
        _clore(_en_attente(ligne), EtatLigne.ECARTEE, auteur, au)


def _en_attente(ligne: LigneEnQuarantaine) -> LigneEnQuarantaine:
    actuelle = LigneEnQuarantaine.objects.select_for_update(of=("self",)).select_related("importation").get(pk=ligne.pk)
    if actuelle.etat != EtatLigne.A_CORRIGER:
        raise GesteRefuse(f"Cette ligne est déjà « {actuelle.get_etat_display().lower()} ».")
    return actuelle


def _clore(ligne: LigneEnQuarantaine, etat: str, auteur: Any, au: datetime) -> None:
    ligne.etat, ligne.decide_par, ligne.decide_le = etat, auteur, au
    ligne.save()


# --- Ce qui se compare, et à qui ---


def juger_valeur(*, valeur: ValeurComparee, comparable: str, motif: str, auteur: Any) -> None:
    """Dit si une valeur se compare à la nôtre. Lève `GesteRefuse` sans motif, sauf pour un oui."""
    _exiger(auteur)
    if comparable not in VerdictComparabilite.values:
        raise GesteRefuse("Dites si la valeur se compare : oui, en partie ou non.")
    if comparable != VerdictComparabilite.OUI and not motif.strip():
        raise GesteRefuse("Dites pourquoi cette valeur ne se compare pas, ou pas tout à fait.")
    valeur.comparable, valeur.motif = comparable, motif.strip()
    valeur.save(update_fields=["comparable", "motif"])


def regler_criteres(*, criteres: CriteresDeComparaison, auteur: Any, au: datetime) -> None:
    """Garde les critères d'un type de périmètre. Lève `GesteRefuse` sans raison ou si une borne croise l'autre."""
    _exiger(auteur)
    if not criteres.raison.strip():
        raise GesteRefuse("Dites pourquoi ces critères : ils sont montrés avec chaque comparaison.")
    for mini, maxi, nom in (
        (criteres.population_min, criteres.population_max, "habitants"),
        (criteres.revenu_min_eur, criteres.revenu_max_eur, "revenu médian"),
        (criteres.tourisme_min, criteres.tourisme_max, "nuitées"),
    ):
        if mini is not None and maxi is not None and mini > maxi:
            raise GesteRefuse(f"Critère « {nom} » : le minimum dépasse le maximum, aucune ville n'y répondrait.")
    criteres.modifies_par, criteres.modifies_le = auteur, au
    criteres.save()


def _exiger(auteur: Any) -> None:
    if not permissions.peut_ecrire_comparaisons(auteur):
        raise GesteRefuse("Les comparaisons se tiennent par un chargé de mission de la chambre ou de la métropole.")
