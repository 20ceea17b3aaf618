"""Les réglages datés des messages, lus en objets des règles."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from tissu.messages.rules.budget import Plafond
from tissu.messages.rules.heures import Plage
from tissu.messages.rules.operateurs import Lenteur
from tissu.socle.parametres import parametre


def _lire(nom: str, au: datetime) -> int:
    jour: date = timezone.localdate(au)
    return int(parametre(f"messagerie.{nom}", au=jour))


def plage_permise(au: datetime) -> Plage:
    """Les heures où ce qui ne presse pas peut partir."""
    return Plage(time(_lire("heure_debut_campagne", au)), time(_lire("heure_fin_campagne", au)))


def plafonds(au: datetime) -> tuple[Plafond, ...]:
    """Le budget de communication d'une adresse."""
    return (
        Plafond(_lire("messages_par_jour", au), timedelta(days=1)),
        Plafond(_lire("messages_par_semaine", au), timedelta(days=7)),
    )


def lenteur(au: datetime) -> Lenteur:
    """Ce qui fait dire d'un opérateur qu'il est lent."""
    delai = timedelta(seconds=_lire("lenteur_delai_s", au))
    return Lenteur(_lire("lenteur_part", au) / 100, delai, _lire("lenteur_sur", au))


def repos_d_un_lent(au: datetime) -> timedelta:
    return timedelta(minutes=_lire("lenteur_repos_min", au))


def delai_incertain(au: datetime) -> timedelta:
    return timedelta(seconds=_lire("incertain_delai_s", au))


def delai_question(au: datetime) -> timedelta:
    return timedelta(seconds=_lire("question_delai_s", au))


def fenetre_des_accuses(au: datetime) -> timedelta:
    """L'âge au-delà duquel l'appel signé d'une passerelle est refusé."""
    return timedelta(seconds=_lire("accuses_fenetre_s", au))


def echecs_avant_suspension(au: datetime) -> int:
    return _lire("echecs_avant_suspension", au)


def silence_d_un_mort() -> timedelta:
    """Le silence au bout duquel un exécutant est tenu pour mort, et sa ligne pour fermée."""
    return timedelta(seconds=settings.MESSAGES_BAIL_S)
