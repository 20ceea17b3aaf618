"""Télécharger les fichiers officiels depuis data.gouv.fr : les trouver, les reprendre, vérifier leur empreinte.

Un fichier s'écrit d'abord sous `*.partiel`. À côté, `*.partiel.version` retient l'étiquette que le serveur donne à
l'édition : une reprise ne mêle jamais deux mois.
"""

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from os import utime
from pathlib import Path
from typing import Any

import httpx

from tissu.registre.sources import formats_insee as insee
from tissu.socle.formats import octets

ADRESSE = "https://www.data.gouv.fr/api/1"
JEU_SIRENE = "base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret"
JEU_GEOLOCALISATION = "geolocalisation-des-etablissements-du-repertoire-sirene-pour-les-etudes-statistiques"
# Le Parquet se lit plus vite et ne demande pas à être décompressé d'abord.
PREFERENCES = (".parquet", ".csv.gz", ".zip", ".csv")
TENTATIVES = 4
DELAI_S = 60.0
MORCEAU = 1 << 20
RESERVE_OCTETS = 200_000_000
"""Ce qui doit rester libre sur le disque une fois le fichier écrit."""

ALGORITHMES = {"sha1": "sha1", "sha256": "sha256", "sha2": "sha256", "md5": "md5"}
"""Noms d'empreintes du catalogue, et leur nom en Python."""

Dire = Callable[[int, int | None], None]


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


def ressources(*, adresse: str = ADRESSE) -> list[Ressource]:
    """Le dernier fichier publié de chaque sorte, dans l'ordre des formats. Lève `TelechargementImpossible`.

    Seul le fichier des établissements est indispensable ; `manquantes` nomme les autres qui ne sont pas publiés.
    """
    trouvees: dict[str, Ressource] = {}
    for jeu, indispensable in ((JEU_SIRENE, True), (JEU_GEOLOCALISATION, False)):
        for brut in _lire_jeu(adresse, jeu, indispensable=indispensable):
            ressource = _ressource(brut)
            if ressource and _meilleure(ressource, trouvees.get(ressource.sorte)):
                trouvees[ressource.sorte] = ressource
    if insee.ETABLISSEMENTS not in trouvees:
        raise TelechargementImpossible(
            f"Le jeu « {JEU_SIRENE} » de data.gouv.fr ne propose plus de fichier StockEtablissement : sa présentation "
            "a sans doute changé. Téléchargez les fichiers à la main, puis « tissu sirene importer DOSSIER »."
        )
    return [trouvees[f.sorte] for f in insee.FORMATS if f.sorte in trouvees]


def manquantes(trouvees: Sequence[Ressource]) -> list[str]:
    """Les sources, en mots, qu'aucun fichier publié n'apporte."""
    connues = {ressource.sorte for ressource in trouvees}
    return [f.libelle for f in insee.FORMATS if f.sorte not in connues]


def _lire_jeu(adresse: str, jeu: str, *, indispensable: bool) -> list[dict[str, Any]]:
    try:
        reponse = httpx.get(f"{adresse.rstrip('/')}/datasets/{jeu}/", timeout=DELAI_S, follow_redirects=True)
        if reponse.status_code == httpx.codes.NOT_FOUND and not indispensable:
            return []
        reponse.raise_for_status()
        contenu = reponse.json()
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as erreur:
        raise TelechargementImpossible(
            f"TISSU_DATAGOUV_ADRESSE est mal écrite (« {adresse} ») : donnez une adresse complète, comme {ADRESSE}."
        ) from erreur
    except httpx.RequestError as erreur:
        raise TelechargementImpossible(
            "data.gouv.fr ne répond pas (pas de réseau ?). Téléchargez les fichiers d'un autre poste, puis "
            "« tissu sirene importer DOSSIER »."
        ) from erreur
    except httpx.HTTPStatusError as erreur:
        raise TelechargementImpossible(
            f"data.gouv.fr répond {erreur.response.status_code} pour le jeu « {jeu} ». Réessayez plus tard."
        ) from erreur
    except ValueError as erreur:
        raise TelechargementImpossible("Le catalogue de data.gouv.fr a répondu autre chose que du JSON.") from erreur
    liste = contenu.get("resources") if isinstance(contenu, dict) else None
    return [brut for brut in liste or [] if isinstance(brut, dict)]


