"""Ressemblance d'un local et d'un établissement du registre : une confiance de 0 à 1 et ses raisons.

Trois preuves : le nom, le lieu, l'activité. Une preuve qu'on ne peut pas lire ne dit ni oui ni non : elle vaut un demi.
Les raisons ne citent ni le nom ni l'adresse de l'établissement : rien du registre n'est recopié.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from tissu.locaux.rules.adresses import cle_numero, cle_voie, metres
from tissu.registre.recherche import normaliser

NEUTRE = 0.5
MOTS_VIDES = frozenset({
    "a", "au", "aux", "chez", "d", "de", "des", "du", "et", "l", "la", "le", "les", "un", "une", "sarl", "sas", "sasu",
    "eurl", "sa", "sci", "snc", "selarl", "ei", "mr", "mme", "m",
})  # fmt: skip
POSITION_SURE_M = 10


@dataclass(frozen=True)
class Lieu:
    """Une adresse et une position, dont chaque part peut manquer."""

    numero: str = ""
    voie: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Occupant:
    """Un local occupé, tel qu'on le voit de la rue."""

    enseigne: str
    activite: str
    famille: str
    lieu: Lieu


@dataclass(frozen=True)
class Etablissement:
    """Un établissement du registre ; `noms` : enseigne, nom usuel, dénomination."""

    siret: str
    noms: tuple[str, ...]
    activite: str
    famille: str
    lieu: Lieu


@dataclass(frozen=True)
class Motif:
    code: str
    texte: str
    poids: float


@dataclass(frozen=True)
class Ressemblance:
    """`confiance` de 0 à 1 ; `motifs`, une raison par preuve et ce qu'elle apporte."""

    confiance: float
    motifs: tuple[Motif, ...]


def ressemblance(
    occupant: Occupant, etablissement: Etablissement, *, poids: Mapping[str, float], rayon_m: float
) -> Ressemblance | None:
    """La ressemblance des deux ; None si le lieu les sépare à coup sûr."""
    lieu = _lieu(occupant.lieu, etablissement.lieu, rayon_m)
    if lieu is None:
        return None
    preuves = {
        "nom": _nom(occupant.enseigne, etablissement.noms),
        "lieu": lieu,
        "activite": _activite(occupant, etablissement),
    }
    motifs = tuple(Motif(code, texte, round(poids[code] * part, 3)) for code, (part, texte) in preuves.items())
    return Ressemblance(round(sum(poids[code] * part for code, (part, _) in preuves.items()), 3), motifs)


def _nom(enseigne: str, noms: Iterable[str]) -> tuple[float, str]:
    connus = [nom for nom in map(mots_du_nom, noms) if nom]
    vu = mots_du_nom(enseigne)
    if not vu or not connus:
        return NEUTRE, "nom inconnu d'un côté : ni pour, ni contre"
    part = max(ressemblance_des_noms(vu, nom) for nom in connus)
    if part >= 0.95:
        return part, "même nom"
    return part, f"noms ressemblants à {round(part * 100)}\u202f%" if part >= 0.6 else "noms différents"


@lru_cache(maxsize=65_536)
def mots_du_nom(nom: str) -> str:
    """Les mots qui distinguent : sans article, ni forme juridique."""
    mots = [mot for mot in normaliser(nom).split() if mot not in MOTS_VIDES]
    return " ".join(mots)


def ressemblance_des_noms(un: str, autre: str) -> float:
    """De 0 à 1. Un nom contenu dans l'autre compte, sans suffire : « Boulangerie » n'est pas « Boulangerie Martin »."""
    ensemble = fuzz.token_set_ratio(un, autre) if min(len(un.split()), len(autre.split())) > 1 else 0.0
    return max(fuzz.token_sort_ratio(un, autre), fuzz.ratio(un.replace(" ", ""), autre.replace(" ", "")),
               0.9 * ensemble) / 100  # fmt: skip


def _lieu(vu: Lieu, connu: Lieu, rayon_m: float) -> tuple[float, str] | None:
    """La part et la raison ; None si deux positions connues sont à plus de `rayon_m` et l'adresse différente."""
    adresse = _adresse(vu, connu)
    ecart = None
    if vu.lon is not None and vu.lat is not None and connu.lon is not None and connu.lat is not None:
        ecart = metres(vu.lon, vu.lat, connu.lon, connu.lat)
    if adresse is not None and adresse[0] >= 0.9:
        return adresse
    if ecart is None:
        return adresse or (NEUTRE, "lieu inconnu d'un côté : ni pour, ni contre")
    if ecart > rayon_m:
        return None
    part = 0.9 if ecart <= POSITION_SURE_M else 0.8 * (1 - ecart / rayon_m)
    proche = (part, f"à {round(ecart)} m")
    return max(proche, adresse) if adresse else proche


def _adresse(vu: Lieu, connu: Lieu) -> tuple[float, str] | None:
    if not vu.voie or not connu.voie:
        return None
    if cle_voie(vu.voie) != cle_voie(connu.voie):
        return 0.0, "autre voie"
    un, autre = cle_numero(vu.numero), cle_numero(connu.numero)
    if un and un == autre:
        return 1.0, "même adresse"
    if un and autre and not _numeros(un).isdisjoint(_numeros(autre)):
        return 0.9, "même adresse, numéros groupés"
    if not un or not autre:
        return 0.4, "même voie, numéro inconnu"
    return 0.2, "même voie, autre numéro"


@lru_cache(maxsize=16_384)
def _numeros(cle: str) -> frozenset[int]:
    """« 12-14 » couvre 12 et 14 ; « 27-37 », tous les impairs entre eux."""
    nombres = [int(nombre) for nombre in re.findall(r"\d+", cle)]
    if len(nombres) == 2 and nombres[0] < nombres[1] <= nombres[0] + 50:
        pas = 2 if (nombres[1] - nombres[0]) % 2 == 0 else 1
        return frozenset(range(nombres[0], nombres[1] + 1, pas))
    return frozenset(nombres)


def _activite(occupant: Occupant, etablissement: Etablissement) -> tuple[float, str]:
    if not occupant.activite or not etablissement.activite:
        return NEUTRE, "activité inconnue d'un côté : ni pour, ni contre"
    if occupant.activite == etablissement.activite:
        return 1.0, "même activité"
    if occupant.famille == etablissement.famille:
        return 0.7, "même famille d'activités"
    return 0.0, "autre famille d'activités"


def retenir(
    candidats: Iterable[tuple[str, Ressemblance]], *, seuil: float, ecart: float = 0.15, combien: int = 3
) -> list[tuple[str, Ressemblance]]:
    """Les meilleurs au-dessus du seuil, et ceux que trop peu en sépare pour choisir à la place d'une personne."""
    ranges = sorted(candidats, key=lambda couple: (-couple[1].confiance, couple[0]))
    bons = [couple for couple in ranges if couple[1].confiance >= seuil]
    return [couple for couple in bons[:combien] if couple[1].confiance >= bons[0][1].confiance - ecart]
