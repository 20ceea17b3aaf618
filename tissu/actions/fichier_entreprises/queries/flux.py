"""Lectures de la fiche 7 : les flux d'un mois, leurs lignes, la liste semestrielle. Rien ici n'écrit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis.expr.types as ir

from tissu.actions.fichier_entreprises import analyses, rules
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.models import EditionMensuelle
from tissu.actions.fichier_entreprises.queries.cadre import (
    MOIS_DE_TENDANCE,
    bodacc_importe,
    communes,
    est_provisoire,
    lire_et_garder,
    noms_des_zones,
    perimetre,
    reglage,
    source_au,
    territoire_servi,
    verifier_mois,
)
from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.choices import TypeEvenement
from tissu.registre.nomenclatures import libelle_agregat, libelle_tranche
from tissu.socle.periodes import Periode, mois, mois_precedent


@dataclass(frozen=True)
class Flux:
    """Le cœur d'un rapport mensuel : ce que la commande `tissu flux` rend."""

    periode: Periode
    territoire: str
    source_au: date
    version: str
    secteurs: str
    perimetre: rules.Perimetre
    provisoire: bool
    bodacc: bool
    totaux: rules.Totaux
    interruptions_courtes: int
    evenements: list[dict[str, Any]]

    @property
    def solde(self) -> dict[str, dict[str, int]]:
        return rules.solde(self.totaux)


def evenements_du_mois(
    instantane: Instantane, periode: Periode, champ: rules.Perimetre, connu: date | None = None
) -> ir.Table:
    """L'expression des événements d'un mois : la base de tous ses chiffres et de toutes ses lignes."""
    return analyses.du_mois(instantane.table("evenements"), periode.debut, periode.fin, champ, connu)


def flux(code: str, secteurs: str = Secteurs.INDUSTRIE_SERVICES, *, connu: date | None = None) -> Flux:
    """Les flux d'un mois « AAAA-MM », tels que connus aujourd'hui ou à la date `connu`.

    Lève `PeriodeInvalide`, `RegistreAbsent` ou `MoisHorsDesDonnees`, messages en clair.
    """
    periode, instantane = mois(code), courant()
    verifier_mois(periode, instantane)
    champ = perimetre(secteurs, au=periode.fin)
    base = evenements_du_mois(instantane, periode, champ, connu)
    liste = analyses.publies(base).select("siret", "siren", "type", "date_effet", "connu_le")
    comptes = instantane.executer(analyses.comptes_par_type(base))
    jour = source_au(instantane)
    return Flux(
        periode=periode,
        territoire=territoire_servi(instantane),
        source_au=jour,
        version=instantane.version,
        secteurs=str(secteurs),
        perimetre=champ,
        provisoire=est_provisoire(periode, jour),
        bodacc=bodacc_importe(instantane),
        totaux=rules.totaux_complets(comptes),
        interruptions_courtes=sum(
            ligne["etablissements"] for ligne in comptes if ligne["type"] == TypeEvenement.INTERRUPTION_COURTE
        ),
        evenements=instantane.executer(liste.order_by("date_effet", "siret", "type")),
    )


@dataclass(frozen=True)
class PointDeSerie:
    """Un mois de la tendance : totaux et soldes, tels que connus aujourd'hui."""

    mois: str
    totaux: rules.Totaux
    provisoire: bool

    @property
    def solde(self) -> dict[str, dict[str, int]]:
        return rules.solde(self.totaux)


def serie(periode: Periode, champ: rules.Perimetre, nombre: int = MOIS_DE_TENDANCE + 1) -> list[PointDeSerie]:
    """Les `nombre` mois qui finissent à `periode`, en une seule lecture : tendance et même mois un an avant."""
    instantane = courant()
    jour = source_au(instantane)
    debut = mois_precedent(periode, nombre - 1).debut
    etendue = analyses.dans_le_perimetre(analyses.entre(instantane.table("evenements"), debut, periode.fin), champ)
    par_mois: dict[str, list[dict[str, Any]]] = {}
    for ligne in lire_et_garder(instantane, analyses.comptes_par_mois(etendue)):
        par_mois.setdefault(ligne["mois"], []).append(ligne)
    periodes = [mois_precedent(periode, rang) for rang in range(nombre - 1, -1, -1)]
    return [
        PointDeSerie(p.code, rules.totaux_complets(par_mois.get(p.code, [])), est_provisoire(p, jour)) for p in periodes
    ]


@dataclass(frozen=True)
class Ventilation:
    """Les mesures d'un mois par valeur d'une clé ; `addition` : la somme des lignes est le total du territoire."""

    cle: str
    titre: str
    lignes: list[dict[str, Any]]
    addition: bool
    libelles: Mapping[str, str] = field(default_factory=dict)


