"""Ce que la fiche 3 mesure d'elle-même : adhérents, arrivées, départs, couverture des commerces, alertes et leur délai.

Les preuves désignent un adhérent par sa fiche, une alerte par sa nature et son jour : ni numéro, ni lieu, ni texte.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow.compute as pc
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import DU_RESEAU
from tissu.actions.alerte_commerce.models import Adherent, SeanceCPSQ
from tissu.actions.alerte_commerce.queries.alertes import bilans, chiffres, envoyees
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.queries.seances import tenues
from tissu.actions.alerte_commerce.rules.chaine import mediane
from tissu.locaux.nomenclatures import NON_COMMERCIAL, libelle_famille
from tissu.locaux.queries.situation import situation
from tissu.socle.indicateurs import Indicateur, Preuves, Releve
from tissu.socle.periodes import Periode

SOURCE = "Réseau Alerte Commerce : adhésions et alertes"
VERSION = "1"


def adherents(periode: Periode, *, au: datetime) -> Releve:
    """Les commerces du réseau au dernier jour de la période, ou au jour du calcul s'il vient avant."""
    jour = _jour(periode, au)
    presents = list(_presents(jour))
    if not presents and not _du_reseau().exists():
        return Releve(None, None)
    par_activite = Counter(libelle_famille(un.activite) or "Activité non dite" for un in presents)
    return Releve(
        Decimal(len(presents)), jour, effectif=len(presents), preuves=_fiches(presents, "adhere_le", "Adhérent depuis"),
        ventilation=[(nom, Decimal(combien)) for nom, combien in sorted(par_activite.items())],
    )  # fmt: skip


def arrivees(periode: Periode, *, au: datetime) -> Releve:
    """Les commerces dont l'adhésion date de la période."""
    venus = list(_du_reseau().filter(adhere_le__range=(periode.debut, _jour(periode, au))))
    return _compte(venus, periode, au, "adhere_le", "Adhérent depuis")


def departs(periode: Periode, *, au: datetime) -> Releve:
    """Les commerces qui ont quitté le réseau dans la période."""
    partis = list(_du_reseau().filter(parti_le__range=(periode.debut, _jour(periode, au))))
    return _compte(partis, periode, au, "parti_le", "Parti le")


def couverture(periode: Periode, *, au: datetime) -> Releve:
    """La part, de 0 à 100, des commerces en activité de l'observatoire qui sont du réseau, au plus 100."""
    jour = _jour(periode, au)
    table = situation(jour)
    ouverts = pc.and_(pc.invert(pc.fill_null(table["vacant"], False)), pc.is_valid(table["famille"]))
    eligibles = table.filter(pc.and_(ouverts, pc.not_equal(pc.fill_null(table["famille"], ""), NON_COMMERCIAL)))
    combien, membres = eligibles.num_rows, _presents(jour).count()
    if not combien:
        return Releve(None, None)
    par_famille = Counter(eligibles["famille"].to_pylist())
    du_reseau = Counter(_presents(jour).values_list("activite", flat=True))
    return Releve(
        min(Decimal(100), Decimal(100 * membres) / combien), jour, numerateur=Decimal(membres),
        denominateur=Decimal(combien), effectif=combien,
        ventilation=[
            (libelle_famille(famille), min(Decimal(100), Decimal(100 * du_reseau[famille]) / total))
            for famille, total in sorted(par_famille.items()) if famille
        ],
        preuves=Preuves(
            (("activite", "Activité"), ("adherents", "Adhérents"), ("commerces", "Commerces")),
            [{"activite": libelle_famille(famille), "adherents": du_reseau[famille], "commerces": total}
             for famille, total in sorted(par_famille.items()) if famille],
        ),
    )  # fmt: skip


def alertes(periode: Periode, *, au: datetime) -> Releve:
    """Les alertes parties dans la période, hors suites ; tues si elles sont moins que le secret ne le permet."""
    debut, fin = _bornes(periode, au)
    lus = chiffres(debut, fin, au=au)
    if lus.secret:
        return Releve(None, fin.date(), secret=True)
    return Releve(
        Decimal(lus.alertes), _jour(periode, au), effectif=lus.alertes,
        ventilation=[(nom, Decimal(combien)) for nom, combien in lus.natures],
        preuves=Preuves(
            (("nature", "Nature"), ("alertes", "Alertes")),
            [{"nature": nom, "alertes": combien, "adresse": reverse("alerte_commerce:alertes_chiffres")}
             for nom, combien in lus.natures],
        ),
    )  # fmt: skip


def delai(periode: Periode, *, au: datetime) -> Releve:
    """Les minutes, en médiane, entre le fait et le moment où 95 % des SMS de son alerte sont reçus."""
    debut, fin = _bornes(periode, au)
    parties = list(envoyees(debut, fin))
    mesures = bilans(parties)
    durees = [recu - une.fait_le for une in parties if (recu := mesures[une.pk].recu_95_le) is not None]
    mediane_ = mediane(durees, secret=int(reglage("alerte_secret", au)))
    if mediane_ is None:
        return Releve(None, None, secret=bool(durees))
    minutes = Decimal(mediane_.total_seconds() / 60).quantize(Decimal("0.1"))
    return Releve(minutes, _jour(periode, au), effectif=len(durees))


