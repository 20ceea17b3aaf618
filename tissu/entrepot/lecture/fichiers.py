"""Ouvrir un fichier reçu : reconnaître sa nature, le décompresser sous limites, refuser ce qui n'est pas lisible.

Tout défaut de structure refuse le fichier entier par `FichierRefuse`, dont le texte dit quoi faire.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

BLOC = 4 * 1024 * 1024
SEPARATEURS = (",", ";", "\t", "|")


class FichierRefuse(Exception):
    """Un fichier entier est inutilisable. Le texte nomme le fichier, le défaut et le remède."""

    def __init__(self, fichier: str, defaut: str, remede: str) -> None:
        self.fichier, self.defaut, self.remede = fichier, defaut, remede
        super().__init__(f"{fichier} : {defaut} {remede}")


@dataclass(frozen=True)
class Limites:
    """Bornes de décompression. Les fichiers SIRENE se compriment de 4 à 12 fois ; le plus grand fait 10 Go."""

    rapport: int = 60
    octets: int = 60 * 1024**3
    octets_sans_rapport: int = 20 * 1024**2
    disque_restant: int = 500 * 1024**2


@dataclass
class Examen:
    """Ce qu'on apprend d'un texte en le parcourant une fois : lignes physiques et première faute d'encodage."""

    lignes: int = 0
    faute_ligne: int | None = None
    _dernier: bytes = b"\n"

    def __post_init__(self) -> None:
        self._decodeur = codecs.getincrementaldecoder("utf-8")()
        self._en_attente = False

    def voir(self, bloc: bytes) -> None:
        if self.faute_ligne is None and (self._en_attente or not bloc.isascii()):
            try:
                self._decodeur.decode(bloc)
                self._en_attente = bool(self._decodeur.getstate()[0])
            except UnicodeDecodeError as faute:
                self.faute_ligne = self.lignes + bloc.count(b"\n", 0, max(0, faute.start)) + 1
        self.lignes += bloc.count(b"\n")
        self._dernier = bloc[-1:] or self._dernier

    def finir(self) -> None:
        if self._en_attente and self.faute_ligne is None:
            self.faute_ligne = self.lignes + 1
        if self._dernier != b"\n":
            self.lignes += 1


@dataclass(frozen=True)
class Ouvert:
    """Un fichier prêt pour le moteur. `examen` et `sha256` sont remplis s'il a fallu le décompresser."""

    origine: Path
    chemin: Path
    parquet: bool
    sha256: str | None
    examen: Examen | None


class Lisible(Protocol):
    def read(self, octets: int, /) -> bytes: ...


class _LecteurHache(io.RawIOBase):
    """Laisse passer les octets d'un fichier en calculant leur empreinte."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.empreinte = source, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, tampon) -> int:  # type: ignore[override]
        morceau = self._source.read(len(tampon))
        self.empreinte.update(morceau)
        tampon[: len(morceau)] = morceau
        return len(morceau)


def hacher(chemin: Path, examen: Examen | None = None) -> str:
    """Empreinte SHA-256 du fichier, en remplissant au passage l'examen du texte."""
    empreinte = hashlib.sha256()
    with chemin.open("rb") as source:
        while bloc := source.read(BLOC):
            empreinte.update(bloc)
            if examen is not None:
                examen.voir(bloc)
    if examen is not None:
        examen.finir()
    return empreinte.hexdigest()


