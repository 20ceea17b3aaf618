"""Où en est chaque fiche un jour donné : budget, dépense, critères, retards, anomalies, feu. Requêtes constantes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tissu.programme.models import Fiche
from tissu.programme.queries import indicateurs as lectures
from tissu.programme.queries.anomalies import AnomalieDeFiche, anomalies_de
from tissu.programme.queries.consommation import Consommation, consommations
from tissu.programme.queries.ecrits import ApportEcrit, budgets_ecrits
from tissu.programme.queries.indicateurs import EtatCritere
from tissu.programme.queries.vie import ChoseOuverte, Retards, choses_ouvertes, prochaine, retards
from tissu.programme.rules import feu as feux
from tissu.programme.rules.budget import ecart, reste_a_financer, somme
from tissu.programme.rules.indicateurs import part_ecoulee

ZERO = Decimal(0)


@dataclass(frozen=True)
class Financement:
    """Ce que les financeurs apportent : `ecrit` en euros, `non_precisees` contributions sans montant."""

    ecrit: Decimal = ZERO
    combien: int = 0
    non_precisees: int = 0

    @property
    def precise(self) -> bool:
        """Au moins une contribution, et toutes chiffrées."""
        return self.combien > 0 and not self.non_precisees


@dataclass(frozen=True)
class Situation:
    """Une fiche et tout ce qu'on sait d'elle ce jour. Montants en euros, nets de taxes sauf mention."""

    fiche: Fiche
    consommation: Consommation
    anomalies: list[AnomalieDeFiche]
    criteres: list[EtatCritere]
    retards: Retards
    prochaine: ChoseOuverte | None
    financement: Financement
    verdict: feux.VerdictFeu

    @property
    def declare(self) -> Decimal | None:
        return self.fiche.total_declare_eur

    @property
    def calcule(self) -> Decimal:
        return self.consommation.prevu_eur

    @property
    def ecart(self) -> Decimal | None:
        """`calculé − déclaré` ; None si rien n'est déclaré."""
        return ecart(calcule=self.calcule, declare=self.declare)

    @property
    def a_decider(self) -> list[AnomalieDeFiche]:
        return [une for une in self.anomalies if not une.tranchee]

    @property
    def criteres_mesures(self) -> int:
        return sum(etat.mesure_faite for etat in self.criteres)

    @property
    def mesures_a_valider(self) -> int:
        return sum(etat.a_valider for etat in self.criteres)

    @property
    def reste(self) -> Decimal | None:
        """Ce qui n'est financé par personne ; None quand aucune contribution n'est écrite."""
        total = self.calcule if self.declare is None else self.declare
        return reste_a_financer(total=total, contributions=[self.financement.ecrit]) if self.financement.ecrit else None


def situations(fiches: Sequence[Fiche], *, au: date, tout_su: bool = False) -> list[Situation]:
    """La situation de chaque fiche au soir de ce jour, dans l'ordre donné (voir `queries.cadre.fiches`).

    `tout_su` : avec les mesures apprises depuis (voir `queries.indicateurs.etats_des_criteres`).
    """
    seuils, budgets = lectures.seuils_du_feu(au), budgets_ecrits(fiches)
    depenses, anomalies = consommations(fiches, au=au, budgets=budgets), anomalies_de(fiches, budgets=budgets)
    criteres = lectures.etats_des_criteres(fiches, au=au, tout_su=tout_su, tendances=False)
    ouvertes = choses_ouvertes(fiches, au=au)
    rendues = []
    for fiche in fiches:
        pk, ecoulee = fiche.pk, part_ecoulee(lectures.annee_de(fiche), au=au)
        en_retard = retards(ouvertes[pk], au=au)
        situation = feux.SituationDeFiche(
            part_ecoulee=ecoulee,
            avancement_resultats=lectures.resultats(criteres[pk], part_ecoulee=ecoulee),
            part_depensee=depenses[pk].part,
            jalons_en_retard=en_retard.jalons,
            livrables_en_retard=en_retard.livrables,
            anomalies_bloquantes=sum(une.bloquante for une in anomalies[pk]),
            criteres_mesures=sum(etat.mesure_faite for etat in criteres[pk]),
            criteres_total=len(criteres[pk]),
            livrables_tres_en_retard=_livrables_anciens(ouvertes[pk], au=au, jours=seuils.retard_livrable_jours),
        )
        rendues.append(
            Situation(
                fiche, depenses[pk], anomalies[pk], criteres[pk], en_retard, prochaine(ouvertes[pk], au=au),
                _financement(budgets[pk].apports), feux.feu(situation, seuils),
            )
        )  # fmt: skip
    return rendues


def _financement(apports: Sequence[ApportEcrit]) -> Financement:
    ecrits = [un.montant_eur for un in apports]
    return Financement(somme(ecrits), len(ecrits), ecrits.count(None))


def _livrables_anciens(ouvertes: Iterable[ChoseOuverte], *, au: date, jours: int) -> int:
    limite = au - timedelta(days=jours)
    return sum(une.sorte == "livrable" and une.le < limite for une in ouvertes)
