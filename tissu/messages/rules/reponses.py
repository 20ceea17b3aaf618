"""Ce que répond un téléphone : « STOP » n'arrête que s'il est tout le message."""

import re

ARRETS = frozenset({"stop", "arret", "arrêt", "stopper"})


def demande_l_arret(texte: str) -> bool:
    """Le message entier, ponctuation et espaces à part, demande-t-il de ne plus rien recevoir ?

    « STOP » arrête ; « ne vous arrêtez pas, STOP au 12 rue… » n'arrête rien.
    """
    return re.sub(r"[\s.!,;:'\"«»\u00a0]+", " ", texte).strip().casefold() in ARRETS
