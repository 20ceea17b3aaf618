"""Le tableau de bord du partenariat : les fiches d'une année, leurs totaux, ce qui attend. Requêtes constantes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatRevue, EtatTemps
from tissu.programme.models import Convention, Fiche, JourPasse, Revue
from tissu.programme.queries import cadre
from tissu.programme.queries.situations import Situation, situations
from tissu.programme.rules.budget import incomplet, somme


@dataclass(frozen=True)
class Filtres:
    """`maitre` : clé d'une organisation ; `feu` : une couleur ; `anomalies` : seulement celles qui attendent."""

    maitre: int | None = None
    feu: str = ""
    anomalies: bool = False

    def garde(self, situation: Situation) -> bool:
        maitres = {organisation.pk for organisation in situation.fiche.maitres_ouvrage.all()}
        return (
            (self.maitre is None or self.maitre in maitres)
            and (not self.feu or situation.verdict.feu == self.feu)
            and (not self.anomalies or bool(situation.a_decider))
        )

    def __bool__(self) -> bool:
        return self.maitre is not None or bool(self.feu) or self.anomalies


@dataclass(frozen=True)
class Totaux:
    """Les sommes des fiches montrées. `…_complet` faux : un montant n'est pas écrit, la somme est un minimum."""

    fiches: int
    declare: Decimal
    declare_complet: bool
    calcule: Decimal
    calcule_complet: bool
    depense: Decimal
    jours_prevus: Decimal
    jours_passes: Decimal
    finance: Decimal
    sans_financement: int
    criteres: int
    criteres_mesures: int
    a_decider: int
    retards: int
    mesures_a_valider: int
    ecarts: tuple[Situation, ...]

    @property
    def ecart(self) -> Decimal:
        """`Σ calculés − Σ déclarés`, expliqué fiche par fiche par `ecarts`."""
        return self.calcule - self.declare

    @property
    def part(self) -> Decimal | None:
        return self.depense / self.calcule if self.calcule else None


@dataclass(frozen=True)
class TableauDeBord:
    convention: Convention | None
    annee: int
    conventions: list[Convention]
    annees: list[int]
    lignes: list[Situation]
    totaux: Totaux
    ensemble: Totaux
    jours_a_valider: int
    revues_a_signer: list[Revue]
    au: date


def totaux(lignes: Sequence[Situation]) -> Totaux:
    """Les totaux de ces fiches : chaque colonne est la somme de ses lignes."""
    declares = [ligne.declare for ligne in lignes]
    return Totaux(
        fiches=len(lignes),
        declare=somme(declares),
        declare_complet=not incomplet(declares),
        calcule=somme(ligne.calcule for ligne in lignes),
        calcule_complet=all(ligne.consommation.prevu_complet for ligne in lignes),
        depense=somme(ligne.consommation.depense_eur for ligne in lignes),
        jours_prevus=somme(ligne.consommation.jours_prevus for ligne in lignes),
        jours_passes=somme(ligne.consommation.jours_passes for ligne in lignes),
        finance=somme(ligne.financement.ecrit for ligne in lignes),
        sans_financement=sum(not ligne.financement.precise for ligne in lignes),
        criteres=sum(len(ligne.criteres) for ligne in lignes),
        criteres_mesures=sum(ligne.criteres_mesures for ligne in lignes),
        a_decider=sum(len(ligne.a_decider) for ligne in lignes),
        retards=sum(ligne.retards.total for ligne in lignes),
        mesures_a_valider=sum(ligne.mesures_a_valider for ligne in lignes),
        ecarts=tuple(ligne for ligne in lignes if ligne.ecart),
    )


def annees_et_conventions() -> tuple[list[Convention], dict[int, list[int]]]:
    """Les conventions, et les années où chacune a des fiches, les plus récentes d'abord ; deux requêtes."""
    conventions = list(Convention.objects.order_by("-debut", "-fin", "pk"))
    annees: dict[int, list[int]] = {convention.pk: [] for convention in conventions}
    for pk, annee in Fiche.objects.order_by("-annee").values_list("convention", "annee").distinct():
        annees[pk].append(annee)
    return conventions, annees


def choisir(
    conventions: list[Convention], annees: dict[int, list[int]], *, demandee: int | None, annee: int | None, au: date
) -> tuple[Convention | None, int]:
    """La convention et l'année demandées, ou celles de ce jour, ou les dernières qui ont des fiches."""
    garnies = [convention for convention in conventions if annees[convention.pk]] or conventions
    choisie = next((convention for convention in conventions if convention.pk == demandee), None)
    if choisie is None and annee is not None:
        choisie = next((convention for convention in garnies if annee in annees[convention.pk]), None)
    if choisie is None:
        choisie = next((convention for convention in garnies if au.year in annees[convention.pk]), None)
    choisie = choisie or (garnies[0] if garnies else None)
    possibles = annees[choisie.pk] if choisie else []
    if annee in possibles:
        return choisie, annee or au.year
    return choisie, au.year if au.year in possibles or not possibles else possibles[0]


def tableau(
    *, convention: int | None, annee: int | None, filtres: Filtres, personne: Any, au: date
) -> TableauDeBord:  # fmt: skip
    """Tout le tableau de bord, tel que cette personne le lit ce jour."""
    conventions, annees = annees_et_conventions()
    choisie, an = choisir(conventions, annees, demandee=convention, annee=annee, au=au)
    de_l_annee = cadre.fiches_de_l_annee(choisie, an) if choisie else []
    trouvees = [fiche for fiche in de_l_annee if permissions.peut_lire(personne, fiche)]
    toutes = situations(trouvees, au=au)
    lignes = [ligne for ligne in toutes if filtres.garde(ligne)]
    soumis = JourPasse.objects.filter(ligne__fiche__in=trouvees, etat=EtatTemps.SOUMIS)
    return TableauDeBord(
        convention=choisie,
        annee=an,
        conventions=conventions,
        annees=annees[choisie.pk] if choisie else [],
        lignes=lignes,
        totaux=totaux(lignes),
        ensemble=totaux(toutes),
        jours_a_valider=soumis.aggregate(combien=Count("pk"))["combien"],
        revues_a_signer=_revues_a_signer(choisie, an, personne),
        au=au,
    )


def _revues_a_signer(convention: Convention | None, annee: int, personne: Any) -> list[Revue]:
    arretees = Revue.objects.filter(convention=convention, annee=annee, etat=EtatRevue.ARRETEE)
    return list(arretees.exclude(accords__organisation=personne.organisation_id).order_by("au", "pk"))


def en_preparation(lignes: Sequence[Situation]) -> int:
    """Combien de ces fiches ne sont pas encore signées."""
    return sum(ligne.fiche.etat == EtatFiche.PREPARATION for ligne in lignes)
