"""Une comparaison : nos chiffres, ceux des villes semblables, ce qui se compare et où l'on se place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from tissu.actions.observatoire_commerce.choices import EtatLigne, IndicateurCompare, TypePerimetre
from tissu.actions.observatoire_commerce.models import (
    CriteresDeComparaison,
    ImportDeVilles,
    LigneEnQuarantaine,
    ValeurComparee,
    VilleComparee,
)
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.notre_ville import NotreValeur, NotreVille, notre_ville
from tissu.actions.observatoire_commerce.rules.comparaisons import (
    MESURES,
    Criteres,
    Mesure,
    Place,
    Ville,
    bande_de_population,
    comparabilite,
    ecarts,
    mediane,
    placer,
    rapportee,
)
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES
from tissu.locaux.choices import VerdictComparabilite

NOUS = ""
TAUX = frozenset(code for code, mesure in MESURES.items() if mesure.taux)


@dataclass(frozen=True)
class LigneComparee:
    """Une ville dans une comparaison. `ecarts` : pourquoi elle n'est pas semblable ; `place` None : non placée."""

    ville: VilleComparee
    valeur: ValeurComparee
    comparable: str
    motif: str
    ecarts: tuple[str, ...]
    rapportee: float | None
    place: Place | None = None

    @property
    def retenue(self) -> bool:
        """Elle compte parmi les villes comparables."""
        return self.comparable == VerdictComparabilite.OUI and not self.ecarts and self.rapportee is not None

    @property
    def montree(self) -> bool:
        """Elle est au graphique, retenue ou seulement en partie comparable."""
        return self.comparable != VerdictComparabilite.NON and not self.ecarts and self.rapportee is not None


@dataclass(frozen=True)
class Comparaison:
    """Un indicateur sur un type de périmètre. `normalisee` : assez de villes comparables pour un rang."""

    indicateur: str
    perimetre: str
    mesure: Mesure
    nous: NotreVille
    notre: NotreValeur | None
    notre_rapportee: float | None
    notre_place: Place | None
    lignes: tuple[LigneComparee, ...]
    minimum: int
    criteres: CriteresDeComparaison | None
    ecart_annees: int

    @property
    def retenues(self) -> list[LigneComparee]:
        return [ligne for ligne in self.lignes if ligne.retenue]

    @property
    def normalisee(self) -> bool:
        return len(self.retenues) >= self.minimum

    @property
    def mediane(self) -> float | None:
        """La médiane des villes comparables, s'il y en a assez."""
        valeurs = [ligne.rapportee for ligne in self.retenues if ligne.rapportee is not None]
        return mediane(valeurs) if self.normalisee else None

    @property
    def montrable(self) -> bool:
        """Un nombre ne se dessine pas tel quel d'une ville à l'autre : il faut assez de villes pour le rapporter."""
        return self.normalisee or not self.mesure.par_habitant


def comparaison(indicateur: str, perimetre: str, *, au: date) -> Comparaison:
    """La comparaison d'un indicateur sur un type de périmètre, et lui seul."""
    mesure, nous = MESURES[indicateur], notre_ville(perimetre, au=au)
    notre = nous.valeurs.get(indicateur)
    reglages = CriteresDeComparaison.objects.select_related("modifies_par").filter(perimetre=perimetre).first()
    ecart_annees = int(reglage("comparaison_ecart_annees", au))
    minimum = int(reglage("comparaison_villes_min", au))
    lignes = [
        _ligne(valeur, mesure, en_criteres(reglages), nous.annee if notre else None, ecart_annees)
        for valeur in _valeurs_a_comparer(indicateur, perimetre, au)
    ]
    notre_rapportee = None
    if notre is not None and notre.valeur is not None and not nous.manque:
        notre_rapportee = rapportee(notre.valeur, nous.population, mesure.par_habitant)
    retenues = {
        str(ligne.ville.pk): ligne.rapportee for ligne in lignes if ligne.retenue and ligne.rapportee is not None
    }
    places = placer(notre_rapportee, retenues, minimum=minimum) or {}
    return Comparaison(
        indicateur, perimetre, mesure, nous, notre, notre_rapportee, places.get(NOUS),
        tuple(_placee(ligne, places.get(str(ligne.ville.pk))) for ligne in _ordonnees(lignes)), minimum, reglages,
        ecart_annees,
    )  # fmt: skip


def _placee(ligne: LigneComparee, place: Place | None) -> LigneComparee:
    return LigneComparee(**{**vars(ligne), "place": place}) if ligne.retenue else ligne


def _ordonnees(lignes: Sequence[LigneComparee]) -> list[LigneComparee]:
    """Les retenues de la plus forte à la plus faible, puis les autres."""
    return sorted(lignes, key=lambda une: (not une.retenue, not une.montree, -(une.rapportee or 0), une.ville.nom))


