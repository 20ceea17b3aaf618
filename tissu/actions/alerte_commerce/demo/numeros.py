"""Les numéros de la liste ancienne : la plupart confirmés, quelques-uns à relancer, d'autres à demander ou à revoir."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent, MotifConfirmation
from tissu.actions.alerte_commerce.demo.alertes import faire_partir
from tissu.actions.alerte_commerce.models import ContactAdherent
from tissu.actions.alerte_commerce.operations.confirmations import poursuivre
from tissu.comptes.models import Personne
from tissu.messages import operations as messagerie
from tissu.messages.canaux.reglages import operateurs
from tissu.messages.choices import Canal
from tissu.messages.models import Coordonnee
from tissu.messages.operations.postes import fermer_poste, ouvrir_poste
from tissu.socle.travaux import SansSuivi

GRAINE = 20_261_128
UN_SUR, A_REVOIR = 9, 3
"""Un numéro sur neuf n'est pas confirmé ; la moitié n'a pas encore reçu de demande."""


def installer(*, agent: Personne, au: datetime, suivi: Any) -> None:
    """Une demande il y a douze jours, restée sans réponse ; hier, celle des numéros suspendus."""
    suivi.avancer(0.95, "Alerte Commerce : les numéros à confirmer")
    repris = list(
        ContactAdherent.objects.filter(repris_le__isnull=False, adherent__etat=EtatAdherent.ACTIF).order_by("pk")
    )
    muets = repris[4::UN_SUR]
    for un in repris:
        un.verifie_le = un.ajoute_le + timedelta(days=20)
    tard = muets[len(muets) // 2 :]
    for un in muets[: len(muets) // 2]:
        un.verifie_le = None
    ContactAdherent.objects.bulk_update(repris, ["verifie_le"], batch_size=500)
    matin = _a_dix_heures(au - timedelta(days=12))
    _demander(MotifConfirmation.IMPORTE, agent, matin)
    _faire_partir(matin + timedelta(days=3))
    ContactAdherent.objects.filter(pk__in=[un.pk for un in tard]).update(verifie_le=None)
    _demander(MotifConfirmation.SUSPENDU, agent, au - timedelta(days=1))
    _suspendre_encore(au)


def _a_dix_heures(au: datetime) -> datetime:
    return timezone.localtime(au).replace(hour=10, minute=0, second=0, microsecond=0)


def _demander(motif: str, agent: Personne, au: datetime) -> None:
    poursuivre(motif=motif, auteur=agent, au=au, suivi=SansSuivi())


def _faire_partir(au: datetime) -> None:
    """Trois jours après, le dimanche passé, tout est chez l'opérateur."""
    ligne = ouvrir_poste(operateur=operateurs()[0].nom, au=au)
    faire_partir(np.random.default_rng([GRAINE]), ligne, au)
    fermer_poste(poste=ligne, au=au)


def _suspendre_encore(au: datetime) -> None:
    """Trois numéros de plus, dont la chambre n'a pas encore parlé à leur commerce."""
    confirmes = ContactAdherent.objects.filter(
        adherent__etat=EtatAdherent.ACTIF, verifie_le__isnull=False, importation__isnull=False
    ).order_by("-pk")  # fmt: skip
    numeros = [un.mobile for un in confirmes[:A_REVOIR]]
    for une in Coordonnee.objects.filter(canal=Canal.SMS, valeur__in=numeros).order_by("pk"):
        messagerie.suspendre(coordonnee=une, au=au - timedelta(hours=6))
