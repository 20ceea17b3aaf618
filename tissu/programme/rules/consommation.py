"""Ce qui est dépensé : le prix d'un jour à sa date, la part de chaque financeur, les alertes (méthode, § 3.2).

Chaque temps saisi vaut un montant arrondi au centime ; lignes, mois, personnes et financeurs somment donc exactement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tissu.programme.rules.budget import repartir, somme
from tissu.socle.argent import arrondir

ZERO = Decimal(0)
NON_AFFECTE = "Part sans financeur écrit"


@dataclass(frozen=True)
class TauxDate:
    """Un taux journalier, en euros, de `debut` à `fin` compris ; `ligne` None : il vaut pour toute la fiche."""

    debut: date
    montant_eur: Decimal
    ligne: int | None = None
    fin: date | None = None


@dataclass(frozen=True)
class ContributionEcrite:
    """Ce qu'un financeur apporte. `ligne` : à cette seule ligne ; `montant_eur` None : non précisé."""

    financeur: str
    montant_eur: Decimal | None
    ligne: int | None = None


@dataclass(frozen=True)
class PartDeFinanceur:
    """Ce qu'un financeur porte du coût réel. `depense_eur` None : sa contribution n'est pas précisée."""

    financeur: str
    prevu_eur: Decimal | None
    depense_eur: Decimal | None
    affecte: bool = True


def taux_au(jour: date, *, ligne: int, taux: Sequence[TauxDate]) -> Decimal | None:
    """Le taux écrit ce jour-là : celui de la ligne, sinon celui de la fiche ; None si aucun ne court.

    `taux` : rangés par date. De deux qui se chevauchent, le plus récemment entré en vigueur l'emporte ; du même jour,
    le dernier donné.
    """
    de_la_fiche = None
    for un in reversed(taux):
        if un.debut <= jour and (un.fin is None or jour <= un.fin):
            if un.ligne == ligne:
                return un.montant_eur
            if un.ligne is None and de_la_fiche is None:
                de_la_fiche = un.montant_eur
    return de_la_fiche


def changements_de_taux(taux: Iterable[TauxDate]) -> list[date]:
    """Les jours où un prix peut changer, dans l'ordre : entre deux d'entre eux, `taux_au` ne varie pas."""
    taux = list(taux)
    return sorted({un.debut for un in taux} | {un.fin + timedelta(days=1) for un in taux if un.fin is not None})


def retenir_taux(*, ecrit: Decimal | None, implicite: Decimal | None, usuel: Decimal) -> Decimal:
    """Le premier taux connu : écrit à cette date, implicite de la ligne (montant ÷ jours), usuel de la convention."""
    if ecrit is not None:
        return ecrit
    return usuel if implicite is None else implicite


def valoriser(duree_jours: Decimal, taux_eur: Decimal) -> Decimal:
    """`durée × taux`, en euros, arrondi au centime pour chaque temps saisi."""
    return arrondir(duree_jours * taux_eur)


def avancement(*, depense: Decimal, prevu: Decimal) -> Decimal | None:
    """La part dépensée du prévu (1 = tout) ; None quand rien n'est écrit au budget."""
    return depense / prevu if prevu else None


def parts_des_financeurs(
    depenses: Mapping[int, Decimal],
    *,
    prevus: Mapping[int, Decimal | None],
    contributions: Sequence[ContributionEcrite],
) -> tuple[PartDeFinanceur, ...]:
    """Partage le coût réel, au centime : d'abord ce qui est lié à une ligne, puis au prorata des montants écrits.

    `depenses` et `prevus` : par ligne. La somme des parts, reste compris, est exactement la somme des dépenses. Une
    contribution non précisée ne reçoit rien, et c'est dit ; ce que nul n'a écrit porter reste « sans financeur ».
    """
    ecrites = [(rang, c) for rang, c in enumerate(contributions) if c.montant_eur is not None]
    parts = {rang: ZERO for rang, _ in ecrites}
    commun_depense, commun_prevu, reste = ZERO, ZERO, ZERO
    for ligne in {*depenses, *prevus}:
        liees = [(rang, c.montant_eur or ZERO) for rang, c in ecrites if c.ligne == ligne]
        depense, prevu = depenses.get(ligne, ZERO), prevus.get(ligne) or ZERO
        laisse = _partager(depense, liees, prevu, parts)
        if laisse is None:
            commun_depense += depense
            commun_prevu += prevu
        else:
            commun_depense += laisse
            commun_prevu += max(prevu - sum((montant for _, montant in liees), ZERO), ZERO)
    generales = [(rang, c.montant_eur or ZERO) for rang, c in ecrites if c.ligne is None]
    laisse = _partager(commun_depense, generales, commun_prevu, parts)
    reste = commun_depense if laisse is None else laisse
    rendues = _par_financeur(contributions, parts)
    prevu_ecrit = somme(prevus.values())
    manque = max(prevu_ecrit - somme(c.montant_eur for c in contributions), ZERO)
    if reste or manque or not rendues:
        rendues.append(PartDeFinanceur(NON_AFFECTE, manque, reste, affecte=False))
    return tuple(rendues)


def _partager(
    depense: Decimal, apports: Sequence[tuple[int, Decimal]], prevu: Decimal, parts: dict[int, Decimal]
) -> Decimal | None:
    """Ajoute à chacun sa part et rend ce qui reste à partager ; None si personne n'apporte rien ici."""
    total = sum((montant for _, montant in apports), ZERO)
    if total <= 0:
        return None
    poids = [*(montant for _, montant in apports), max(prevu - total, ZERO)]
    *chacun, laisse = repartir(depense, poids)
    for (rang, _), part in zip(apports, chacun, strict=True):
        parts[rang] += part
    return laisse


def _par_financeur(contributions: Sequence[ContributionEcrite], parts: Mapping[int, Decimal]) -> list[PartDeFinanceur]:
    """Un financeur, une part : ses contributions s'ajoutent ; s'il n'en a précisé aucune, sa part est inconnue."""
    rendues = []
    for financeur in dict.fromkeys(c.financeur for c in contributions):
        siennes = [(rang, c) for rang, c in enumerate(contributions) if c.financeur == financeur]
        ecrits = [(rang, c.montant_eur) for rang, c in siennes if c.montant_eur is not None]
        if ecrits:
            prevu, part = somme(montant for _, montant in ecrits), sum((parts[rang] for rang, _ in ecrits), ZERO)
            rendues.append(PartDeFinanceur(financeur, prevu, part))
        else:
            rendues.append(PartDeFinanceur(financeur, None, None))
    return rendues


def alertes_de_depense(
    *, lignes: Sequence[tuple[str, Decimal | None]], part: Decimal | None, resultats: Decimal | None, ecart_points: int
) -> list[str]:
    """Les phrases à montrer : une ligne au-delà de son prévu ; la dépense en avance sur les résultats.

    `lignes` : (libellé, part dépensée) ; `resultats` : l'avancement des résultats (0 à 1), None s'il n'est pas mesuré.
    """
    phrases = [
        f"La ligne « {libelle} » dépasse ce qui était prévu." for libelle, p in lignes if p is not None and p > 1
    ]
    if part is not None and resultats is not None and (part - resultats) * 100 > ecart_points:
        ecart = arrondir((part - resultats) * 100).quantize(Decimal(1))
        phrases.append(
            f"La dépense est en avance de {ecart} points sur les résultats (alerte au-delà de {ecart_points} points)."
        )
    return phrases
