"""La vacance d'un lieu un jour donné, ce qui l'entoure, et son histoire. Un calcul se garde tant que rien ne change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tissu.actions.observatoire_commerce.analyses import vacance as analyses
from tissu.actions.observatoire_commerce.queries.couverture import communes_couvertes, manque_de_couverture
from tissu.actions.observatoire_commerce.queries.definitions import definition, definitions, echelle
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.rules.mesures import pour_mille_habitants, rapport, shannon, simpson
from tissu.actions.observatoire_commerce.rules.vacance import Definition, Niveau, niveau
from tissu.entrepot.moteur import lecture, table_en_memoire
from tissu.locaux.choices import EtatCampagne, EtatLocal, Independance
from tissu.locaux.models import Campagne
from tissu.locaux.queries.campagnes import comparaisons, jour_de
from tissu.locaux.queries.situation import version
from tissu.locaux.rules.comparaison import Comparaison
from tissu.socle.territoire import territoire

CHAMPS_SUIVIS = (
    ("enseigne", "Enseigne"), ("activite", "Activité"), ("independance", "Indépendant ou enseigne"), ("siret", "SIRET"),
    ("surface_m2", "Surface"), ("surface_vente_m2", "Surface de vente"), ("vitrine_m", "Longueur de vitrine"),
    ("loyer_eur_m2_an", "Loyer"), ("couverts", "Couverts"), ("chambres", "Chambres"), ("lon", "Position"),
    ("quartier", "Quartier"), ("releve_le", "Date de relevé"),
)  # fmt: skip


COLONNES_DES_LIGNES = (
    "id", "enseigne", "activite_libelle", "adresse", "quartier", "commune", "etat", "surface_m2", "vacant_depuis",
    "releve_le",
)  # fmt: skip


class Quoi(StrEnum):
    """Ce que comptent les chiffres que l'on ouvre."""

    CELLULES = "cellules"
    VACANTES = "vacantes"
    STRUCTURELLES = "structurelles"
    OCCUPES = "occupes"
    INDEPENDANTS = "independants"

    @property
    def titre(self) -> str:
        return TITRES[self]


TITRES = {
    Quoi.CELLULES: "Locaux commerciaux", Quoi.VACANTES: "Locaux vacants", Quoi.STRUCTURELLES: "Vacance structurelle",
    Quoi.OCCUPES: "Locaux occupés", Quoi.INDEPENDANTS: "Locaux d'indépendants",
}  # fmt: skip


@dataclass(frozen=True)
class Vacance:
    """La vacance d'un groupe de locaux. Surfaces en m², vitrines en mètres ; un taux va de 0 à 1.

    `taux` est None quand le groupe compte moins de locaux que le minimum publié : ses nombres restent.
    """

    cle: Any
    titre: str
    cellules: int
    vacantes: int
    structurelles: int
    inconnus: int
    surface_mesures: int
    taux: Decimal | None
    taux_structurel: Decimal | None
    taux_surface: Decimal | None
    taux_vitrine: Decimal | None
    niveau: Niveau | None


@dataclass(frozen=True)
class Etape:
    """La vacance au jour d'une campagne. `comparaison` : avec la campagne précédente ; None pour la première."""

    campagne: Campagne
    jour: date
    vacance: Vacance
    comparaison: Comparaison | None
    variation: Decimal | None
    """Écart de taux avec la campagne précédente ; None quand les deux ne se comparent pas."""


@dataclass(frozen=True)
class Mouvements:
    """Ce qui a changé entre deux jours que des campagnes comparables encadrent."""

    debut: date
    fin: date
    suivies: int
    occupants: int
    activites: int
    ouvertures: int
    fermetures: int

    @property
    def solde(self) -> int:
        return self.ouvertures - self.fermetures

    @property
    def rotation(self) -> Decimal | None:
        return rapport(self.occupants, self.suivies)


