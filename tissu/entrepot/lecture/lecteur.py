"""La passe unique sur un fichier officiel : du fichier reçu à un Parquet filtré, en texte, aux noms officiels."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tissu.entrepot import moteur
from tissu.entrepot.lecture.controles import citer, litteral
from tissu.entrepot.lecture.fichiers import (
    Entete,
    Examen,
    FichierRefuse,
    Limites,
    Ouvert,
    encodage_refuse,
    hacher,
    lire_entete,
    ouvrir,
)
from tissu.entrepot.lecture.filtres import Filtre, empreinte
from tissu.entrepot.lecture.formats import Format
from tissu.entrepot.lecture.preselection import preselectionner

REFUS_STRUCTURE_MAX = 20_000
"""Lignes mal découpées au-delà desquelles on cesse de les noter une à une."""

VERSION_DE_LECTURE = 1
"""À augmenter quand la lecture change : les étapes gardées sur le disque sont alors refaites."""

LIGNE = "_ligne"
"""Colonne de service des étapes : le numéro de ligne dans le fichier reçu, quand il ne coûte rien."""

_MOTIFS_STRUCTURE = {
    "MISSING COLUMNS": "La ligne a moins de colonnes que l'en-tête : elle est coupée ou décalée.",
    "TOO MANY COLUMNS": "La ligne a plus de colonnes que l'en-tête : elle est décalée, un séparateur est en trop.",
    "LINE SIZE OVER MAXIMUM": "La ligne dépasse deux millions de signes : un champ est démesuré.",
    "UNQUOTED VALUE": "Un guillemet est ouvert et mal refermé : la ligne ne peut pas être découpée.",
}
_CODES_STRUCTURE = {"LINE SIZE OVER MAXIMUM": "champ_demesure", "UNQUOTED VALUE": "guillemet_ouvert"}


@dataclass(frozen=True)
class BilanFichier:
    """Ce qu'un fichier a donné. `lues` compte les lignes du fichier entier, `gardees` celles du territoire."""

    nom: str
    sha256: str
    octets: int
    lues: int
    gardees: int
    colonnes_absentes: tuple[str, ...] = ()
    colonnes_inconnues: tuple[str, ...] = ()
    remarques: tuple[str, ...] = ()
    reprise: bool = False
    mal_decoupees: tuple[dict, ...] = field(default=(), repr=False)


def lire_fichier(
    chemin: Path,
    format_: Format,
    filtre: Filtre,
    signature_filtre: str,
    reserve: Path,
    limites: Limites,
) -> tuple[Path, BilanFichier]:
    """Étage un fichier, ou reprend l'étape déjà faite du même contenu, même filtre et même format.

    :raises FichierRefuse: défaut de structure qui rend le fichier inutilisable.
    """
    reserve.mkdir(parents=True, exist_ok=True)
    suffixe = empreinte(format_.signature, signature_filtre, str(VERSION_DE_LECTURE))
    deja = [r for r in reserve.glob(f"*-{suffixe}.json") if _meme_taille(r, chemin)]
    connue = hacher(chemin) if deja else None
    if connue and (reserve / f"{connue[:24]}-{suffixe}.json").exists():
        bilan = _relire(reserve / f"{connue[:24]}-{suffixe}.json")
        return reserve / f"{connue[:24]}-{suffixe}.parquet", replace(bilan, nom=chemin.name, reprise=True)
    provisoire = reserve / f"provisoire-{os.getpid()}-{threading.get_ident()}-{suffixe}.parquet"
    try:
        with ouvrir(chemin, reserve, limites) as ouvert:
            lecteur = _lire_parquet if ouvert.parquet else _lire_csv
            bilan = lecteur(ouvert, format_, filtre, provisoire)
        part = reserve / f"{bilan.sha256[:24]}-{suffixe}.parquet"
        provisoire.replace(part)
        fiche = part.with_suffix(".json")
        fiche.with_suffix(".tmp").write_text(json.dumps(asdict(bilan), ensure_ascii=False), encoding="utf-8")
        fiche.with_suffix(".tmp").replace(fiche)
        return part, bilan
    finally:
        provisoire.unlink(missing_ok=True)


def _meme_taille(fiche: Path, chemin: Path) -> bool:
    return _relire(fiche).octets == chemin.stat().st_size


