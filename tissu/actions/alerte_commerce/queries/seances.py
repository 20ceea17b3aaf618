"""Lire les séances du CPSQ, et de quoi en préparer la fiche : le mois qui la précède, dit au jour de sa fin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import ArticleDeStock, EtatDecision, EtatSeance
from tissu.actions.alerte_commerce.models import (
    Adherent,
    Communication,
    DecisionCPSQ,
    DestinataireDeCourrier,
    MouvementDeStock,
    SeanceCPSQ,
)
from tissu.actions.alerte_commerce.queries.alertes import Chiffres, chiffres
from tissu.actions.alerte_commerce.queries.couverture import Reseau, adherents_au, commerces_ouverts
from tissu.socle.periodes import Periode, mois_de, mois_precedent

PAR_AN = 12
OUVERTES = (EtatDecision.A_FAIRE, EtatDecision.EN_COURS)


def seances(annee: int) -> QuerySet[SeanceCPSQ]:
    """Celles de l'année, chacune avec ses nombres de décisions et de décisions encore ouvertes."""
    return (
        SeanceCPSQ.objects.filter(le__year=annee)
        .annotate(combien=Count("decisions"), ouvertes=Count("decisions", filter=Q(decisions__etat__in=OUVERTES)))
        .order_by("-le")
    )


def tenues(debut: date, fin: date) -> QuerySet[SeanceCPSQ]:
    """Celles qui se sont tenues, ces deux jours compris."""
    return SeanceCPSQ.objects.filter(etat=EtatSeance.TENUE, le__range=(debut, fin)).order_by("le")


def a_suivre(seance: SeanceCPSQ) -> list[DecisionCPSQ]:
    """Les actions décidées avant cette séance : encore ouvertes ce jour-là, ou closes depuis la séance d'avant."""
    avant = SeanceCPSQ.objects.filter(etat=EtatSeance.TENUE, le__lt=seance.le).order_by("-le").first()
    depuis = avant.le if avant else seance.le
    return list(
        DecisionCPSQ.objects.filter(Q(close_le__isnull=True) | Q(close_le__gte=depuis), seance__le__lt=seance.le)
        .select_related("seance")
        .order_by("seance__le", "pk")
    )


@dataclass(frozen=True)
class MoisDuReseau:
    """Un mois du réseau, tel qu'il était à sa fin. `sur_un_an` : les alertes des douze mois qui finissent là."""

    mois: Periode
    alertes: Chiffres
    sur_un_an: Chiffres
    membres: int
    arrivees: int
    departs: int
    couverts: int
    commerces: int
    contactes: int
    stock: Mapping[str, int]
    communications: list[Communication]


def mois_de_la_fiche(seance: SeanceCPSQ) -> Periode:
    """Le mois civil qui finit avant la séance."""
    return mois_precedent(mois_de(seance.le))


def mois_du_reseau(mois: Periode, *, au: datetime) -> MoisDuReseau:
    """Ce qui se dit du mois, en un nombre constant de requêtes."""
    fin = mois.fin
    an = mois_precedent(mois, 11).debut
    venus = Adherent.objects.filter(adhere_le__isnull=False)
    presents = Q(adhere_le__lte=fin) & (Q(parti_le__isnull=True) | Q(parti_le__gt=fin))
    mouvements = venus.aggregate(
        membres=Count("pk", filter=presents), arrivees=Count("pk", filter=Q(adhere_le__range=(mois.debut, fin))),
        departs=Count("pk", filter=Q(parti_le__range=(mois.debut, fin))),
    )  # fmt: skip
    ouverts, reseau = commerces_ouverts(fin), Reseau(adherents_au(fin))
    actions = Communication.objects.filter(le__range=(mois.debut, fin)).order_by("le", "pk")
    return MoisDuReseau(
        mois, chiffres(_minuit(mois.debut), _minuit(fin + timedelta(days=1)), au=au),
        chiffres(_minuit(an), _minuit(fin + timedelta(days=1)), au=au), **mouvements,
        couverts=sum(reseau.adherent(ligne) is not None for ligne in ouverts), commerces=len(ouverts),
        contactes=DestinataireDeCourrier.objects.filter(communication__le__range=(mois.debut, fin)).count(),
        stock=_stock(fin), communications=list(actions),
    )  # fmt: skip


def _stock(fin: date) -> dict[str, int]:
    """Ce qu'il restait de chaque article à la fin de ce jour."""
    restes = dict.fromkeys(ArticleDeStock.values, 0)
    lus = MouvementDeStock.objects.filter(le__lt=_minuit(fin + timedelta(days=1))).order_by()
    for article, quantite in lus.values_list("article", "quantite"):
        restes[article] += quantite
    return restes


def _minuit(jour: date) -> Any:
    return timezone.make_aware(datetime.combine(jour, time()))
