"""Ce qu'un commerce dit d'une alerte reçue."""

from datetime import datetime

from django.db import transaction

from tissu.actions.alerte_commerce.models import AvisSurAlerte
from tissu.actions.alerte_commerce.operations.alertes.commun import AlerteRefusee
from tissu.actions.alerte_commerce.queries.ciblage import cle_de
from tissu.messages.models import Remise


@transaction.atomic
def noter_avis(*, alerte: int, adherent: int, utile: bool, au: datetime) -> AvisSurAlerte:
    """Garde l'avis de cet adhérent, le dernier seul. Lève `AlerteRefusee` s'il n'a pas reçu cette alerte."""
    if not Remise.objects.filter(envoi__alerte=alerte, destinataire=cle_de(adherent)).exists():
        raise AlerteRefusee("Cette alerte ne vous a pas été envoyée.")
    avis, _ = AvisSurAlerte.objects.update_or_create(
        alerte_id=alerte, adherent_id=adherent, defaults={"utile": utile, "le": au}
    )
    return avis
