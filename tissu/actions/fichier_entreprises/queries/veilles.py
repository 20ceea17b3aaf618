"""Lectures des veilles : les entreprises suivies et ce qui leur est arrivé."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import ibis.expr.types as ir
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from ibis import _

from tissu.actions.fichier_entreprises import analyses, rules
from tissu.actions.fichier_entreprises.choices import EvenementVeille
from tissu.actions.fichier_entreprises.models import EditionPlusDe50, Signalement, Veille
from tissu.actions.fichier_entreprises.queries.cadre import reglage, source_au
from tissu.actions.fichier_entreprises.queries.pistes import firmes
from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.socle.formats import date_courte

SIGNALEMENTS_PAR_PAGE = 30
TYPES_SURVEILLES = {
    EvenementVeille.FERMETURE: (TypeEvenement.FERMETURE_ETABLISSEMENT, TypeEvenement.CESSATION_UNITE),
    EvenementVeille.DEMENAGEMENT: (
        TypeEvenement.TRANSFERT_INTERNE,
        TypeEvenement.TRANSFERT_SORTANT,
        TypeEvenement.TRANSFERT_ENTRANT,
    ),
    EvenementVeille.PROCEDURE: (TypeEvenement.PROCEDURE_COLLECTIVE, TypeEvenement.RADIATION_RCS),
}


@dataclass(frozen=True)
class Constat:
    """Un fait à signaler. `reference` le distingue d'un autre fait de même nature."""

    siret: str
    evenement: str
    reference: str
    date_effet: date | None
    texte: str


def veilles_de(personne: Any) -> QuerySet[Veille]:
    """Les veilles d'une personne, avec le nombre de leurs signalements (`recents`)."""
    return (
        Veille.objects.filter(personne=personne)
        .select_related("liste")
        .annotate(recents=Count("signalements", filter=Q(signalements__envoye_le=None)))
        .order_by("nom", "pk")
    )


def signalements_de(personne: Any, *, veille: int | None = None) -> QuerySet[Signalement]:
    """Les signalements d'une personne, du plus récent au plus ancien."""
    signalements = Signalement.objects.filter(veille__personne=personne).select_related("veille")
    if veille is not None:
        signalements = signalements.filter(veille_id=veille)
    return signalements.order_by("-releve_le", "-date_effet", "pk")


def page_des_veilles(personne: Any, veille: str, numero: str | None) -> dict[str, Any]:
    """Le contexte de la page : les veilles, leur nombre d'entreprises, une page de signalements nommés."""
    veilles = list(veilles_de(personne))
    tailles = combien_de_suivies(veilles)
    choisie = next((v for v in veilles if str(v.pk) == veille), None)
    signalements = signalements_de(personne, veille=choisie.pk if choisie else None)
    page = Paginator(signalements, SIGNALEMENTS_PAR_PAGE).get_page(numero or 1)
    connues = firmes(signalement.siret for signalement in page)
    return {
        "veilles": [
            {"veille": v, "suivies": tailles[v.pk], "faits": [EvenementVeille(e).label for e in v.evenements]}
            for v in veilles
        ],
        "choisie": choisie,
        "page": page,
        "signalements": [
            {"signalement": s, "nom": connues[s.siret]["nom_affiche"] if s.siret in connues else s.siret} for s in page
        ],
    }


def a_envoyer(frequences: Iterable[str]) -> list[tuple[Any, list[Signalement]]]:
    """Par personne, les signalements non envoyés de ses veilles actives de ces fréquences."""
    signalements = (
        Signalement.objects.filter(
            envoye_le=None,
            veille__active=True,
            veille__frequence__in=list(frequences),
            veille__personne__is_active=True,
        )
        .select_related("veille__personne")
        .order_by("veille__personne_id", "veille__nom", "veille_id", "date_effet", "pk")
    )
    return [(personne, list(groupe)) for personne, groupe in groupby(signalements, key=lambda s: s.veille.personne)]


def sirets_suivis(veille: Veille) -> tuple[str, ...]:
    """Les SIRET nommés par une veille : écrits dans la veille, ou tirés d'une liste déposée."""
    deposes = veille.liste.sirets if veille.liste else []
    return tuple(sorted({*veille.sirets, *deposes}))


