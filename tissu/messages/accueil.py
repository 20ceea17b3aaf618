"""Ce que la page d'accueil dit des messages : ceux que la personne n'a pas lus."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from tissu.messages.queries.espace import messages_de
from tissu.socle.accueil import BlocAccueil, Ligne, Urgence
from tissu.socle.formats import pluriel


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """Une ligne s'il y a des messages à lire, sinon rien."""
    non_lus = messages_de(personne).filter(lue_le=None).count()
    if not non_lus:
        return None
    titre = f"{pluriel(non_lus, 'message')} à lire"
    return BlocAccueil(attentes=[Ligne(titre, reverse("messages:boite"), urgence=Urgence.A_SAVOIR)])
