"""Recevoir la liste des adhérents : la lire, la montrer, l'appliquer d'un coup, trancher ses doublons."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import DecisionDeLigne, EtatAdherent, EtatImportAdherents, SortDeLigne
from tissu.actions.alerte_commerce.models import (
    Adherent,
    CorrespondanceAdherents,
    ImportAdherents,
    LigneImport,
)
from tissu.actions.alerte_commerce.operations.entrees import Entree, entrer, mettre_a_jour
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger
from tissu.actions.alerte_commerce.queries.imports import Connus, activites_connues, communes_connues
from tissu.actions.alerte_commerce.rules.fichier import CHAMPS, Defaut, colonnes_manquantes, lire_ligne, proposer
from tissu.registre.operations.depots import Depot, retrouver
from tissu.registre.sources.consulaire import FichierConsulaireRefuse, Tableau, lire_tableau

RAYON = "adherents"
LIGNES_MAX = 20_000


def _exiger(auteur: Any) -> None:
    """Sans auteur, c'est la ligne de commande, sur la machine."""
    if auteur is not None:
        exiger(auteur)


@transaction.atomic
def deposer(
    *, depot: Depot, en_service: bool, auteur: Any, au: datetime, colonnes: Mapping[str, str] | None = None
) -> ImportAdherents:
    """Lit un fichier et dit ce qu'il donnerait, sans rien changer aux adhérents. Lève `GesteRefuse`."""
    _exiger(auteur)
    tableau = _tableau(depot.reference, depot.nom)
    retenues = dict(colonnes) if colonnes is not None else _colonnes(tableau.entetes)
    cree = ImportAdherents.objects.create(
        nom=depot.nom[:255], sha256=depot.sha256, reference=depot.reference, colonnes=retenues, en_service=en_service,
        depose_le=au, auteur=auteur,
    )  # fmt: skip
    if not colonnes_manquantes(retenues, tableau.entetes):
        _analyser(cree, tableau, au)
    return cree


def ouvrir(importation: ImportAdherents) -> Tableau:
    """Le fichier déposé. Lève `GesteRefuse` s'il ne se lit plus."""
    return _tableau(importation.reference, importation.nom)


def _tableau(reference: str, nom: str) -> Tableau:
    try:
        tableau = lire_tableau(retrouver(reference, rayon=RAYON), nom=nom)
    except (FichierConsulaireRefuse, LookupError) as refus:
        raise GesteRefuse(str(refus)) from refus
    if len(tableau.lignes) > LIGNES_MAX:
        raise GesteRefuse(f"« {nom} » dépasse {LIGNES_MAX} lignes : découpez-le.")
    return tableau


def _colonnes(entetes: Iterable[str]) -> dict[str, str]:
    """Celles d'une correspondance gardée dont toutes les colonnes sont là, sinon devinées."""
    presentes = set(entetes)
    gardees = sorted(CorrespondanceAdherents.objects.all(), key=lambda une: (-len(une.colonnes), une.nom))
    trouvee = next((une for une in gardees if une.colonnes and set(une.colonnes.values()) <= presentes), None)
    return dict(trouvee.colonnes) if trouvee else proposer(presentes)


@transaction.atomic
def regler(*, importation: ImportAdherents, colonnes: Mapping[str, str], nom: str, auteur: Any, au: datetime) -> None:
    """Dit quelle colonne porte quoi, relit, et garde la correspondance sous ce nom. Lève `GesteRefuse`."""
    _exiger(auteur)
    actuel = _a_verifier(importation)
    tableau = ouvrir(actuel)
    manquent = colonnes_manquantes(colonnes, tableau.entetes)
    if manquent:
        raise GesteRefuse(f"Il manque : {', '.join(manquent)}.")
    actuel.colonnes = dict(colonnes)
    actuel.save(update_fields=["colonnes"])
    if nom.strip():
        CorrespondanceAdherents.objects.update_or_create(
            nom=nom.strip()[:100], defaults={"colonnes": dict(colonnes)}
        )  # fmt: skip
    _analyser(actuel, tableau, au)


def _a_verifier(importation: ImportAdherents) -> ImportAdherents:
    actuel = ImportAdherents.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    if actuel.etat != EtatImportAdherents.DEPOSE:
        raise GesteRefuse(f"Cet import est « {actuel.get_etat_display().lower()} » : déposez le fichier à nouveau.")
    return actuel