@contextmanager
def ouvrir(chemin: Path, temporaire: Path, limites: Limites) -> Iterator[Ouvert]:
    """Rend un CSV ou un Parquet lisible par le moteur ; ce qui est extrait est effacé à la sortie.

    :raises FichierRefuse: fichier vide, page web, autre encodage, archive abîmée, chiffrée ou démesurée.
    """
    if chemin.stat().st_size == 0:
        raise FichierRefuse(chemin.name, "le fichier est vide.", "Téléchargez-le de nouveau.")
    with chemin.open("rb") as source:
        debut = source.read(4096)
    _refuser_intrus(chemin.name, debut)
    if debut.startswith(b"PAR1"):
        _verifier_parquet(chemin)
        yield Ouvert(chemin, chemin, True, None, None)
        return
    if not debut.startswith((b"\x1f\x8b", b"PK")):
        if chemin.suffix.lower() in {".gz", ".zip", ".parquet"}:
            raise FichierRefuse(
                chemin.name,
                f"le contenu n'est pas celui d'un fichier « {chemin.suffix} ».",
                "Le téléchargement a sans doute échoué : recommencez-le.",
            )
        _refuser_intrus(chemin.name, debut, texte=True)
        yield Ouvert(chemin, chemin, False, None, None)
        return
    extrait = temporaire / f"extrait-{hashlib.sha256(str(chemin).encode()).hexdigest()[:12]}"
    try:
        if debut.startswith(b"PK"):
            ouvert = _extraire_zip(chemin, extrait, limites)
        else:
            ouvert = _extraire_gzip(chemin, extrait, limites)
        with extrait.open("rb") as source:
            debut = source.read(4096)
        if not debut:
            raise FichierRefuse(chemin.name, "l'archive ne contient rien.", "Téléchargez-la de nouveau.")
        _refuser_intrus(chemin.name, debut, texte=not ouvert.parquet)
        yield ouvert
    finally:
        extrait.unlink(missing_ok=True)


def _refuser_intrus(nom: str, debut: bytes, *, texte: bool = False) -> None:
    if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (texte and debut[1:40:2].count(0) > 12):
        raise FichierRefuse(
            nom, "le texte est en UTF-16.", "Les fichiers officiels sont en UTF-8 : ne les réenregistrez pas."
        )
    tete = debut.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if tete.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise FichierRefuse(
            nom,
            "c'est une page web, pas un fichier de données.",
            "Le lien a changé ou demande une connexion : reprenez-le depuis la page du jeu de données.",
        )
    if texte and tete.startswith((b"{", b"[")):
        raise FichierRefuse(
            nom, "c'est une réponse JSON, pas un fichier CSV.", "Téléchargez le fichier stock au format CSV ou Parquet."
        )


def _verifier_parquet(chemin: Path) -> None:
    with chemin.open("rb") as source:
        source.seek(-4, io.SEEK_END)
        if source.read(4) != b"PAR1":
            raise FichierRefuse(
                chemin.name, "le fichier Parquet est tronqué (il n'a pas sa fin).", "Téléchargez-le de nouveau."
            )


def _copier(source: Lisible, vers: Path, nom: str, limites: Limites, compresse: int, examen: Examen | None) -> None:
    """Copie bornée : une archive piégée est arrêtée avant d'avoir rempli le disque."""
    ecrits = 0
    with vers.open("wb") as cible:
        while bloc := source.read(BLOC):
            ecrits += len(bloc)
            if ecrits > limites.octets or (
                ecrits > limites.octets_sans_rapport and ecrits > limites.rapport * compresse
            ):
                raise _bombe(nom)
            if shutil.disk_usage(vers.parent).free < limites.disque_restant:
                raise FichierRefuse(
                    nom, "il ne reste pas assez de place sur le disque pour l'extraire.", "Libérez de la place."
                )
            cible.write(bloc)
            if examen is not None:
                examen.voir(bloc)
    if examen is not None:
        examen.finir()


def _bombe(nom: str) -> FichierRefuse:
    return FichierRefuse(
        nom,
        "l'archive se déploie au-delà de toute mesure : elle est piégée ou abîmée.",
        "Ne l'ouvrez pas ; téléchargez le fichier depuis le site de l'INSEE ou de data.gouv.fr.",
    )


def _abime(nom: str) -> FichierRefuse:
    return FichierRefuse(
        nom, "l'archive est tronquée ou abîmée.", "Le téléchargement a été interrompu : recommencez-le."
    )


