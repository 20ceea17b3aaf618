"""L'arithmétique des critères : valeur de l'année, avancement vers la cible, tendance, péremption. Sans base."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tissu.programme.choices import SensIndicateur
from tissu.socle.periodes import Periode, exercice, mois_de, mois_precedent, semestre, trimestre

UN = Decimal(1)
ZERO = Decimal(0)
RYTHMES = ("mois", "trimestre", "semestre", "annee")


class ValeurDePeriode(NamedTuple):
    """La valeur d'un critère sur une période ; `valeur` None : rien à mesurer, ou secret."""

    periode: str
    debut: date
    fin: date
    valeur: Decimal | None


def valeur_de_l_annee(valeurs: Iterable[ValeurDePeriode], *, cumulatif: bool) -> Decimal | None:
    """La somme des périodes d'un critère cumulatif, sinon la dernière valeur connue ; None si rien n'est connu."""
    connues = [(une.fin, une.debut, une.valeur) for une in valeurs if une.valeur is not None]
    if not connues:
        return None
    if cumulatif:
        return sum((valeur for _, _, valeur in connues), ZERO)
    return max(connues)[2]


def avancement(
    valeur: Decimal | None, *, cible: Decimal | None, reference: Decimal | None, sens: str, cumulatif: bool
) -> Decimal | None:
    """La part du chemin faite vers la cible, 0 ou plus ; None sans valeur, sans cible ou sans sens.

    Le chemin part de la valeur de départ quand elle est écrite ; un critère cumulatif part toujours de zéro.
    """
    if valeur is None or cible is None or sens == SensIndicateur.NEUTRE:
        return None
    depart = None if cumulatif else reference
    if sens == SensIndicateur.BAISSE and depart is None:
        return UN if valeur <= cible else max(ZERO, cible / valeur)
    depart = depart or ZERO
    if depart == cible:
        tenue = valeur <= cible if sens == SensIndicateur.BAISSE else valeur >= cible
        return UN if tenue else ZERO
    return max(ZERO, (valeur - depart) / (cible - depart))


def attendu(part_ecoulee: Decimal, *, cumulatif: bool) -> Decimal:
    """La part de la cible à laquelle on s'attend ce jour : l'année écoulée si cela se cumule, toute la cible sinon."""
    return part_ecoulee if cumulatif else UN


def part_ecoulee(annee: Periode, *, au: date) -> Decimal:
    """La part de 0 à 1 de l'exercice passée au soir de ce jour."""
    jours = (annee.fin - annee.debut).days + 1
    passes = min(max((au - annee.debut).days + 1, 0), jours)
    return Decimal(passes) / jours


def avancement_moyen(avancements: Sequence[tuple[Decimal | None, bool]], *, part_ecoulee: Decimal) -> Decimal | None:
    """La moyenne des avancements (valeur, cumulatif), chacun plafonné à 1 ; None si aucun n'est chiffré.

    Un critère non cumulatif qui tient sa cible est au rythme de l'année : il compte pour la part écoulée.
    """
    parts = [min(UN, fait) * (UN if cumule else part_ecoulee) for fait, cumule in avancements if fait is not None]
    return sum(parts, ZERO) / len(parts) if parts else None


def tendance(
    actuelles: Sequence[ValeurDePeriode], precedentes: Mapping[str, Decimal | None], *, cumulatif: bool
) -> Decimal | None:
    """L'écart avec les mêmes périodes un an plus tôt ; None si l'une d'elles manque. `precedentes` : par code."""
    connues = [une for une in actuelles if une.valeur is not None]
    if not connues or not precedentes:
        return None
    if not cumulatif:
        connues = connues[-1:]
    avant = [precedentes.get(un_an_plus_tot(une.periode)) for une in connues]
    if any(valeur is None for valeur in avant):
        return None
    return sum((une.valeur or ZERO for une in connues), ZERO) - sum((valeur or ZERO for valeur in avant), ZERO)


def un_an_plus_tot(code: str) -> str:
    """« 2026-T2 » → « 2025-T2 »."""
    return f"{int(code[:4]) - 1}{code[4:]}"


def est_perimee(mesuree_au: date, *, au: date, fin: date, jours: int) -> bool:
    """Une mesure plus vieille que son rythme, au jour dit ou à la fin de l'exercice s'il est passé."""
    return (min(au, fin) - mesuree_au).days > jours


def periodes_de(annee: int, premier_mois: int, rythme: str) -> list[Periode]:
    """Les périodes d'un exercice, dans l'ordre. Un exercice décalé sans trimestre civil entier n'en a pas.

    Lève `ValueError` sur un rythme inconnu.
    """
    tout = exercice(annee, premier_mois=premier_mois)
    mois = [mois_precedent(mois_de(tout.debut), -rang) for rang in range(12)]
    if rythme == "mois":
        return mois
    if rythme == "annee":
        return [tout]
    if rythme == "trimestre":
        entiers = mois[::3] if premier_mois % 3 == 1 else []
        return [trimestre(f"{m.debut.year}-T{m.debut.month // 3 + 1}") for m in entiers]
    if rythme == "semestre":
        entiers = mois[::6] if premier_mois % 6 == 1 else []
        return [semestre(f"{m.debut.year}-S{m.debut.month // 6 + 1}") for m in entiers]
    raise ValueError(f"« {rythme} » n'est pas un rythme de mesure : {', '.join(RYTHMES)}.")
