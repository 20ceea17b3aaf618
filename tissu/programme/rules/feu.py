"""Le feu d'une fiche : où elle en est, pourquoi, et la règle qui en décide, imprimée avec ses seuils."""

from dataclasses import dataclass
from decimal import Decimal

from tissu.programme.choices import Feu
from tissu.socle.formats import nombre, pluriel


@dataclass(frozen=True)
class Seuils:
    """Les seuils en vigueur : écarts en points de pourcentage, retard en jours."""

    retard_resultats: int
    retard_grave_resultats: int
    avance_depense: int
    retard_livrable_jours: int


@dataclass(frozen=True)
class SituationDeFiche:
    """Ce que l'on sait d'une fiche un jour donné. Parts de 0 à 1 ; None : rien ne permet de le dire.

    `anomalies_bloquantes` : anomalies de sévérité « erreur » sans décision. `livrables_tres_en_retard` : ceux qui
    dépassent le seuil en jours ; ils sont comptés aussi dans `livrables_en_retard`.
    """

    part_ecoulee: Decimal
    avancement_resultats: Decimal | None = None
    part_depensee: Decimal | None = None
    jalons_en_retard: int = 0
    livrables_en_retard: int = 0
    anomalies_bloquantes: int = 0
    criteres_mesures: int = 0
    criteres_total: int = 0
    livrables_tres_en_retard: int = 0


@dataclass(frozen=True)
class VerdictFeu:
    """Le feu, ses motifs (une phrase chacun) et la règle entière avec les seuils appliqués."""

    feu: Feu
    motifs: tuple[str, ...]
    regle: str


def feu(situation: SituationDeFiche, seuils: Seuils) -> VerdictFeu:
    """Rouge s'il y a un motif grave, orange s'il y a un motif, gris si rien n'est mesuré, vert sinon."""
    graves = _motifs_graves(situation, seuils)
    motifs = graves + _motifs(situation, seuils)
    if graves:
        couleur = Feu.ROUGE
    elif motifs:
        couleur = Feu.ORANGE
    elif not situation.criteres_mesures:
        couleur = Feu.GRIS
        motifs = ["Aucun critère n'est encore mesuré, et rien n'est en retard."]
    else:
        couleur = Feu.VERT
        mesures = pluriel(situation.criteres_mesures, "critère mesuré", "critères mesurés")
        motifs = [f"Rien n'est en retard ; {mesures} sur {situation.criteres_total}."]
    return VerdictFeu(couleur, tuple(motifs), regle(seuils))


def _motifs_graves(situation: SituationDeFiche, seuils: Seuils) -> list[str]:
    motifs = []
    if situation.anomalies_bloquantes:
        combien = pluriel(situation.anomalies_bloquantes, "anomalie attend", "anomalies attendent")
        motifs.append(f"{combien} une décision dans le budget.")
    if situation.livrables_tres_en_retard:
        combien = pluriel(situation.livrables_tres_en_retard, "livrable")
        motifs.append(f"{combien} en retard de plus de {seuils.retard_livrable_jours} jours.")
    retard = _retard(situation)
    if retard is not None and retard > seuils.retard_grave_resultats:
        motifs.append(_phrase_de_retard(situation))
    return motifs


def _motifs(situation: SituationDeFiche, seuils: Seuils) -> list[str]:
    motifs = []
    avance = _points(situation.part_depensee, situation.avancement_resultats)
    if avance is not None and avance > seuils.avance_depense:
        motifs.append(
            f"La dépense ({_pour_cent(situation.part_depensee)}) devance les résultats "
            f"({_pour_cent(situation.avancement_resultats)}) de {nombre(avance)} points."
        )
    retard = _retard(situation)
    if retard is not None and seuils.retard_resultats < retard <= seuils.retard_grave_resultats:
        motifs.append(_phrase_de_retard(situation))
    if situation.jalons_en_retard:
        motifs.append(f"{pluriel(situation.jalons_en_retard, 'jalon dépassé', 'jalons dépassés')}.")
    recents = situation.livrables_en_retard - situation.livrables_tres_en_retard
    if recents > 0:
        motifs.append(f"{pluriel(recents, 'livrable')} en retard.")
    return motifs


def _retard(situation: SituationDeFiche) -> Decimal | None:
    return _points(situation.part_ecoulee, situation.avancement_resultats)


def _points(part: Decimal | None, autre: Decimal | None) -> Decimal | None:
    return None if part is None or autre is None else (part - autre) * 100


def _phrase_de_retard(situation: SituationDeFiche) -> str:
    return (
        f"Les résultats ({_pour_cent(situation.avancement_resultats)} des cibles) sont en retard sur l'année, écoulée "
        f"à {_pour_cent(situation.part_ecoulee)}."
    )


def _pour_cent(part: Decimal | None) -> str:
    return f"{nombre((part or Decimal(0)) * 100)} %"


def regle(seuils: Seuils) -> str:
    """La règle en toutes lettres, avec les seuils en vigueur."""
    return (
        "Rouge : une anomalie de budget de sévérité « erreur » attend une décision, un livrable a plus de "
        f"{seuils.retard_livrable_jours} jours de retard, ou les résultats sont à plus de "
        f"{seuils.retard_grave_resultats} points sous la part écoulée de l'année. "
        f"Orange : la dépense devance les résultats de plus de {seuils.avance_depense} points, les résultats sont à "
        f"plus de {seuils.retard_resultats} points sous la part écoulée, ou un jalon ou un livrable est en retard. "
        "Gris : rien n'est mesuré et rien n'est en retard. Vert : tous les autres cas. Les résultats sont la moyenne "
        "des avancements vers les cibles chiffrées ; un taux qui tient sa cible compte comme étant au rythme."
    )