def _relire(fiche: Path) -> BilanFichier:
    brut: dict[str, Any] = json.loads(fiche.read_text(encoding="utf-8"))
    valeurs: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in brut.items()}
    return BilanFichier(**valeurs)


def _verifier_colonnes(nom: str, trouvees: tuple[str, ...], format_: Format) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rend les colonnes absentes et les inconnues ; refuse le fichier s'il manque une colonne obligatoire."""
    presentes = set(trouvees)
    manquantes = [c for c in format_.obligatoires if c not in presentes]
    if manquantes:
        raise FichierRefuse(
            nom,
            f"il manque {'la colonne obligatoire' if len(manquantes) == 1 else 'les colonnes obligatoires'} "
            f"{', '.join(manquantes)}.",
            f"Vérifiez que c'est bien le fichier des {format_.libelle or format_.sorte}, sous son en-tête officiel.",
        )
    deduites = {d.colonne for d in format_.deduites if d.source in presentes}
    absentes = tuple(c for c in format_.colonnes if c not in presentes and c not in deduites)
    inconnues = tuple(c for c in trouvees if c not in set(format_.colonnes) and c != LIGNE)
    return absentes, inconnues


def _selection(format_: Format, expressions: dict[str, str], absentes: tuple[str, ...]) -> str:
    """Liste SQL des colonnes du format, en texte, dates et codes remis à la forme officielle."""
    choix = []
    for colonne in format_.colonnes:
        if colonne in absentes:
            valeur = "NULL::VARCHAR"
        elif colonne in expressions:
            valeur = expressions[colonne]
        else:
            regle = next(d for d in format_.deduites if d.colonne == colonne)
            valeur = f"substr({expressions[regle.source]}, {regle.debut}, {regle.longueur})"
        choix.append(f"{valeur} AS {citer(colonne)}")
    return ", ".join(choix)


def _moment_texte(valeur: str) -> str:
    """Un jour reste AAAA-MM-JJ ; un moment s'écrit AAAA-MM-JJTHH:MM:SS, sans fraction, quelle que soit la source."""
    return f"CASE WHEN strlen({valeur}) > 10 THEN replace({valeur}[:19], ' ', 'T') ELSE {valeur} END"


# --- Parquet ---------------------------------------------------------------------------------------------------


def _lire_parquet(ouvert: Ouvert, format_: Format, filtre: Filtre, vers: Path) -> BilanFichier:
    nom = ouvert.origine.name
    source = f"read_parquet({moteur.litteral_chemin(ouvert.chemin)}, file_row_number = true)"
    empreinte = _EnParallele(lambda: ouvert.sha256 or hacher(ouvert.chemin))
    try:
        with moteur.atelier() as connexion:
            description = connexion.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}").fetchall()  # noqa: S608
            types = {ligne[0]: ligne[1] for ligne in description}
            absentes, inconnues = _verifier_colonnes(nom, tuple(types), format_)
            expressions = {c: _texte(c, types[c], format_) for c in format_.colonnes if c in types}
            condition = _condition_typee(filtre, types, expressions)
            lues = connexion.execute(
                f"SELECT sum(num_rows) FROM parquet_file_metadata({moteur.litteral_chemin(ouvert.chemin)})"  # noqa: S608
            ).fetchone()[0]
            gardees = _copier(
                connexion,
                f"SELECT {_selection(format_, expressions, absentes)}, file_row_number + 1 AS {LIGNE} "  # noqa: S608
                f"FROM {source}{condition}",
                vers,
            )
    except moteur.ErreurMoteur as erreur:
        raise FichierRefuse(
            nom, f"le fichier Parquet est illisible ({_premiere_ligne(erreur)}).", "Téléchargez-le de nouveau."
        ) from erreur
    _refuser_vide(nom, int(lues), format_)
    return BilanFichier(
        nom, empreinte.resultat(), ouvert.origine.stat().st_size, int(lues), gardees, absentes, inconnues
    )


