"""Le jeton secret qui laisse un agenda lire le calendrier d'une personne : donner, remplacer, révoquer."""

import secrets
from datetime import datetime
from typing import Any

from tissu.programme.models import AbonnementCalendrier
from tissu.programme.rules.jetons import empreinte_du_jeton


def donner_jeton(*, personne: Any, au: datetime) -> str:
    """Rend un jeton neuf ; l'ancien ne vaut plus. Seule son empreinte est gardée : il ne sera plus montré."""
    jeton = secrets.token_urlsafe(32)
    AbonnementCalendrier.objects.update_or_create(
        personne=personne, defaults={"empreinte": empreinte_du_jeton(jeton), "cree_le": au}
    )
    return jeton


def revoquer_jeton(*, personne: Any) -> None:
    """L'adresse donnée cesse aussitôt de répondre."""
    AbonnementCalendrier.objects.filter(personne=personne).delete()
