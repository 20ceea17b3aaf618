"""Reconnaître un local d'un fichier à l'autre, et deux lignes qui disent le même local.

L'identité d'un local est son lieu : adresse et position. L'enseigne et l'activité départagent les locaux d'une même
adresse, parce qu'un local change d'occupant sans changer d'identité. Voir docs/decisions, « identité d'un local ».
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from tissu.locaux.rules.adresses import cle_numero, cle_voie, metres
from tissu.registre.recherche import normaliser

MEMES_MOTS = 90
"""Au-dessus de cette ressemblance (sur 100), deux enseignes sont la même, écrite autrement."""
PAS_DEGRES = 0.0005
"""Maille de recherche : cinquante mètres environ, plus que tout rayon où l'on reconnaît un local."""


@dataclass(frozen=True)
class Portrait:
    """Ce qui permet de reconnaître un local : un rang ou un numéro à soi, et son portrait."""

    cle: int
    code_commune: str
    numero: str
    voie: str
    lon: float | None = None
    lat: float | None = None
    enseigne: str = ""
    activite: str = ""
    identifiant: str = ""

    @property
    def adresse(self) -> tuple[str, str, str] | None:
        voie = cle_voie(self.voie)
        return (self.code_commune, voie, cle_numero(self.numero)) if voie else None


@dataclass(frozen=True)
class Reconnu:
    """La ligne `cle` est le local `local`, et voici pourquoi."""

    cle: int
    local: int
    raison: str


def memes_enseignes(une: str, autre: str) -> bool:
    """Sans accent ni casse, à une faute de frappe près ; deux vides ne disent rien."""
    a, b = normaliser(une), normaliser(autre)
    return bool(a and b) and (a == b or fuzz.token_sort_ratio(a, b) >= MEMES_MOTS)


def reconnaitre(lignes: Sequence[Portrait], connus: Sequence[Portrait], *, rayon_m: float) -> list[Reconnu]:
    """Un local au plus par ligne, une ligne au plus par local. Les preuves les plus fortes d'abord :

    1. le même identifiant dans la source ;
    2. la même adresse et la même position au mètre près ;
    3. la même adresse, à moins de `rayon_m` ou sans position, et la même enseigne ou la même activité ;
    4. la même position au mètre près, l'adresse ayant été réécrite ;
    5. la même adresse, à moins de `rayon_m`, seul de part et d'autre : l'occupant a changé.
    """
    paires = _paires(lignes, connus, rayon_m)
    libres, pris, reconnus = {une.cle for une in lignes}, set(), []
    for rang, raison in enumerate(RAISONS[:-1]):
        for _, _, cle, local in sorted(paire for paire in paires if paire[0] == rang):
            if cle in libres and local not in pris:
                libres.discard(cle)
                pris.add(local)
                reconnus.append(Reconnu(cle, local, raison))
    seuls = [(cle, local) for rang, _, cle, local in paires if rang == 4 and cle in libres and local not in pris]
    for cle, local in sorted(seuls):
        if sum(une == cle for une, _ in seuls) == 1 and sum(un == local for _, un in seuls) == 1:
            reconnus.append(Reconnu(cle, local, RAISONS[-1]))
    return reconnus


RAISONS = ("même identifiant", "même adresse, même position", "même adresse, même occupant", "même position",
           "même adresse, seul local sans occupant reconnu")  # fmt: skip
_Paire = tuple[int, float, int, int]


