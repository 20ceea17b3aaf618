"""Comparer les conventions : années, fiches, totaux écrits et calculés. Trois requêtes, quel que soit leur nombre."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from tissu.programme.models import Convention, Fiche, LigneDepense
from tissu.programme.rules.budget import somme
from tissu.socle.argent import arrondir

ZERO = Decimal(0)


@dataclass(frozen=True)
class Sommes:
    """Des fiches et leurs montants, en euros. `…_complet` faux : un montant manque, la somme est un minimum."""

    fiches: int
    declare: Decimal
    declare_complet: bool
    calcule: Decimal
    calcule_complet: bool

    @property
    def ecart(self) -> Decimal:
        """`Σ calculés − Σ déclarés`."""
        return self.calcule - self.declare


def additionner(parts: Iterable[Sommes]) -> Sommes:
    """Le total : chaque colonne est la somme de ses lignes."""
    toutes = list(parts)
    return Sommes(
        fiches=sum(une.fiches for une in toutes),
        declare=somme(une.declare for une in toutes),
        declare_complet=all(une.declare_complet for une in toutes),
        calcule=somme(une.calcule for une in toutes),
        calcule_complet=all(une.calcule_complet for une in toutes),
    )


@dataclass(frozen=True)
class AnneeDeConvention:
    annee: int
    sommes: Sommes


@dataclass(frozen=True)
class ConventionComparee:
    """Une convention et ses années garnies. `actions` : combien d'actions différentes ses fiches portent."""

    convention: Convention
    annees: list[AnneeDeConvention]
    actions: int

    @property
    def sommes(self) -> Sommes:
        return additionner(annee.sommes for annee in self.annees)

    @property
    def par_an(self) -> Decimal | None:
        """Le budget calculé moyen d'une année garnie : deux conventions de durées différentes s'y comparent."""
        return self.sommes.calcule / len(self.annees) if self.annees else None


def annees_de(conventions: Iterable[Convention]) -> dict[int, list[AnneeDeConvention]]:
    """Les années de chaque convention, les plus anciennes d'abord. Deux requêtes."""
    cles = [convention.pk for convention in conventions]
    lignes = (
        LigneDepense.objects.filter(fiche__convention__in=cles, retiree_par__isnull=True)
        .order_by("fiche__convention", "fiche__annee")
        .values_list("fiche__convention", "fiche__annee")
        .annotate(total=Sum("montant_eur"), blancs=Count("pk", filter=Q(montant_eur__isnull=True)))
    )
    # SQLite additionne des flottants : ramenée au centime, une somme est exacte.
    calcules = {(pk, annee): (arrondir(total or ZERO), blancs) for pk, annee, total, blancs in lignes}
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
        sommes = Sommes(combien, arrondir(declare or ZERO), not non_declarees, calcule, not blancs)
        rendues[pk].append(AnneeDeConvention(annee, sommes))
    return rendues


def premiere_annee() -> int | None:
    """La première année de la plus ancienne convention ; None sans convention."""
    return Convention.objects.order_by("debut").values_list("debut", flat=True).first()


def conventions() -> list[ConventionComparee]:
    """Toutes les conventions, les plus récentes d'abord."""
    avec_actions = Convention.objects.annotate(actions=Count("fiches__action", distinct=True))
    toutes = list(avec_actions.prefetch_related("partenaires").order_by("-debut", "-fin", "pk"))
    annees = annees_de(toutes)
    return [ConventionComparee(convention, annees[convention.pk], convention.actions) for convention in toutes]
