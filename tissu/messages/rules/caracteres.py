"""Les caractères qui coûtent dans un SMS : lesquels, où, pourquoi, et par quoi l'auteur peut choisir de les remplacer.

Un seul « ç » fait passer tout le texte de 160 à 70 caractères par SMS. Rien n'est jamais remplacé sans que l'auteur le
demande : ici l'on propose.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from tissu.messages.rules.alphabet import ALPHABET, DOUBLES
from tissu.messages.rules.segmentation import TexteRefuse, segmenter

# Un caractère tel qu'on le voit : sa base, puis ce qui s'y accroche (accent détaché, teinte, variante, lien d'emoji).
_VISIBLE = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[^\n]?(?:[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|\u200d[^\n])+"
    "|[^\n]"
)

REMPLACEMENTS = {
    "œ": "oe", "Œ": "OE", "ø": "o", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D",
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "’": "'", "‘": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'", "‹": "'", "›": "'",
    "–": "-", "—": "-", "‒": "-", "―": "-", "‑": "-", "‐": "-", "−": "-", "•": "-", "·": ".",
    "…": "...", "×": "x", "÷": "/", "⁄": "/", "→": "->", "≤": "<=", "≥": ">=", "©": "(c)", "®": "(r)", "°": "o",
    "\u2028": "\n", "\u2029": "\n",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "",
    "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "\\": "/", "\f": "\n",
}  # fmt: skip
"""Ce que l'écriture décomposée d'un caractère ne dit pas. Un texte vide : le caractère ne se voit pas, on le retire."""

NOMS = {
    " ": "espace", "\n": "retour à la ligne", "\f": "saut de page", "\u00a0": "espace insécable",
    "\u202f": "espace fine insécable", "\u2009": "espace fine", "\u2007": "espace de chiffre",
    "\u2011": "trait d'union insécable",
    "\u00ad": "césure invisible", "\u200b": "espace sans largeur", "\u200c": "antiliant", "\u200d": "liant",
    "\u200e": "marque de sens", "\u200f": "marque de sens", "\u2028": "saut de ligne", "\u2029": "saut de paragraphe",
    "\u2060": "gluon", "\ufeff": "marque d'ordre des octets",
}  # fmt: skip
"""Comment dire un caractère qui ne se voit pas."""


@dataclass(frozen=True)
class CaractereCouteux:
    """Un caractère qui coûte. `positions` : ses rangs dans le texte, comptés de 0 en points de code.

    `motif` : « ucs2 », il impose l'alphabet à 70 caractères ; « double », il compte pour deux. `remplacement` : None si
    rien ne le dit autrement, vide s'il suffit de le retirer.
    """

    caractere: str
    positions: tuple[int, ...]
    motif: str
    remplacement: str | None


@dataclass(frozen=True)
class Economie:
    """Le nombre de SMS aujourd'hui, et celui qu'il resterait si l'auteur acceptait tous les remplacements proposés."""

    maintenant: int
    possible: int

    @property
    def gain(self) -> int:
        return self.maintenant - self.possible


def caracteres_couteux(texte: str) -> tuple[CaractereCouteux, ...]:
    """Les caractères qui coûtent aujourd'hui, du premier rencontré au dernier.

    Dans un texte hors de l'alphabet GSM-7, ce sont ceux qui l'en font sortir : là, « € » ne compte qu'une fois.
    """
    hors = not ALPHABET.issuperset(texte)
    if not hors and DOUBLES.isdisjoint(texte):
        return ()
    positions: dict[str, list[int]] = {}
    for trouve in _VISIBLE.finditer(texte):
        caractere = trouve[0]
        if not ALPHABET.issuperset(caractere) if hors else caractere in DOUBLES:
            positions.setdefault(caractere, []).append(trouve.start())
    motif = "ucs2" if hors else "double"
    return tuple(CaractereCouteux(c, tuple(rangs), motif, _proposer(c)) for c, rangs in positions.items())


def remplacer(texte: str, caracteres: Iterable[str]) -> str:
    """Le texte où ces caractères, choisis par l'auteur, sont remplacés ; l'un d'eux sans remplacement est refusé."""
    choisis: dict[str, str] = {}
    for caractere in caracteres:
        remplacement = _proposer(caractere)
        if remplacement is None:
            raise ValueError(f"« {caractere} » n'a pas de remplacement : récrivez la phrase.")
        choisis[caractere] = remplacement
    return _VISIBLE.sub(lambda trouve: choisis.get(trouve[0], trouve[0]), texte)


def economie(texte: str) -> Economie:
    """Ce que rapporteraient tous les remplacements proposés ; refuse le texte que `segmenter` refuse."""
    maintenant = segmenter(texte).combien
    proposes = [couteux.caractere for couteux in caracteres_couteux(texte) if couteux.remplacement is not None]
    if not proposes:
        return Economie(maintenant, maintenant)
    try:
        possible = segmenter(remplacer(texte, proposes)).combien
    except TexteRefuse:
        # Il ne resterait rien, ou plus de SMS qu'un téléphone n'en réunit : ce n'est pas une économie.
        possible = maintenant
    return Economie(maintenant, min(possible, maintenant))


def nommer(caractere: str) -> str:
    """Comment le dire à l'écran : son nom s'il ne se voit pas, lui-même sinon."""
    return NOMS.get(caractere, caractere)


def _proposer(caractere: str) -> str | None:
    """Le remplacement de notre table, sinon la même lettre sans ce qui la sort de l'alphabet."""
    if caractere in REMPLACEMENTS:
        return REMPLACEMENTS[caractere]
    if caractere in DOUBLES:
        return None
    compose = unicodedata.normalize("NFC", caractere)
    if compose != caractere:
        return compose if ALPHABET.issuperset(compose) else _proposer(compose)
    nu = "".join(
        REMPLACEMENTS.get(signe, signe)
        for signe in unicodedata.normalize("NFKD", caractere)
        if unicodedata.category(signe) not in {"Mn", "Me"}
    )
    return nu if nu and ALPHABET.issuperset(nu) else None
