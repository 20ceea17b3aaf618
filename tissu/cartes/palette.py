"""Les teintes des cartes, nommées : catégories d'Okabe et Ito, rampes séquentielles de ColorBrewer à cinq classes.

Une couche nomme une teinte ; sa couleur dépend du mode, clair ou sombre. Sur un fond sombre une rampe va du plus foncé
au plus clair : la valeur forte est toujours la plus éloignée du fond.
"""

from collections.abc import Iterable

CATEGORIES: dict[str, tuple[str, str]] = {
    "bleu": ("#0b5cad", "#5aa5ea"),
    "vermillon": ("#d55e00", "#f0884a"),
    "vert": ("#00795c", "#3fb892"),
    "ocre": ("#b8860b", "#e0b84c"),
    "prune": ("#9a4f86", "#d792c5"),
    "ciel": ("#4a93c4", "#8cc9ee"),
    "encre": ("#474340", "#dfdcd9"),
}
"""Teinte d'une catégorie : sa couleur en clair, en sombre. L'ordre est celui où on les prend."""

RAMPES: dict[str, tuple[str, str, str, str, str]] = {
    "bleus": ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"),
    "oranges": ("#feedde", "#fdbe85", "#fd8d3c", "#e6550d", "#a63603"),
    "verts": ("#edf8e9", "#bae4b3", "#74c476", "#31a354", "#006d2c"),
    "pourpres": ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"),
}
"""Rampes séquentielles de ColorBrewer (Cynthia Brewer, licence Apache 2), cinq classes, du faible au fort."""

CLASSES_D_UNE_RAMPE = 5
SANS_DONNEE = ("#b3aeaa", "#5a5552")
SECRET = ("#77726e", "#a19c98")
"""Le secret est hachuré de cette couleur sur un fond transparent."""


def teintes_de_la_rampe(rampe: str, classes: int) -> list[str]:
    """Les teintes de `classes` classes : toute la rampe s'il y en a cinq, sinon les plus contrastées."""
    rangs = {1: [3], 2: [1, 4], 3: [0, 2, 4], 4: [0, 1, 3, 4]}.get(classes, range(CLASSES_D_UNE_RAMPE))
    return [f"{rampe}-{rang + 1}" for rang in rangs]


def couleur(teinte: str, *, sombre: bool = False) -> str:
    """La couleur `#rrggbb` d'une teinte : une catégorie (« bleu ») ou un degré de rampe (« bleus-3 »).

    Lève `KeyError` sur une teinte inconnue.
    """
    if teinte in CATEGORIES:
        return CATEGORIES[teinte][sombre]
    rampe, _, degre = teinte.partition("-")
    degres = RAMPES[rampe]
    if degre not in {"1", "2", "3", "4", "5"}:
        raise KeyError(teinte)
    return degres[CLASSES_D_UNE_RAMPE - int(degre)] if sombre else degres[int(degre) - 1]


def inconnues(teintes: Iterable[str]) -> list[str]:
    """Celles de ces teintes que la palette n'a pas."""
    manquantes = []
    for teinte in teintes:
        try:
            couleur(teinte)
        except KeyError:
            manquantes.append(teinte)
    return manquantes


def toutes() -> list[str]:
    """Toutes les teintes : catégories, puis degrés des rampes."""
    return [*CATEGORIES, *(f"{rampe}-{degre}" for rampe in RAMPES for degre in range(1, CLASSES_D_UNE_RAMPE + 1))]


def feuille_des_teintes() -> str:
    """Les teintes en jetons CSS, selon le mode comme dans `/theme.css`, et une classe `teinte--…` pour chacune."""
    clair, sombre = (
        "".join(f"--teinte-{nom}:{code};" for nom, code in _codes(sombre)) for sombre in (False, True)
    )  # fmt: skip
    classes = "".join(f".teinte--{nom}{{--teinte:var(--teinte-{nom})}}" for nom, _ in _codes(False))
    return (
        f":root{{{clair}}}\n"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="clair"]){{{sombre}}}}}\n'
        f':root[data-theme="sombre"]{{{sombre}}}\n'
        f"@media print{{:root:root:root{{{clair}}}}}\n{classes}\n"
    )


def _codes(sombre: bool) -> list[tuple[str, str]]:
    return [
        *((teinte, couleur(teinte, sombre=sombre)) for teinte in toutes()),
        ("sans-donnee", SANS_DONNEE[sombre]),
        ("secret", SECRET[sombre]),
    ]
