"""Comparer les conventions : années, fiches, totaux écrits et calculés. Trois requêtes, quel que soit leur nombre."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from tissu.programme.models import Convention, Fiche, LigneDepense
from tissu.programme.rules.budget import somme

ZERO = Decimal(0)


@dataclass(frozen=True)
class AnneeDeConvention:
    """Montants en euros. `complet` faux : un montant n'est pas écrit, les sommes sont des minimums."""

    annee: int
    fiches: int
    declare: Decimal
    declare_complet: bool
    calcule: Decimal
    calcule_complet: bool


@dataclass(frozen=True)
class ConventionComparee:
    convention: Convention
    annees: list[AnneeDeConvention]

    @property
    def fiches(self) -> int:
        return sum(annee.fiches for annee in self.annees)

    @property
    def declare(self) -> Decimal:
        return somme(annee.declare for annee in self.annees)

    @property
    def calcule(self) -> Decimal:
        return somme(annee.calcule for annee in self.annees)

    @property
    def declare_complet(self) -> bool:
        return all(annee.declare_complet for annee in self.annees)

    @property
    def calcule_complet(self) -> bool:
        return all(annee.calcule_complet for annee in self.annees)


def annees_de(conventions: Iterable[Convention]) -> dict[int, list[AnneeDeConvention]]:
    """Les années de chaque convention, les plus anciennes d'abord. Deux requêtes."""
    cles = [convention.pk for convention in conventions]
    lignes = (
        LigneDepense.objects.filter(fiche__convention__in=cles, retiree_par__isnull=True)
        .order_by("fiche__convention", "fiche__annee")
        .values_list("fiche__convention", "fiche__annee")
        .annotate(total=Sum("montant_eur"), blancs=Count("pk", filter=Q(montant_eur__isnull=True)))
    )
    calcules = {(pk, annee): (total or ZERO, blancs) for pk, annee, total, blancs in lignes}
    fiches = (
        Fiche.objects.filter(convention__in=cles)
        .order_by("convention", "annee")
        .values_list("convention", "annee")
        .annotate(
            combien=Count("pk"),
            declare=Sum("total_declare_eur"),
            blancs=Count("pk", filter=Q(total_declare_eur__isnull=True)),
        )
    )
    rendues: dict[int, list[AnneeDeConvention]] = defaultdict(list)
    for pk, annee, combien, declare, non_declarees in fiches:
        calcule, blancs = calcules.get((pk, annee), (ZERO, 0))
        rendues[pk].append(AnneeDeConvention(annee, combien, declare or ZERO, not non_declarees, calcule, not blancs))
    return rendues


def conventions() -> list[ConventionComparee]:
    """Toutes les conventions, les plus récentes d'abord."""
    toutes = list(Convention.objects.prefetch_related("partenaires").order_by("-debut", "-fin", "pk"))
    annees = annees_de(toutes)
    return [ConventionComparee(convention, annees[convention.pk]) for convention in toutes]