def _analyser(importation: ImportAdherents, tableau: Tableau, au: datetime) -> None:
    """Refait les lignes de l'import, et ce que chacune donnerait aujourd'hui."""
    connus, communes, activites = Connus(), communes_connues(), activites_connues()
    rangs = {champ: tableau.entetes.index(colonne) for champ, colonne in importation.colonnes.items()}
    vues: dict[tuple[str, str], int] = {}
    lignes = []
    for numero, cellules in zip(tableau.rangs, tableau.lignes, strict=True):
        brute = {champ: cellules[rang].strip() if rang < len(cellules) else "" for champ, rang in rangs.items()}
        lue, defauts = lire_ligne(brute, communes=communes, activites=activites, au=timezone.localdate(au))
        defauts += _repetee(lue, numero, vues)
        lignes.append(_ligne(importation, numero, brute, lue, defauts, connus))
    importation.lignes.all().delete()
    LigneImport.objects.bulk_create(lignes, batch_size=500)


def _repetee(lue: Mapping[str, Any], numero: int, vues: dict[tuple[str, str], int]) -> list[Defaut]:
    """Le même mobile pour le même commerce, deux fois dans le fichier."""
    premieres = [vues.setdefault((mobile, lue["nom"].casefold()), numero) for mobile in lue["mobiles"]]
    deja = next((premiere for premiere in premieres if premiere != numero), None)
    return [] if deja is None else [Defaut("mobile", "", f"Ce commerce et ce mobile sont déjà à la ligne {deja}.")]


def _ligne(
    importation: ImportAdherents, numero: int, brute: Mapping[str, str], lue: Mapping[str, Any],
    defauts: list[Defaut], connus: Connus,
) -> LigneImport:  # fmt: skip
    ligne = LigneImport(importation=importation, ligne=numero, brute=dict(brute), lue=dict(lue))
    _juger(ligne, defauts, connus)
    return ligne


def _juger(ligne: LigneImport, defauts: list[Defaut], connus: Connus) -> None:
    ligne.defauts = [defaut.en_json() for defaut in defauts]
    if defauts:
        ligne.sort, ligne.decision = SortDeLigne.REFUSEE, DecisionDeLigne.A_TRANCHER
        return
    sort, adherent, trouves = connus.sort(ligne.lue)
    ligne.sort, ligne.adherent_id = sort, adherent
    ligne.candidats = [
        {"adherent": pk, "raison": raison} if pk > 0 else {"ligne": -pk, "raison": raison} for pk, raison in trouves
    ]
    if sort == SortDeLigne.NOUVELLE:
        connus.ajouter_ligne(ligne.ligne, ligne.lue)
    ligne.decision = DecisionDeLigne.A_TRANCHER if sort == SortDeLigne.DOUBLON else ""


@transaction.atomic
def appliquer(*, importation: ImportAdherents, auteur: Any, au: datetime) -> ImportAdherents:
    """Entre les nouveaux et met à jour les connus, d'un coup ; doublons et refus attendent une personne.

    Interrompu, rien n'a changé. Lève `GesteRefuse`.
    """
    _exiger(auteur)
    actuel = _a_verifier(importation)
    tableau = ouvrir(actuel)
    if colonnes_manquantes(actuel.colonnes, tableau.entetes):
        raise GesteRefuse("Dites d'abord quelle colonne porte le nom, le mobile et la commune.")
    # Depuis le dépôt, d'autres ont pu adhérer ou partir.
    _analyser(actuel, tableau, au)
    lignes = list(actuel.lignes.order_by("ligne"))
    entree = Entree(actuel, auteur, au)
    entrer([ligne for ligne in lignes if ligne.sort == SortDeLigne.NOUVELLE], entree)
    _designer_les_crees(lignes)
    connus = Adherent.objects.in_bulk([ligne.adherent_id for ligne in lignes if ligne.adherent_id])
    for ligne in lignes:
        if ligne.sort == SortDeLigne.MODIFIEE:
            mettre_a_jour(connus[ligne.adherent_id], ligne, entree)
    actuel.absents = _absents(lignes, entree)
    actuel.etat, actuel.applique_le = EtatImportAdherents.APPLIQUE, au
    actuel.save()
    return actuel


def _designer_les_crees(lignes: list[LigneImport]) -> None:
    """Un doublon d'une autre ligne du fichier devient un doublon de l'adhérent qu'elle a créé."""
    crees = {ligne.ligne: ligne.adherent_id for ligne in lignes if ligne.sort == SortDeLigne.NOUVELLE}
    touchees = [ligne for ligne in lignes if any("ligne" in candidat for candidat in ligne.candidats)]
    for ligne in touchees:
        ligne.candidats = [
            {"adherent": crees[un["ligne"]], "raison": un["raison"]} if "ligne" in un else un for un in ligne.candidats
        ]
    LigneImport.objects.bulk_update(touchees, ["candidats"], batch_size=500)


