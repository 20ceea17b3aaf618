"""Travaux de fond de la fiche 5."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.observatoire_commerce.operations import veilles
from tissu.socle.travaux import travail


@travail("observatoire_commerce.veilles", libelle="Envoi des résumés de veilles de locaux")
def envoyer_resumes(suivi: Any) -> dict[str, int]:
    """Dépose les résumés du mois ; rejoué, il ne dépose que ce qui ne l'est pas encore."""
    suivi.retourner_vers(reverse("observatoire_commerce:veilles"))
    deposes = veilles.envoyer_resumes(au=timezone.now())
    suivi.avancer(1, f"Résumés déposés : {deposes}.")
    return {"deposes": deposes}
