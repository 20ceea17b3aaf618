"""Noter qu'un message a été lu dans l'espace."""

from datetime import datetime

from tissu.messages.models import Remise


def noter_la_lecture(*, remise: Remise, au: datetime) -> None:
    """La première lecture compte ; les suivantes ne la changent pas."""
    Remise.objects.filter(pk=remise.pk, lue_le=None).update(lue_le=au)
