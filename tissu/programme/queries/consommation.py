"""Ce que les fiches ont consommé de leur budget : un nombre fixe de requêtes, quel que soit le nombre de fiches.

La base regroupe les temps de même durée, de même état et de même taux ; la règle valorise chaque groupe.
« Dépensé » compte le soumis et le validé ; un brouillon ou un temps renvoyé ne compte pas.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum, Value

from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.models import Contribution, CoutDirect, Fiche, JourPasse, LigneDepense, TauxJour
from tissu.programme.rules import consommation as regles
from tissu.programme.rules.budget import incomplet, somme, taux_implicite

ZERO = Decimal(0)
COMPTES = (EtatTemps.SOUMIS, EtatTemps.VALIDE)


@dataclass(frozen=True)
class ConsommationLigne:
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
    jours: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    euros: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def consommations(fiches: Iterable[Fiche], *, au: date) -> dict[int, Consommation]:
    """La consommation de chaque fiche (par sa clé) à la fin de ce jour. Six requêtes."""
    trouvees = list(fiches)
    cles = [fiche.pk for fiche in trouvees]
    usuels = dict(Fiche.objects.filter(pk__in=cles).values_list("pk", "convention__taux_jour_eur").order_by("pk"))
    lignes: dict[int, list[LigneDepense]] = defaultdict(list)
    for ligne in LigneDepense.objects.filter(fiche__in=cles).order_by("ordre", "pk"):
        lignes[ligne.fiche_id].append(ligne)
    contributions: dict[int, list[regles.ContributionEcrite]] = defaultdict(list)
    for c in Contribution.objects.filter(fiche__in=cles).order_by("ordre", "pk"):
        contributions[c.fiche_id].append(regles.ContributionEcrite(c.financeur, c.montant_eur, c.ligne_id))
    depenses: dict[int, _Depense] = defaultdict(_Depense)
    par_cle = {ligne.pk: ligne for des_siennes in lignes.values() for ligne in des_siennes}
    _ajouter_les_jours(depenses, par_cle, usuels, cles, au)
    _ajouter_les_couts(depenses, cles, au)
    return {pk: _de_la_fiche(lignes[pk], contributions[pk], depenses) for pk in cles}


def _taux(portee: Q) -> Subquery:
    courants = TauxJour.objects.filter(portee, debut__lte=OuterRef("jour")).filter(
        Q(fin__isnull=True) | Q(fin__gte=OuterRef("jour"))
    )
    return Subquery(courants.order_by("-debut", "-pk").values("montant_eur")[:1])


def _ajouter_les_jours(
    depenses: dict[int, _Depense],
    lignes: dict[int, LigneDepense],
    usuels: dict[int, Decimal],
    cles: list[int],
    au: date,
) -> None:
    passes = JourPasse.objects.filter(ligne__fiche__in=cles, etat__in=COMPTES, jour__lte=au)
    if TauxJour.objects.filter(fiche__in=cles).exists():
        passes = passes.annotate(
            taux_ligne=_taux(Q(ligne=OuterRef("ligne"))),
            taux_fiche=_taux(Q(ligne__isnull=True, fiche=OuterRef("ligne__fiche"))),
        )
    else:
        # Sans taux daté, la base n'a pas à en chercher un pour chaque temps : trois fois plus vite.
        aucun = Value(None, output_field=DecimalField())
        passes = passes.annotate(taux_ligne=aucun, taux_fiche=aucun)
    groupes = (
        passes.values_list("ligne", "etat", "duree_jours", "taux_ligne", "taux_fiche")
        .annotate(combien=Count("pk"))
        .order_by("ligne", "etat", "duree_jours", "taux_ligne", "taux_fiche")
    )
    for pk, etat, duree, de_la_ligne, de_la_fiche, combien in groupes:
        ligne, depense = lignes[pk], depenses[pk]
        depense.jours[etat] += duree * combien
        if ligne.nature == NatureDepense.JOURS:
            implicite = taux_implicite(montant=ligne.montant_eur, jours=ligne.jours)
            taux = regles.retenir_taux(
                de_la_ligne=de_la_ligne, de_la_fiche=de_la_fiche, implicite=implicite, usuel=usuels[ligne.fiche_id]
            )
            depense.euros[etat] += regles.valoriser(duree, taux) * combien


def _ajouter_les_couts(depenses: dict[int, _Depense], cles: list[int], au: date) -> None:
    groupes = (
        CoutDirect.objects.filter(ligne__fiche__in=cles, etat__in=COMPTES, date_facture__lte=au)
        .values_list("ligne", "etat")
        .annotate(total=Sum(F("montant_eur")))
        .order_by("ligne", "etat")
    )
    for pk, etat, total in groupes:
        depenses[pk].euros[etat] += total


def _de_la_fiche(
    lignes: list[LigneDepense], contributions: list[regles.ContributionEcrite], depenses: dict[int, _Depense]
) -> Consommation:
    par_ligne = tuple(
        rendue
        for ligne in lignes
        if (rendue := _de_la_ligne(ligne, depenses[ligne.pk])) and (not rendue.retiree or rendue.depense_eur)
    )
    en_vigueur = [une.prevu_eur for une in par_ligne if not une.retiree]
    prevu, depense = somme(en_vigueur), somme(une.depense_eur for une in par_ligne)
    return Consommation(
        prevu_eur=prevu,
        prevu_complet=not incomplet(en_vigueur),
        jours_prevus=somme(une.jours_prevus for une in par_ligne if not une.retiree),
        jours_passes=somme(une.jours_passes for une in par_ligne),
        jours_valides=somme(une.jours_valides for une in par_ligne),
        depense_eur=depense,
        valide_eur=somme(une.valide_eur for une in par_ligne),
        part=regles.avancement(depense=depense, prevu=prevu),
        par_ligne=par_ligne,
        contributions=tuple(contributions),
    )


def _de_la_ligne(ligne: LigneDepense, depense: _Depense) -> ConsommationLigne:
    total = somme(depense.euros.values())
    return ConsommationLigne(
        pk=ligne.pk,
        libelle=ligne.libelle,
        nature=ligne.nature,
        prevu_eur=ligne.montant_eur,
        jours_prevus=ligne.jours,
        jours_passes=somme(depense.jours.values()),
        jours_valides=depense.jours[EtatTemps.VALIDE],
        depense_eur=total,
        valide_eur=depense.euros[EtatTemps.VALIDE],
        part=None if ligne.montant_eur is None else regles.avancement(depense=total, prevu=ligne.montant_eur),
        retiree=ligne.retiree_par_id is not None,
    )


def points_d_alerte(consommation: Consommation, *, resultats: Decimal | None, ecart_points: int) -> list[str]:
    """Les alertes d'une fiche, en phrases ; `resultats` : l'avancement de ses critères, s'il est mesuré."""
    lignes: list[tuple[str, Any]] = [(une.libelle, une.part) for une in consommation.par_ligne]
    return regles.alertes_de_depense(
        lignes=lignes, part=consommation.part, resultats=resultats, ecart_points=ecart_points
    )
