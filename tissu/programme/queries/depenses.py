"""Les dépenses d'une ou plusieurs fiches, ligne à ligne : chaque temps à son prix, chaque coût avec sa pièce."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse, LigneDepense
from tissu.programme.queries.consommation import COMPTES
from tissu.programme.queries.ecrits import taux_ecrits
from tissu.programme.rules import consommation as regles
from tissu.programme.rules.budget import somme, taux_implicite

ZERO = Decimal(0)


class TempsValorise(NamedTuple):
    """Un temps et son prix. `taux_eur` None : le jour d'une ligne de salaire se compte sans se valoriser."""

    jour: date
    personne: Personne
    ligne: LigneDepense
    duree_jours: Decimal
    etat: EtatTemps
    decide_le: datetime | None
    taux_eur: Decimal | None
    valeur_eur: Decimal

    @property
    def valide(self) -> bool:
        return self.etat == EtatTemps.VALIDE


@dataclass(frozen=True)
class Depenses:
    temps: tuple[TempsValorise, ...]
    couts: tuple[CoutDirect, ...]

    def par_mois(self) -> list[dict[str, Any]]:
        """`mois` (AAAA-MM), `temps_eur`, `couts_eur`, `total_eur`, du premier au dernier mois dépensé."""
        temps: dict[str, Decimal] = defaultdict(Decimal)
        couts: dict[str, Decimal] = defaultdict(Decimal)
        for un in self.temps:
            temps[_mois(un.jour)] += un.valeur_eur
        for cout in self.couts:
            couts[_mois(cout.date_facture)] += cout.montant_eur
        return [
            {"mois": mois, "temps_eur": temps[mois], "couts_eur": couts[mois], "total_eur": temps[mois] + couts[mois]}
            for mois in sorted({*temps, *couts})
        ]

    def par_personne(self) -> list[dict[str, Any]]:
        """`personne`, `jours`, `valides`, `valeur_eur`, par nom."""
        par_cle: dict[tuple[str, int], list[TempsValorise]] = defaultdict(list)
        for un in self.temps:
            par_cle[str(un.personne), un.personne.pk].append(un)
        return [
            {
                "personne": nom,
                "jours": somme(un.duree_jours for un in siens),
                "valides": somme(un.duree_jours for un in siens if un.valide),
                "valeur_eur": somme(un.valeur_eur for un in siens),
            }
            for (nom, _), siens in sorted(par_cle.items())
        ]

    def par_ligne(self) -> dict[int, tuple[Decimal, Decimal]]:
        """Ce que chaque ligne (par sa clé) a coûté : en temps, en coûts directs."""
        temps: dict[int, Decimal] = defaultdict(Decimal)
        couts: dict[int, Decimal] = defaultdict(Decimal)
        for un in self.temps:
            temps[un.ligne.pk] += un.valeur_eur
        for cout in self.couts:
            couts[cout.ligne_id] += cout.montant_eur
        return {pk: (temps[pk], couts[pk]) for pk in {*temps, *couts}}


def _mois(jour: date) -> str:
    return jour.isoformat()[:7]


def depenses_de(fiches: Iterable[Fiche], *, au: date, etats: Iterable[str] = COMPTES) -> Depenses:
    """Tout ce qui est dépensé à la fin de ce jour, par date. Cinq requêtes."""
    cles, voulus = [fiche.pk for fiche in fiches], list(etats)
    lignes = {une.pk: une for une in LigneDepense.objects.filter(fiche__in=cles).select_related("fiche__convention")}
    temps = list(
        JourPasse.objects.filter(ligne__fiche__in=cles, etat__in=voulus, jour__lte=au)
        .order_by("jour", "ligne__fiche__numero", "ligne__ordre", "personne__nom", "pk")
        .values_list("jour", "personne", "ligne", "duree_jours", "etat", "decide_le")
    )
    personnes = Personne.objects.in_bulk({un[1] for un in temps})
    taux = taux_ecrits(cles)
    couts = (
        CoutDirect.objects.filter(ligne__fiche__in=cles, etat__in=voulus, date_facture__lte=au)
        .select_related("ligne__fiche", "piece", "saisi_par")
        .order_by("date_facture", "ligne__fiche__numero", "pk")
    )
    return Depenses(
        tuple(
            TempsValorise(jour, personnes[qui], lignes[ou], duree, EtatTemps(etat), decide_le,
                          *_valoriser(jour, duree, lignes[ou], taux))
            for jour, qui, ou, duree, etat, decide_le in temps
        ),
        tuple(couts),
    )  # fmt: skip


def _valoriser(
    jour: date, duree_jours: Decimal, ligne: LigneDepense, taux: Mapping[int, Sequence[regles.TauxDate]]
) -> tuple[Decimal | None, Decimal]:
    """Le prix d'une journée de cette ligne ce jour-là, et la valeur de ce temps."""
    if ligne.nature != NatureDepense.JOURS:
        return None, ZERO
    prix = regles.retenir_taux(
        ecrit=regles.taux_au(jour, ligne=ligne.pk, taux=taux.get(ligne.fiche_id, ())),
        implicite=taux_implicite(montant=ligne.montant_eur, jours=ligne.jours),
        usuel=ligne.fiche.convention.taux_jour_eur,
    )
    return prix, regles.valoriser(duree_jours, prix)
