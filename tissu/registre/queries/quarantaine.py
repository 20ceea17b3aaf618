"""Lire la quarantaine : des lignes brutes, donc aussi celles que la diffusion partielle protège."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tissu.registre.models import LigneRefusee
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE

COLONNES = ("fichier", "ligne", "champ", "valeur", "code", "motif", "rejouee_le")
STATUTS = ("statutDiffusionEtablissement", "statutDiffusionUniteLegale")
CODE_OU_DATE = re.compile(r"[\d\s.:/TZ-]*[A-Z]?")
COLONNES_DE_LIEU = re.compile(r"voie|adresse|postal|lambert|coordonnee|indice|longitude|latitude", re.IGNORECASE)


def protegee(ligne: LigneRefusee) -> bool:
    """La valeur fautive peut-elle être celle d'une personne protégée ?

    Une ligne refusée est souvent décalée : seul un statut « O » bien lu l'ouvre, et un code ou une date ne disent
    rien de personne, sauf d'une adresse ou d'une position.
    """
    if not ligne.valeur or any(ligne.brute.get(statut) == "O" for statut in STATUTS):
        return False
    return not CODE_OU_DATE.fullmatch(ligne.valeur) or bool(COLONNES_DE_LIEU.search(ligne.champ))


def lisibles(lignes: Iterable[LigneRefusee], *, peut_voir: bool) -> Iterator[dict[str, Any]]:
    """Chaque ligne et ce qu'on en montre ; `cachee` : sa valeur fautive est tue à qui ne peut pas la voir."""
    for ligne in lignes:
        cachee = not peut_voir and protegee(ligne)
        montree = {colonne: getattr(ligne, colonne) for colonne in COLONNES}
        if cachee:
            montree["valeur"] = LIBELLE_NON_DIFFUSIBLE
        yield {**montree, "pk": ligne.pk, "rejouable": bool(ligne.brute), "cachee": cachee}