@dataclass(frozen=True)
class Offre:
    """Ce que les locaux occupés proposent. `repartition` : (code, libellé, nombre), du plus au moins nombreux."""

    occupes: int
    independants: int
    enseignes: int
    repartition: list[tuple[str, str, int]]
    diversite: Decimal | None
    melange: Decimal | None
    habitants: int | None
    densite: Decimal | None

    @property
    def connus(self) -> int:
        return self.independants + self.enseignes

    @property
    def part_independants(self) -> Decimal | None:
        return rapport(self.independants, self.connus)


def vacance(lieu: Lieu, au: date, code: str = "") -> Vacance:
    """La vacance de tout le lieu."""
    return garde(_vacances, lieu, au, code, ())[0]


def vacances(lieu: Lieu, au: date, par: str, code: str = "") -> list[Vacance]:
    """La vacance de chaque quartier, commune, rue ou famille du lieu ; ensemble, elles font le lieu."""
    return garde(_vacances, lieu, au, code, (par,))


def cote_a_cote(lieu: Lieu, au: date) -> list[tuple[Definition, Vacance]]:
    """La vacance du lieu selon chaque définition."""
    return [(une, vacance(lieu, au, code)) for code, une in definitions().items()]


def durees(lieu: Lieu, au: date, code: str = "") -> list[tuple[str, int]]:
    """Les vacants par tranche de durée, de la plus courte à la plus longue, puis ceux dont on ne sait rien."""
    return garde(_durees, lieu, au, code)


def offre(lieu: Lieu, au: date) -> Offre:
    """Indépendants, familles, diversité et densité des locaux occupés."""
    return garde(_offre, lieu, au)


def completude(lieu: Lieu, au: date) -> list[tuple[str, int, int]]:
    """Pour chaque champ suivi : son titre, les locaux où il est rempli, et tous les locaux."""
    return garde(_completude, lieu, au)


def campagnes_closes(lieu: Lieu, au: date) -> list[Campagne]:
    """Celles qui ont couvert le lieu, de la plus ancienne à la plus récente."""
    closes = Campagne.objects.filter(etat=EtatCampagne.CLOSE, debut__lte=au).order_by("debut", "pk")
    communes = {lieu.commune} if lieu.commune else garde(_communes, lieu, au)
    return [une for une in closes if not une.communes or communes & set(une.communes)]


def manque(lieu: Lieu, au: date) -> str:
    """Ce qui n'a pas été recensé du territoire ou de la commune, en mots ; vide pour un lieu plus petit."""
    if lieu.quartier or lieu.voie or lieu.choix:
        return ""
    return manque_de_couverture({lieu.commune} if lieu.commune else set(territoire().communes), communes_couvertes(au))


def histoire(lieu: Lieu, au: date, code: str = "") -> list[Etape]:
    """La vacance au jour de chaque campagne ; l'écart n'est écrit qu'entre deux campagnes comparables."""
    campagnes = campagnes_closes(lieu, au)
    verdicts = comparaisons(campagnes)
    etapes: list[Etape] = []
    for rang, campagne in enumerate(campagnes):
        ici = vacance(lieu, jour_de(campagne), code)
        comparaison = verdicts[frozenset({campagne.pk, campagnes[rang - 1].pk})] if rang else None
        ecart = None
        if comparaison and comparaison.permise and ici.taux is not None and etapes[-1].vacance.taux is not None:
            ecart = ici.taux - etapes[-1].vacance.taux
        etapes.append(Etape(campagne, jour_de(campagne), ici, comparaison, ecart))
    return etapes


def mouvements(lieu: Lieu, au: date) -> Mouvements | None:
    """Rotation, ouvertures et fermetures entre les deux dernières campagnes comparables ; None s'il n'y en a pas."""
    campagnes = campagnes_closes(lieu, au)
    verdicts = comparaisons(campagnes)
    if len(campagnes) < 2 or not verdicts[frozenset({campagnes[-1].pk, campagnes[-2].pk})].permise:
        return None
    return garde(_mouvements, lieu, jour_de(campagnes[-1]), jour_de(campagnes[-2]))


