"""Du code au libellé, à version égale. Toutes ces fonctions répondent toujours une phrase, jamais du vide."""

import re
from datetime import date
from functools import lru_cache

import pyarrow as pa

from tissu.registre.nomenclatures.colonnes import COLONNES
from tissu.registre.nomenclatures.magasin import agregats_de_division, importee, insee, minimale
from tissu.registre.rules import TRANCHES, tranche_libelle
from tissu.socle.parametres import parametre

NAF_REV2 = "NAFRev2"
NAF_2025 = "NAF2025"
NOMS_DES_VERSIONS = {
    NAF_REV2: "NAF rév. 2",
    NAF_2025: "NAF 2025",
    "NAFRev1": "NAF rév. 1 (2003)",
    "NAF1993": "NAF 1993",
    "NAP": "NAP 1973",
}
SANS_ACTIVITE = "00.00Z"
_ALIAS = {"NAF25": NAF_2025, "NAFREV25": NAF_2025, "NAF2025": NAF_2025, "NAFREV2": NAF_REV2, "NAFREV1": "NAFRev1"}


def naf_en_vigueur(au: date) -> str:
    """La nomenclature en vigueur à une date : `NAF_REV2` jusqu'au 31 décembre 2026, `NAF_2025` ensuite."""
    return str(parametre("registre.naf_en_vigueur", au=au))


@lru_cache(maxsize=4096)
def normaliser_naf(code: str) -> str:
    """« 6201Z » et « 62.01z » deviennent « 62.01Z » ; tout autre texte est rendu tel quel."""
    propre = code.strip().upper()
    classe = re.fullmatch(r"(\d{2})\.?(\d{2})([A-Z])", propre)
    if classe:
        return f"{classe[1]}.{classe[2]}{classe[3]}"
    groupe = re.fullmatch(r"(\d{2})(\d{1,2})", propre)
    return f"{groupe[1]}.{groupe[2]}" if groupe else propre


def _version(nomenclature: str) -> str:
    return _ALIAS.get(nomenclature.upper(), nomenclature)


def libelle_naf(code: str | None, nomenclature: str | None = NAF_REV2) -> str:
    """Le libellé d'un code NAF, à n'importe quel niveau, dans sa version à lui.

    Une version dont nous n'avons pas les mots rend le code et sa version : « code 74.1G de la NAF 1993 ». Une
    version non dite (`nomenclature` vide) ne donne pas de libellé : un code change de sens d'une NAF à l'autre.
    """
    if not code:
        return "Activité inconnue"
    if not nomenclature:
        return f"code {normaliser_naf(code)}, nomenclature non précisée"
    code, version = normaliser_naf(code), _version(nomenclature)
    if code == SANS_ACTIVITE:
        return "Activité non encore attribuée"
    trouve = _libelles_naf(version).get(code)
    if trouve:
        return trouve
    division = minimale()["divisions"].get(code[:2])
    if division and version == NAF_REV2 and not _liste_complete(version):
        return division[2]
    return f"code {code} de la {NOMS_DES_VERSIONS.get(version, version)}"


def code_connu(code: str, nomenclature: str = NAF_REV2) -> bool:
    """Ce code existe-t-il dans cette version ? Sans la liste complète, sa forme et sa division en décident."""
    code, version = normaliser_naf(code), _version(nomenclature)
    if _liste_complete(version):
        return code in _libelles_naf(version)
    return bool(re.fullmatch(r"\d{2}\.\d{2}[A-Z]", code)) and code[:2] in minimale()["divisions"]


def _liste_complete(version: str) -> bool:
    """Une NAF entière compte plus de sept cents sous-classes ; notre table, une centaine de lignes."""
    return len(_libelles_naf(version)) > 700


def _libelles_naf(version: str) -> dict[str, str]:
    if version == NAF_2025:
        officielle = importee("naf_2025")
        return officielle.libelles if officielle else {}
    if version != NAF_REV2:
        return {}
    officielle = importee("naf_rev2")
    return officielle.libelles if officielle else _libelles_sans_import()


@lru_cache(maxsize=1)
def _libelles_sans_import() -> dict[str, str]:
    contenu = insee()
    if contenu:
        return contenu["libelles"]
    petite = minimale()
    return petite["sections"] | {code: division[2] for code, division in petite["divisions"].items()}


