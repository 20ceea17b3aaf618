"""Ce qu'une revue dit d'abord : où en sont les fiches, quelles cibles sont tenues, ce qui est dépensé, en une phrase
chacun. Sans base : les mêmes phrases ouvrent la page et le document, et se recomposent des seuls chiffres figés."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tissu.programme.choices import Feu
from tissu.socle.formats import euros, nombre, pluriel, pourcentage

UN = Decimal(1)
AUTRES_FEUX = ((Feu.ORANGE, "à surveiller"), (Feu.ROUGE, "en difficulté"), (Feu.GRIS, "sans résultat mesuré"))


@dataclass(frozen=True)
class Ensemble:
    """Les chiffres figés d'une revue, rassemblés. Montants en euros ; `incomplet` : le budget est un minimum.

    `feux` : combien de fiches de chaque feu ; `avancements` : la part atteinte de chaque cible mesurée.
    """

    feux: Mapping[str, int]
    retenu_eur: Decimal
    depense_eur: Decimal
    incomplet: bool = False
    avancements: Sequence[Decimal] = ()
    criteres: int = 0

    @property
    def fiches(self) -> int:
        return sum(self.feux.values())

    @property
    def part(self) -> Decimal | None:
        """La part dépensée du budget ; None sans budget."""
        return self.depense_eur / self.retenu_eur if self.retenu_eur else None

    @property
    def tenues(self) -> int:
        return sum(une >= UN for une in self.avancements)


def constats(ensemble: Ensemble) -> list[str]:
    """Une phrase par sujet qui a de quoi se dire, les résultats d'abord."""
    phrases = [phrase_des_feux(ensemble.feux), phrase_des_cibles(ensemble), phrase_du_budget(ensemble)]
    return [phrase for phrase in phrases if phrase]


def phrase_des_feux(feux: Mapping[str, int]) -> str:
    """« 6 fiches sur 17 sont en bonne voie, 5 à surveiller, 1 en difficulté, 5 sans résultat mesuré. »"""
    total = sum(feux.values())
    if not total:
        return ""
    bonnes = feux.get(Feu.VERT, 0)
    accord = "est" if bonnes < 2 else "sont"
    tete = f"{pluriel(bonnes, 'fiche')} sur {nombre(total)} {accord} en bonne voie"
    if not bonnes:
        tete = f"Aucune fiche sur {nombre(total)} n'est en bonne voie"
    autres = [f"{nombre(feux[feu])} {mot}" for feu, mot in AUTRES_FEUX if feux.get(feu)]
    return ", ".join([tete, *autres]) + "."


def phrase_des_cibles(ensemble: Ensemble) -> str:
    """« 18 cibles atteintes sur 31 chiffrées et mesurées. »"""
    mesurees = len(ensemble.avancements)
    if not mesurees:
        return "Aucune cible chiffrée n'est mesurée." if ensemble.criteres else ""
    if not ensemble.tenues:
        return f"Aucune cible n'est atteinte sur {nombre(mesurees)} chiffrées et mesurées."
    accord = "atteinte" if ensemble.tenues < 2 else "atteintes"
    return f"{pluriel(ensemble.tenues, 'cible')} {accord} sur {nombre(mesurees)} chiffrées et mesurées."


def phrase_du_budget(ensemble: Ensemble) -> str:
    """« 93 % du budget est dépensé et validé : 275 965 € sur 296 250 €. »"""
    if ensemble.part is None:
        return ""
    reserve = "au moins " if ensemble.incomplet else ""
    montants = f"{euros(ensemble.depense_eur)} sur {reserve}{euros(ensemble.retenu_eur)}"
    quoi = "du budget connu" if ensemble.incomplet else "du budget"
    return f"{pourcentage(float(ensemble.part), 0)} {quoi} est dépensé et validé : {montants}."


def titre_des_depenses(parts: Sequence[tuple[str, Decimal]]) -> str:
    """Ce que montre le graphique des dépenses : la moins dépensée et la plus dépensée des fiches (nom, part)."""
    moins, plus = min(parts, key=lambda une: une[1]), max(parts, key=lambda une: une[1])
    if moins[1] == plus[1]:
        return f"Chaque fiche a dépensé {pourcentage(float(plus[1]), 0)} de son budget"
    depassent = sum(part > UN for _, part in parts)
    if depassent:
        suite = "dépasse son budget" if depassent < 2 else "dépassent leur budget"
        return f"{pluriel(depassent, 'fiche')} {suite}, jusqu'à {pourcentage(float(plus[1]), 0)} ({plus[0]})"
    etendue = f"de {pourcentage(float(moins[1]), 0)} à {pourcentage(float(plus[1]), 0)} dépensés"
    return f"Aucune fiche ne dépasse son budget : {etendue}"


def titre_des_resultats(couples: Sequence[tuple[str, Decimal, Decimal]], *, ecart: Decimal) -> str:
    """Ce que montre le graphique des résultats face à la dépense : (nom, dépense, résultats), en parts.

    Une dépense en avance de plus de `ecart` (une part) sur les résultats se compte.
    """
    devancees = sum(depense - fait > ecart for _, depense, fait in couples)
    points = f"de plus de {nombre(ecart * 100)} points"
    if not devancees:
        return f"Sur aucune fiche la dépense ne devance les résultats {points}"
    return f"Sur {pluriel(devancees, 'fiche')}, la dépense devance les résultats {points}"
