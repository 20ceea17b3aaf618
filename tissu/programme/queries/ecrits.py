"""Ce que les fiches écrivent de leur budget, lu une fois : la consommation et la vérification partent du même écrit.

Des n-uplets plutôt que des modèles : le tableau de bord en lit des centaines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tissu.programme.models import Contribution, Fiche, LigneDepense, TauxJour
from tissu.programme.rules.consommation import TauxDate


class LigneEcrite(NamedTuple):
    """Une ligne de dépense. `montant_eur` None : non écrit ; `retiree_par` : l'avenant qui l'a retirée, ou None."""

    fiche: int
    pk: int
    libelle: str
    nature: str
    jours: Decimal | None
    montant_eur: Decimal | None
    note: str
    retiree_par: int | None


class ApportEcrit(NamedTuple):
    """Une contribution. `montant_eur` None : non précisée ; `ligne` : la seule ligne qu'elle finance, ou None."""

    fiche: int
    financeur: str
    montant_eur: Decimal | None
    ligne: int | None
    etat: str
    condition: str


@dataclass(frozen=True)
class BudgetEcrit:
    """Les lignes (retirées comprises) et les apports d'une fiche, dans leur ordre."""

    lignes: list[LigneEcrite] = field(default_factory=list)
    apports: list[ApportEcrit] = field(default_factory=list)


def budgets_ecrits(fiches: Iterable[Fiche]) -> dict[int, BudgetEcrit]:
    """Le budget écrit de chaque fiche, par sa clé. Deux requêtes."""
    budgets = {fiche.pk: BudgetEcrit() for fiche in fiches}
    lignes = LigneDepense.objects.filter(fiche__in=budgets).order_by("ordre", "pk")
    for ligne in map(LigneEcrite._make, lignes.values_list(*LigneEcrite._fields)):
        budgets[ligne.fiche].lignes.append(ligne)
    apports = Contribution.objects.filter(fiche__in=budgets).order_by("ordre", "pk")
    for apport in map(ApportEcrit._make, apports.values_list(*ApportEcrit._fields)):
        budgets[apport.fiche].apports.append(apport)
    return budgets


def taux_ecrits(fiches: Iterable[int]) -> dict[int, list[TauxDate]]:
    """Les taux datés des fiches qui en ont (par leur clé), du plus ancien au plus récent. Une requête."""
    taux: dict[int, list[TauxDate]] = {}
    lus = TauxJour.objects.filter(fiche__in=list(fiches)).order_by("debut", "pk")
    for fiche, debut, montant, ligne, fin in lus.values_list("fiche", "debut", "montant_eur", "ligne", "fin"):
        taux.setdefault(fiche, []).append(TauxDate(debut, montant, ligne, fin))
    return taux