def niveaux(code: str, nomenclature: str = NAF_REV2) -> list[tuple[str, str]]:
    """Du plus large au plus fin : section, division, groupe, classe, sous-classe, chacun avec son libellé."""
    code, version = normaliser_naf(code), _version(nomenclature)
    chaine = [code[:longueur] for longueur in (2, 4, 5, 6) if len(code) >= longueur]
    section = _section(code[:2], version)
    if section:
        chaine.insert(0, section)
    return [(maillon, libelle_naf(maillon, version)) for maillon in chaine]


def _section(division: str, version: str) -> str:
    officielle = importee("naf_2025" if version == NAF_2025 else "naf_rev2")
    if officielle:
        return officielle.sections.get(division, "")
    if version != NAF_REV2:
        return ""
    contenu = minimale()["divisions"].get(division)
    return contenu[0] if contenu else ""


@lru_cache(maxsize=1)
def table_agregations() -> pa.Table:
    """Une ligne par sous-classe de la NAF rév. 2 : section, division et agrégats A5 à A138.

    A138 est vide là où il sépare marchand et non marchand. Sans les données de l'Insee, une ligne par division.
    """
    contenu = insee()
    if contenu:
        lignes = contenu["table"]
    else:
        lignes = [
            [division, valeurs[0], division, *agregats_de_division(division).values()]
            for division, valeurs in minimale()["divisions"].items()
        ]
    colonnes = {nom: pa.array([ligne[rang] for ligne in lignes], pa.string()) for rang, nom in enumerate(COLONNES)}
    return pa.table(colonnes)


def choix_du_niveau(niveau: str) -> list[tuple[str, str]]:
    """Les codes d'un niveau d'agrégation (`a5` … `a138`, `section`, `division`) et leur libellé, dans l'ordre."""
    cle = {"section": "a21", "division": "a88"}.get(niveau, niveau)
    if cle == "a21":
        return [(code, libelle_naf(code)) for code in minimale()["sections"]]
    if cle == "a88":
        return [(code, libelle_naf(code)) for code in minimale()["divisions"]]
    codes = sorted({code for code in table_agregations().column(cle).to_pylist() if code})
    return [(code, libelle_agregat(cle, code)) for code in codes]


def libelle_agregat(niveau: str, code: str) -> str:
    """Le libellé d'un agrégat (« a17 », « C3 ») ; à défaut, les divisions qu'il réunit."""
    contenu = insee()
    trouve = contenu["agregats"].get(niveau, {}).get(code) if contenu else None
    if trouve:
        return trouve
    divisions = minimale()["divisions"]
    membres = [texte[2] for div, texte in divisions.items() if agregats_de_division(div).get(niveau) == code]
    return ", ".join(membres) or f"agrégat {code}"


def libelle_categorie_juridique(code: str | None) -> str:
    """Le libellé d'une catégorie juridique ; à défaut du niveau III, celui du niveau II, puis du niveau I."""
    if not code:
        return "Forme juridique inconnue"
    officielle = importee("categories_juridiques")
    petite = minimale()["categories_juridiques"]
    if officielle and code in officielle.libelles:
        return officielle.libelles[code]
    for longueur in (4, 2, 1):
        if code[:longueur] in petite:
            return petite[code[:longueur]]
    return f"catégorie juridique {code}"


def libelle_tranche(code: str | None) -> str:
    """Le libellé d'une tranche d'effectif, officiel s'il est importé ; « Effectif inconnu » pour un code absent."""
    officielle = importee("tranches_effectifs")
    if officielle and code and code in officielle.libelles and code in TRANCHES:
        return officielle.libelles[code]
    return tranche_libelle(code)


def libelle_pays(code: str | None) -> str:
    """Le pays d'un code officiel géographique (« 99109 », ou « 109 »)."""
    if not code:
        return "Pays inconnu"
    complet = code if len(code) == 5 else f"99{code}"
    officielle = importee("pays")
    trouve = officielle.libelles.get(complet) if officielle else None
    return trouve or minimale()["pays"].get(complet) or f"pays {code}"
