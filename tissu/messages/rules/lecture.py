"""Le texte d'un courriel, relu pour l'écran : ses paragraphes, ses listes, ses adresses devenues des liens."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

ADRESSE = re.compile(r"https?://\S+")
SUIVIE_D_UNE_ADRESSE = re.compile(r"(.+?) : (https?://\S+)")


@dataclass
class Ligne:
    """Une ligne ; `puce` : elle est d'une liste ; `details` : les points qui en dépendent."""

    texte: str
    lien: str = ""
    puce: bool = False
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bloc:
    """Des lignes qui se suivent, toutes d'une liste ou aucune."""

    liste: bool
    lignes: list[Ligne]


def mettre_en_page(texte: str) -> list[Bloc]:
    """« - un fait », puis son adresse à la ligne, est un lien nommé ; « . point » dépend de la ligne d'avant."""
    blocs = []
    for paragraphe in re.split(r"\n\s*\n", texte):
        lignes = _lignes(ligne.strip() for ligne in paragraphe.splitlines() if ligne.strip())
        blocs += [Bloc(liste, list(siennes)) for liste, siennes in groupby(lignes, key=lambda une: une.puce)]
    return blocs


def _lignes(ecrites: Iterable[str]) -> list[Ligne]:
    lues: list[Ligne] = []
    for ecrite in ecrites:
        if lues and ADRESSE.fullmatch(ecrite) and not lues[-1].lien:
            lues[-1].lien = ecrite
        elif lues and ecrite.startswith(". "):
            lues[-1].details.append(ecrite.removeprefix(". "))
        elif suivie := SUIVIE_D_UNE_ADRESSE.fullmatch(ecrite):
            lues.append(Ligne(suivie[1].removeprefix("- "), suivie[2], ecrite.startswith("- ")))
        else:
            lues.append(Ligne(ecrite.removeprefix("- "), puce=ecrite.startswith("- ")))
    return lues
