"""Régler ce dont on ne sait pas s'il est parti : par son accusé, sinon par une question, sinon par le silence.

La politique (docs/decisions/2026-11-26-incertains.md) : un SMS dont l'opérateur n'a rien dit est tenu pour perdu, et
repart, si cet opérateur accuse d'ordinaire et que sa ligne est restée ouverte tout le délai ; sinon son silence ne dit
rien, et le SMS attend la péremption de son envoi. Un courriel incertain ne repart pas.
"""

from datetime import datetime, timedelta

from django.db import transaction

from tissu.messages.choices import Canal, EtatPartie
from tissu.messages.models import EtatOperateur, Partie
from tissu.messages.operations.remises import recalculer
from tissu.messages.queries.operateurs import part_des_tardifs
from tissu.messages.queries.reglages import delai_incertain, delai_question, lenteur, repos_d_un_lent
from tissu.messages.rules.operateurs import est_lent

USAGE = timedelta(days=7)
"""Sur quoi l'on juge qu'un opérateur accuse d'ordinaire ce qu'on lui remet."""


@transaction.atomic
def regler(*, operateur: str, au: datetime) -> int:
    """Applique la politique aux parties incertaines de cet opérateur ; rend le nombre de celles qui repartent."""
    douteuses = Partie.objects.filter(operateur=operateur, etat=EtatPartie.INCERTAINE)
    perimees = list(douteuses.filter(remise__envoi__perime_le__lte=au).values_list("pk", "remise"))
    Partie.objects.filter(pk__in=[pk for pk, _ in perimees], etat=EtatPartie.INCERTAINE).update(
        etat=EtatPartie.ECHOUEE, motif="Sans nouvelle de l'opérateur.", accusee_le=au
    )
    renvoyees: list[tuple[int, int]] = []
    if _le_silence_parle(operateur, au):
        tues = douteuses.filter(canal=Canal.SMS, prise_le__lte=au - delai_incertain(au))
        renvoyees = list(tues.values_list("pk", "remise"))
        Partie.objects.filter(pk__in=[pk for pk, _ in renvoyees], etat=EtatPartie.INCERTAINE).update(
            etat=EtatPartie.ATTENTE, due_le=au, poste=None, motif="L'opérateur ne l'avait pas reçu : renvoyé."
        )
    recalculer(remise for _, remise in (*perimees, *renvoyees))
    return len(renvoyees)


def _le_silence_parle(operateur: str, au: datetime) -> bool:
    """L'opérateur accuse d'ordinaire, et on l'écoute sans trou depuis assez longtemps pour qu'il l'ait fait."""
    ecoute = EtatOperateur.objects.filter(nom=operateur, ecoutee_depuis__lte=au - delai_incertain(au))
    accuses = Partie.objects.filter(operateur=operateur, canal=Canal.SMS, accusee_le__gt=au - USAGE)
    return ecoute.exists() and accuses.exists()


def a_interroger(*, operateur: str, au: datetime, au_plus: int) -> list[str]:
    """Les SMS pris par l'opérateur et sans accusé depuis longtemps, les plus anciens d'abord, une fois par délai."""
    muets = Partie.objects.filter(
        operateur=operateur, canal=Canal.SMS, etat=EtatPartie.REMISE, due_le__lte=au - delai_question(au),
        remise_le__lte=au - delai_question(au), remise__envoi__perime_le__gt=au,
    )  # fmt: skip
    choisis = list(muets.exclude(identifiant="").order_by("remise_le", "pk").values_list("pk", "identifiant")[:au_plus])
    # `due_le` ne sert plus à une partie remise : il dit quand on a demandé de ses nouvelles.
    Partie.objects.filter(pk__in=[pk for pk, _ in choisis]).update(due_le=au)
    return [identifiant for _, identifiant in choisis]


def juger(*, operateur: str, au: datetime) -> bool:
    """Regarde les SMS récents d'un opérateur ; s'ils tardent trop, il passe après les autres un temps."""
    tardifs, total = part_des_tardifs(operateur, au)
    if not est_lent(tardifs, total, lenteur(au)):
        return False
    etat, _ = EtatOperateur.objects.get_or_create(nom=operateur)
    if etat.lent_jusqu_a is None or etat.lent_jusqu_a <= au:
        etat.lent_depuis, etat.lent_jusqu_a = au, au + repos_d_un_lent(au)
        etat.save(update_fields=["lent_depuis", "lent_jusqu_a"])
    return True
