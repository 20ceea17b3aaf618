"""Le texte d'une rubrique : paragraphes, intertitres, listes, gras. Rien d'autre ne s'y interprète, aucun HTML."""

import re
from dataclasses import dataclass

GRAS = re.compile(r"\*\*(.+?)\*\*")
PUCE = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(.*)$")
INTERTITRE = re.compile(r"^\s*#{1,6}\s+(.*)$")


@dataclass(frozen=True)
class Morceau:
    texte: str
    gras: bool = False


@dataclass(frozen=True)
class Passage:
    """`sorte` : « paragraphe » (une ligne), « intertitre » (une ligne) ou « liste » (une ligne par élément)."""

    sorte: str
    lignes: tuple[tuple[Morceau, ...], ...]


def _morceaux(texte: str) -> tuple[Morceau, ...]:
    parties = GRAS.split(texte)
    return tuple(Morceau(partie, gras=bool(rang % 2)) for rang, partie in enumerate(parties) if partie)


def passages(texte: str) -> list[Passage]:
    """Découpe un texte en Markdown simple. Une ligne vide sépare deux paragraphes ; un tiret ouvre une liste."""
    rendus: list[Passage] = []
    paragraphe: list[str] = []
    liste: list[str] = []

    def poser() -> None:
        if paragraphe:
            rendus.append(Passage("paragraphe", (_morceaux(" ".join(paragraphe)),)))
        if liste:
            rendus.append(Passage("liste", tuple(_morceaux(element) for element in liste)))
        paragraphe.clear()
        liste.clear()

    for ligne in texte.splitlines():
        puce, intertitre = PUCE.match(ligne), INTERTITRE.match(ligne)
        if not ligne.strip() or puce or intertitre:
            if not puce or paragraphe:
                poser()
            if puce:
                liste.append(puce[1].strip())
            if intertitre:
                rendus.append(Passage("intertitre", (_morceaux(intertitre[1].strip()),)))
        elif liste:
            # La suite d'un élément de liste, coupé par l'éditeur de texte.
            liste[-1] += f" {ligne.strip()}"
        else:
            paragraphe.append(ligne.strip())
    poser()
    return rendus
