"""Le fichier consulaire de la chambre, CSV ou classeur : ses colonnes devinées, ses cellules lues.

Une cellule illisible est ignorée et l'avis la nomme ; seule une ligne sans SIRET juste est rejetée.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from tissu.entrepot.lecture.classeurs import OCTETS_MAX, ClasseurDemesure, refuser_demesure
from tissu.socle.argent import MontantInvalide, arrondir, lire_montant
from tissu.socle.identifiants import siret_valide

LIGNES_MAX = 300_000
EFFECTIF_MAX = 500_000

CHAMPS: Mapping[str, str] = {
    "siret": "SIRET",
    "effectif": "Effectif (salariés)",
    "effectif_date": "Date de l'effectif",
    "effectif_source": "Source de l'effectif",
    "dirigeant": "Dirigeant",
    "fonction": "Fonction du dirigeant",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site": "Site internet",
    "chiffre_affaires_eur": "Chiffre d'affaires",
    "capital_eur": "Capital",
}
# Débuts d'en-têtes, sans accent ni signe, du plus précis au plus vague.
ENTETES: Mapping[str, tuple[str, ...]] = {
    "siret": ("siret", "n siret", "no siret", "numero siret", "numero de siret"),
    "effectif_date": ("date effectif", "date de l effectif", "date d effectif", "effectif date", "effectif au"),
    "effectif_source": ("source effectif", "source de l effectif"),
    "effectif": ("effectif", "nb salaries", "nombre de salaries", "salaries", "nb de salaries"),
    "fonction": ("fonction", "qualite du dirigeant", "qualite"),
    "dirigeant": ("dirigeant", "nom du dirigeant", "representant", "contact", "gerant"),
    "telephone": ("telephone", "tel", "n de telephone", "numero de telephone"),
    "courriel": ("courriel", "email", "e mail", "mail", "adresse electronique"),
    "site": ("site internet", "site web", "site", "url", "web"),
    "chiffre_affaires_eur": ("chiffre d affaires", "chiffre affaires", "ca", "c a"),
    "capital_eur": ("capital",),
}


class FichierConsulaireRefuse(ValueError):
    """Le fichier ne peut être lu ; le message dit pourquoi et quoi faire."""


class CelluleIllisible(ValueError):
    """Une cellule n'a pas la forme attendue."""


@dataclass(frozen=True)
class Tableau:
    """Les lignes pleines d'un fichier ; `rangs` : le numéro de chacune, tel que le tableur le montre."""

    entetes: list[str]
    lignes: list[list[str]]
    rangs: list[int]


@dataclass
class Fiche:
    """Une ligne lue. `motif` dit pourquoi elle est rejetée ; `avis`, quelles cellules ont été ignorées."""

    ligne: int
    siret: str
    valeurs: dict[str, Any] = field(default_factory=dict)
    avis: list[str] = field(default_factory=list)
    motif: str = ""


def lire_tableau(chemin: Path, *, nom: str = "") -> Tableau:
    """La première feuille d'un classeur, ou un CSV (UTF-8 ou Windows-1252, point-virgule, virgule ou tabulation)."""
    nom = nom or chemin.name
    suffixe = Path(nom).suffix.lower()
    if suffixe in {".xlsx", ".xlsm", ".xls", ".ods"}:
        lignes = _lire_classeur(chemin, nom)
    elif suffixe in {".csv", ".txt"}:
        lignes = _lire_csv(chemin, nom)
    else:
        raise FichierConsulaireRefuse(f"« {nom} » : sont lus les CSV (.csv) et les classeurs (.xlsx).")
    pleines = [(rang, ligne) for rang, ligne in enumerate(lignes, start=1) if any(cellule.strip() for cellule in ligne)]
    if len(pleines) < 2:
        raise FichierConsulaireRefuse(f"« {nom} » ne contient aucune ligne sous ses en-têtes.")
    if len(pleines) > LIGNES_MAX:
        raise FichierConsulaireRefuse(f"« {nom} » dépasse {LIGNES_MAX} lignes : vérifiez le fichier.")
    rangs, retenues = zip(*pleines, strict=True)
    return Tableau([entete.strip() for entete in retenues[0]], list(retenues[1:]), list(rangs[1:]))


