"""Le budget d'une fiche : lignes avec leurs taux, financements, année précédente."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tissu.programme.models import Contribution, Fiche, LigneDepense, TauxJour
from tissu.programme.rules.budget import (
    ecart,
    incomplet,
    reste_a_financer,
    somme,
    taux_de_cofinancement,
    taux_implicite,
)


@dataclass(frozen=True)
class LigneDeBudget:
    """`implicite` : montant ÷ jours ; `date_` : le taux posé pour cette ligne, ou à défaut pour la fiche."""

    ligne: LigneDepense
    implicite: Decimal | None
    taux: TauxJour | None


@dataclass(frozen=True)
class Apport:
    contribution: Contribution
    part: Decimal | None


@dataclass(frozen=True)
class Budget:
    """Trois valeurs : l'écrite, la calculée, la décidée. Montants en euros, nets de taxes sauf mention."""

    lignes: list[LigneDeBudget]
    retirees: list[LigneDepense]
    taux: list[TauxJour]
    apports: list[Apport]
    declare: Decimal | None
    calcule: Decimal
    complet: bool
    jours: Decimal
    ecart: Decimal | None
    finance: Decimal
    finance_complet: bool
    reste: Decimal
    avant: "Budget | None" = None

    @property
    def evolution(self) -> Decimal | None:
        """Le calculé de cette année moins celui de la précédente ; None sans fiche précédente."""
        return None if self.avant is None else self.calcule - self.avant.calcule


def budget(fiche: Fiche, *, au: date, avec_avant: bool = True) -> Budget:
    """Tout le budget d'une fiche, et celui de la fiche précédente. Six requêtes."""
    toutes = list(fiche.lignes.select_related("retiree_par", "ajoutee_par").order_by("ordre", "pk"))
    lignes = [ligne for ligne in toutes if ligne.retiree_par_id is None]
    taux = list(fiche.taux.select_related("ligne", "avenant").order_by("debut", "pk"))
    contributions = list(fiche.contributions.select_related("ligne", "organisation").order_by("ordre", "pk"))
    montants, apports = [ligne.montant_eur for ligne in lignes], [une.montant_eur for une in contributions]
    declare, calcule = fiche.total_declare_eur, somme(montants)
    total = calcule if declare is None else declare
    avant = fiche.precedente
    return Budget(
        lignes=[
            LigneDeBudget(
                ligne, taux_implicite(montant=ligne.montant_eur, jours=ligne.jours), _taux_du_jour(taux, ligne, au)
            )
            for ligne in lignes
        ],
        retirees=[ligne for ligne in toutes if ligne.retiree_par_id is not None],
        taux=taux,
        apports=[
            Apport(une, taux_de_cofinancement(contribution=une.montant_eur, total=total)) for une in contributions
        ],
        declare=declare,
        calcule=calcule,
        complet=not incomplet(montants),
        jours=somme(ligne.jours for ligne in lignes),
        ecart=ecart(calcule=calcule, declare=declare),
        finance=somme(apports),
        finance_complet=bool(apports) and not incomplet(apports),
        reste=reste_a_financer(total=total, contributions=apports),
        avant=budget(avant, au=au, avec_avant=False) if avec_avant and avant is not None else None,
    )


def _taux_du_jour(taux: list[TauxJour], ligne: LigneDepense, au: date) -> TauxJour | None:
    """Le taux en vigueur ce jour pour la ligne, sinon pour la fiche ; à défaut le dernier posé."""
    for portee in (ligne.pk, None):
        siens = [un for un in taux if un.ligne_id == portee]
        courants = [un for un in siens if un.debut <= au and (un.fin is None or un.fin >= au)]
        if siens:
            return (courants or siens)[-1]
    return None