def _texte(colonne: str, type_: str, format_: Format) -> str:
    """Valeur d'une colonne typée, dite comme le CSV officiel la dit."""
    nom = citer(colonne)
    largeur = format_.largeur(colonne)
    if type_ == "VARCHAR":
        valeur = f"nullif({nom}, '')"
        return _moment_texte(valeur) if colonne.startswith("date") else valeur
    if type_ == "DATE":
        return f"strftime({nom}, '%Y-%m-%d')"
    if type_.startswith("TIMESTAMP"):
        return f"strftime({nom}, '%Y-%m-%dT%H:%M:%S')"
    if largeur and type_.endswith(("INT", "INTEGER")):
        return f"lpad({nom}::VARCHAR, {largeur}, '0')"
    return f"{nom}::VARCHAR"


def _condition_typee(filtre: Filtre, types: dict[str, str], expressions: dict[str, str]) -> str:
    """Filtre posé sur les colonnes brutes quand elles sont en texte : le moteur saute alors des blocs entiers."""
    if filtre is None:
        return ""
    condition = filtre.condition()
    for colonne in filtre.colonnes():
        if types.get(colonne) != "VARCHAR":
            # Une colonne absente mais déductible (le SIREN du SIRET) se filtre sur sa déduction.
            valeur = expressions.get(colonne) or "substr(siret, 1, 9)"
            condition = condition.replace(citer(colonne), f"({valeur})", 1)
    return f" WHERE {condition}"


# --- CSV -------------------------------------------------------------------------------------------------------


def _lire_csv(ouvert: Ouvert, format_: Format, filtre: Filtre, vers: Path) -> BilanFichier:
    nom = ouvert.origine.name
    entete = lire_entete(ouvert.chemin, nom, format_.colonnes)
    absentes, inconnues = _verifier_colonnes(nom, entete.colonnes, format_)
    # L'empreinte et l'encodage se vérifient pendant que le moteur lit : le fichier n'est attendu qu'une fois.
    examen = ouvert.examen or Examen()
    empreinte = _EnParallele(lambda: ouvert.sha256 or hacher(ouvert.chemin, examen))
    erreur: Exception | None = None
    gardees = 0
    rejets: list[tuple] = []
    reduit = vers.with_suffix(".lignes")
    try:
        preselection = preselectionner(ouvert.chemin, entete, filtre, reduit)
        if preselection:
            gardees, rejets = _decouper(reduit, entete, format_, filtre, absentes, vers)
        # Une ligne mal découpée se nomme par son numéro dans le fichier reçu : on relit alors celui-ci.
        if rejets or not preselection:
            gardees, rejets = _decouper(ouvert.chemin, entete, format_, filtre, absentes, vers)
    except moteur.ErreurMoteur as panne:
        erreur = panne
    finally:
        reduit.unlink(missing_ok=True)
    sha256 = empreinte.resultat()
    if examen.faute_ligne is not None:
        raise encodage_refuse(nom, examen.faute_ligne) from erreur
    if erreur is not None:
        raise FichierRefuse(
            nom, f"le fichier CSV est illisible ({_premiere_ligne(erreur)}).", "Reprenez le fichier officiel."
        ) from erreur
    lues = max(0, examen.lignes - 1)
    _refuser_vide(nom, lues, format_)
    _refuser_guillemet(nom, rejets)
    remarques = () if entete.separateur == "," else (f"Séparateur « {_nom_separateur(entete)} » reconnu.",)
    return BilanFichier(
        nom,
        sha256,
        ouvert.origine.stat().st_size,
        lues,
        gardees,
        absentes,
        inconnues,
        remarques,
        mal_decoupees=tuple(_mal_decoupee(nom, ligne, type_, texte) for ligne, type_, texte, _ in rejets),
    )


def _decouper(
    chemin: Path, entete: Entete, format_: Format, filtre: Filtre, absentes: tuple[str, ...], vers: Path
) -> tuple[int, list[tuple]]:
    """Analyse stricte d'un CSV : lignes gardées, et lignes que le moteur n'a pas su découper."""
    with moteur.atelier() as connexion:
        gardees = _copier(connexion, _requete_csv(chemin, entete, format_, filtre, absentes), vers)
        rejets = connexion.execute(
            "SELECT DISTINCT ON (line) line, error_type, left(csv_line, 4000), "
            "contains(csv_line, chr(10)) FROM reject_errors ORDER BY line"
        ).fetchall()
    return gardees, rejets