def dernier_jour(au: date) -> date:
    """Le jour où lire la situation si personne n'en demande un : celui du dernier relevé, à défaut ce jour-là.

    Compter une vacance jusqu'à aujourd'hui quand personne n'a revu le local depuis des mois serait l'inventer.
    """
    return dernier_releve(Lieu(), au) or au


def dernier_releve(lieu: Lieu, au: date) -> date | None:
    """Le relevé le plus récent des locaux du lieu ; None si la source n'en date aucun."""
    return garde(_dernier_releve, lieu, au)


def lignes(lieu: Lieu, au: date, code: str, quoi: Quoi, famille: str = "") -> list[dict[str, Any]]:
    """Les locaux que compte un chiffre de ce lieu, par adresse ; exactement ceux-là, ni plus ni moins."""
    return garde(_lignes, lieu, au, code, quoi, famille)


def garde(calcul: Callable[..., Any], lieu: Lieu, *reste: Any) -> Any:
    """Le calcul, ou son résultat tant que les locaux n'ont pas changé."""
    return _gardes(calcul, lieu, version(), *reste)


@lru_cache(maxsize=512)
def _gardes(calcul: Callable[..., Any], lieu: Lieu, _version: str, *reste: Any) -> Any:
    return calcul(lieu, *reste)


def oublier() -> None:
    """Vide la mémoire : la base n'est plus la même."""
    _gardes.cache_clear()


def _communes(lieu: Lieu, au: date) -> set[str]:
    return set(pc.unique(lieu.cellules(au)["code_commune"]).to_pylist())


def _dernier_releve(lieu: Lieu, au: date) -> date | None:
    return pc.max(lieu.cellules(au)["releve_le"]).as_py()


def _executer(expression: Any, **tables: pa.Table) -> list[dict[str, Any]]:
    return lecture.en_memoire(expression, tables)


def _vacances(lieu: Lieu, au: date, code: str, par: Sequence[str]) -> list[Vacance]:
    table = lieu.cellules(au)
    colonnes = [*par, *(LIBELLES[cle] for cle in par if cle in LIBELLES)]
    lignes = _executer(analyses.vacance(table_en_memoire("locaux", table), definition(code), *colonnes), locaux=table)
    minimum, niveaux = int(reglage("vacance_locaux_min", au)), echelle(au)
    return [_vacance(ligne, par, minimum, niveaux) for ligne in lignes]


LIBELLES = {"voie_id": "voie", "code_commune": "commune", "famille": "famille_libelle"}


def _vacance(ligne: dict[str, Any], par: Sequence[str], minimum: int, niveaux: Sequence[Niveau]) -> Vacance:
    cle = ligne[par[0]] if par else None
    assez = ligne["cellules"] >= minimum
    taux = rapport(ligne["vacantes"], ligne["cellules"]) if assez else None
    return Vacance(
        cle=cle,
        titre=str(ligne[LIBELLES.get(par[0], par[0])]) if par else "",
        **{nom: ligne[nom] for nom in ("cellules", "vacantes", "structurelles", "inconnus", "surface_mesures")},
        taux=taux,
        taux_structurel=rapport(ligne["structurelles"], ligne["cellules"]) if assez else None,
        taux_surface=rapport(ligne["surface_vacante_m2"], ligne["surface_m2"])
        if ligne["surface_mesures"] >= minimum
        else None,
        taux_vitrine=rapport(ligne["vitrine_vacante_m"], ligne["vitrine_m"])
        if ligne["vitrine_mesures"] >= minimum
        else None,
        niveau=niveau(taux, niveaux),
    )


def _lignes(lieu: Lieu, au: date, code: str, quoi: Quoi, famille: str) -> list[dict[str, Any]]:
    table = lieu.cellules(au)
    locaux = table_en_memoire("locaux", table)
    if quoi in {Quoi.CELLULES, Quoi.VACANTES, Quoi.STRUCTURELLES}:
        locaux = analyses.dans_le_champ(locaux, definition(code))
        if quoi != Quoi.CELLULES:
            locaux = locaux.filter(locaux.vide)
        if quoi == Quoi.STRUCTURELLES:
            locaux = locaux.filter(locaux.structurel.fill_null(False))
    else:
        locaux = locaux.filter(locaux.etat == EtatLocal.OCCUPE.value)
        if quoi == Quoi.INDEPENDANTS:
            locaux = locaux.filter(locaux.independance == Independance.INDEPENDANT.value)
        if famille:
            locaux = locaux.filter(locaux.famille == famille)
    trouvees = _executer(locaux.select(*COLONNES_DES_LIGNES).order_by("commune", "adresse", "id"), locaux=table)
    return [ligne | {"etat_dit": EtatLocal(ligne["etat"] or EtatLocal.INCONNU).label} for ligne in trouvees]


