"""Lire le temps passé : la grille d'une semaine, et ce qui attend une validation."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse, LigneDepense
from tissu.programme.queries import cadre
from tissu.programme.rules.temps import code_de_semaine, lundi_de

ZERO = Decimal(0)
SEMAINES_RECENTES = 3
# Au-delà, montrer toutes les lignes des fiches que l'on pilote noierait celles de la semaine.
LIGNES_PILOTEES_AU_PLUS = 12


@dataclass(frozen=True)
class SemaineLue:
    """La semaine d'une personne. `precedente` : durées de la semaine d'avant, par (ligne, rang du jour de 0 à 6)."""

    lundi: date
    rangees: tuple[LigneDepense, ...]
    temps: dict[tuple[int, date], JourPasse] = field(default_factory=dict)
    precedente: dict[tuple[int, int], Decimal] = field(default_factory=dict)


def semaine_de(personne: Any, lundi: date, *, ajoutees: Collection[int] = ()) -> SemaineLue:
    """Les temps de la semaine et les lignes à montrer : les siennes d'abord, puis celles ajoutées. Cinq requêtes."""
    recents = list(
        JourPasse.objects.filter(
            personne=personne, jour__gte=lundi - timedelta(weeks=SEMAINES_RECENTES), jour__lt=lundi + timedelta(days=7)
        ).order_by("jour", "ligne", "pk")
    )
    temps = {(un.ligne_id, un.jour): un for un in recents if un.jour >= lundi}
    veille = lundi - timedelta(days=7)
    precedente = {(un.ligne_id, (un.jour - veille).days): un.duree_jours for un in recents if veille <= un.jour < lundi}
    ouvertes = {ligne.pk: ligne for ligne in lignes_ouvertes(personne, lundi)}
    siennes = {pk for pk, ligne in ouvertes.items() if personne in ligne.fiche.pilotes.all() and _en_jours(ligne)}
    if len(siennes) > LIGNES_PILOTEES_AU_PLUS:
        siennes = set()
    voulues = {un.ligne_id for un in recents} | siennes | {pk for pk in ajoutees if pk in ouvertes}
    fermees = {pk for pk, _ in temps} - ouvertes.keys()
    passees = LigneDepense.objects.filter(pk__in=fermees).select_related("fiche").order_by("fiche", "ordre", "pk")
    # Ce qui sert cette semaine ou la dernière d'abord : une semaine ordinaire se remplit sans faire défiler.
    proches = {un.ligne_id for un in recents if un.jour >= veille} | set(ajoutees)
    montrees = [*(ouvertes[pk] for pk in sorted(voulues & ouvertes.keys(), key=_rang(ouvertes, proches))), *passees]
    return SemaineLue(lundi, tuple(montrees), temps, precedente)


def _rang(ouvertes: Collection[int], proches: Collection[int]) -> Callable[[int], tuple[bool, int]]:
    ordre = {pk: rang for rang, pk in enumerate(ouvertes)}
    return lambda pk: (pk not in proches, ordre[pk])


def _en_jours(ligne: LigneDepense) -> bool:
    return bool(ligne.nature == NatureDepense.JOURS or ligne.jours)


def lignes_ouvertes(personne: Any, lundi: date) -> list[LigneDepense]:
    """Les lignes où la personne peut saisir du temps cette semaine-là, par fiche : celles de l'année, non closes."""
    dimanche = lundi + timedelta(days=6)
    du_moment = Q(fiche__annee=lundi.year) | Q(fiche__calendrier_debut__lte=dimanche, fiche__calendrier_fin__gte=lundi)
    lignes = (
        LigneDepense.objects.filter(du_moment, retiree_par__isnull=True)
        .exclude(fiche__etat=EtatFiche.CLOSE)
        .select_related("fiche__convention")
        .prefetch_related("fiche__convention__partenaires", "fiche__pilotes")
        .order_by("fiche__numero", "fiche__annee", "fiche", "ordre", "pk")
    )
    return [ligne for ligne in lignes if permissions.peut_saisir_du_temps(personne, ligne.fiche)]


@dataclass(frozen=True)
class LotDeTemps:
    """Des temps à valider ensemble : une personne, une fiche, une semaine."""

    personne: Any
    fiche: Fiche
    lundi: date
    temps: tuple[JourPasse, ...]

    @property
    def code(self) -> str:
        return code_de_semaine(self.lundi)

    @property
    def total(self) -> Decimal:
        return sum((un.duree_jours for un in self.temps), ZERO)


@dataclass(frozen=True)
class AValider:
    lots: tuple[LotDeTemps, ...]
    couts: tuple[CoutDirect, ...]

    @property
    def jours(self) -> Decimal:
        return sum((lot.total for lot in self.lots), ZERO)

    @property
    def montant_eur(self) -> Decimal:
        return sum((cout.montant_eur for cout in self.couts), ZERO)


def depenses_a_valider(personne: Any) -> AValider:
    """Les temps et les coûts soumis que cette personne peut valider, par personne, fiche et semaine."""
    temps = list(
        JourPasse.objects.filter(etat=EtatTemps.SOUMIS)
        .select_related("personne__organisation", "ligne")
        .order_by("personne__nom", "personne__prenom", "personne", "ligne__fiche", "jour", "ligne__ordre", "pk")
    )
    couts = list(
        CoutDirect.objects.filter(etat=EtatTemps.SOUMIS)
        .select_related("saisi_par", "ligne__fiche", "piece")
        .order_by("ligne__fiche__numero", "ligne__fiche", "date_facture", "pk")
    )
    cles = {un.ligne.fiche_id for un in temps} | {un.ligne.fiche_id for un in couts}
    fiches = {fiche.pk: fiche for fiche in cadre.fiches().filter(pk__in=cles)}
    miens = [
        un
        for un in temps
        if permissions.peut_valider_les_temps(personne, fiches[un.ligne.fiche_id], auteur=un.personne)
    ]
    lots = [
        LotDeTemps(groupe[0].personne, fiches[groupe[0].ligne.fiche_id], lundi_de(groupe[0].jour), tuple(groupe))
        for groupe in _groupes(miens)
    ]
    return AValider(
        tuple(lots),
        tuple(
            un for un in couts
            if un.saisi_par and permissions.peut_valider_les_temps(
                personne, fiches[un.ligne.fiche_id], auteur=un.saisi_par)
        ),
    )  # fmt: skip


def _groupes(temps: Iterable[JourPasse]) -> Iterable[list[JourPasse]]:
    for _, groupe in groupby(temps, key=lambda un: (un.personne_id, un.ligne.fiche_id, lundi_de(un.jour))):
        yield list(groupe)


def temps_renvoyes(personne: Any) -> list[JourPasse]:
    """Les temps que la personne doit reprendre, du plus ancien au plus récent."""
    renvoyes = JourPasse.objects.filter(personne=personne, etat=EtatTemps.RENVOYE)
    return list(renvoyes.select_related("ligne__fiche").order_by("jour", "ligne", "pk"))


def cout(pk: int) -> CoutDirect | None:
    """Un coût direct, avec sa ligne, sa pièce et son auteur."""
    return CoutDirect.objects.select_related("ligne", "piece", "saisi_par").filter(pk=pk).first()