def suivis(instantane: Instantane, veille: Veille) -> ir.Table:
    """L'expression des établissements suivis : nommés, ou répondant à tous les critères remplis."""
    table = instantane.table("etablissements")
    sirets = sirets_suivis(veille)
    par_nom = table.siret.isin(sirets) if sirets else None
    criteres = []
    if veille.communes:
        criteres.append(table.code_commune.isin(veille.communes))
    if veille.codes_naf:
        criteres.append(analyses.naf_commence_par(table.naf, veille.codes_naf))
    if veille.zones:
        zones = instantane.table("etablissements_zones")
        membres = zones.filter(zones.zone_id.isin(veille.zones)).siret
        criteres.append(table.siret.isin(membres))
    if not criteres:
        return table.filter(par_nom) if par_nom is not None else table.limit(0)
    tous = criteres[0]
    for critere in criteres[1:]:
        tous = tous & critere
    return table.filter(tous | par_nom if par_nom is not None else tous)


def constats(veille: Veille) -> list[Constat]:
    """Ce qui est arrivé aux entreprises de la veille, dans la fenêtre des paramètres."""
    instantane = courant()
    jour = source_au(instantane)
    depuis = jour - timedelta(days=reglage("fenetre_pistes_jours", jour))
    suivies = suivis(instantane, veille)
    voulus = set(veille.evenements)
    trouves = _des_evenements(instantane, suivies, voulus, depuis, jour)
    if EvenementVeille.FERMETURE_PREVUE in voulus:
        trouves += _fermetures_prevues(instantane, suivies, jour)
    if EvenementVeille.PASSAGE_SEUIL in voulus:
        trouves += _passages_du_seuil(instantane, suivies, jour)
    return trouves


def _des_evenements(
    instantane: Instantane, suivies: ir.Table, voulus: set[str], depuis: date, jour: date
) -> list[Constat]:
    natures = {type_.value: nature for nature, types in TYPES_SURVEILLES.items() if nature in voulus for type_ in types}
    if not natures:
        return []
    evenements = instantane.table("evenements")
    recents = analyses.entre(evenements, depuis, jour).filter(evenements.type.isin(sorted(natures)))
    # Un déménagement porte le SIRET d'arrivée : l'établissement suivi peut être celui de départ.
    arrivees = recents.semi_join(suivies, recents.siret_lie == suivies.siret)
    retenus = recents.semi_join(suivies, "siret").union(arrivees, distinct=True)
    lignes = instantane.executer(retenus.select("siret", "type", "date_effet").order_by("date_effet", "siret", "type"))
    return [
        Constat(
            siret=ligne["siret"],
            evenement=natures[ligne["type"]].value,
            reference=f"{ligne['type']}:{ligne['date_effet']:%Y%m%d}",
            date_effet=ligne["date_effet"],
            texte=LIBELLES_EVENEMENTS[TypeEvenement(ligne["type"])],
        )
        for ligne in lignes
    ]


def _fermetures_prevues(instantane: Instantane, suivies: ir.Table, jour: date) -> list[Constat]:
    lignes = instantane.executer(analyses.fermetures_a_venir(suivies, jour))
    return [
        Constat(
            siret=ligne["siret"],
            evenement=EvenementVeille.FERMETURE_PREVUE.value,
            reference=f"prevue:{ligne['date_fermeture']:%Y%m%d}",
            date_effet=ligne["date_fermeture"],
            texte=f"Fermeture annoncée pour le {date_courte(ligne['date_fermeture'])}",
        )
        for ligne in lignes
    ]


def _passages_du_seuil(instantane: Instantane, suivies: ir.Table, jour: date) -> list[Constat]:
    """Au-dessus du seuil aujourd'hui et absent de la dernière liste figée ; sans liste figée, on ne peut rien dire."""
    derniere = EditionPlusDe50.objects.order_by("-semestre").first()
    if derniere is None:
        return []
    deja = {ligne["identifiant"] for ligne in derniere.etablissements}
    seuil = reglage("seuil_grand_etablissement", jour)
    table = analyses.candidats_plus_de(suivies, seuil=seuil, tranches=rules.tranches_retenues(seuil))
    return [
        Constat(
            siret=ligne["siret"],
            evenement=EvenementVeille.PASSAGE_SEUIL.value,
            reference=f"seuil:{derniere.semestre}",
            date_effet=None,
            texte=f"Au-dessus de {seuil} salariés, absente de la liste {derniere.semestre}",
        )
        for ligne in instantane.executer(table.select("siret"))
        if ligne["siret"] not in deja
    ]


def combien_de_suivies(veilles: Sequence[Veille]) -> dict[int, int]:
    """Le nombre d'établissements de chaque veille."""
    instantane = courant()
    return {
        veille.pk: instantane.executer(suivis(instantane, veille).aggregate(n=_.count()))[0]["n"] for veille in veilles
    }
