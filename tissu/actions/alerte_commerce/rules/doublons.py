"""Reconnaître un commerce déjà connu : même mobile, même SIRET, même nom à la même adresse. Une personne tranche."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fiche:
    """Ce qui se compare d'un commerce. `adresse` : clé de l'adresse (voie, numéro, commune), vide si inconnue."""

    pk: int
    nom: str
    siret: str = ""
    adresse: str = ""
    mobiles: Collection[str] = field(default_factory=frozenset)


def cle_nom(nom: str) -> str:
    """Le nom sans accent, ni casse, ni signe, ni forme juridique."""
    plat = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    mots = re.sub(r"[^a-z0-9]+", " ", plat).split()
    return " ".join(mot for mot in mots if mot not in {"sarl", "sas", "sasu", "eurl", "sa", "ei", "la", "le", "les"})


def candidats(nouvelle: Fiche, connues: Iterable[Fiche]) -> list[tuple[int, str]]:
    """Les fiches connues qui pourraient être le même commerce, chacune avec sa raison ; la plus sûre d'abord."""
    trouvees = []
    for connue in connues:
        raisons = _raisons(nouvelle, connue)
        if raisons:
            trouvees.append((-len(raisons), connue.pk, " ; ".join(raisons)))
    return [(pk, raison) for _, pk, raison in sorted(trouvees)]


def _raisons(une: Fiche, autre: Fiche) -> list[str]:
    raisons = []
    if une.siret and une.siret == autre.siret:
        raisons.append("même SIRET")
    if set(une.mobiles) & set(autre.mobiles):
        raisons.append("même mobile")
    if une.adresse and une.adresse == autre.adresse and cle_nom(une.nom) == cle_nom(autre.nom):
        raisons.append("même nom à la même adresse")
    return raisons


def est_le_meme(nouvelle: Fiche, connue: Fiche) -> bool:
    """Sans doute possible : même SIRET et un mobile commun, ou même nom, même adresse et un mobile commun."""
    if not set(nouvelle.mobiles) & set(connue.mobiles):
        return False
    if nouvelle.siret and connue.siret:
        return nouvelle.siret == connue.siret
    return (
        bool(nouvelle.adresse) and nouvelle.adresse == connue.adresse and cle_nom(nouvelle.nom) == cle_nom(connue.nom)
    )
