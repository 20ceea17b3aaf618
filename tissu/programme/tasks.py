"""Travaux de fond du partenariat."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.programme.models import Fiche
from tissu.programme.operations import mesures
from tissu.programme.operations.rappels import envoyer_rappels as envoyer
from tissu.socle.travaux import travail


@travail("programme.rappels", libelle="Envoi des rappels du partenariat")
def envoyer_rappels(suivi: Any) -> dict[str, int]:
    """Dépose les résumés de la semaine ; rejoué, il ne dépose que ce qui ne l'est pas encore."""
    deposes = envoyer(au=timezone.now())
    suivi.avancer(1, f"Résumés déposés : {deposes}.")
    return {"deposes": deposes}


@travail("programme.mesurer", libelle="Calcul des indicateurs du partenariat")
def mesurer(suivi: Any, *, fiche: int | None = None) -> dict[str, Any]:
    """Calcule les critères déclarés par les actions, d'une fiche ou de toutes ; rejoué, n'ajoute que ce qui change."""
    if fiche is not None:
        suivi.retourner_vers(reverse("programme:indicateurs", args=[fiche]))
    fiches = None if fiche is None else list(Fiche.objects.filter(pk=fiche))
    return mesures.mesurer(fiches=fiches, au=timezone.now(), suivi=suivi)
