"""Les lignes derrière un chiffre : les entreprises d'un mois, nommées, avec leurs avis BODACC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from tissu.actions.fichier_entreprises import analyses, rules
from tissu.actions.fichier_entreprises.queries.cadre import (
    communes,
    noms_des_zones,
    perimetre,
    source_au,
    verifier_mois,
)
from tissu.actions.fichier_entreprises.queries.flux import evenements_du_mois
from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.registre.nomenclatures import libelle_agregat, libelle_naf, libelle_tranche
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE
from tissu.socle.formats import mois_long
from tissu.socle.periodes import Periode, mois

LIGNES_PAR_PAGE = 50


def lignes_du_mois(
    periode: Periode,
    champ: rules.Perimetre,
    *,
    types: Sequence[str] = (),
    commune: str = "",
    zone: str = "",
    activite: str = "",
    tranche: str = "",
) -> list[dict[str, Any]]:
    """Les firmes derrière un chiffre, nommées (masquées si la diffusion est partielle), avec leur avis BODACC."""
    instantane = courant()
    etablissements = instantane.table("etablissements")
    base = evenements_du_mois(instantane, periode, champ)
    if zone:
        base = analyses.dans_la_zone(base, instantane.table("etablissements_zones"), zone)
    if activite:
        base = analyses.avec_activites(base, etablissements)
    base = analyses.filtrer(analyses.publies(base), types=types, commune=commune, a17=activite, tranche=tranche)
    lignes = instantane.executer(analyses.lignes(base, etablissements, instantane.table("unites_legales")))
    avis = _avis(instantane, {ligne["siren"] for ligne in lignes})
    for ligne in lignes:
        completer(ligne, avis.get(ligne["siren"], {}))
    return lignes


def _avis(instantane: Instantane, sirens: set[str]) -> dict[str, dict[str, Any]]:
    if "annonces" not in instantane.tables() or not sirens:
        return {}
    annonces = instantane.table("annonces")
    annonces = annonces.filter(annonces.siren.isin(sorted(sirens)))
    return {
        ligne["siren"]: ligne for ligne in instantane.executer(analyses.avis_par_unite(annonces, source_au(instantane)))
    }


def completer(ligne: dict[str, Any], avis: Mapping[str, Any]) -> None:
    """Ajoute à une ligne ce qui se lit : nom, activité, BODACC, désaccord."""
    ligne["nom_affiche"] = ligne["nom"] or LIBELLE_NON_DIFFUSIBLE
    ligne["masquee"] = ligne["diffusion"] != "O" and not ligne["nom"]
    ligne["libelle_type"] = LIBELLES_EVENEMENTS[TypeEvenement(ligne["type"])]
    ligne["activite"] = libelle_naf(ligne["naf"], ligne["naf_nomenclature"])
    ligne["effectif"] = (
        f"{ligne['effectif_cci']} (fichier consulaire)"
        if ligne["effectif_cci"] is not None
        else libelle_tranche(ligne["tranche_effectif"])
    )
    ligne["forme"] = "Entreprise individuelle" if ligne["personne_physique"] else "Société ou organisme"
    ligne["radiation_le"] = avis.get("radiation_le")
    ligne["procedure_le"] = avis.get("procedure_le")
    ligne["desaccord"] = rules.desaccord(
        type_=ligne["type"], etat_unite=ligne["etat_unite"], radiation_le=ligne["radiation_le"]
    )


@dataclass(frozen=True)
class Criteres:
    """Les filtres d'une liste de lignes, tels que l'adresse les porte."""

    secteurs: str
    types: tuple[str, ...] = ()
    commune: str = ""
    zone: str = ""
    activite: str = ""
    tranche: str = ""


@dataclass(frozen=True)
class LignesFiltrees:
    """Les lignes trouvées et ce que l'on a demandé, en mots."""

    periode: Periode
    criteres: Criteres
    filtres: list[dict[str, str]]
    lignes: list[dict[str, Any]]
    perimetre: str
    territoire: str
    source_au: Any

    @property
    def titre(self) -> str:
        return f"Entreprises derrière le chiffre, {mois_long(self.periode.code)}"

    @property
    def etablissements(self) -> int:
        return len({ligne["siret"] for ligne in self.lignes})

    @property
    def unites_legales(self) -> int:
        return len({ligne["siren"] for ligne in self.lignes})

    @property
    def masquees(self) -> int:
        return sum(1 for ligne in self.lignes if ligne["masquee"])

    def page(self, numero: str | None) -> Page[dict[str, Any]]:
        return Paginator(self.lignes, LIGNES_PAR_PAGE).get_page(numero or 1)


def lignes_filtrees(code: str, criteres: Criteres) -> LignesFiltrees:
    """Les lignes d'un mois selon les filtres. Lève les mêmes erreurs que `flux.flux`."""
    periode, instantane = mois(code), courant()
    verifier_mois(periode, instantane)
    champ = perimetre(criteres.secteurs, au=periode.fin)
    lignes = lignes_du_mois(
        periode,
        champ,
        types=criteres.types,
        commune=criteres.commune,
        zone=criteres.zone,
        activite=criteres.activite,
        tranche=criteres.tranche,
    )
    return LignesFiltrees(
        periode=periode,
        criteres=criteres,
        filtres=_filtres_en_mots(criteres, instantane),
        lignes=lignes,
        perimetre=champ.texte,
        territoire=str(instantane.manifeste["territoire"]["nom"]),
        source_au=source_au(instantane),
    )


def _filtres_en_mots(criteres: Criteres, instantane: Instantane) -> list[dict[str, str]]:
    """Chaque filtre posé : son titre et sa valeur lisible."""
    mots = []
    if criteres.types:
        noms = [LIBELLES_EVENEMENTS[TypeEvenement(type_)] for type_ in criteres.types]
        mots.append({"cle": "type", "titre": "Événement", "valeur": ", ".join(noms)})
    if criteres.commune:
        nom = communes(instantane).get(criteres.commune, criteres.commune)
        mots.append({"cle": "commune", "titre": "Commune", "valeur": nom})
    if criteres.zone:
        hors = criteres.zone == analyses.HORS_ZONE
        nom = "hors de toute zone" if hors else noms_des_zones().get(criteres.zone, criteres.zone)
        mots.append({"cle": "zone", "titre": "Zone", "valeur": nom})
    if criteres.activite:
        inconnue = criteres.activite == analyses.INCONNU
        nom = "inconnue" if inconnue else libelle_agregat("a17", criteres.activite)
        mots.append({"cle": "activite", "titre": "Activité", "valeur": nom})
    if criteres.tranche:
        connue = None if criteres.tranche == analyses.INCONNU else criteres.tranche
        mots.append({"cle": "tranche", "titre": "Taille", "valeur": libelle_tranche(connue)})
    return mots
