"""Le tableau de bord de la fiche 5 : où en est la vacance, et ce qui attend une personne."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.fraicheur import Fraicheur, fraicheur
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.locaux.models import Campagne, Comparabilite
from tissu.locaux.permissions import peut_modifier
from tissu.locaux.queries.anomalies import nombre_a_decider
from tissu.locaux.queries.campagnes import campagnes_ouvertes
from tissu.locaux.queries.files import a_trancher, a_verifier
from tissu.socle.accueil import Ligne, Urgence
from tissu.socle.formats import pluriel

PARTOUT = Lieu()


@dataclass(frozen=True)
class Bord:
    """La vacance du territoire au dernier jour su, et ce qui l'entoure."""

    au: date
    source_au: date | None
    vacance: lectures.Vacance
    histoire: list[lectures.Etape]
    mouvements: lectures.Mouvements | None
    fraicheur: Fraicheur
    manque: str
    attentes: list[Ligne]


def tableau_de_bord(personne: Any, *, au: datetime) -> Bord:
    """Le tableau de bord vu par une personne."""
    jour = lectures.dernier_jour(timezone.localdate(au))
    return Bord(
        au=jour,
        source_au=lectures.dernier_releve(PARTOUT, jour),
        vacance=lectures.vacance(PARTOUT, jour),
        histoire=lectures.histoire(PARTOUT, jour),
        mouvements=lectures.mouvements(PARTOUT, jour),
        fraicheur=fraicheur(PARTOUT, jour),
        manque=lectures.manque(PARTOUT, jour),
        attentes=[*_des_locaux(personne), *attentes(personne, jour)],
    )


def attentes(personne: Any, au: date) -> list[Ligne]:
    """Ce que la fiche seule attend d'un agent : deux campagnes qui se suivent et que personne n'a comparées."""
    if not peut_modifier(personne):
        return []
    return [_a_comparer(*couple) for couple in couples_a_decider(lectures.campagnes_closes(PARTOUT, au))]


def couples_a_decider(campagnes: Sequence[Campagne]) -> list[tuple[Campagne, Campagne]]:
    """Les campagnes qui se suivent et dont personne n'a dit si elles se comparent : (la récente, la précédente)."""
    decidees = {
        frozenset(couple) for couple in Comparabilite.objects.order_by().values_list("campagne_id", "reference_id")
    }
    return [(une, avant) for avant, une in pairwise(campagnes) if frozenset({une.pk, avant.pk}) not in decidees]


def _a_comparer(campagne: Campagne, reference: Campagne) -> Ligne:
    return Ligne(
        f"« {campagne} » et « {reference} » se comparent-elles ?",
        reverse("locaux:campagne", args=[campagne.pk]),
        "Tant que personne ne l'a dit, aucune évolution ne s'écrit entre elles.",
        urgence=Urgence.A_FAIRE,
    )


def _des_locaux(personne: Any) -> list[Ligne]:
    """Ce qui attend un agent des partenaires dans les locaux."""
    if not peut_modifier(personne):
        return []
    comptes = (
        (a_trancher().count(), "relevé contradictoire à trancher", "relevés contradictoires à trancher", "conflits"),
        (a_verifier().count(), "local à vérifier sur place", "locaux à vérifier sur place", "signalements"),
        (nombre_a_decider(), "anomalie d'import à décider", "anomalies d'import à décider", "imports"),
    )
    lignes = [
        Ligne(pluriel(combien, un, plusieurs), reverse(f"locaux:{page}"), urgence=Urgence.A_FAIRE)
        for combien, un, plusieurs, page in comptes
        if combien
    ]
    lignes += [
        Ligne(f"Campagne ouverte : {une}", reverse("locaux:campagne", args=[une.pk]), "Des relevés sont attendus.")
        for une in campagnes_ouvertes()
    ]
    return lignes
