"""Travaux de fond du partenariat."""

from typing import Any

from django.utils import timezone

from tissu.programme.operations.rappels import envoyer_rappels as envoyer
from tissu.socle.travaux import travail


@travail("programme.rappels", libelle="Envoi des rappels du partenariat")
def envoyer_rappels(suivi: Any) -> dict[str, int]:
    """Envoie les résumés de la semaine ; rejoué, il n'envoie que ce qui ne l'est pas encore."""
    comptes = envoyer(au=timezone.now())
    suivi.avancer(1, f"Résumés envoyés : {comptes['envoyes']} ; non partis : {comptes['manques']}.")
    return comptes
