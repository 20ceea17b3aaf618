"""À qui est un jeton d'agenda, et ce que cette personne peut lire au moment où son agenda le demande."""

from datetime import date, timedelta

from tissu.comptes.models import Personne
from tissu.programme.models import AbonnementCalendrier
from tissu.programme.queries.calendrier import Chose, choses, lisibles
from tissu.programme.rules.jetons import empreinte_du_jeton

PASSE = timedelta(days=400)
AVENIR = timedelta(days=800)


def personne_du_jeton(jeton: str) -> Personne | None:
    """La personne en activité à qui ce jeton a été donné, ou None."""
    abonnement = (
        AbonnementCalendrier.objects.select_related("personne")
        .filter(empreinte=empreinte_du_jeton(jeton), personne__is_active=True)
        .first()
    )
    return abonnement.personne if abonnement else None


def abonnement_de(personne: Personne) -> AbonnementCalendrier | None:
    return AbonnementCalendrier.objects.filter(personne=personne).first()


def agenda_de(personne: Personne, *, au: date) -> list[Chose]:
    """Les choses des fiches que la personne peut lire aujourd'hui, d'un an passé à deux ans devant."""
    return choses(lisibles(personne), au=au, debut=au - PASSE, fin=au + AVENIR)
