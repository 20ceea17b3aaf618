"""Une lettre à un commerce : à qui elle ne part pas, comment son texte se remplit, comment son adresse s'écrit."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from tissu.actions.alerte_commerce.choices import EtatAdherent, MotifHorsCourrier

CHAMPS = {
    "commerce": "le nom du commerce", "adresse": "son adresse", "commune": "sa commune", "quartier": "son quartier",
    "date": "la date du jour", "internet": "l'adresse où adhérer",
}  # fmt: skip
"""Ce qu'un texte peut porter entre accolades."""

LIGNE_AU_PLUS = 38
"""Une ligne d'adresse compte au plus trente-huit signes (norme NF Z10-011)."""

_CHAMP = re.compile(r"\{([^{}]*)\}")
_EN_COURS = frozenset({EtatAdherent.DEMANDE, EtatAdherent.A_VERIFIER, EtatAdherent.SUSPENDU})
_SORTIS = frozenset({EtatAdherent.PARTI, EtatAdherent.REFUSE})


@dataclass(frozen=True)
class Candidat:
    """Un commerce choisi. `etat` : celui de son adhésion, vide s'il n'en a pas ; `protege` : diffusion partielle."""

    nom: str
    adresse: str
    protege: bool = False
    etat: str = ""


def motif_d_exclusion(candidat: Candidat) -> MotifHorsCourrier | None:
    """Pourquoi ne pas lui écrire ; None : on peut. La protection passe avant tout."""
    if candidat.protege:
        return MotifHorsCourrier.PROTEGE
    if candidat.etat in _EN_COURS:
        return MotifHorsCourrier.EN_COURS
    if candidat.etat in _SORTIS:
        return MotifHorsCourrier.PARTI
    if not candidat.nom or not candidat.adresse:
        return MotifHorsCourrier.SANS_ADRESSE
    return None


def champs_inconnus(texte: str) -> list[str]:
    """Les champs entre accolades que l'on ne sait pas remplir, dans l'ordre, chacun une fois."""
    return [nom for nom in dict.fromkeys(_CHAMP.findall(texte)) if nom not in CHAMPS]


def remplir(texte: str, valeurs: Mapping[str, str]) -> str:
    """Le texte, ses champs remplis ; une valeur n'est jamais relue comme un champ."""
    return _CHAMP.sub(lambda trouve: valeurs[trouve[1]] if trouve[1] in CHAMPS else trouve[0], texte)


def bloc_adresse(nom: str, adresse: str, code_postal: str, commune: str) -> list[str]:
    """Les lignes d'une enveloppe : le nom, la voie, puis le code postal et la commune en capitales sans accent.

    Une ligne trop longue se poursuit sur la suivante ; rien n'est coupé.
    """
    localite = f"{code_postal} {commune}".strip()
    nue = unicodedata.normalize("NFD", localite).encode("ascii", "ignore").decode().replace("-", " ").upper()
    return [ligne for texte in (nom, adresse, nue) for ligne in _plier(" ".join(texte.split()))]


def _plier(texte: str) -> list[str]:
    lignes = [""]
    for mot in texte.split(" "):
        essai = f"{lignes[-1]} {mot}".strip()
        if len(essai) <= LIGNE_AU_PLUS or not lignes[-1]:
            lignes[-1] = essai
        else:
            lignes.append(mot)
    return [ligne for ligne in lignes if ligne]
