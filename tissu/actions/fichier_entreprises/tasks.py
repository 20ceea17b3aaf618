"""Travaux de fond de la fiche 7."""

from typing import Any

from django.utils import timezone

from tissu.actions.fichier_entreprises import operations
from tissu.socle.travaux import travail


@travail("fichier_entreprises.digests", libelle="Envoi des résumés de veille")
def envoyer_digests(suivi: Any) -> dict[str, int]:
    """Dépose les résumés du jour ; rejoué, il ne dépose que ce qui ne l'est pas encore."""
    deposes = operations.envoyer_digests(au=timezone.now())
    suivi.avancer(1, f"Résumés déposés : {deposes}.")
    return {"deposes": deposes}
