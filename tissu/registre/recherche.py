"""L'index de recherche d'une version du registre : sa construction, et les questions qu'on lui pose.

L'index est un fichier SQLite (FTS5) posé à côté des Parquet, fait des seules colonnes déjà masquées : ce qui
n'est pas diffusible n'y entre pas, donc ne s'y trouve pas. Le numéro de ligne y est un rang : les établissements
ouverts d'abord, puis les plus grands. Une question trop large pour être notée se lit donc dans cet ordre.
"""

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tissu.entrepot.instantane import Instantane
from tissu.registre.nomenclatures import libelle_naf
from tissu.registre.rules import tranche_minimum

FICHIER = "recherche.sqlite"

# Au-delà, noter chaque réponse coûterait plus que la note n'apporte : l'ordre est celui du rang.
REPONSES_NOTEES = 3_000
CHIFFRES_D_UN_NUMERO = 6
CHIFFRES_D_UN_DEBUT = 4
DOCUMENTS_D_UN_MOT_COMMUN = 5_000
LETTRES_AVANT_TOLERANCE = 4
VARIANTES_MAX = 12
POIDS = "10.0, 8.0, 1.0, 3.0, 1.0"
"""Poids bm25 des colonnes nom, enseigne, adresse, activité, commune."""

MOT = re.compile(r"[0-9a-z]+")
MOTS_VIDES = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"])
VOIES = {
    "all": "allee", "av": "avenue", "bd": "boulevard", "car": "carrefour", "che": "chemin", "crs": "cours",
    "fg": "faubourg", "imp": "impasse", "pas": "passage", "pl": "place", "qu": "quai", "rle": "ruelle",
    "rpt": "rond point", "rte": "route", "sq": "square", "za": "zone artisanale", "zi": "zone industrielle",
}  # fmt: skip
"""Types de voie abrégés par Sirene : l'index porte les deux écritures."""

COLONNES = (
    "siret", "etat", "nom", "enseigne", "denomination_usuelle", "denomination_unite", "sigle", "complement", "numero",
    "indice", "type_voie", "libelle_voie", "code_postal", "commune", "naf", "naf_nomenclature", "tranche_effectif",
    "effectif_cci", "siege",
)  # fmt: skip

VERSION_DE_L_INDEX = 1
"""À augmenter, avec `VERSION_DE_COMPOSITION`, quand les tables de l'index changent : l'ancien ne se lit plus."""

SCHEMA = """
CREATE TABLE fiche(rang INTEGER PRIMARY KEY, siret TEXT NOT NULL, ferme INTEGER NOT NULL, cle TEXT NOT NULL);
CREATE VIRTUAL TABLE recherche USING fts5(
    nom, enseigne, adresse, activite, commune,
    content='', prefix='3', tokenize='unicode61 remove_diacritics 2'
);
"""
FERMETURE = """
INSERT INTO recherche(recherche) VALUES ('optimize');
CREATE INDEX fiche_siret ON fiche(siret);
CREATE INDEX fiche_cle ON fiche(cle, rang);
CREATE VIRTUAL TABLE vocabulaire USING fts5vocab(recherche, 'row');
CREATE TABLE mots(mot TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO mots SELECT term, doc FROM vocabulaire;
DROP TABLE vocabulaire;
"""


class IndexAbsent(Exception):
    """La version du registre n'a pas d'index de recherche, ou celui d'un produit plus ancien."""

    def __init__(self) -> None:
        super().__init__(
            "L'index de recherche manque, ou vient d'une version plus ancienne du produit. "
            "Refaites-le des mêmes fichiers : « tissu sirene recomposer »."
        )


@dataclass(frozen=True)
class Question:
    """Un texte compris par l'index : ce qu'il cherche, et combien y répondent.

    `corrections` : les mots tapés qui n'existent pas ici, et ceux qui sont cherchés à leur place.
    `notees` : les SIRET de la mieux notée à la moins bien ; None quand il y en a trop pour les noter une à une.
    """

    expression: str = ""
    numero: str = ""
    cle: str = ""
    total: int = 0
    corrections: tuple[tuple[str, str], ...] = ()
    notees: tuple[str, ...] | None = None


@lru_cache(maxsize=65_536)
def normaliser(texte: str | None) -> str:
    """Minuscules sans accents ni ponctuation, une espace entre les mots."""
    if not texte:
        return ""
    texte = texte.lower()
    if not texte.isascii():
        plat = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("æ", "ae"))
        texte = "".join(c for c in plat if not unicodedata.combining(c))
    return " ".join(MOT.findall(texte))


# --- Construction ---