def cpsq(periode: Periode, *, au: datetime) -> Releve:
    """Les séances du CPSQ qui se sont tenues dans la période."""
    jour = _jour(periode, au)
    venues = list(tenues(periode.debut, jour))
    if not venues and not SeanceCPSQ.objects.exists():
        return Releve(None, None)
    return Releve(
        Decimal(len(venues)), jour, effectif=len(venues),
        preuves=Preuves(
            (("seance", "Séance"), ("presents", "Organisations présentes")),
            [{"seance": une.le.isoformat(), "presents": len(une.presents),
              "adresse": reverse("alerte_commerce:seance", args=[une.pk])} for une in venues],
        ),
    )  # fmt: skip


def _jour(periode: Periode, au: datetime) -> date:
    return min(periode.fin, timezone.localdate(au))


def _bornes(periode: Periode, au: datetime) -> tuple[datetime, datetime]:
    debut, fin = (
        timezone.make_aware(datetime.combine(jour, time()))
        for jour in (periode.debut, _jour(periode, au) + timedelta(days=1))
    )
    return debut, fin


def _du_reseau() -> QuerySet[Adherent]:
    return Adherent.objects.filter(etat__in=DU_RESEAU, adhere_le__isnull=False).order_by("nom", "pk")


def _presents(jour: date) -> QuerySet[Adherent]:
    return _du_reseau().filter(Q(parti_le=None) | Q(parti_le__gt=jour), adhere_le__lte=jour)


def _compte(trouves: list[Adherent], periode: Periode, au: datetime, champ: str, titre: str) -> Releve:
    if not trouves and not _du_reseau().exists():
        return Releve(None, None)
    return Releve(
        Decimal(len(trouves)), _jour(periode, au), effectif=len(trouves), preuves=_fiches(trouves, champ, titre)
    )


def _fiches(trouves: list[Adherent], champ: str, titre: str) -> Preuves:
    return Preuves(
        (("adherent", "Adhérent"), ("activite", "Activité"), ("commune", "Commune"), (champ, titre)),
        [
            {
                "adherent": f"n° {un.pk}", "activite": libelle_famille(un.activite), "commune": un.code_commune,
                champ: getattr(un, champ).isoformat(), "adresse": reverse("alerte_commerce:adherent", args=[un.pk]),
            }
            for un in trouves
        ],
    )  # fmt: skip


INDICATEURS = (
    Indicateur(
        code="alerte_commerce.adherents", titre="Commerces adhérents",
        definition="Commerces dont l'adhésion est en cours au dernier jour de la période, suspendus compris.",
        unite="commerces", source=SOURCE, version=VERSION, mesurer=adherents, cumulatif=False,
    ),
    Indicateur(
        code="alerte_commerce.arrivees", titre="Adhésions nouvelles",
        definition="Commerces dont l'adhésion est datée de la période.", unite="commerces", source=SOURCE,
        version=VERSION, mesurer=arrivees,
    ),
    Indicateur(
        code="alerte_commerce.departs", titre="Départs du réseau",
        definition="Commerces qui ont quitté le réseau dans la période.", unite="commerces", source=SOURCE,
        version=VERSION, mesurer=departs, sens="baisse",
    ),
    Indicateur(
        code="alerte_commerce.couverture", titre="Couverture des commerces",
        definition="Adhérents sur les locaux occupés par un commerce ou un service, d'après l'observatoire.", unite="%",
        source=f"{SOURCE} ; locaux de l'observatoire", version=VERSION, mesurer=couverture, cumulatif=False,
    ),
    Indicateur(
        code="alerte_commerce.alertes", titre="Alertes envoyées",
        definition="Alertes des forces de l'ordre parties dans l'exercice, sans leurs suites ; rien sous trois.",
        unite="alertes", source=SOURCE, version=VERSION, mesurer=alertes, sens="neutre", cumulatif=False,
        rythme="annee",
    ),
    Indicateur(
        code="alerte_commerce.delai", titre="Du fait au SMS reçu",
        definition="Médiane du temps entre le fait et la réception par 95 % des numéros, sur l'exercice.",
        unite="minutes", source=SOURCE, version=VERSION, mesurer=delai, sens="baisse", cumulatif=False, rythme="annee",
    ),
    Indicateur(
        code="alerte_commerce.cpsq", titre="Participations au CPSQ du centre-ville",
        definition="Séances mensuelles du comité sûreté du centre-ville tenues dans la période.", unite="réunions",
        source="Séances du CPSQ notées par la chambre", version=VERSION, mesurer=cpsq,
    ),
)  # fmt: skip
