"""Effacer ce qui n'a plus à être gardé : textes, noms, réponses ; les comptes restent (RGPD, art. 5-1-e)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tissu.messages.models import Accuse, Envoi, Remise, ReponseRecue
from tissu.socle.parametres import parametre


@transaction.atomic
def effacer(*, au: datetime) -> int:
    """Efface les textes et les noms des envois échus, les réponses et les accusés anciens ; rend le nombre d'envois."""
    echus = Envoi.objects.filter(garder_jusqu_au__lte=au, efface_le=None)
    pks = list(echus.values_list("pk", flat=True))
    Remise.objects.filter(envoi__in=pks).update(nom="", textes=None)
    Envoi.objects.filter(pk__in=pks).update(textes={}, efface_le=au)
    jours = int(parametre("messagerie.garder_les_reponses_jours", au=timezone.localdate(au)))
    ReponseRecue.objects.filter(recue_le__lte=au - timedelta(days=jours)).delete()
    Accuse.objects.filter(recu_le__lte=au - timedelta(days=jours)).delete()
    return len(pks)