def construire(chemin_version: Path, suivi: Any = None) -> int:
    """Écrit l'index d'une version, depuis ses établissements masqués ; rend le nombre de lignes.

    L'index se construit sous un nom provisoire : tué en route, il ne laisse pas d'index incomplet.
    """
    lignes = _lire(chemin_version)
    provisoire = chemin_version / f".{FICHIER}"
    provisoire.unlink(missing_ok=True)
    with closing(sqlite3.connect(provisoire)) as base:
        base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;" + SCHEMA)
        base.execute("INSERT INTO recherche(recherche, rank) VALUES ('automerge', 0)")
        base.executemany("INSERT INTO fiche VALUES (?, ?, ?, ?)", _fiches(lignes))
        if suivi:
            suivi.avancer(0.5, "Index de recherche : lecture des mots.")
        base.executemany(
            "INSERT INTO recherche(rowid, nom, enseigne, adresse, activite, commune) VALUES (?, ?, ?, ?, ?, ?)",
            _documents(lignes),
        )
        base.executescript(FERMETURE)
        base.execute(f"PRAGMA user_version = {VERSION_DE_L_INDEX}")
        base.commit()
    provisoire.replace(chemin_version / FICHIER)
    return len(lignes)


def _lire(chemin_version: Path) -> list[dict[str, Any]]:
    """Les établissements, ouverts d'abord, puis par effectif décroissant, sièges devant."""
    instantane = Instantane(chemin_version)
    lignes = instantane.executer(instantane.table("etablissements").select(*COLONNES))
    return sorted(
        lignes,
        key=lambda e: (
            e["etat"] != "A",
            -(e["effectif_cci"] or tranche_minimum(e["tranche_effectif"]) or 0),
            not e["siege"],
            e["siret"],
        ),
    )


def _fiches(lignes: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, int, str]]:
    for rang, ligne in enumerate(lignes, start=1):
        yield rang, ligne["siret"], int(ligne["etat"] != "A"), normaliser(ligne["nom"])


def _documents(lignes: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str, str, str, str]]:
    for rang, ligne in enumerate(lignes, start=1):
        nom = normaliser(ligne["nom"])
        autres = dict.fromkeys(
            normaliser(ligne[cle]) for cle in ("enseigne", "denomination_usuelle", "denomination_unite", "sigle")
        )
        yield (
            rang,
            nom,
            " ".join(autre for autre in autres if autre and autre != nom),
            _mots_adresse(ligne),
            _mots_activite(ligne["naf"], ligne["naf_nomenclature"]),
            normaliser(ligne["commune"]),
        )


def _mots_adresse(ligne: dict[str, Any]) -> str:
    """L'adresse sans sa commune, qui a sa colonne ; le type de voie sous ses deux écritures."""
    voie = normaliser(ligne["type_voie"])
    champs = ("complement", "numero", "indice", "libelle_voie", "code_postal")
    return " ".join(filter(None, [voie, VOIES.get(voie, ""), *(normaliser(ligne[champ]) for champ in champs)]))


@lru_cache(maxsize=4096)
def _mots_activite(naf: str | None, nomenclature: str | None) -> str:
    """Le code sans son point et le libellé de sa propre nomenclature."""
    if not naf:
        return ""
    return normaliser(f"{naf.replace('.', '')} {libelle_naf(naf, nomenclature) or ''}")


# --- Questions ---