def _valeurs_a_comparer(indicateur: str, perimetre: str, au: date) -> list[ValeurComparee]:
    """La dernière valeur connue de chaque ville, à cette date."""
    toutes = (
        ValeurComparee.objects.filter(indicateur=indicateur, ville__perimetre=perimetre, annee__lte=au.year)
        .select_related("ville")
        .order_by("ville__nom", "-annee")
    )
    dernieres: dict[int, ValeurComparee] = {}
    for valeur in toutes:
        dernieres.setdefault(valeur.ville_id, valeur)
    return list(dernieres.values())


def _ligne(
    valeur: ValeurComparee, mesure: Mesure, criteres: Criteres, notre_annee: int | None, ecart_annees: int
) -> LigneComparee:
    ville = valeur.ville
    comparable, motif = comparabilite(
        dite=valeur.comparable, motif=valeur.motif, annee=valeur.annee, notre_annee=notre_annee,
        ecart_annees=ecart_annees, par_habitant=mesure.par_habitant, population=ville.population,
    )  # fmt: skip
    return LigneComparee(
        ville, valeur, comparable, motif, ecarts(en_ville(ville), criteres),
        rapportee(valeur.valeur, ville.population, mesure.par_habitant),
    )  # fmt: skip


def en_criteres(reglages: CriteresDeComparaison | None) -> Criteres:
    """Les critères tels que la règle les lit ; sans réglage, aucun tri."""
    if reglages is None:
        return Criteres()
    return Criteres(
        reglages.population_min, reglages.population_max, frozenset(reglages.roles), reglages.revenu_min_eur,
        reglages.revenu_max_eur, reglages.tourisme_min, reglages.tourisme_max,
    )  # fmt: skip


def en_ville(ville: VilleComparee) -> Ville:
    return Ville(ville.nom, ville.population, ville.role, ville.revenu_median_eur, ville.tourisme)


def criteres_proposes(perimetre: str, *, au: date) -> CriteresDeComparaison:
    """Les critères gardés, ou une proposition : notre population à l'écart de la méthode."""
    existants = CriteresDeComparaison.objects.filter(perimetre=perimetre).first()
    if existants is not None:
        return existants
    proposes = CriteresDeComparaison(perimetre=perimetre)
    population = notre_ville(perimetre, au=au).population
    if population:
        bornes = bande_de_population(population, float(reglage("comparaison_ecart_population", au)))
        proposes.population_min, proposes.population_max = bornes
    return proposes


def tous_les_criteres() -> QuerySet[CriteresDeComparaison]:
    return CriteresDeComparaison.objects.select_related("modifies_par")


# --- Les villes et leurs fichiers ---


def villes(perimetre: str = "") -> QuerySet[VilleComparee]:
    """Les villes d'un type de périmètre (toutes, sans lui), avec le nombre de leurs valeurs."""
    toutes = VilleComparee.objects.annotate(combien=Count("valeurs")).order_by("nom", "perimetre")
    return toutes.filter(perimetre=perimetre) if perimetre in TypePerimetre.values else toutes


def valeurs_de(ville: VilleComparee) -> list[ValeurComparee]:
    """Les valeurs d'une ville, par indicateur, de la plus récente à la plus ancienne."""
    ordre = {code: rang for rang, code in enumerate(IndicateurCompare.values)}
    return sorted(ville.valeurs.select_related("importation"), key=lambda v: (ordre[v.indicateur], -v.annee))


def toutes_les_valeurs() -> QuerySet[ValeurComparee]:
    """Toutes les valeurs, ville par ville."""
    return ValeurComparee.objects.select_related("ville").order_by(
        "ville__nom", "ville__perimetre", "indicateur", "-annee"
    )


def imports() -> QuerySet[ImportDeVilles]:
    """Les fichiers reçus, du plus récent au plus ancien, avec leurs lignes en attente."""
    comptes = {
        "en_quarantaine": Count("quarantaine"),
        "a_corriger": Count("quarantaine", filter=Q(quarantaine__etat=EtatLigne.A_CORRIGER)),
    }
    return ImportDeVilles.objects.select_related("auteur").annotate(**comptes).order_by("-depose_le", "-pk")


def quarantaine_de(importation: ImportDeVilles) -> list[dict[str, Any]]:
    """Les lignes mises de côté d'un fichier, celles qui attendent d'abord, chacune avec ses défauts."""
    lignes = importation.quarantaine.select_related("decide_par").order_by("ligne")
    attendent = [une for une in lignes if une.etat == EtatLigne.A_CORRIGER]
    autres = [une for une in lignes if une.etat != EtatLigne.A_CORRIGER]
    return [{"ligne": une, "defauts": defauts_de(une)} for une in (*attendent, *autres)]


def defauts_de(ligne: LigneEnQuarantaine) -> list[dict[str, str]]:
    """Les défauts d'une ligne, chacun sous le titre de sa colonne."""
    titres = {colonne.champ: colonne.titre for colonne in COLONNES}
    return [{**defaut, "titre": titres[defaut["champ"]]} for defaut in ligne.defauts]