def _extraire_gzip(chemin: Path, vers: Path, limites: Limites) -> Ouvert:
    examen = Examen()
    with chemin.open("rb") as brut:
        lecteur = _LecteurHache(brut)
        try:
            with gzip.open(io.BufferedReader(lecteur, BLOC), "rb") as source:
                _copier(source, vers, chemin.name, limites, chemin.stat().st_size, examen)
        except (EOFError, gzip.BadGzipFile, zlib.error) as erreur:
            raise _abime(chemin.name) from erreur
    return _extrait(chemin, vers, lecteur.empreinte.hexdigest(), examen)


def _extraire_zip(chemin: Path, vers: Path, limites: Limites) -> Ouvert:
    examen = Examen()
    try:
        with zipfile.ZipFile(chemin) as archive:
            membres = [m for m in archive.infolist() if m.filename.lower().endswith((".csv", ".parquet", ".txt"))]
            if len(membres) != 1:
                raise FichierRefuse(
                    chemin.name,
                    f"l'archive contient {len(membres)} fichiers de données au lieu d'un.",
                    "Déposez chaque fichier à part, sous son nom officiel.",
                )
            membre = membres[0]
            if membre.flag_bits & 0x1:
                raise FichierRefuse(chemin.name, "l'archive est protégée par un mot de passe.", "Extrayez-la d'abord.")
            if membre.file_size > limites.octets:
                raise _bombe(chemin.name)
            if membre.file_size + limites.disque_restant > shutil.disk_usage(vers.parent).free:
                raise FichierRefuse(
                    chemin.name, "il ne reste pas assez de place sur le disque pour l'extraire.", "Libérez de la place."
                )
            with archive.open(membre) as source:
                compresse = max(1, membre.compress_size)
                _copier(source, vers, chemin.name, limites, compresse, examen)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as erreur:
        raise _abime(chemin.name) from erreur
    return _extrait(chemin, vers, hacher(chemin), examen)


def _extrait(chemin: Path, vers: Path, sha256: str, examen: Examen) -> Ouvert:
    with vers.open("rb") as source:
        parquet = source.read(4) == b"PAR1"
    if parquet:
        _verifier_parquet(vers)
    return Ouvert(chemin, vers, parquet, sha256, None if parquet else examen)


@dataclass(frozen=True)
class Entete:
    """Première ligne d'un CSV : colonnes, séparateur trouvé et fin de ligne."""

    colonnes: tuple[str, ...]
    separateur: str
    fin_de_ligne: str


def lire_entete(chemin: Path, nom: str, attendues: tuple[str, ...]) -> Entete:
    """Lit l'en-tête et reconnaît le séparateur à ce qui fait apparaître le plus de colonnes attendues.

    :raises FichierRefuse: première ligne illisible, ou colonne citée deux fois.
    """
    with chemin.open("rb") as source:
        brute = source.readline(1024 * 1024)
    try:
        ligne = brute.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as erreur:
        raise encodage_refuse(nom, 1) from erreur
    fin = "\r\n" if ligne.endswith("\r\n") else "\n"
    lectures = {s: [c.strip() for c in next(csv.reader([ligne.rstrip("\r\n")], delimiter=s), [])] for s in SEPARATEURS}
    separateur = max(SEPARATEURS, key=lambda s: len(set(lectures[s]) & set(attendues)))
    colonnes = lectures[separateur]
    doubles = sorted({c for c in colonnes if colonnes.count(c) > 1})
    if doubles:
        raise FichierRefuse(
            nom, f"la colonne {doubles[0]} est citée deux fois dans l'en-tête.", "Reprenez le fichier officiel."
        )
    return Entete(tuple(colonnes), separateur, fin)


def encodage_refuse(nom: str, ligne: int) -> FichierRefuse:
    return FichierRefuse(
        nom,
        f"ligne {ligne}, le texte n'est pas en UTF-8 (sans doute du Latin-1, l'encodage d'Excel).",
        "Reprenez le fichier officiel sans le réenregistrer, ou convertissez-le en UTF-8.",
    )
