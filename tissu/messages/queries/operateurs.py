"""La santé des opérateurs."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from tissu.messages.canaux.ligne import Operateur
from tissu.messages.choices import Canal, EtatPartie
from tissu.messages.models import EtatOperateur, Partie
from tissu.messages.queries.reglages import lenteur
from tissu.messages.rules.operateurs import Sante, de_service

FENETRE_DE_JUGEMENT = timedelta(minutes=15)


def operateur_de_service(declares: tuple[Operateur, ...], *, au: datetime, silence: timedelta) -> str:
    """Celui qui envoie maintenant, parmi les déclarés, le préféré d'abord ; vide si aucun n'est joignable."""
    connus = EtatOperateur.objects.in_bulk([un.nom for un in declares])
    santes = [
        Sante(un.nom, connus[un.nom].ecoutee_depuis is not None, connus[un.nom].vu_le, connus[un.nom].lent_jusqu_a)
        for un in declares
        if un.nom in connus
    ]
    return de_service(santes, au, silence=silence)


def part_des_tardifs(operateur: str, au: datetime) -> tuple[int, int]:
    """Parmi les SMS jugeables du dernier quart d'heure : ceux qui ont tardé, et tous.

    Jugeable : accusé, ou remis depuis plus que le délai. Un SMS remis à l'instant ne dit encore rien.
    """
    delai = lenteur(au).delai
    recents = Partie.objects.filter(
        operateur=operateur, canal=Canal.SMS, remise_le__gt=au - FENETRE_DE_JUGEMENT - delai, remise_le__lte=au
    )
    attendent = Q(etat=EtatPartie.REMISE, remise_le__lte=au - delai)
    tardives = Q(accusee_le__gt=F("remise_le") + delai)
    comptes = recents.aggregate(
        tardifs=Count("pk", filter=attendent | tardives),
        total=Count("pk", filter=attendent | Q(accusee_le__isnull=False)),
    )
    return comptes["tardifs"], comptes["total"]