def _ressource(brut: dict[str, Any]) -> Ressource | None:
    """La ressource si c'est un fichier attendu, reconnu à son nom, à défaut à son titre et à son format."""
    adresse = str(brut.get("url") or "")
    nom = adresse.split("?")[0].rsplit("/", 1)[-1]
    if not nom.lower().endswith(PREFERENCES):
        nom = _nom_du_titre(str(brut.get("title") or ""), str(brut.get("format") or ""))
    sorte = next((f.sorte for f in insee.FORMATS if re.search(f.motif, nom, re.IGNORECASE)), None)
    if sorte is None:
        return None
    somme = brut.get("checksum") or {}
    algorithme, valeur = str(somme.get("type") or "").lower(), str(somme.get("value") or "").lower()
    empreinte = f"{algorithme}:{valeur}" if algorithme in ALGORITHMES and valeur else ""
    taille = brut["filesize"] if isinstance(brut.get("filesize"), int) else None
    return Ressource(sorte, nom, adresse, taille, empreinte, str(brut.get("last_modified") or ""))


def _nom_du_titre(titre: str, format_: str) -> str:
    """« Sirene : Fichier StockUniteLegale (format parquet) » donne « StockUniteLegale_utf8.parquet »."""
    racine = re.search(r"(Stock|G[eé]olocalisation)[A-Za-z_]*", titre)
    extension = next((fin for fin in PREFERENCES if fin.lstrip(".") == format_.lower()), "")
    return f"{racine[0]}_utf8{extension}" if racine and extension else ""


def _meilleure(nouvelle: Ressource, connue: Ressource | None) -> bool:
    return (
        connue is None
        or _rang(nouvelle) < _rang(connue)
        or (_rang(nouvelle) == _rang(connue) and nouvelle.modifiee_le > connue.modifiee_le)
    )


def _rang(ressource: Ressource) -> int:
    return next(rang for rang, fin in enumerate(PREFERENCES) if ressource.nom.lower().endswith(fin))


def telecharger(
    ressource: Ressource,
    dossier: Path,
    *,
    dire: Dire = lambda recus, total: None,
    attendre: Callable[[float], None] = time.sleep,
) -> Path:
    """Le fichier dans `dossier`, repris là où il s'était arrêté, sa taille et son empreinte vérifiées.

    `dire` reçoit les octets obtenus et le total s'il est connu. Un fichier déjà là et juste n'est pas redemandé.
    Lève `TelechargementImpossible` ; la partie déjà reçue reste, sauf si elle est fausse.
    """
    cible, partiel = dossier / ressource.nom, dossier / f"{ressource.nom}.partiel"
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        if cible.is_file() and _deja_juste(cible, ressource):
            return cible
        repris = partiel.is_file() and partiel.stat().st_size > 0
        _obtenir(ressource, partiel, dire, attendre)
        if not _juste(partiel, ressource) and repris:
            # Le début venait peut-être d'une autre édition : une seule nouvelle chance, depuis le premier octet.
            _effacer(partiel)
            _obtenir(ressource, partiel, dire, attendre)
        if not _juste(partiel, ressource):
            _effacer(partiel)
            raise TelechargementImpossible(
                f"« {ressource.nom} » est arrivé abîmé (taille ou empreinte différente de celle du catalogue) : il est "
                "effacé, relancez. S'il l'est encore, le catalogue se trompe : prévenez data.gouv.fr."
            )
        partiel.replace(cible)
        _version(partiel).unlink(missing_ok=True)
    except OSError as erreur:
        raise TelechargementImpossible(
            f"« {ressource.nom} » ne peut s'écrire dans « {dossier} » : {erreur.strerror or erreur}. Libérez de la "
            "place ou changez de dossier, puis relancez : le téléchargement reprendra."
        ) from erreur
    return cible


def _obtenir(ressource: Ressource, partiel: Path, dire: Dire, attendre: Callable[[float], None]) -> None:
    """Reçoit jusqu'au bout, en reprenant après chaque coupure, de plus en plus patiemment."""
    motif = ""
    for tentative in range(TENTATIVES):
        if tentative:
            attendre(2.0**tentative)
        try:
            _recevoir(ressource, partiel, dire)
            return
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as erreur:
            raise TelechargementImpossible(
                f"« {ressource.nom} » : le catalogue donne une adresse inutilisable ({ressource.adresse})."
            ) from erreur
        except httpx.RequestError as erreur:
            motif = type(erreur).__name__
        except httpx.HTTPStatusError as erreur:
            code = erreur.response.status_code
            if code < httpx.codes.INTERNAL_SERVER_ERROR and code != httpx.codes.TOO_MANY_REQUESTS:
                raise TelechargementImpossible(
                    f"« {ressource.nom} » : le serveur répond {code}. Réessayez plus tard, ou prenez ce fichier à la "
                    f"main : {ressource.adresse}"
                ) from erreur
            motif = f"réponse {code}"
    raise TelechargementImpossible(
        f"« {ressource.nom} » : coupé {TENTATIVES} fois ({motif}). Relancez : le téléchargement reprendra."
    )


