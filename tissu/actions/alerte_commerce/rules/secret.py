"""Communiquer des comptes sans laisser deviner une alerte ni un commerce : les petits se réunissent ou se taisent.

Se taire vaut où chaque case a sa place, sur une carte ; se réunir, où l'ordre est libre, dans un tableau.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

Case = TypeVar("Case", bound=Hashable)
AUTRES = "Autres, réunis"


def regrouper(comptes: Mapping[str, int], *, seuil: int) -> list[tuple[str, int]]:
    """Les cases d'au moins `seuil`, la plus grande d'abord, puis le reste réuni.

    Un reste trop petit prend avec lui la plus petite case montrée : sinon le total le donnerait. Un total trop petit ne
    se montre pas du tout.
    """
    total = sum(comptes.values())
    if total < seuil:
        return []
    grandes = sorted(((nom, n) for nom, n in comptes.items() if n >= seuil), key=lambda case: (-case[1], case[0]))
    reste = total - sum(n for _, n in grandes)
    if 0 < reste < seuil and grandes:
        reste += grandes.pop()[1]
    return [*grandes, (AUTRES, reste)] if reste else grandes


def reunir_les_voisines(
    comptes: Iterable[tuple[Case, int]], *, seuil: int
) -> list[tuple[tuple[Case, Case], int]]:  # fmt: skip
    """Des cases qui se suivent (heures, jours) réunies jusqu'au `seuil` : (première, dernière) et leur compte.

    Une case vide ne se montre pas ; un dernier reste rejoint ce qui le précède ; un total trop petit ne se dit pas.
    """
    reunies: list[tuple[tuple[Case, Case], int]] = []
    ouverte: tuple[tuple[Case, Case], int] | None = None
    for case, n in comptes:
        if n == 0:
            continue
        ouverte = ((ouverte[0][0], case), ouverte[1] + n) if ouverte else ((case, case), n)
        if ouverte[1] >= seuil:
            reunies.append(ouverte)
            ouverte = None
    if ouverte and reunies:
        (premiere, _), n = reunies.pop()
        reunies.append(((premiere, ouverte[0][1]), n + ouverte[1]))
    return reunies


def a_taire(bases: Mapping[Case, int], *, seuil: int, groupe: Callable[[Case], Hashable]) -> frozenset[Case]:
    """Les cases dont le chiffre ne se dit pas : celles qui reposent sur moins de `seuil` unités.

    Le total de chaque groupe se lit ailleurs : tant que les cases tues y sont seules, ou trop petites ensemble, elles
    s'en déduiraient, et la plus petite des autres se tait avec elles.
    """
    tues = {case for case, base in bases.items() if base < seuil}
    groupes: dict[Hashable, list[Case]] = defaultdict(list)
    for case in bases:
        groupes[groupe(case)].append(case)
    for cases in groupes.values():
        ici = [case for case in cases if case in tues]
        dites = sorted(
            (case for case in cases if case not in tues), key=lambda case: (bases[case], str(case)), reverse=True
        )
        while ici and dites and (len(ici) == 1 or sum(bases[case] for case in ici) < seuil):
            ici.append(dites.pop())
        tues.update(ici)
    return frozenset(tues)