def ventilations(periode: Periode, champ: rules.Perimetre) -> dict[str, Ventilation]:
    """Par commune, zone, activité (A17) et taille d'établissement."""
    instantane = courant()
    base = evenements_du_mois(instantane, periode, champ)
    noms_communes, noms_zones = communes(instantane), noms_des_zones()
    sources = {
        "commune": (base, "code_commune", "Par commune", True),
        "zone": (analyses.avec_zones(base, _zones_fines(instantane)), "zone", "Par zone", False),
        "activite": (
            analyses.avec_activites(base, instantane.table("etablissements")), "a17", "Par activité", True,
        ),
        "tranche": (base, "tranche_effectif", "Par taille d'établissement", True),
    }  # fmt: skip
    nommer = {
        "commune": lambda code: noms_communes.get(code, code),
        "zone": lambda code: "Hors de toute zone" if code == analyses.HORS_ZONE else noms_zones.get(code, code),
        "activite": lambda code: "Activité inconnue" if code == analyses.INCONNU else libelle_agregat("a17", code),
        "tranche": lambda code: libelle_tranche(None if code == analyses.INCONNU else code),
    }
    resultats = {}
    for cle, (table, colonne, titre, addition) in sources.items():
        lignes = lire_et_garder(instantane, analyses.ventilation(table, colonne))
        for ligne in lignes:
            ligne["libelle"] = nommer[cle](ligne["cle"])
        resultats[cle] = Ventilation(cle, titre, _ordonner(cle, lignes), addition)
    return resultats


def _zones_fines(instantane: Instantane) -> ir.Table:
    """Les rattachements aux zones autres que les communes, qui ont leur propre tableau."""
    zones = instantane.table("etablissements_zones")
    return zones.filter(zones.zone_id.isin(sorted(noms_des_zones())))


def _ordonner(cle: str, lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Communes et zones par nom, activités et tranches par code ; l'inconnu et le hors zone à la fin."""
    a_la_fin = {analyses.HORS_ZONE, analyses.INCONNU}
    ordre = "libelle" if cle in ("commune", "zone") else "cle"
    return sorted(lignes, key=lambda ligne: (ligne["cle"] in a_la_fin, ligne["cle"] != "NN", ligne[ordre]))


def desaccords_du_mois(periode: Periode, champ: rules.Perimetre) -> list[dict[str, Any]]:
    """Les unités radiées ce mois-là au BODACC que Sirene dit encore actives."""
    instantane = courant()
    base = evenements_du_mois(instantane, periode, champ)
    return lire_et_garder(instantane, analyses.desaccords(base, instantane.table("unites_legales")))


def edition(code: str, secteurs: str = Secteurs.INDUSTRIE_SERVICES) -> EditionMensuelle | None:
    """L'édition figée d'un mois, si elle est publiée."""
    return EditionMensuelle.objects.select_related("publiee_par").filter(mois=code, secteurs=secteurs).first()


@dataclass(frozen=True)
class Revision:
    """Un mois déjà publié, sa première valeur à côté de celle d'aujourd'hui."""

    mois: str
    premiere: rules.Totaux | None
    revise: rules.Totaux
    publiee_le: Any

    @property
    def solde_premier(self) -> dict[str, dict[str, int]] | None:
        return rules.solde(self.premiere) if self.premiere else None

    @property
    def solde_revise(self) -> dict[str, dict[str, int]]:
        return rules.solde(self.revise)


def revisions(periode: Periode, points: Sequence[PointDeSerie], secteurs: str) -> list[Revision]:
    """Les mois M-1 à M-3 : première valeur publiée et valeur révisée, lue dans la tendance déjà calculée."""
    nombre = reglage("mois_revises", periode.fin)
    codes = [mois_precedent(periode, rang).code for rang in range(1, nombre + 1)]
    par_mois = {point.mois: point for point in points}
    figees = {e.mois: e for e in EditionMensuelle.objects.filter(mois__in=codes, secteurs=secteurs)}
    return [
        Revision(
            mois=code,
            premiere=figees[code].totaux if code in figees else None,
            revise=par_mois[code].totaux,
            publiee_le=figees[code].publiee_le if code in figees else None,
        )
        for code in codes
        if code in par_mois
    ]


@dataclass(frozen=True)
class Rapport:
    """Le rapport mensuel entier : de quoi faire la page, le PDF, le classeur."""

    flux: Flux
    serie: list[PointDeSerie]
    ventilations: dict[str, Ventilation]
    desaccords: list[dict[str, Any]]
    revisions: list[Revision]
    edition: EditionMensuelle | None

    @property
    def meme_mois_an_dernier(self) -> PointDeSerie:
        return self.serie[0]


def rapport(code: str, secteurs: str = Secteurs.INDUSTRIE_SERVICES) -> Rapport:
    """Assemble le rapport d'un mois. Lève les mêmes erreurs que `flux`."""
    base = flux(code, secteurs)
    points = serie(base.periode, base.perimetre)
    return Rapport(
        flux=base,
        serie=points,
        ventilations=ventilations(base.periode, base.perimetre),
        desaccords=desaccords_du_mois(base.periode, base.perimetre),
        revisions=revisions(base.periode, points, secteurs),
        edition=edition(code, secteurs),
    )