def _recevoir(ressource: Ressource, partiel: Path, dire: Dire) -> None:
    deja = partiel.stat().st_size if partiel.is_file() else 0
    if deja and ressource.octets == deja:
        return
    # Sans « identity », un serveur pourrait compresser la réponse : taille et empreinte ne voudraient plus rien dire.
    entetes = {"Accept-Encoding": "identity"}
    etiquette = _version(partiel).read_text(encoding="utf-8") if _version(partiel).is_file() else ""
    if deja and (etiquette or ressource.empreinte):
        entetes |= {"Range": f"bytes={deja}-"} | ({"If-Range": etiquette} if etiquette else {})
    with httpx.stream("GET", ressource.adresse, headers=entetes, timeout=DELAI_S, follow_redirects=True) as reponse:
        if reponse.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return
        reponse.raise_for_status()
        # Un serveur qui ignore la reprise, ou dont le fichier a changé, renvoie tout : on recommence du début.
        reprend = reponse.status_code == httpx.codes.PARTIAL_CONTENT
        recus = deja if reprend else 0
        annonce = int(reponse.headers.get("Content-Length") or 0)
        _verifier_la_place(ressource, partiel, annonce - (0 if reprend else deja))
        _version(partiel).write_text(_etiquette(reponse), encoding="utf-8")
        with partiel.open("ab" if reprend else "wb") as sortie:
            for morceau in reponse.iter_raw():
                sortie.write(morceau)
                recus += len(morceau)
                dire(recus, ressource.octets or (annonce + (deja if reprend else 0)) or None)
    if (instant := _modifie(reponse)) is not None:
        utime(partiel, (instant, instant))


def _verifier_la_place(ressource: Ressource, partiel: Path, besoin: int) -> None:
    libre = shutil.disk_usage(partiel.parent).free
    if besoin + RESERVE_OCTETS > libre:
        raise TelechargementImpossible(
            f"« {ressource.nom} » demande encore {octets(max(besoin, 0))} et il n'en reste que {octets(libre)} dans "
            f"« {partiel.parent} » (tissu en garde {octets(RESERVE_OCTETS)} libres). Libérez de la place ou changez de "
            "dossier ; ce qui est reçu est gardé."
        )


def _version(partiel: Path) -> Path:
    return partiel.with_name(f"{partiel.name}.version")


def _etiquette(reponse: httpx.Response) -> str:
    """Ce qui nomme l'édition servie. Une étiquette faible (W/) ne permet pas de reprendre."""
    etiquette = reponse.headers.get("ETag", "")
    return etiquette if etiquette.startswith('"') else reponse.headers.get("Last-Modified", "")


def _modifie(reponse: httpx.Response) -> float | None:
    """L'instant de dernière modification, s'il est donné lisiblement."""
    try:
        return parsedate_to_datetime(reponse.headers.get("Last-Modified", "")).timestamp()
    except ValueError:
        return None


def _effacer(partiel: Path) -> None:
    partiel.unlink(missing_ok=True)
    _version(partiel).unlink(missing_ok=True)


def _deja_juste(cible: Path, ressource: Ressource) -> bool:
    """Vrai si le fichier là est celui du catalogue ; sans empreinte, s'il a la taille et la date que dit le serveur."""
    if ressource.empreinte:
        return _juste(cible, ressource)
    try:
        reponse = httpx.head(
            ressource.adresse, headers={"Accept-Encoding": "identity"}, timeout=DELAI_S, follow_redirects=True
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    fiche = cible.stat()
    return reponse.headers.get("Content-Length") == str(fiche.st_size) and _modifie(reponse) == fiche.st_mtime


def _juste(fichier: Path, ressource: Ressource) -> bool:
    if ressource.octets is not None and fichier.stat().st_size != ressource.octets:
        return False
    if not ressource.empreinte:
        return True
    algorithme, _, attendue = ressource.empreinte.partition(":")
    calcul = hashlib.new(ALGORITHMES[algorithme], usedforsecurity=False)
    with fichier.open("rb") as flux:
        while morceau := flux.read(MORCEAU):
            calcul.update(morceau)
    return calcul.hexdigest() == attendue
