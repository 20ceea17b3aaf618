"""Les travaux de fond de la fiche 3."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import MotifConfirmation
from tissu.actions.alerte_commerce.models import Publipostage
from tissu.actions.alerte_commerce.operations.confirmations import poursuivre
from tissu.actions.alerte_commerce.operations.courriers import composer_lettres
from tissu.comptes.models import Personne
from tissu.socle.travaux import travail

ECRANS = {
    MotifConfirmation.IMPORTE: "alerte_commerce:numeros",
    MotifConfirmation.SUSPENDU: "alerte_commerce:numeros_a_revoir",
}


@travail("alerte_commerce.confirmer", libelle="Envoi des demandes de confirmation")
def confirmer(suivi: Any, *, motif: str, personne: int | None = None) -> int:
    """Dépose les demandes et les relances dues ; rejoué, n'envoie que celles qui manquent."""
    suivi.retourner_vers(reverse(ECRANS[MotifConfirmation(motif)]))
    return poursuivre(
        motif=motif, auteur=Personne.objects.filter(pk=personne or 0).first(), au=timezone.now(), suivi=suivi
    )


@travail("alerte_commerce.lettres", libelle="Composition des lettres d'Alerte Commerce")
def lettres(suivi: Any, *, publipostage: int) -> int:
    """Compose les lettres d'une action ; rend leur nombre."""
    objet = Publipostage.objects.select_related("communication").get(pk=publipostage)
    suivi.retourner_vers(reverse("alerte_commerce:communication", args=[objet.communication_id]))
    return composer_lettres(publipostage=objet, suivi=suivi, au=timezone.now())
