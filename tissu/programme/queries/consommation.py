"""Ce que les fiches ont consommé de leur budget : un nombre fixe de requêtes, quel que soit le nombre de fiches.

La base regroupe les temps de même durée, de même état et de même prix ; la règle valorise chaque groupe.
« Dépensé » compte le soumis et le validé ; un brouillon ou un temps renvoyé ne compte pas.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, IntegerField, Sum, Value, When

from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse
from tissu.programme.queries.ecrits import BudgetEcrit, LigneEcrite, budgets_ecrits, taux_ecrits
from tissu.programme.rules import consommation as regles
from tissu.programme.rules.budget import incomplet, somme, taux_implicite
from tissu.socle.argent import arrondir

ZERO = Decimal(0)
COMPTES = (EtatTemps.SOUMIS, EtatTemps.VALIDE)


class ConsommationLigne(NamedTuple):
    """Une ligne : prévu, passé, dépensé. Montants en euros ; `prevu_eur` None : le document ne l'écrit pas.

    `part` : dépensé ÷ prévu. Les jours d'une ligne de salaire se comptent sans se valoriser : le salaire est un coût.
    """

    pk: int
    libelle: str
    nature: str
    prevu_eur: Decimal | None
    jours_prevus: Decimal | None
    jours_passes: Decimal
    jours_valides: Decimal
    depense_eur: Decimal
    valide_eur: Decimal
    part: Decimal | None
    retiree: bool = False


@dataclass(frozen=True)
class Consommation:
    """Une fiche. `prevu_complet` faux : une ligne sans montant, le prévu est un minimum (« au moins »)."""

    prevu_eur: Decimal
    prevu_complet: bool
    jours_prevus: Decimal
    jours_passes: Decimal
    jours_valides: Decimal
    depense_eur: Decimal
    valide_eur: Decimal
    part: Decimal | None
    par_ligne: tuple[ConsommationLigne, ...]
    contributions: tuple[regles.ContributionEcrite, ...]

    @property
    def par_financeur(self) -> tuple[regles.PartDeFinanceur, ...]:
        """Le coût réel partagé entre les financeurs ; calculé à la demande, le tableau de bord s'en passe."""
        return regles.parts_des_financeurs(
            {une.pk: une.depense_eur for une in self.par_ligne},
            prevus={une.pk: None if une.retiree else une.prevu_eur for une in self.par_ligne},
            contributions=self.contributions,
        )


@dataclass
class _Depense:
    """Ce qu'une ligne a dépensé, en jours et en euros, et ce qui en est validé."""

    jours: Decimal = ZERO
    jours_valides: Decimal = ZERO
    euros: Decimal = ZERO
    euros_valides: Decimal = ZERO

    def ajouter(self, etat: str, *, jours: Decimal = ZERO, euros: Decimal = ZERO) -> None:
        self.jours += jours
        self.euros += euros
        if etat == EtatTemps.VALIDE:
            self.jours_valides += jours
            self.euros_valides += euros


def consommations(
    fiches: Iterable[Fiche], *, au: date, budgets: Mapping[int, BudgetEcrit] | None = None
) -> dict[int, Consommation]:
    """La consommation de chaque fiche (par sa clé) à la fin de ce jour. Cinq requêtes, trois si `budgets` est déjà lu.

    Les fiches portent déjà leur convention (voir `queries.cadre`).
    """
    par_cle = {fiche.pk: fiche for fiche in fiches}
    ecrits = budgets_ecrits(par_cle.values()) if budgets is None else budgets
    depenses: dict[int, _Depense] = defaultdict(_Depense)
    _ajouter_les_jours(depenses, par_cle, {une.pk: une for pk in par_cle for une in ecrits[pk].lignes}, au)
    _ajouter_les_couts(depenses, par_cle, au)
    return {pk: _de_la_fiche(ecrits[pk], depenses) for pk in par_cle}


