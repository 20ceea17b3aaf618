"""Lecture des fichiers officiels de nomenclatures (Insee), reconnus à leurs en-têtes, puis rangement.

Formes lues : NAF rév. 2 et NAF 2025 en cinq niveaux (CSV), catégories juridiques (CSV `code,libelle` ou JSON),
tranches d'effectif (JSON), pays du code officiel géographique (CSV de l'Insee, ou JSON `code`, `name`).
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.registre.nomenclatures.libelles import normaliser_naf
from tissu.registre.nomenclatures.magasin import SORTES, Nomenclature, ranger
from tissu.registre.rules import TRANCHES
from tissu.socle.textes import decoder

TAILLE_MAX_OCTETS = 20 * 1024 * 1024
SECTIONS_REV2 = 21


class NomenclatureIllisible(ValueError):
    """Le fichier n'est pas une nomenclature que nous savons lire ; le message nomme le fichier et le défaut."""


def importer(chemin: Path, *, le: datetime) -> list[Nomenclature]:
    """Lit un fichier, ou tous ceux d'un dossier, et les range. Lève `NomenclatureIllisible` sans rien ranger."""
    if not chemin.exists():
        raise NomenclatureIllisible(f"« {chemin} » n'existe pas.")
    fichiers = (
        sorted(f for f in chemin.iterdir() if f.suffix.lower() in {".csv", ".json"}) if chemin.is_dir() else [chemin]
    )
    if not fichiers:
        raise NomenclatureIllisible(f"Aucun fichier .csv ou .json dans « {chemin} ».")
    lues = [(lire(fichier, le=le), hashlib.sha256(fichier.read_bytes()).hexdigest()) for fichier in fichiers]
    for nomenclature, empreinte in lues:
        ranger(nomenclature, empreinte=empreinte)
    return [nomenclature for nomenclature, _ in lues]


def lire(fichier: Path, *, le: datetime) -> Nomenclature:
    """Reconnaît et lit un fichier. Lève `NomenclatureIllisible`."""
    if fichier.stat().st_size > TAILLE_MAX_OCTETS:
        raise NomenclatureIllisible(f"« {fichier.name} » dépasse 20 Mo : ce n'est pas une nomenclature.")
    texte = _decoder(fichier)
    try:
        contenu = json.loads(texte) if fichier.suffix.lower() == ".json" else _lire_csv(texte)
    except (json.JSONDecodeError, csv.Error) as erreur:
        raise NomenclatureIllisible(f"« {fichier.name} » est abîmé : {erreur}.") from erreur
    sorte, libelles, sections = _reconnaitre(contenu, fichier.name)
    if not libelles:
        raise NomenclatureIllisible(f"« {fichier.name} » : aucune ligne lisible.")
    return Nomenclature(
        sorte=sorte,
        version=SORTES[sorte] if sorte.startswith("naf") else f"{SORTES[sorte]}, fichier {fichier.name}",
        libelles=libelles,
        sections=sections,
        origine=fichier.name,
        importe_le=le.isoformat(timespec="seconds"),
    )


def _decoder(fichier: Path) -> str:
    texte = decoder(fichier)
    if texte is None:
        raise NomenclatureIllisible(f"« {fichier.name} » n'est ni en UTF-8 ni en Windows-1252.")
    return texte


def _lire_csv(texte: str) -> list[dict[str, str]]:
    entete = texte.split("\n", 1)[0]
    separateur = ";" if entete.count(";") > entete.count(",") else ","
    lecteur = csv.DictReader(io.StringIO(texte), delimiter=separateur)
    return [{_cle(nom): (valeur or "").strip() for nom, valeur in ligne.items() if nom} for ligne in lecteur]


def _cle(nom: str) -> str:
    """« NIV5 - Libellé » et « niv5_libelle » sont la même colonne."""
    return re.sub(r"[^a-z0-9]+", "_", nom.strip().lower().replace("é", "e")).strip("_")


def _reconnaitre(contenu: Any, nom: str) -> tuple[str, dict[str, str], dict[str, str]]:
    if isinstance(contenu, dict):
        return (*_dictionnaire(contenu, nom), {})
    colonnes = set(contenu[0]) if contenu and isinstance(contenu[0], dict) else set()
    if {"niv1", "niv2", "niv5", "niv5_libelle"} <= colonnes:
        return _naf(contenu)
    if {"cog", "libcog"} <= colonnes:
        return "pays", {ligne["cog"]: ligne["libcog"] for ligne in contenu if ligne["cog"]}, {}
    if {"model", "fields"} <= colonnes:
        return "pays", dict(_pays_de_fiches(contenu)), {}
    if {"code", "libelle"} <= colonnes:
        return (*_dictionnaire({ligne["code"]: ligne["libelle"] for ligne in contenu}, nom), {})
    trouvees = ", ".join(sorted(colonnes)) or "aucune"
    raise NomenclatureIllisible(
        f"« {nom} » n'est pas reconnu (colonnes : {trouvees}). Attendu : NAF en cinq niveaux (NIV1 à NIV5 et leurs "
        "libellés), catégories juridiques (code, libelle), tranches d'effectif ou pays (cog, libcog)."
    )


def _dictionnaire(contenu: dict[str, Any], nom: str) -> tuple[str, dict[str, str]]:
    libelles = {str(code).strip(): str(libelle).strip() for code, libelle in contenu.items()}
    if "NN" in libelles:
        inconnues = sorted(set(libelles) - set(TRANCHES))
        if inconnues:
            raise NomenclatureIllisible(f"« {nom} » : tranches inconnues {', '.join(inconnues)}.")
        return "tranches_effectifs", libelles
    if libelles and all(re.fullmatch(r"\d{1,4}", code) for code in libelles):
        return "categories_juridiques", libelles
    if libelles and all(re.fullmatch(r"\d{5}", code) for code in libelles):
        return "pays", libelles
    raise NomenclatureIllisible(
        f"« {nom} » : ces codes ne sont ni des catégories juridiques, ni des tranches, ni des pays."
    )


def _naf(lignes: list[dict[str, str]]) -> tuple[str, dict[str, str], dict[str, str]]:
    libelles: dict[str, str] = {}
    sections: dict[str, str] = {}
    for ligne in lignes:
        sections[ligne["niv2"]] = ligne["niv1"]
        for rang in range(1, 6):
            libelle = ligne.get(f"niv{rang}_libelle", "")
            if libelle and ligne.get(f"niv{rang}"):
                libelles[normaliser_naf(ligne[f"niv{rang}"])] = libelle
    # La NAF 2025 a une section de plus (V) : c'est ce qui la distingue à coup sûr.
    sorte = "naf_rev2" if len(set(sections.values())) <= SECTIONS_REV2 else "naf_2025"
    return sorte, libelles, sections


def _pays_de_fiches(lignes: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    for ligne in lignes:
        champs = ligne["fields"]
        yield f"{champs['department']}{champs['code']}", str(champs["name"])
