"""Les projets de CDAC : leur liste, et l'étude de l'un d'eux (verdict, zone, concurrence, vacance, densité)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tissu.actions.observatoire_commerce.choices import EtatProjet
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.queries import chalandise, droit
from tissu.actions.observatoire_commerce.queries.couverture import communes_couvertes, manque_de_couverture
from tissu.actions.observatoire_commerce.rules.cdac import Delai, Projet, Verdict, delais
from tissu.locaux.queries.situation import situation
from tissu.registre.recherche import normaliser
from tissu.socle.territoire import territoire

REPRIS = (
    "nature", "secteur", "demande_le", "surface_existante_m2", "surface_creee_m2", "secteur_avant", "dans_ensemble",
    "surface_ensemble_m2", "ferme_le", "reouvre_le", "redressement", "disposition_le", "drive_integre",
    "surface_plancher_m2", "en_ort", "ort_soumet", "artificialisation", "permis",
)  # fmt: skip


def projets(*, etat: str = "") -> QuerySet[ProjetCdac]:
    """Les projets, du plus récemment modifié au plus ancien."""
    tous = ProjetCdac.objects.select_related("modifie_par")
    return tous.filter(etat=etat) if etat in EtatProjet.values else tous


# --- La population ---


@dataclass(frozen=True)
class Habitants:
    """Une population et qui la dit ; `combien` None : inconnue, et rien ne se calcule qui en dépend."""

    combien: int | None
    source: str


def habitants_de_la_commune(projet: ProjetCdac) -> Habitants:
    """Celle que le territoire connaît, sinon celle que le dossier dit."""
    connue = territoire().population(projet.code_commune, au=projet.demande_le)
    if connue is not None:
        return Habitants(connue.habitants, f"{connue.source}, {connue.annee}")
    return Habitants(projet.population_commune, "dossier du projet" if projet.population_commune else "")


def habitants_du_territoire(au: date) -> Habitants:
    connue = territoire().population(territoire().code, au=au)
    return Habitants(connue.habitants, f"{connue.source}, {connue.annee}") if connue else Habitants(None, "")


# --- Le verdict ---


def decrire(projet: ProjetCdac) -> Projet:
    """Le projet tel que les règles le lisent."""
    champs = {nom: getattr(projet, nom) for nom in REPRIS}
    return Projet(**champs, habitants=habitants_de_la_commune(projet).combien)


def qualification(projet: ProjetCdac) -> Verdict:
    return droit.qualifie(decrire(projet))


# --- L'étude ---


@dataclass(frozen=True)
class Densite:
    """Les mètres carrés occupés d'un lieu, avant et après projet, et ce qu'il faut pour les rapporter aux habitants.

    `commune` : le code de la commune ; vide pour le territoire entier, None pour la zone du projet.
    `manque` : ce qui n'a pas été recensé ; la densité n'est alors pas calculée.
    """

    lieu: str
    commune: str | None
    habitants: Habitants
    locaux: int
    mesures: int
    surface: float
    ajout: float = 0.0
    manque: str = ""

    def pour_mille(self, apres: bool = False) -> float | None:
        """m² pour 1 000 habitants ; None sans population, sans surface connue, ou si le recensement est incomplet."""
        if not self.habitants.combien or not self.mesures or self.manque:
            return None
        return (self.surface + (self.ajout if apres else 0.0)) / self.habitants.combien * 1000


@dataclass(frozen=True)
class Etude:
    """Tout ce qu'un dossier de CDAC demande. Sans position, la zone est vide et l'étude le dit."""

    projet: ProjetCdac
    au: date
    verdict: Verdict
    delais: tuple[Delai, ...]
    zone: chalandise.Zone | None = None
    total: chalandise.Comptes = field(default_factory=chalandise.Comptes)
    par_anneau: Mapping[int, chalandise.Comptes] = field(default_factory=dict)
    par_rue: tuple[chalandise.VacanceDeRue, ...] = ()
    famille: Mapping[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    activite: Mapping[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    densites: tuple[Densite, ...] = ()
    densites_famille: tuple[Densite, ...] = ()
    releve_le: date | None = None


def etude(projet: ProjetCdac, *, au: date) -> Etude:
    """L'étude d'un projet sur la situation des locaux à cette date."""
    verdict = qualification(projet)
    echeances = delais(
        droit.seuils_au(max(projet.demande_le, droit.droit().depuis)),
        saisine=bool(verdict.saisine), depot_le=projet.depot_le, decision_le=projet.decision_le,
    )  # fmt: skip
    if projet.lon is None:
        return Etude(projet, au, verdict, echeances)
    zone = chalandise.zone_du_projet(projet, au=au)
    return Etude(
        projet, au, verdict, echeances, zone,
        total=chalandise.comptes_de_la_zone(zone),
        par_anneau=chalandise.comptes_par_anneau(zone),
        par_rue=tuple(chalandise.vacance_par_rue(zone)),
        famille=chalandise.offre_par_anneau(zone),
        activite=chalandise.offre_par_anneau(zone, activite=projet.activite) if projet.activite else {},
        densites=_densites(zone, au, ""),
        densites_famille=_densites(zone, au, "_famille") if zone.famille else (),
        releve_le=chalandise.releve_le_plus_recent(zone.table),
    )  # fmt: skip


def _densites(zone: chalandise.Zone, au: date, suffixe: str) -> tuple[Densite, ...]:
    projet = zone.projet
    ajout = float(projet.surface_creee_m2 or 0)
    par_commune = chalandise.surfaces_par_commune(projet, au=au)

    couvertes = communes_couvertes(au)

    def densite(lieu: tuple[str, str | None], habitants: Habitants, lignes: list[Any], manque: str) -> Densite:
        return Densite(
            *lieu, habitants,
            locaux=sum(ligne[f"locaux{suffixe}"] for ligne in lignes),
            mesures=sum(ligne[f"mesures{suffixe}"] for ligne in lignes),
            surface=sum(ligne[f"surface{suffixe}"] for ligne in lignes),
            ajout=ajout,
            manque=manque,
        )  # fmt: skip

    lieux, code, communes = [], projet.code_commune, territoire().communes
    if projet.population_zone:
        de_la_zone = Habitants(projet.population_zone, projet.population_zone_source)
        lieux.append(densite(("Zone du projet", None), de_la_zone, chalandise.surfaces_de_la_zone(zone), ""))
    de_la_commune = [par_commune[code]] if code in par_commune else []
    manque = manque_de_couverture({code}, couvertes)
    lieux.append(densite((communes.get(code, code), code), habitants_de_la_commune(projet), de_la_commune, manque))
    manque = manque_de_couverture(set(communes), couvertes)
    lieux.append(densite((territoire().nom, ""), habitants_du_territoire(au), list(par_commune.values()), manque))
    return tuple(lieux)


# --- Placer une adresse ---


@dataclass(frozen=True)
class Position:
    lon: float
    lat: float
    precision: str


def situer(adresse: str, code_commune: str, *, au: date) -> Position | None:
    """La position d'une adresse, lue des locaux que l'on connaît : le local, à défaut le milieu de sa rue."""
    voulue = normaliser(adresse)
    dans_la_rue = []
    for ligne in situation(au).select(["adresse", "voie", "code_commune", "lon", "lat"]).to_pylist():
        if ligne["code_commune"] != code_commune or ligne["lon"] is None or not ligne["voie"]:
            continue
        if normaliser(ligne["adresse"]) == voulue:
            return Position(ligne["lon"], ligne["lat"], f"Local connu au {ligne['adresse']}")
        if normaliser(ligne["voie"]) and voulue.endswith(normaliser(ligne["voie"])):
            dans_la_rue.append(ligne)
    if not dans_la_rue:
        return None
    lon, lat = (sum(ligne[axe] for ligne in dans_la_rue) / len(dans_la_rue) for axe in ("lon", "lat"))
    return Position(lon, lat, f"Milieu des locaux connus de la rue ({dans_la_rue[0]['voie']})")