def _requete_csv(chemin: Path, entete: Entete, format_: Format, filtre: Filtre, absentes: tuple[str, ...]) -> str:
    colonnes = ", ".join(f"{litteral(c)}: 'VARCHAR'" for c in entete.colonnes)
    fin = r"\r\n" if entete.fin_de_ligne == "\r\n" else r"\n"
    source = (
        f"read_csv({moteur.litteral_chemin(chemin)}, columns = {{{colonnes}}}, auto_detect = false, header = true, "
        f"delim = {litteral(entete.separateur)}, quote = '\"', escape = '\"', "
        f"new_line = '{fin}', "
        f"store_rejects = true, rejects_limit = {REFUS_STRUCTURE_MAX})"
    )
    expressions = {}
    for colonne in set(format_.colonnes) & set(entete.colonnes):
        valeur = f"nullif({citer(colonne)}, '')"
        expressions[colonne] = _moment_texte(valeur) if colonne.startswith("date") else valeur
    where = ""
    if filtre is not None:
        condition = filtre.condition()
        bizarres = []
        for colonne in filtre.colonnes():
            largeur = format_.largeur(colonne)
            if colonne not in entete.colonnes:
                condition = condition.replace(citer(colonne), "substr(siret, 1, 9)", 1)
            elif largeur:
                # Une ligne décalée sortirait du territoire sans bruit : on la garde pour la refuser.
                bizarres.append(f"strlen({citer(colonne)}) <> {largeur}")
        where = " WHERE " + " OR ".join([condition, *bizarres])
    return f"SELECT {_selection(format_, expressions, absentes)}, NULL::BIGINT AS {LIGNE} FROM {source}{where}"  # noqa: S608


def _nom_separateur(entete: Entete) -> str:
    return {"\t": "tabulation", ";": "point-virgule", "|": "barre verticale"}[entete.separateur]


def _refuser_guillemet(nom: str, rejets: list[tuple]) -> None:
    for ligne, type_, _, deborde in rejets:
        if type_ == "UNQUOTED VALUE" and deborde:
            raise FichierRefuse(
                nom,
                f"ligne {ligne}, un guillemet ouvert n'est jamais refermé : tout ce qui suit serait perdu.",
                "Reprenez le fichier officiel, ou corrigez cette ligne.",
            )


def _mal_decoupee(nom: str, ligne: int, type_: str, texte: str) -> dict:
    return {
        "fichier": nom,
        "ligne": ligne,
        "champ": "",
        "valeur": "",
        "code": _CODES_STRUCTURE.get(type_, "colonnes_decalees"),
        "motif": _MOTIFS_STRUCTURE.get(type_, "La ligne ne peut pas être découpée en colonnes."),
        "brute": {"ligne": texte.rstrip("\r\n")},
    }


# --- Commun ----------------------------------------------------------------------------------------------------


def _copier(connexion, requete: str, vers: Path) -> int:
    """Écrit le résultat en Parquet et rend le nombre de lignes."""
    return connexion.execute(
        f"COPY ({requete}) TO {moteur.litteral_chemin(vers)} (FORMAT parquet, COMPRESSION snappy)"
    ).fetchone()[0]


def _refuser_vide(nom: str, lues: int, format_: Format) -> None:
    if lues == 0 and not format_.vide_admis:
        raise FichierRefuse(
            nom,
            "le fichier a un en-tête mais aucune ligne.",
            "Téléchargez-le de nouveau : il est sans doute incomplet.",
        )


def _premiere_ligne(erreur: Exception) -> str:
    return str(erreur).strip().splitlines()[0][:200]


class _EnParallele:
    """Un calcul mené dans un autre fil pendant que le moteur lit."""

    def __init__(self, calcul: Callable[[], str]) -> None:
        self._valeur: str = ""
        self._erreur: BaseException | None = None
        self._fil = threading.Thread(target=self._faire, args=(calcul,), daemon=True)
        self._fil.start()

    def _faire(self, calcul: Callable[[], str]) -> None:
        try:
            self._valeur = calcul()
        except BaseException as erreur:
            self._erreur = erreur

    def resultat(self) -> str:
        self._fil.join()
        if self._erreur is not None:
            raise self._erreur
        return self._valeur
