"""Mesurer l'effet d'une action : qui elle a touché, qui leur ressemble, qui a adhéré depuis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from tissu.actions.alerte_commerce.choices import DU_RESEAU
from tissu.actions.alerte_commerce.models import Adherent, Communication
from tissu.actions.alerte_commerce.queries.couverture import Reseau
from tissu.actions.alerte_commerce.queries.prospection import Criteres, approche
from tissu.actions.alerte_commerce.rules.effets import Effet, Groupe, fenetre, mesurer, par_mois
from tissu.socle.parametres import parametre
from tissu.socle.periodes import mois, mois_de, mois_precedent

AUTOUR = 6


@dataclass(frozen=True)
class Mesure:
    """L'effet d'une action au jour dit. `close` : le délai est passé, le chiffre ne bougera plus.

    `effet` None : l'action ne dit ni à qui, ni où elle s'est faite. `venus` : les adhérents de chaque groupe.
    """

    effet: Effet | None
    delai_jours: int
    jusqu_au: date
    close: bool
    mois: list[tuple[str, int]]
    venus: Mapping[str, list[Adherent]]


def mesure(action: Communication, jour: date) -> Mesure:
    """L'effet tel qu'il se compte ce jour-là, en un nombre constant de requêtes."""
    delai = int(parametre("alerte_commerce.effet_jours", au=action.le))
    debut, fin = fenetre(action.le, action.fin, delai)
    venus = Q(etat__in=DU_RESEAU, adhere_le__range=(debut, min(fin, jour)))
    groupes = _groupes(action)
    lus: dict[str, list[Adherent]] = {"contactes": [], "comparables": []}
    effet = None
    if groupes is not None:
        reseau = Reseau(venus)
        pks = {nom: {pk for une in lignes if (pk := reseau.adherent(une)) is not None}
               for nom, lignes in groupes.items()}  # fmt: skip
        adherents = Adherent.objects.in_bulk(pks["contactes"] | pks["comparables"])
        lus = {nom: sorted((adherents[pk] for pk in cles), key=_rang) for nom, cles in pks.items()}
        effet = mesurer(
            Groupe(len(groupes["contactes"]), len(lus["contactes"])),
            Groupe(len(groupes["comparables"]), len(lus["comparables"])), action.cout_eur,
        )  # fmt: skip
    centre = mois_de(action.le)
    bornes = (mois_precedent(centre, AUTOUR).debut, mois_precedent(centre, -AUTOUR).fin)
    jours = _du_reseau().filter(adhere_le__range=bornes).values_list("adhere_le", flat=True)
    return Mesure(effet, delai, min(fin, jour), jour > fin, par_mois(filter(None, jours), pivot=action.le,
                  autour=AUTOUR), lus)  # fmt: skip


def venus_du_mois(code: str) -> list[Adherent]:
    """Les adhérents arrivés ce mois-là. Lève `PeriodeInvalide`."""
    periode = mois(code)
    return list(_du_reseau().filter(adhere_le__range=(periode.debut, periode.fin)).order_by("adhere_le", "nom", "pk"))


def _groupes(action: Communication) -> dict[str, list[dict[str, Any]]] | None:
    """Les contactés, et ceux de même activité, sans adhésion ce jour-là, qui ne l'ont pas été."""
    liste = [
        {"pk": local, "siret": siret, "enseigne": nom, "adresse": adresse, "code_commune": commune, "famille": famille}
        for local, siret, nom, adresse, commune, famille in action.destinataires.values_list(
            "local_id", "siret", "nom", "adresse", "code_commune", "famille"
        )
    ]
    if not liste and not action.quartier and not action.activite:
        return None
    approchables = approche(Criteres(), action.le).retenus
    if not liste:
        liste = approche(Criteres(quartier=action.quartier, activite=action.activite), action.le).retenus
    pris, familles = {une["pk"] for une in liste}, {une["famille"] for une in liste}
    comparables = [une for une in approchables if une["pk"] not in pris and une["famille"] in familles]
    return {"contactes": liste, "comparables": comparables}


def _du_reseau() -> Any:
    return Adherent.objects.filter(etat__in=DU_RESEAU, adhere_le__isnull=False)


def _rang(adherent: Adherent) -> tuple[Any, ...]:
    return adherent.adhere_le, adherent.nom, adherent.pk
