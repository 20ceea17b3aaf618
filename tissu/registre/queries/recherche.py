"""La recherche et la liste : des mots, des filtres et un tri, rendus en pages d'établissements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from django.core.paginator import Page, Paginator

from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.filtres import Filtres, parmi, predicats
from tissu.registre.models import DonneeConsulaire
from tissu.registre.recherche import Index, Question, index_de, normaliser, termes_de
from tissu.registre.rules import COLONNES_DE_DIFFUSION, OUVERT, TRANCHES, est_diffusible

TAILLE_DE_PAGE = 25
PERTINENCE = ""
DIRIGEANTS_MAX = 500
LETTRES_D_UN_DIRIGEANT = 3
LOT = 2_000
"""Lignes lues à la fois par un export : assez pour aller vite, assez peu pour ne pas peser."""

COLONNES_DE_LISTE = (
    "siret", "siren", "nom", "enseigne", "denomination_usuelle", "etat", "date_creation", "date_fermeture",
    "date_reactivation", "diffusion", "diffusion_unite", "personne_physique", "categorie_juridique", "siege",
    "naf", "naf_nomenclature", "naf25", "tranche_effectif", "annee_effectif", "effectif_cci", "effectif_cci_date",
    "adresse", "code_postal", "code_commune", "commune", "corrections", "lon", "lat",
)  # fmt: skip


@dataclass(frozen=True)
class Demande:
    """Ce qu'une personne demande à la liste. `tri` : une clé de `TRIS`, précédée de « - » pour l'inverse."""

    texte: str = ""
    filtres: Filtres = field(default_factory=Filtres)
    tri: str = PERTINENCE


@dataclass(frozen=True)
class Resultats:
    """Une page de résultats, et les mots que l'index a dû corriger."""

    page: Page
    corrections: tuple[tuple[str, str], ...] = ()


def rechercher(
    demande: Demande, *, page: int | str = 1, au: date, dirigeants: Sequence[str] = (), taille: int = TAILLE_DE_PAGE
) -> Resultats:
    """La page demandée. `dirigeants` : SIRET trouvés par le nom d'un dirigeant, pour qui a le droit de le lire.

    Lève `RegistreAbsent` ou `IndexAbsent`.
    """
    instantane = courant()
    index = index_de(instantane)
    if not demande.texte.strip():
        if demande.filtres.vides and demande.tri == PERTINENCE:
            return Resultats(_tout(instantane, index, page, taille))
        return Resultats(_page_triee(instantane, _filtree(instantane, demande.filtres, au), demande.tri, page, taille))
    question = index.comprendre(demande.texte)
    if demande.filtres.vides and demande.tri == PERTINENCE:
        rendu = _texte_seul(instantane, index, question, dirigeants, page, taille)
    else:
        rendu = _texte_filtre(instantane, index, question, demande, dirigeants, page, au, taille)
    return Resultats(rendu, question.corrections)


def _tout(instantane: Instantane, index: Index, page: int | str, taille: int) -> Page:
    """Le registre entier, dans l'ordre des rangs : rien à compter ni à trier."""
    rendu = _pagination(index.taille, page, taille)
    rendu.object_list = lire(instantane, index.par_rang(taille * (rendu.number - 1), taille))
    return rendu


def _page_triee(instantane: Instantane, table: ir.Table, tri: str, page: int | str, taille: int) -> Page:
    """Les SIRET de la page d'abord, leurs lignes ensuite : trier des lignes entières coûterait trois fois plus."""
    rendu = _pagination(_compter(instantane, table), page, taille)
    sirets = trier(table, tri).limit(taille, offset=taille * (rendu.number - 1)).select("siret")
    rendu.object_list = lire(instantane, [ligne["siret"] for ligne in instantane.executer(sirets)])
    return rendu


def _texte_seul(
    instantane: Instantane, index: Index, question: Question, dirigeants: Sequence[str], page: int | str, taille: int
) -> Page:
    nouveaux = [siret for siret in dirigeants if siret not in index.presents(question, dirigeants)]
    rendu = _pagination(question.total + len(nouveaux), page, taille)
    fin = taille * rendu.number
    sirets = [*nouveaux, *index.premiers(question, fin)][fin - taille : fin]
    rendu.object_list = lire(instantane, sirets)
    return rendu


def _texte_filtre(
    instantane: Instantane, index: Index, question: Question, demande: Demande, dirigeants: Sequence[str],
    page: int | str, au: date, taille: int,
) -> Page:  # fmt: skip
    table = _filtree(instantane, demande.filtres, au)
    table = table.filter(parmi(table, "|".join(filter(None, [index.tous(question), *dirigeants]))))
    if demande.tri == PERTINENCE and question.notees is not None:
        retenus = {ligne["siret"] for ligne in instantane.executer(table.select("siret"))}
        ordonnes = [s for s in dict.fromkeys([*dirigeants, *index.premiers(question)]) if s in retenus]
        rendu = _pagination(len(ordonnes), page, taille)
        rendu.object_list = lire(instantane, ordonnes[taille * (rendu.number - 1) : taille * rendu.number])
        return rendu
    return _page_triee(instantane, table, demande.tri, page, taille)