def _lire_csv(chemin: Path, nom: str) -> list[list[str]]:
    if chemin.stat().st_size > OCTETS_MAX:
        raise FichierConsulaireRefuse(f"« {nom} » dépasse {OCTETS_MAX // 1024**2} Mo : vérifiez le fichier.")
    octets = chemin.read_bytes()
    if b"\0" in octets[:4096]:
        raise FichierConsulaireRefuse(f"« {nom} » n'est pas un CSV : c'est un fichier binaire.")
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", errors="replace")
    premiere = texte.split("\n", 1)[0]
    separateur = max(";,\t", key=premiere.count)
    try:
        return list(csv.reader(io.StringIO(texte), delimiter=separateur))
    except csv.Error as erreur:
        raise FichierConsulaireRefuse(f"« {nom} » est mal formé : {erreur}.") from erreur


def _lire_classeur(chemin: Path, nom: str) -> list[list[str]]:
    try:
        refuser_demesure(chemin)
    except ClasseurDemesure as refus:
        raise FichierConsulaireRefuse(f"« {nom} » : {refus}") from refus
    try:
        classeur = python_calamine.CalamineWorkbook.from_path(str(chemin))
        return [[_cellule(v) for v in ligne] for ligne in classeur.get_sheet_by_index(0).to_python()]
    except (python_calamine.CalamineError, OSError, IndexError) as erreur:
        raise FichierConsulaireRefuse(f"« {nom} » n'est pas un classeur lisible.") from erreur


def _cellule(valeur: Any) -> str:
    """Excel tient un SIRET pour un nombre : 55210055400013.0 redevient un texte."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    if isinstance(valeur, datetime | date):
        return valeur.strftime("%d/%m/%Y")
    return "" if valeur is None else str(valeur)


def deviner(entetes: list[str]) -> dict[str, str]:
    """Champ → en-tête du fichier, pour ceux que l'on reconnaît."""
    propres = {entete: simplifier(entete) for entete in entetes}
    trouves: dict[str, str] = {}
    for champ, debuts in ENTETES.items():
        for debut in debuts:
            libres = [e for e, propre in propres.items() if e not in trouves.values() and _commence(propre, debut)]
            if libres:
                trouves[champ] = libres[0]
                break
    return trouves


def _commence(propre: str, debut: str) -> bool:
    return propre == debut or propre.startswith(debut + " ")


def simplifier(texte: str) -> str:
    """Sans accent, ni casse, ni signe."""
    plat = unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plat).strip()


def lire_fiches(tableau: Tableau, colonnes: Mapping[str, str], *, date_source: date) -> Iterator[Fiche]:
    """Chaque ligne du tableau, lue par la correspondance `colonnes` (champ → en-tête)."""
    if "siret" not in colonnes:
        raise FichierConsulaireRefuse("Dites quelle colonne porte le SIRET : sans elle, rien ne se rattache.")
    absents = sorted(set(colonnes.values()) - set(tableau.entetes))
    if absents:
        raise FichierConsulaireRefuse(
            f"Colonnes absentes du fichier : {', '.join(absents)}. Revoyez la correspondance."
        )
    rangs = {champ: tableau.entetes.index(entete) for champ, entete in colonnes.items()}
    vus: dict[str, int] = {}
    for numero, ligne in zip(tableau.rangs, tableau.lignes, strict=True):
        fiche = _lire_fiche(numero, ligne, rangs, colonnes, date_source)
        if not fiche.motif and fiche.siret in vus:
            fiche.motif = f"Ce SIRET est déjà à la ligne {vus[fiche.siret]}."
        vus.setdefault(fiche.siret, numero)
        yield fiche


def _lire_fiche(
    numero: int, ligne: list[str], rangs: Mapping[str, int], colonnes: Mapping[str, str], date_source: date
) -> Fiche:
    cellules = {champ: ligne[rang].strip() if rang < len(ligne) else "" for champ, rang in rangs.items()}
    siret = _lire_siret(cellules.pop("siret"))
    fiche = Fiche(numero, siret)
    if not siret_valide(siret):
        fiche.motif = f"« {siret or 'vide'} » n'est pas un SIRET juste (14 chiffres et leur clé)."
        return fiche
    for champ, texte in cellules.items():
        if not texte:
            continue
        try:
            fiche.valeurs[champ] = LECTEURS[champ](texte, colonnes[champ])
        except CelluleIllisible as erreur:
            fiche.avis.append(f"{CHAMPS[champ]} : {erreur}")
    if "effectif" in fiche.valeurs:
        fiche.valeurs.setdefault("effectif_date", date_source)
    else:
        fiche.valeurs.pop("effectif_date", None)
    return fiche