def _paires(lignes: Sequence[Portrait], connus: Sequence[Portrait], rayon_m: float) -> list[_Paire]:
    par_identifiant = {une.identifiant: une for une in connus if une.identifiant}
    par_adresse, par_maille = defaultdict(list), defaultdict(list)
    for un in connus:
        if un.adresse:
            par_adresse[un.adresse].append(un)
        if un.lon is not None and un.lat is not None:
            par_maille[_maille(un.lon, un.lat)].append(un)
    paires: list[_Paire] = []
    for ligne in lignes:
        if ligne.identifiant in par_identifiant and ligne.identifiant:
            paires.append((0, 0.0, ligne.cle, par_identifiant[ligne.identifiant].cle))
        for un in par_adresse.get(ligne.adresse, ()) if ligne.adresse else ():
            paires += _paire_de_meme_adresse(ligne, un, rayon_m)
        if ligne.lon is not None and ligne.lat is not None:
            for un in _voisins(par_maille, ligne.lon, ligne.lat):
                ecart = _ecart(ligne, un)
                if ecart is not None and ecart <= 1:
                    paires.append((3, ecart, ligne.cle, un.cle))
    return paires


def _paire_de_meme_adresse(ligne: Portrait, un: Portrait, rayon_m: float) -> Iterator[_Paire]:
    ecart = _ecart(ligne, un)
    if ecart is not None and ecart > rayon_m:
        return
    if ecart is not None and ecart <= 1:
        yield (1, ecart, ligne.cle, un.cle)
    meme_enseigne = memes_enseignes(ligne.enseigne, un.enseigne)
    if meme_enseigne or (ligne.activite and ligne.activite == un.activite):
        # À preuve égale, la même enseigne passe devant la même activité, puis le plus proche.
        yield (2, (0 if meme_enseigne else 1_000) + (ecart or 0.0), ligne.cle, un.cle)
    if ecart is not None:
        yield (4, ecart, ligne.cle, un.cle)


def _ecart(une: Portrait, autre: Portrait) -> float | None:
    if une.lon is None or une.lat is None or autre.lon is None or autre.lat is None:
        return None
    return metres(une.lon, une.lat, autre.lon, autre.lat)


def _maille(lon: float, lat: float) -> tuple[int, int]:
    return int(lon / PAS_DEGRES), int(lat / PAS_DEGRES)


def _voisins(par_maille: dict[tuple[int, int], list[Portrait]], lon: float, lat: float) -> Iterator[Portrait]:
    x, y = _maille(lon, lat)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            yield from par_maille.get((x + dx, y + dy), ())


def doublons_d_enseigne(locaux: Iterable[Portrait]) -> list[list[int]]:
    """Les groupes de même enseigne à la même adresse (numéro et voie connus), chacun dans l'ordre des clés."""
    par_adresse: dict[tuple[str, str, str], list[Portrait]] = defaultdict(list)
    for un in locaux:
        if un.adresse and un.adresse[2] and normaliser(un.enseigne):
            par_adresse[un.adresse].append(un)
    liens = [
        (une.cle, autre.cle)
        for groupe in par_adresse.values()
        for une, autre in combinations(groupe, 2)
        if memes_enseignes(une.enseigne, autre.enseigne)
    ]
    return _groupes(liens)


def doublons_de_position(locaux: Iterable[Portrait], *, rayon_m: float) -> list[list[int]]:
    """Les groupes de points à `rayon_m` au plus les uns des autres."""
    par_maille: dict[tuple[int, int], list[Portrait]] = defaultdict(list)
    liens = []
    for un in locaux:
        if un.lon is None or un.lat is None:
            continue
        for autre in _voisins(par_maille, un.lon, un.lat):
            ecart = _ecart(un, autre)
            if ecart is not None and ecart <= rayon_m:
                liens.append((autre.cle, un.cle))
        par_maille[_maille(un.lon, un.lat)].append(un)
    return _groupes(liens)


def _groupes(liens: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Réunit ce qui se touche de proche en proche."""
    racine: dict[int, int] = {}

    def trouver(cle: int) -> int:
        racine.setdefault(cle, cle)
        while racine[cle] != cle:
            racine[cle] = racine[racine[cle]]
            cle = racine[cle]
        return cle

    for une, autre in liens:
        a, b = trouver(une), trouver(autre)
        racine[max(a, b)] = min(a, b)
    groupes: dict[int, list[int]] = defaultdict(list)
    for cle in sorted(racine):
        groupes[trouver(cle)].append(cle)
    return sorted(groupes.values())