def _ajouter_les_jours(
    depenses: dict[int, _Depense], fiches: Mapping[int, Fiche], lignes: Mapping[int, LigneEcrite], au: date
) -> None:
    taux, usuels = taux_ecrits(fiches), {pk: fiche.convention.taux_jour_eur for pk, fiche in fiches.items()}
    changements = regles.changements_de_taux(un for siens in taux.values() for un in siens)
    tranches = [date.min, *changements]
    groupes = (
        JourPasse.objects.filter(ligne__fiche__in=fiches, etat__in=COMPTES, jour__lte=au)
        .values_list("ligne", "etat", "duree_jours", _rang_de_tranche(changements))
        .annotate(combien=Count("pk"))
        .order_by()
    )
    for pk, etat, duree, rang, combien in groupes:
        ligne, euros = lignes[pk], ZERO
        if ligne.nature == NatureDepense.JOURS:
            prix = regles.retenir_taux(
                ecrit=regles.taux_au(tranches[rang], ligne=pk, taux=taux.get(ligne.fiche, ())),
                implicite=taux_implicite(montant=ligne.montant_eur, jours=ligne.jours),
                usuel=usuels[ligne.fiche],
            )
            euros = regles.valoriser(duree, prix) * combien
        depenses[pk].ajouter(etat, jours=duree * combien, euros=euros)


def _rang_de_tranche(changements: Iterable[date]) -> Case:
    """Entre quels changements de prix tombe un jour : 0 avant le premier, 1 à partir de lui…"""
    avant = [When(jour__lt=jour, then=Value(rang)) for rang, jour in enumerate(changements)]
    return Case(*avant, default=Value(len(avant)), output_field=IntegerField())


def _ajouter_les_couts(depenses: dict[int, _Depense], fiches: Iterable[int], au: date) -> None:
    groupes = (
        CoutDirect.objects.filter(ligne__fiche__in=fiches, etat__in=COMPTES, date_facture__lte=au)
        .values_list("ligne", "etat")
        .annotate(total=Sum("montant_eur"))
        .order_by()
    )
    for pk, etat, total in groupes:
        # SQLite additionne des flottants : ramenée au centime, la somme est exacte.
        depenses[pk].ajouter(etat, euros=arrondir(total))


def _de_la_fiche(budget: BudgetEcrit, depenses: Mapping[int, _Depense]) -> Consommation:
    toutes = [_de_la_ligne(ligne, depenses[ligne.pk]) for ligne in budget.lignes]
    par_ligne = tuple(une for une in toutes if not une.retiree or une.depense_eur)
    en_vigueur = [une for une in par_ligne if not une.retiree]
    prevus, depense = [une.prevu_eur for une in en_vigueur], somme(une.depense_eur for une in par_ligne)
    prevu = somme(prevus)
    return Consommation(
        prevu_eur=prevu,
        prevu_complet=not incomplet(prevus),
        jours_prevus=somme(une.jours_prevus for une in en_vigueur),
        jours_passes=somme(une.jours_passes for une in par_ligne),
        jours_valides=somme(une.jours_valides for une in par_ligne),
        depense_eur=depense,
        valide_eur=somme(une.valide_eur for une in par_ligne),
        part=regles.avancement(depense=depense, prevu=prevu),
        par_ligne=par_ligne,
        contributions=tuple(regles.ContributionEcrite(un.financeur, un.montant_eur, un.ligne) for un in budget.apports),
    )


def _de_la_ligne(ligne: LigneEcrite, depense: _Depense) -> ConsommationLigne:
    prevu = ligne.montant_eur
    return ConsommationLigne(
        pk=ligne.pk,
        libelle=ligne.libelle,
        nature=ligne.nature,
        prevu_eur=prevu,
        jours_prevus=ligne.jours,
        jours_passes=depense.jours,
        jours_valides=depense.jours_valides,
        depense_eur=depense.euros,
        valide_eur=depense.euros_valides,
        part=None if prevu is None else regles.avancement(depense=depense.euros, prevu=prevu),
        retiree=ligne.retiree_par is not None,
    )


def points_d_alerte(consommation: Consommation, *, resultats: Decimal | None, ecart_points: int) -> list[str]:
    """Les alertes d'une fiche, en phrases ; `resultats` : l'avancement de ses critères, s'il est mesuré."""
    lignes: list[tuple[str, Any]] = [(une.libelle, une.part) for une in consommation.par_ligne]
    return regles.alertes_de_depense(
        lignes=lignes, part=consommation.part, resultats=resultats, ecart_points=ecart_points
    )
