"""Ouvrir un projet de CDAC, le compléter étape par étape, suivre son dossier."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tissu.actions.observatoire_commerce import permissions
from tissu.actions.observatoire_commerce.choices import EtatProjet
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.rules.cdac import DATES_D_ETAT, SUITES
from tissu.socle.conflits import prendre_la_main

DECRIT = (
    "nom", "nature", "secteur", "secteur_avant", "activite", "enseigne", "petitionnaire", "demande_le",
    "surface_existante_m2", "surface_creee_m2", "surface_ensemble_m2", "surface_plancher_m2", "dans_ensemble",
    "ferme_le", "reouvre_le", "redressement", "disposition_le", "drive_integre", "en_ort", "ort_soumet",
    "artificialisation", "permis", "population_commune", "adresse", "code_commune", "lon", "lat",
    "precision_position", "rayons_m", "perimetre", "perimetre_nom", "population_zone", "population_zone_source",
)  # fmt: skip
"""Ce qu'une étape du formulaire peut écrire."""


def ouvrir_projet(*, champs: Mapping[str, Any], etape: str, auteur: Any, au: datetime) -> ProjetCdac:
    """Crée un projet de sa première étape. Lève `GesteRefuse`."""
    _exiger(auteur)
    projet = ProjetCdac(cree_par=auteur, cree_le=au, modifie_par=auteur, modifie_le=au, etapes_faites=[etape])
    _ecrire(projet, champs)
    projet.save()
    return projet


def completer_projet(
    *, projet: ProjetCdac, champs: Mapping[str, Any], etape: str, revision: int, auteur: Any, au: datetime
) -> ProjetCdac:
    """Enregistre les réponses d'une étape. Lève `GesteRefuse`, ou `ConflitDeSaisie` si quelqu'un a écrit avant."""
    _exiger(auteur)
    with transaction.atomic():
        actuel = ProjetCdac.objects.get(pk=projet.pk)
        prendre_la_main(actuel, revision=revision, ancien={cle: getattr(actuel, cle) for cle in champs}, nouveau=champs)
        _ecrire(actuel, champs)
        actuel.etapes_faites = list(dict.fromkeys([*actuel.etapes_faites, etape]))
        actuel.modifie_par, actuel.modifie_le = auteur, au
        actuel.save()
    return actuel


def changer_etat(
    *, projet: ProjetCdac, etat: str, le: date | None, revision: int, auteur: Any, au: datetime
) -> ProjetCdac:
    """Fait avancer le dossier ; `le` : le jour du dépôt ou de la décision. Lève `GesteRefuse` ou `ConflitDeSaisie`."""
    _exiger(auteur)
    with transaction.atomic():
        actuel = ProjetCdac.objects.get(pk=projet.pk)
        prendre_la_main(actuel, revision=revision)
        if etat not in SUITES[actuel.etat]:
            raise GesteRefuse(
                f"Un projet « {actuel.get_etat_display()} » ne peut pas devenir « {_libelle(etat)} » directement."
            )
        _dater(actuel, etat, le, au.date())
        actuel.etat, actuel.modifie_par, actuel.modifie_le = etat, auteur, au
        actuel.save()
    return actuel


def _dater(projet: ProjetCdac, etat: str, le: date | None, aujourdhui: date) -> None:
    champ = DATES_D_ETAT.get(etat)
    if etat == EtatProjet.ETUDE:
        projet.depot_le = projet.decision_le = None
    if champ is None:
        return
    if le is None:
        raise GesteRefuse("Dites quel jour : les délais de la procédure partent de cette date.")
    if le > aujourdhui:
        raise GesteRefuse("Cette date est à venir : notez le dépôt ou la décision le jour où elle arrive.")
    if champ == "decision_le" and projet.depot_le and le < projet.depot_le:
        raise GesteRefuse("La décision ne peut pas précéder le dépôt du dossier complet.")
    setattr(projet, champ, le)


def _libelle(etat: str) -> str:
    return EtatProjet(etat).label if etat in EtatProjet.values else etat


def _exiger(auteur: Any) -> None:
    if not permissions.peut_ecrire_cdac(auteur):
        raise GesteRefuse("Un projet s'écrit par un chargé de mission de la chambre ou de la métropole.")


def _ecrire(projet: ProjetCdac, champs: Mapping[str, Any]) -> None:
    for cle, valeur in champs.items():
        if cle not in DECRIT:
            raise KeyError(cle)
        setattr(projet, cle, valeur)
