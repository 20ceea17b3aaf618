"""Un texte de conseils, écrit sans balise : paragraphes, intertitres « ## », listes « - »."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bloc:
    """Un morceau de page. `sorte` : « titre », « texte » ou « liste » ; `lignes` : une, ou les points de la liste."""

    sorte: str
    lignes: tuple[str, ...]


def blocs(corps: str) -> list[Bloc]:
    """Les morceaux d'un texte, dans l'ordre."""
    rendus: list[Bloc] = []
    for paquet in corps.replace("\r\n", "\n").split("\n\n"):
        points: list[str] = []
        phrases: list[str] = []
        for ligne in (brute.strip() for brute in paquet.split("\n")):
            if ligne.startswith("## "):
                _vider(rendus, phrases, points)
                rendus.append(Bloc("titre", (ligne[3:].strip(),)))
            elif ligne.startswith("- "):
                _vider(rendus, phrases, [])
                points.append(ligne[2:].strip())
            elif ligne:
                _vider(rendus, [], points)
                phrases.append(ligne)
        _vider(rendus, phrases, points)
    return rendus


def _vider(rendus: list[Bloc], phrases: list[str], points: list[str]) -> None:
    if phrases:
        rendus.append(Bloc("texte", (" ".join(phrases),)))
        phrases.clear()
    if points:
        rendus.append(Bloc("liste", tuple(points)))
        points.clear()
