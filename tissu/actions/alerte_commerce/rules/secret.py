"""Communiquer des comptes sans laisser deviner une alerte : les petites cases se réunissent."""

from collections.abc import Mapping

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