def _durees(lieu: Lieu, au: date, code: str) -> list[tuple[str, int]]:
    table, bornes = lieu.cellules(au), reglage("vacance_durees_mois", au)
    expression = analyses.durees(table_en_memoire("locaux", table), definition(code), au=au, bornes_mois=bornes)
    comptes = {ligne["tranche"]: ligne["vacantes"] for ligne in _executer(expression, locaux=table)}
    titres = [f"Moins de {bornes[0]} mois"]
    titres += [f"De {bas} à {haut} mois" for bas, haut in pairwise(bornes)]
    titres.append(f"{bornes[-1]} mois et plus")
    rendues = [(titre, comptes.get(str(rang), 0)) for rang, titre in enumerate(titres)]
    return [*rendues, (analyses.SANS_DATE, comptes.get(analyses.SANS_DATE, 0))]


def _offre(lieu: Lieu, au: date) -> Offre:
    table = lieu.cellules(au)
    locaux = table_en_memoire("locaux", table)
    statuts = _executer(analyses.independants(locaux), locaux=table)[0]
    familles = _executer(analyses.repartition(locaux, "famille", "famille_libelle"), locaux=table)
    triees = sorted(((f["famille"], f["famille_libelle"], f["occupes"]) for f in familles), key=lambda f: (-f[2], f[1]))
    activites = [ligne["occupes"] for ligne in _executer(analyses.repartition(locaux, "activite"), locaux=table)]
    habitants = _habitants(lieu, au)
    return Offre(
        **statuts,
        repartition=triees,
        diversite=shannon(activites),
        melange=simpson(activites),
        habitants=habitants,
        densite=None if manque(lieu, au) else pour_mille_habitants(statuts["occupes"], habitants),
    )


def _habitants(lieu: Lieu, au: date) -> int | None:
    """La population d'une commune ou du territoire ; celle d'un quartier, d'une rue, d'un dessin n'est pas connue."""
    if lieu.quartier or lieu.voie or lieu.choix:
        return None
    ici = territoire()
    population = ici.population(lieu.commune or ici.code, au=au)
    return population.habitants if population else None


def _completude(lieu: Lieu, au: date) -> list[tuple[str, int, int]]:
    table = lieu.cellules(au)
    # « Non connu » est une réponse du fichier, pas un renseignement.
    statut = pc.if_else(
        pc.equal(table["independance"], "inconnue"), pa.scalar(None, pa.string()), table["independance"]
    )
    table = table.set_column(table.schema.get_field_index("independance"), "independance", statut)
    champs = [champ for champ, _ in CHAMPS_SUIVIS]
    [comptes] = _executer(analyses.completude(table_en_memoire("locaux", table), champs), locaux=table)
    return [(titre, comptes[champ], comptes["cellules"]) for champ, titre in CHAMPS_SUIVIS]


def _mouvements(lieu: Lieu, fin: date, debut: date) -> Mouvements:
    avant, apres = lieu.cellules(debut), lieu.cellules(fin)
    tables = {"avant": avant, "apres": apres}
    avant_, apres_ = table_en_memoire("avant", avant), table_en_memoire("apres", apres)
    [changes] = _executer(analyses.rotation(avant_, apres_), **tables)
    [flux] = _executer(analyses.mouvements(avant_, apres_), **tables)
    return Mouvements(
        debut,
        fin,
        changes["suivies"],
        changes["occupants"],
        changes["activites"],
        flux["ouvertures"],
        flux["fermetures"],
    )