class Index:
    """L'index d'une version, en lecture. Une connexion par fil d'exécution ; le vocabulaire, lu une fois."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        self._fil = threading.local()
        self._verrou = threading.Lock()
        self._mots: dict[int, list[str]] | None = None

    @property
    def base(self) -> sqlite3.Connection:
        if not hasattr(self._fil, "base"):
            self._fil.base = sqlite3.connect(f"file:{self.chemin}?mode=ro&immutable=1", uri=True)
            self._fil.base.execute("PRAGMA mmap_size=268435456")
        return self._fil.base

    @cached_property
    def taille(self) -> int:
        """Le nombre d'établissements de l'index."""
        return int(self._colonne("SELECT coalesce(max(rang), 0) FROM fiche")[0])

    def par_rang(self, debut: int, combien: int) -> list[str]:
        """Les SIRET d'une tranche de rangs, le premier après `debut`."""
        return self._colonne(
            "SELECT siret FROM fiche WHERE rang > ? AND rang <= ? ORDER BY rang", debut, debut + combien
        )

    def comprendre(self, texte: str) -> Question:
        """Lit un SIRET, un SIREN, ou des mots qui doivent tous se trouver dans l'établissement."""
        chiffres = re.sub(r"[\s.\u00a0\u202f]", "", texte)
        if chiffres.isdecimal() and len(chiffres) >= CHIFFRES_D_UN_NUMERO:
            borne = (chiffres, chiffres + ":")
            (total,) = self.base.execute("SELECT count(*) FROM fiche WHERE siret >= ? AND siret < ?", borne).fetchone()
            return Question(numero=chiffres, total=total)
        termes = termes_de(texte)
        if not termes:
            return Question()
        groupes = [[terme] if self._existe(terme) else self._proches(terme) for terme in termes]
        question = self._question(normaliser(texte), termes, groupes)
        if question.total == 0:
            # Chaque mot existe, mais jamais ensemble : l'un d'eux est peut-être le voisin de celui qu'on voulait.
            groupes = [list(dict.fromkeys([terme, *self._proches(terme)])) for terme in termes]
            question = self._question(normaliser(texte), termes, groupes)
        return question

    def _question(self, cle: str, termes: Sequence[str], groupes: Sequence[Sequence[str]]) -> Question:
        if not all(groupes):
            return Question()
        expression = " AND ".join(self._expression(groupe) for groupe in groupes)
        notees, total = None, 0
        # Le mot le plus rare borne les réponses : s'il est assez rare, on note sans compter d'abord.
        if min(self._documents(groupe) for groupe in groupes) > REPONSES_NOTEES:
            (total,) = self._colonne("SELECT count(*) FROM recherche WHERE recherche MATCH ?", expression)
        if total <= REPONSES_NOTEES:
            notees = tuple(self._notes(expression))
            total = len(notees)
        corrections = tuple(
            (terme, groupe[0]) for terme, groupe in zip(termes, groupes, strict=True) if groupe[0] != terme
        )
        return Question(expression, cle=cle, total=total, corrections=corrections, notees=notees)

    def premiers(self, question: Question, limite: int | None = None) -> list[str]:
        """Les SIRET par pertinence : nom exact, puis ouverts avant fermés, nommés avant masqués, puis la note."""
        if question.numero:
            requete = "SELECT siret FROM fiche WHERE siret >= ? AND siret < ? ORDER BY rang LIMIT ?"
            return self._colonne(requete, question.numero, question.numero + ":", _borne(limite))
        if not question.expression:
            return []
        borne = _borne(limite)
        exacts = self._colonne("SELECT siret FROM fiche WHERE cle = ? ORDER BY rang LIMIT ?", question.cle, borne)
        suite = self._par_rang(question, borne) if question.notees is None else question.notees
        return list(dict.fromkeys([*exacts, *suite]))[:limite]

    def tous(self, question: Question) -> str:
        """Tous les SIRET qui répondent, sans ordre, joints par « | » : la forme que le moteur lit le plus vite."""
        if question.numero:
            return "|".join(self.premiers(question))
        if question.notees is not None or not question.expression:
            return "|".join(question.notees or ())
        requete = """
            SELECT group_concat(fiche.siret, '|') FROM recherche JOIN fiche ON fiche.rang = recherche.rowid
            WHERE recherche MATCH ?
        """
        return self._colonne(requete, question.expression)[0] or ""

    def presents(self, question: Question, sirets: Sequence[str]) -> set[str]:
        """Ceux de ces SIRET qui répondent à la question par les mots de l'index."""
        if not sirets or not question.expression:
            return set()
        requete = f"""
            SELECT fiche.siret FROM fiche JOIN recherche ON recherche.rowid = fiche.rang
            WHERE fiche.siret IN ({", ".join("?" * len(sirets))}) AND recherche MATCH ?
        """  # noqa: S608 - seulement des marques
        return set(self._colonne(requete, *sirets, question.expression))

    def _notes(self, expression: str) -> list[str]:
        requete = f"""
            SELECT fiche.siret FROM recherche JOIN fiche ON fiche.rang = recherche.rowid
            WHERE recherche MATCH ?
            ORDER BY fiche.ferme, fiche.cle = '', bm25(recherche, {POIDS}), fiche.rang
        """  # noqa: S608 - poids constants
        return self._colonne(requete, expression)

    def _par_rang(self, question: Question, borne: int) -> list[str]:
        """Dans l'ordre du rang, ceux qui répondent par leur nom d'abord."""
        requete = """
            SELECT fiche.siret FROM fiche JOIN
                (SELECT rowid AS rang FROM recherche WHERE recherche MATCH ? ORDER BY rowid LIMIT ?) AS trouves
            ON fiche.rang = trouves.rang ORDER BY fiche.rang
        """
        par_nom = self._colonne(requete, f"{{nom enseigne}} : ({question.expression})", borne)
        if 0 < borne <= len(par_nom):
            return par_nom
        return [*par_nom, *self._colonne(requete, question.expression, borne + len(par_nom) if borne > 0 else borne)]

    def _colonne(self, requete: str, *parametres: Any) -> list[Any]:
        return [valeur for (valeur,) in self.base.execute(requete, parametres)]

    def _existe(self, terme: str) -> bool:
        """Le terme, ou son singulier, commence-t-il un mot de l'index ?"""
        return self._documents([terme]) > 0

    def _documents(self, groupe: Sequence[str]) -> int:
        """Le plus grand nombre d'établissements qui peuvent répondre à l'un de ces mots."""
        somme = "SELECT coalesce(sum(documents), 0) FROM mots WHERE mot >= ? AND mot < ?"
        return sum(self._colonne(somme, racine, fin)[0] for racine, fin in map(self._bornes, groupe))

    def _bornes(self, mot: str) -> tuple[str, str]:
        """Les mots de l'index auxquels ce mot répond, de l'un compris à l'autre exclu."""
        racine = self._racine(mot)
        return (racine, racine + "{") if racine else (mot, mot + " ")

    def _racine(self, mot: str) -> str:
        """Le début à chercher ; vide quand le mot ne vaut que pour lui-même.

        Au pluriel, le singulier convient aussi. Une lettre, un petit nombre ou un mot très commun (une commune) se
        cherchent entiers : chercher tout ce qu'ils commencent coûterait beaucoup et n'apprendrait rien.
        """
        if len(mot) == 1 or (mot.isdigit() and len(mot) < CHIFFRES_D_UN_DEBUT):
            return ""
        if self._colonne("SELECT 1 FROM mots WHERE mot = ? AND documents > ?", mot, DOCUMENTS_D_UN_MOT_COMMUN):
            return ""
        return mot[:-1] if len(mot) > 5 and mot[-1] in "sx" else mot

    def _expression(self, groupe: Sequence[str]) -> str:
        """La question FTS5 : un des mots du groupe."""
        racines = ((mot, self._racine(mot)) for mot in groupe)
        return "(" + " OR ".join(f'"{racine}"*' if racine else f'"{mot}"' for mot, racine in racines) + ")"

    def _proches(self, terme: str) -> list[str]:
        """Les mots de l'index à une faute du terme : lettre en trop, en moins, changée, ou deux permutées."""
        if len(terme) < LETTRES_AVANT_TOLERANCE or not terme.isalpha():
            return []
        candidats = [mot for taille in range(len(terme) - 1, len(terme) + 2) for mot in self.mots.get(taille, ())]
        proches = process.extract(terme, candidats, scorer=OSA.distance, score_cutoff=1, limit=VARIANTES_MAX)
        return [mot for mot, _, _ in proches]

    @property
    def mots(self) -> dict[int, list[str]]:
        """Le vocabulaire, rangé par longueur de mot."""
        if self._mots is None:
            with self._verrou:
                if self._mots is None:
                    mots: dict[int, list[str]] = {}
                    for mot in self._colonne("SELECT mot FROM mots WHERE length(mot) >= 3 AND mot GLOB '[a-z]*'"):
                        mots.setdefault(len(mot), []).append(mot)
                    self._mots = mots
        return self._mots