def selection(demande: Demande, *, au: date, dirigeants: Sequence[str] = ()) -> list[str]:
    """Tous les SIRET de la demande, dans l'ordre du tri."""
    instantane = courant()
    table = repondent(instantane, demande, au=au, dirigeants=dirigeants)
    return [ligne["siret"] for ligne in instantane.executer(trier(table, demande.tri).select("siret"))]


def repondent(instantane: Instantane, demande: Demande, *, au: date, dirigeants: Sequence[str] = ()) -> ir.Table:
    """L'expression de tous les établissements de la demande, sans ordre."""
    table = _filtree(instantane, demande.filtres, au)
    if not demande.texte.strip():
        return table
    index = index_de(instantane)
    trouves = index.tous(index.comprendre(demande.texte))
    return table.filter(parmi(table, "|".join(filter(None, [trouves, *dirigeants]))))


def parcourir(sirets: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Les établissements de ces SIRET, toutes colonnes, lus par lots dans l'ordre donné."""
    instantane = courant()
    table = instantane.table("etablissements")
    for debut in range(0, len(sirets), LOT):
        lot = sirets[debut : debut + LOT]
        lignes = {ligne["siret"]: ligne for ligne in instantane.executer(table.filter(parmi(table, "|".join(lot))))}
        yield from (lignes[siret] for siret in lot)


def lire(instantane: Instantane, sirets: Sequence[str]) -> list[dict[str, Any]]:
    """Les lignes de liste de ces SIRET, dans le même ordre."""
    lues = instantane.lignes("etablissements", "siret", sirets, COLONNES_DE_LISTE)
    lignes = {ligne["siret"]: ligne for ligne in lues}
    return [lignes[siret] for siret in sirets if siret in lignes]


def sirets_du_dirigeant(texte: str, *, proteges: bool = False) -> list[str]:
    """Les établissements dont le dirigeant connu de la chambre porte tous ces mots. À réserver à qui peut le lire.

    Sans `proteges`, ceux que la diffusion partielle protège n'y sont pas : être trouvé par un nom, c'est le dire.
    """
    termes = [terme for terme in termes_de(texte) if len(terme) >= LETTRES_D_UN_DIRIGEANT and terme.isalpha()]
    if not termes or len(termes) < len(normaliser(texte).split()) / 2:
        return []
    donnees = DonneeConsulaire.objects.order_by("siret")
    for terme in termes:
        donnees = donnees.filter(dirigeant_normalise__contains=terme)
    trouves = list(donnees.values_list("siret", flat=True)[:DIRIGEANTS_MAX])
    lignes = courant().lignes("etablissements", "siret", trouves, COLONNES_DE_DIFFUSION)
    return [ligne["siret"] for ligne in lignes if proteges or est_diffusible(ligne)]


def connus(sirets: Sequence[str]) -> set[str]:
    """Ceux de ces SIRET qui sont dans le registre du territoire."""
    instantane = courant()
    table = instantane.table("etablissements")
    presents = table.filter(parmi(table, "|".join(sirets))).select("siret")
    return {ligne["siret"] for ligne in instantane.executer(presents)}


def _filtree(instantane: Instantane, filtres: Filtres, au: date) -> ir.Table:
    table = instantane.table("etablissements")
    conditions = predicats(table, filtres, appartenances=instantane.table("etablissements_zones"), au=au)
    return table.filter(*conditions) if conditions else table


def _compter(instantane: Instantane, table: ir.Table) -> int:
    return int(instantane.executer(table.aggregate(n=table.count()))[0]["n"])


def _pagination(total: int, page: int | str, taille: int) -> Page:
    return Paginator(range(total), taille).get_page(page)


def _effectif(table: ir.Table) -> ir.IntegerValue:
    """L'effectif de la CCI, sinon le bas de la tranche ; inconnu compte comme rien."""
    minimum = table.tranche_effectif.cases(*((t.code, t.minimum) for t in TRANCHES.values()), else_=0)
    return ibis.coalesce(table.effectif_cci, minimum)


TRIS = {
    "nom": lambda t: t.nom,
    "creation": lambda t: t.date_creation,
    "fermeture": lambda t: t.date_fermeture,
    "effectif": _effectif,
    "commune": lambda t: t.commune,
    "activite": lambda t: t.naf,
    "siret": lambda t: t.siret,
}


def trier(table: ir.Table, tri: str) -> ir.Table:
    """La table ordonnée ; sans tri, ouverts d'abord, puis par effectif, comme le rang de l'index. Départage : SIRET."""
    cle = TRIS.get(tri.removeprefix("-"))
    if cle is None:
        ouverts = (table.etat == OUVERT).fill_null(False)
        return table.order_by(
            [ouverts.desc(), _effectif(table).desc(), table.siege.desc(nulls_first=False), table.siret]
        )
    valeur = cle(table)
    ordre = valeur.desc(nulls_first=False) if tri.startswith("-") else valeur.asc(nulls_first=False)
    return table.order_by([ordre, table.siret])