def _lire_siret(texte: str) -> str:
    chiffres = re.sub(r"[\s\u00a0\u202f.]", "", re.sub(r"\.0$", "", texte))
    # Un tableur ôte les zéros de tête.
    return chiffres.zfill(14) if re.fullmatch(r"\d{11,13}", chiffres) else chiffres


def _effectif(texte: str, entete: str) -> int:
    propre = re.sub(r"[\s\u00a0\u202f]", "", texte).replace(",", ".")
    try:
        nombre = Decimal(propre)
    except ArithmeticError as erreur:
        raise CelluleIllisible(f"« {texte} » n'est pas un nombre de salariés.") from erreur
    if nombre != nombre.to_integral_value() or not 0 <= nombre <= EFFECTIF_MAX:
        raise CelluleIllisible(f"« {texte} » n'est pas un nombre de salariés.")
    return int(nombre)


def _jour(texte: str, entete: str) -> date:
    for forme in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y"):
        try:
            return datetime.strptime(texte[:10], forme).date()  # noqa: DTZ007 - un jour, sans heure
        except ValueError:
            continue
    raise CelluleIllisible(f"« {texte} » n'est pas une date (jj/mm/aaaa).")


def _montant(texte: str, entete: str) -> Decimal:
    """En euros : « k€ » et « M€ », dans la cellule ou l'en-tête, multiplient."""
    # La cellule qui dit son unité l'emporte sur l'en-tête.
    dite = texte if re.search(r"€|eur", texte, re.IGNORECASE) else entete
    unite = re.search(r"(?<![a-z])(k|m)\s*(?:€|eur)", dite, re.IGNORECASE)
    facteur = {"k": 1_000, "m": 1_000_000}[unite[1].lower()] if unite else 1
    try:
        montant = lire_montant(re.sub(r"(?i)\s*(k|m)?\s*(€|eur(os?)?)\s*$", "", texte))
    except MontantInvalide as erreur:
        raise CelluleIllisible(f"« {texte} » n'est pas un montant.") from erreur
    if abs(montant * facteur) >= Decimal(10) ** 14:
        raise CelluleIllisible(f"« {texte} » est un montant démesuré.")
    return arrondir(montant * facteur)


def _telephone(texte: str, entete: str) -> str:
    """« 0380000000 » et « +33 (0)3 80 00 00 00 » deviennent « 03 80 00 00 00 » ; un numéro étranger garde son +."""
    propre = re.sub(r"[\s\u00a0\u202f.\-/]", "", texte.replace("(0)", ""))
    propre = re.sub(r"^(\+33|0033)", "0", propre)
    if re.fullmatch(r"[1-9]\d{8}", propre):
        propre = "0" + propre
    if re.fullmatch(r"0[1-9]\d{8}", propre):
        return " ".join(re.findall("..", propre))
    propre = re.sub(r"^00", "+", propre)
    if re.fullmatch(r"\+[1-9]\d{6,14}", propre):
        return propre
    raise CelluleIllisible(f"« {texte} » n'est pas un numéro de téléphone.")


def _courriel(texte: str, entete: str) -> str:
    try:
        validate_email(texte)
    except ValidationError as erreur:
        raise CelluleIllisible(f"« {texte} » n'est pas une adresse électronique.") from erreur
    return texte.lower()


def _site(texte: str, entete: str) -> str:
    adresse = texte if re.match(r"https?://", texte, re.IGNORECASE) else f"https://{texte}"
    try:
        URLValidator(schemes=["http", "https"])(adresse)
    except ValidationError as erreur:
        raise CelluleIllisible(f"« {texte} » n'est pas l'adresse d'un site.") from erreur
    if len(adresse) > 200:
        raise CelluleIllisible("adresse de site trop longue.")
    return adresse


def _texte(longueur: int) -> Any:
    def lire(texte: str, entete: str) -> str:
        propre = re.sub(r"\s+", " ", texte).strip()
        if len(propre) > longueur:
            raise CelluleIllisible(f"plus de {longueur} signes.")
        return propre

    return lire


LECTEURS: Mapping[str, Any] = {
    "effectif": _effectif,
    "effectif_date": _jour,
    "effectif_source": _texte(100),
    "dirigeant": _texte(200),
    "fonction": _texte(100),
    "telephone": _telephone,
    "courriel": _courriel,
    "site": _site,
    "chiffre_affaires_eur": _montant,
    "capital_eur": _montant,
}