def termes_de(texte: str) -> list[str]:
    """Les mots à chercher. Les articles ne comptent que s'ils sont seuls ; « 62.01Z » est un seul mot."""
    colle = re.sub(r"\b(\d\d)\.(\d{1,2}[A-Za-z]?)\b", r"\1\2", texte)
    mots = list(dict.fromkeys(normaliser(colle).split()))
    return [mot for mot in mots if mot not in MOTS_VIDES] or mots


def _borne(limite: int | None) -> int:
    """La limite à la manière de SQLite, où -1 vaut « sans limite »."""
    return -1 if limite is None else limite


def _version(chemin: Path) -> int:
    with closing(sqlite3.connect(f"file:{chemin}?mode=ro&immutable=1", uri=True)) as base:
        return base.execute("PRAGMA user_version").fetchone()[0]


_index: dict[Path, Index] = {}


def index_de(instantane: Instantane) -> Index:
    """L'index d'une version, gardé tant qu'elle est la dernière demandée. Lève `IndexAbsent`."""
    chemin = instantane.chemin / FICHIER
    if chemin not in _index:
        if not chemin.is_file() or _version(chemin) != VERSION_DE_L_INDEX:
            raise IndexAbsent
        _index.clear()
        _index[chemin] = Index(chemin)
    return _index[chemin]