def _absents(lignes: list[LigneImport], entree: Entree) -> list[int]:
    """Les adhérents actifs que le fichier ne nomme pas ; personne ne les retire à leur place."""
    nommes = {ligne.adherent_id for ligne in lignes if ligne.adherent_id}
    nommes |= {candidat["adherent"] for ligne in lignes for candidat in ligne.candidats}
    actifs = Adherent.objects.filter(etat=EtatAdherent.ACTIF).order_by("pk")
    return [pk for pk in actifs.values_list("pk", flat=True) if pk not in nommes]


@transaction.atomic
def abandonner(*, importation: ImportAdherents, auteur: Any) -> None:
    """Laisse un fichier dehors. Lève `GesteRefuse`."""
    _exiger(auteur)
    actuel = _a_verifier(importation)
    actuel.etat = EtatImportAdherents.ABANDONNE
    actuel.save(update_fields=["etat"])
    actuel.lignes.all().delete()


@transaction.atomic
def trancher(*, ligne: LigneImport, decision: str, auteur: Any, au: datetime, adherent: int | None = None) -> None:
    """Décide d'un doublon ou d'un refus : rattacher à un adhérent, créer, ou écarter. Lève `GesteRefuse`."""
    _exiger(auteur)
    actuelle = _en_attente(ligne)
    entree = Entree(actuelle.importation, auteur, au)
    if decision == DecisionDeLigne.RATTACHEE:
        proposes = {candidat.get("adherent") for candidat in actuelle.candidats}
        if adherent not in proposes:
            raise GesteRefuse("Choisissez l'adhérent auquel rattacher cette ligne, parmi ceux qui sont proposés.")
        mettre_a_jour(Adherent.objects.get(pk=adherent or 0), actuelle, entree)
    elif decision == DecisionDeLigne.CREEE:
        if actuelle.sort == SortDeLigne.REFUSEE:
            raise GesteRefuse("Cette ligne est fautive : corrigez-la d'abord.")
        entrer([actuelle], entree)
    elif decision != DecisionDeLigne.ECARTEE:
        raise GesteRefuse("Dites que faire de cette ligne.")
    actuelle.decision, actuelle.decide_par, actuelle.decide_le = DecisionDeLigne(decision), auteur, au
    actuelle.save()


def _en_attente(ligne: LigneImport) -> LigneImport:
    actuelle = LigneImport.objects.select_for_update(of=("self",)).select_related("importation").get(pk=ligne.pk)
    if actuelle.importation.etat != EtatImportAdherents.APPLIQUE:
        raise GesteRefuse("Appliquez d'abord l'import : ses doublons se tranchent ensuite.")
    if actuelle.decision != DecisionDeLigne.A_TRANCHER:
        raise GesteRefuse(f"La ligne {actuelle.ligne} est déjà tranchée.")
    return actuelle


@transaction.atomic
def corriger(*, ligne: LigneImport, brute: Mapping[str, str], auteur: Any, au: datetime) -> LigneImport:
    """Reprend une ligne refusée : elle entre, ou dit ce qui manque encore dans ses `defauts`. Lève `GesteRefuse`."""
    _exiger(auteur)
    actuelle = _en_attente(ligne)
    if actuelle.sort != SortDeLigne.REFUSEE:
        raise GesteRefuse("Seule une ligne refusée se corrige.")
    actuelle.brute = {champ: brute.get(champ, "").strip() for champ in CHAMPS}
    actuelle.lue, defauts = lire_ligne(
        actuelle.brute, communes=communes_connues(), activites=activites_connues(), au=timezone.localdate(au)
    )
    _juger(actuelle, defauts, Connus())
    entree = Entree(actuelle.importation, auteur, au)
    if actuelle.sort == SortDeLigne.NOUVELLE:
        entrer([actuelle], entree)
    elif actuelle.sort == SortDeLigne.MODIFIEE:
        mettre_a_jour(Adherent.objects.get(pk=actuelle.adherent_id or 0), actuelle, entree)
    if not actuelle.decision:
        neuve = actuelle.sort == SortDeLigne.NOUVELLE
        actuelle.decision = DecisionDeLigne.CREEE if neuve else DecisionDeLigne.RATTACHEE
        actuelle.decide_par, actuelle.decide_le = auteur, au
    actuelle.save()
    return actuelle
