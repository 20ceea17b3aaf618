"""Télécharger les fichiers officiels depuis data.gouv.fr : les trouver, les reprendre, vérifier leur empreinte."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tissu.registre.sources.formats_insee import FORMATS

CATALOGUE = "https://www.data.gouv.fr/api/1/datasets"
JEUX = (
    "base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret",
    "geolocalisation-des-etablissements-du-repertoire-sirene-pour-les-etudes-statistiques",
)
# Le Parquet se lit plus vite et ne demande pas à être décompressé d'abord.
PREFERENCES = (".parquet", ".csv.gz", ".zip", ".csv")
TENTATIVES = 4
DELAI_S = 60.0
MORCEAU = 1 << 20


class TelechargementImpossible(RuntimeError):
    """Un fichier n'a pu être obtenu ; le message dit lequel, pourquoi et quoi faire."""


@dataclass(frozen=True)
class Ressource:
    """Un fichier publié. `empreinte` est « algorithme:valeur », vide si le catalogue ne la donne pas."""

    sorte: str
    nom: str
    adresse: str
    octets: int | None
    empreinte: str
    modifiee_le: str


def ressources(*, catalogue: str = CATALOGUE, jeux: Sequence[str] = JEUX) -> list[Ressource]:
    """Le dernier fichier publié de chaque sorte. Lève `TelechargementImpossible`."""
    trouvees: dict[str, Ressource] = {}
    for jeu in jeux:
        for brut in _lire_jeu(f"{catalogue.rstrip('/')}/{jeu}/").get("resources", []):
            ressource = _ressource(brut)
            if ressource and _meilleure(ressource, trouvees.get(ressource.sorte)):
                trouvees[ressource.sorte] = ressource
    if not trouvees:
        raise TelechargementImpossible("data.gouv.fr ne propose aucun fichier Sirene : le jeu de données a changé.")
    return [trouvees[f.sorte] for f in FORMATS if f.sorte in trouvees]


def _lire_jeu(adresse: str) -> dict[str, Any]:
    try:
        reponse = httpx.get(adresse, timeout=DELAI_S, follow_redirects=True)
        reponse.raise_for_status()
        return reponse.json()
    except httpx.TransportError as erreur:
        raise TelechargementImpossible(
            "data.gouv.fr ne répond pas (pas de réseau ?). Téléchargez les fichiers d'un autre poste, puis "
            "« tissu sirene importer DOSSIER »."
        ) from erreur
    except (httpx.HTTPStatusError, ValueError) as erreur:
        raise TelechargementImpossible(f"Le catalogue de data.gouv.fr a mal répondu : {erreur}.") from erreur


def _ressource(brut: dict[str, Any]) -> Ressource | None:
    adresse = str(brut.get("url") or "")
    nom = adresse.split("?")[0].rsplit("/", 1)[-1]
    if not nom.lower().endswith(PREFERENCES):
        return None
    sorte = next((f.sorte for f in FORMATS if re.search(f.motif, nom, re.IGNORECASE)), None)
    if sorte is None:
        return None
    somme = brut.get("checksum") or {}
    empreinte = f"{somme['type']}:{somme['value']}" if somme.get("value") else ""
    return Ressource(sorte, nom, adresse, brut.get("filesize"), empreinte, str(brut.get("last_modified") or ""))


def _meilleure(nouvelle: Ressource, connue: Ressource | None) -> bool:
    return (
        connue is None
        or _rang(nouvelle) < _rang(connue)
        or (_rang(nouvelle) == _rang(connue) and nouvelle.modifiee_le > connue.modifiee_le)
    )


def _rang(ressource: Ressource) -> int:
    return next(rang for rang, fin in enumerate(PREFERENCES) if ressource.nom.lower().endswith(fin))


def telecharger(ressource: Ressource, dossier: Path, *, dire: Callable[[int, int | None], None] | None = None) -> Path:
    """Le fichier dans `dossier`, repris là où il s'était arrêté, son empreinte vérifiée.

    `dire` reçoit les octets obtenus et le total. Un fichier déjà là et juste n'est pas redemandé.
    Lève `TelechargementImpossible` ; la partie déjà reçue reste, sauf si elle est fausse.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    cible, partiel = dossier / ressource.nom, dossier / f"{ressource.nom}.partiel"
    if cible.is_file() and ressource.empreinte and _empreinte_juste(cible, ressource.empreinte):
        return cible
    motif = ""
    for _ in range(TENTATIVES):
        try:
            _recevoir(ressource, partiel, dire)
            break
        except httpx.TransportError as erreur:
            motif = type(erreur).__name__
        except httpx.HTTPStatusError as erreur:
            raise TelechargementImpossible(
                f"« {ressource.nom} » : le serveur répond {erreur.response.status_code}."
            ) from erreur
    else:
        raise TelechargementImpossible(
            f"« {ressource.nom} » : coupé {TENTATIVES} fois ({motif}). Relancez : le téléchargement reprendra."
        )
    _verifier(ressource, partiel)
    partiel.replace(cible)
    return cible


def _recevoir(ressource: Ressource, partiel: Path, dire: Callable[[int, int | None], None] | None) -> None:
    deja = partiel.stat().st_size if partiel.is_file() else 0
    if ressource.octets and deja >= ressource.octets:
        return
    entetes = {"Range": f"bytes={deja}-"} if deja else {}
    with httpx.stream("GET", ressource.adresse, headers=entetes, timeout=DELAI_S, follow_redirects=True) as reponse:
        if reponse.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return
        reponse.raise_for_status()
        # Un serveur qui ignore la reprise renvoie tout : on recommence du début.
        reprend = reponse.status_code == httpx.codes.PARTIAL_CONTENT
        recus = deja if reprend else 0
        with partiel.open("ab" if reprend else "wb") as sortie:
            for morceau in reponse.iter_raw():
                sortie.write(morceau)
                recus += len(morceau)
                if dire:
                    dire(recus, ressource.octets)


def _verifier(ressource: Ressource, partiel: Path) -> None:
    taille = partiel.stat().st_size
    fausse = ressource.octets is not None and taille != ressource.octets
    if fausse or (ressource.empreinte and not _empreinte_juste(partiel, ressource.empreinte)):
        partiel.unlink()
        raise TelechargementImpossible(
            f"« {ressource.nom} » est arrivé abîmé (taille ou empreinte différente de celle du catalogue) : relancez."
        )


def _empreinte_juste(fichier: Path, attendue: str) -> bool:
    algorithme, _, valeur = attendue.partition(":")
    if algorithme not in {"sha1", "sha256", "md5", "sha2"}:
        return True
    calcul = hashlib.new({"sha2": "sha256"}.get(algorithme, algorithme), usedforsecurity=False)
    with fichier.open("rb") as flux:
        while morceau := flux.read(MORCEAU):
            calcul.update(morceau)
    return calcul.hexdigest() == valeur.lower()
