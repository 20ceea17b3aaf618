"""Notre propre valeur de chaque indicateur comparé, et les locaux qui la composent."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from tissu.actions.observatoire_commerce.analyses.cdac import cellules
from tissu.actions.observatoire_commerce.analyses.vacance import dans_le_champ, independants, vacance
from tissu.actions.observatoire_commerce.choices import IndicateurCompare, TypePerimetre
from tissu.actions.observatoire_commerce.queries.couverture import communes_couvertes, manque_de_couverture
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.entrepot.moteur import lecture, table_en_memoire
from tissu.locaux.choices import EtatLocal
from tissu.locaux.queries.situation import situation
from tissu.socle.formats import nombre
from tissu.socle.territoire import territoire

NOTRES = "notres"


@dataclass(frozen=True)
class NotreValeur:
    """Une valeur à nous, sa définition et ce qu'il faut en savoir. `valeur` None : `detail` dit pourquoi."""

    valeur: Decimal | None
    definition: str
    detail: str = ""
    quoi: str = "locaux"


@dataclass(frozen=True)
class NotreVille:
    """Notre territoire sur un type de périmètre ; `nom` vide : aucun périmètre de ce type n'est à nous.

    `manque` : ce qui n'a pas été recensé ; nos valeurs se montrent alors, mais ne se comparent pas.
    """

    nom: str
    au: date
    releve_le: date | None
    population: int | None
    population_source: str
    valeurs: dict[str, NotreValeur]
    manque: str = ""

    @property
    def annee(self) -> int:
        """L'année de nos valeurs : celle du dernier relevé."""
        return (self.releve_le or self.au).year


def notre_ville(perimetre: str, *, au: date) -> NotreVille:
    """Nos valeurs sur la commune centre ou sur tout le territoire. Un hyper-centre ou un pôle n'est pas dessiné."""
    code = _code(perimetre)
    if not code:
        return NotreVille("", au, None, None, "", {})
    lieu = territoire()
    population = lieu.population(code, au=au)
    table = _table(code, au)
    return NotreVille(
        lieu.nom if code == lieu.code else lieu.communes.get(code, code), au,
        pc.max(table["releve_le"]).as_py() if table.num_rows else None,
        population.habitants if population else None,
        f"{population.source}, {population.annee}" if population else "",
        _valeurs(table),
        manque_de_couverture({code} if code != lieu.code else set(lieu.communes), communes_couvertes(au)),
    )  # fmt: skip


def _code(perimetre: str) -> str:
    if perimetre == TypePerimetre.COMMUNE:
        return territoire().commune_centre
    return territoire().code if perimetre == TypePerimetre.EPCI else ""


def _table(code: str, au: date) -> pa.Table:
    table = situation(au)
    return table if code == territoire().code else table.filter(pc.equal(table["code_commune"], code))


def _valeurs(table: pa.Table) -> dict[str, NotreValeur]:
    usuelle = definition()
    if not table.num_rows:
        absente = NotreValeur(None, usuelle.phrase, "aucun local recensé sur ce périmètre")
        return dict.fromkeys(IndicateurCompare.values, absente)
    locaux = cellules(table_en_memoire(NOTRES, table))
    comptes = _ligne(vacance(locaux, usuelle), table)
    statuts = _ligne(independants(locaux), table)
    vente = _ligne(_surface_de_vente(locaux), table)
    connus = statuts["independants"] + statuts["enseignes"]
    return {
        IndicateurCompare.TAUX_VACANCE: NotreValeur(
            _rapport(comptes["vacantes"], comptes["cellules"]), usuelle.phrase,
            f"{nombre(comptes['vacantes'])} locaux vacants sur {nombre(comptes['cellules'])}", "vacants",
        ),
        IndicateurCompare.VACANTS: NotreValeur(Decimal(comptes["vacantes"]), usuelle.phrase, quoi="vacants"),
        IndicateurCompare.LOCAUX: NotreValeur(
            Decimal(comptes["cellules"]), "Locaux à vitrine ou accès clientèle, occupés ou non, de l'observatoire."
        ),
        IndicateurCompare.SURFACE_VENTE: NotreValeur(
            Decimal(str(vente["surface"])) if vente["mesures"] else None,
            "Somme des surfaces de vente connues des locaux occupés.",
            f"surface connue pour {nombre(vente['mesures'])} locaux occupés sur {nombre(vente['occupes'])}", "occupes",
        ),
        IndicateurCompare.PART_INDEPENDANTS: NotreValeur(
            _rapport(statuts["independants"], connus),
            "Indépendants parmi les locaux occupés dont on sait s'ils le sont.",
            f"statut connu pour {nombre(connus)} locaux occupés sur {nombre(statuts['occupes'])}", "occupes",
        ),
    }  # fmt: skip


def _surface_de_vente(locaux: ir.Table) -> ir.Table:
    occupes = locaux.filter(locaux.etat == EtatLocal.OCCUPE.value)
    return occupes.aggregate(
        occupes=occupes.count(),
        mesures=occupes.surface_vente_m2.count(),
        surface=occupes.surface_vente_m2.sum().fill_null(0.0),
    )


def _ligne(expression: ir.Table, table: pa.Table) -> dict[str, Any]:
    return lecture.en_memoire(expression, {NOTRES: table})[0]


def _rapport(part: int, tout: int) -> Decimal | None:
    return Decimal(part) / tout if tout else None


def nos_locaux(perimetre: str, quoi: str, *, au: date) -> list[dict[str, Any]]:
    """Les locaux derrière une valeur à nous : tous, les occupés ou les vacants."""
    code = _code(perimetre)
    if not code:
        return []
    table = _table(code, au)
    choisis = dans_le_champ(cellules(table_en_memoire(NOTRES, table)), definition())
    if quoi == "vacants":
        choisis = choisis.filter(choisis.vide)
    elif quoi == "occupes":
        choisis = choisis.filter(choisis.etat == EtatLocal.OCCUPE.value)
    colonnes = ("id", "enseigne", "activite_libelle", "adresse", "commune", "surface_vente_m2", "surface_m2",
                "independance", "vacant_depuis", "releve_le")  # fmt: skip
    return lecture.en_memoire(choisis.select(*colonnes).order_by("commune", "adresse", "id"), {NOTRES: table})
