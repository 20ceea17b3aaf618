"""Noter ce qui revient d'une ligne : réponses, accusés, textes de téléphones. Rejouer les mêmes ne change rien."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tissu.messages.canaux.ligne import Accepte, Ecrit, Evenement, Recu, Refuse
from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix
from tissu.messages.models import Partie, Poste, ReponseRecue
from tissu.messages.operations.accuses import (
    CHAMPS,
    SANS_REPONSE,
    accepter,
    appliquer,
    echouer,
    en_avance,
    tirer_les_suites,
    un_a_la_fois,
)
from tissu.messages.operations.choix import choisir
from tissu.messages.operations.departs import relacher
from tissu.messages.operations.remises import reecrire
from tissu.messages.rules.reponses import demande_l_arret

ATTENTE_D_UN_REFUS_PASSAGER = timedelta(seconds=1)


@transaction.atomic
def noter(*, poste: Poste, evenements: Sequence[Evenement], au: datetime) -> None:
    """Note d'un coup ce qu'une ligne a rendu. À ne confirmer à l'opérateur qu'une fois cette transaction close."""
    un_a_la_fois(poste.operateur)
    acceptes = {un.partie: un for un in evenements if isinstance(un, Accepte)}
    refuses = [un for un in evenements if isinstance(un, Refuse)]
    recus = [un for un in evenements if isinstance(un, Recu)]
    parties = _par_cle(poste.operateur, [*acceptes, *(un.partie for un in refuses if not un.passager)])
    for cle, accepte in acceptes.items():
        if cle in parties:
            accepter(parties[cle], accepte.identifiant, au)
    for refuse in refuses:
        if refuse.partie in parties:
            echouer(parties[refuse.partie], refuse.motif, au)
    relacher(
        poste=poste, parties=[un.partie for un in refuses if un.passager], apres=ATTENTE_D_UN_REFUS_PASSAGER,
        motif="L'opérateur a demandé d'attendre.", au=au,
    )  # fmt: skip
    recus += en_avance(poste.operateur, acceptes.values())
    touchees = {partie.pk: partie for partie in parties.values()}
    touchees |= appliquer(poste.operateur, recus, touchees, au)
    reecrire(touchees.values(), CHAMPS)
    tirer_les_suites(touchees.values(), au)
    for ecrit in evenements:
        if isinstance(ecrit, Ecrit):
            _recevoir(poste.operateur, ecrit, au)


def _par_cle(operateur: str, cles: Iterable[int]) -> dict[int, Partie]:
    """Les parties de cet opérateur qui attendaient une réponse, même devenues incertaines entre-temps."""
    return Partie.objects.filter(operateur=operateur, etat__in=SANS_REPONSE).in_bulk(list(cles))


def _recevoir(operateur: str, ecrit: Ecrit, au: datetime) -> None:
    arret = demande_l_arret(ecrit.texte)
    ReponseRecue.objects.create(
        operateur=operateur, numero=ecrit.numero[:20], texte=ecrit.texte[:1000], recue_le=au, arret=arret
    )
    if arret:
        choisir(canal=Canal.SMS, valeur=ecrit.numero, finalite="", sens=SensDuChoix.OPPOSE, source=SourceDuChoix.STOP,
                preuve=f"« {ecrit.texte.strip()[:20]} », reçu par {operateur}", auteur=None, au=au)  # fmt: skip
