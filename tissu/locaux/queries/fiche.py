"""Tout ce que l'on sait d'un local, en un nombre fixe de requêtes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc
from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from tissu.locaux.choices import DecisionAnomalie, EtatRapprochement
from tissu.locaux.models import (
    AnomalieLocaux,
    LigneSource,
    Local,
    Occupation,
    PeriodeEtat,
    Photo,
    Rapprochement,
    Signalement,
    Transformation,
)
from tissu.locaux.queries.etablissements import fiches
from tissu.locaux.queries.situation import situation
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.parametres import parametre

TRACES = 60


@dataclass(frozen=True)
class Dossier:
    """Un local et son entourage. `situation` : sa ligne du jour, None s'il n'existe plus ou pas encore."""

    local: Local
    situation: dict[str, Any] | None
    etats: list[PeriodeEtat]
    occupations: list[Occupation]
    transformations: list[Transformation]
    photos: list[Photo]
    sources: list[LigneSource]
    anomalies: list[AnomalieLocaux]
    rapprochements: list[Rapprochement]
    signalements: list[Signalement]
    etablissements: dict[str, dict[str, Any]]
    nombre_de_contacts: int
    masques: frozenset[str]

    @property
    def ouverts(self) -> list[Signalement]:
        return [signalement for signalement in self.signalements if signalement.clos_le is None]

    @property
    def a_decider(self) -> list[AnomalieLocaux]:
        return [une for une in self.anomalies if une.decision == DecisionAnomalie.A_DECIDER]

    @property
    def proposes(self) -> list[Rapprochement]:
        return [une for une in self.rapprochements if une.etat == EtatRapprochement.PROPOSE]


def dossier(local: Local, au: date) -> Dossier:
    """Lit le dossier d'un local."""
    rapprochements = list(local.rapprochements.select_related("decide_par"))
    occupations = list(local.occupations.select_related("campagne"))
    du_jour = situation(au)
    trouvee = du_jour.filter(pc.equal(du_jour["pk"], local.pk)).to_pylist()
    sirets = {une.siret for une in rapprochements} | {une.siret for une in occupations if une.siret}
    return Dossier(
        local=local,
        situation=trouvee[0] if trouvee else None,
        etats=list(local.etats.select_related("campagne", "auteur")),
        occupations=occupations,
        transformations=list(
            Transformation.objects.filter(Q(avant=local) | Q(apres=local))
            .distinct()
            .prefetch_related("avant", "apres")
            .select_related("auteur")
        ),
        photos=list(local.photos.select_related("auteur")),
        sources=list(local.sources.select_related("importation").order_by("-importation__applique_le", "ligne")),
        anomalies=list(local.anomalies.select_related("importation", "decide_par").order_by("-importation", "pk")),
        rapprochements=rapprochements,
        signalements=list(local.signalements.select_related("clos_par")),
        etablissements=fiches(sirets),
        nombre_de_contacts=local.contacts.count(),
        masques=sirets_masques(),
    )


def releve_ancien(releve_le: date | None, au: date) -> bool:
    """Ce qu'on sait du local est-il plus vieux que le seuil du jour ?"""
    seuil = relativedelta(months=int(parametre("locaux.seuil_releve_ancien_mois", au=au)))
    return releve_le is None or releve_le < au - seuil


def traces(local: Local) -> list[dict[str, Any]]:
    """Qui a écrit quoi sur ce local, du plus récent au plus ancien : {date, titre, texte}."""
    lues = []
    for historique, dire in (
        (Local.historique.filter(id=local.pk), lambda une: ""),
        (Occupation.historique.filter(local_id=local.pk), _dire_l_occupation),
        (PeriodeEtat.historique.filter(local_id=local.pk), _dire_l_etat),
        (Photo.historique.filter(local_id=local.pk), lambda une: une.legende),
        (Signalement.historique.filter(local_id=local.pk), lambda une: une.suite or une.texte),
    ):
        lues += [(une.history_date, une, dire(une)) for une in _dernieres(historique)]
    lues.sort(key=lambda trace: (trace[0], trace[1].history_id), reverse=True)
    return [
        {
            "date": quand,
            "titre": une.history_change_reason or GESTES[une.history_type],
            "texte": dit,
            "source": str(une.history_user) if une.history_user else "Sans personne : fichier, ou ligne de commande",
        }
        for quand, une, dit in lues[:TRACES]
    ]


GESTES = {"+": "Ajout", "~": "Modification", "-": "Retrait"}


def _dernieres(historique: QuerySet[Any]) -> Iterable[Any]:
    return historique.select_related("history_user").order_by("-history_id")[:TRACES]


def _dire_l_occupation(une: Any) -> str:
    return f"{une.enseigne or 'Occupant sans enseigne'}, {_dates(une)}"


def _dire_l_etat(une: Any) -> str:
    return f"{une.get_etat_display()}, {_dates(une)}"


def _dates(une: Any) -> str:
    debut = f"depuis le {une.debut:%d/%m/%Y}" if une.debut else "depuis avant tout relevé"
    return f"{debut}, jusqu'au {une.fin:%d/%m/%Y}" if une.fin else debut
