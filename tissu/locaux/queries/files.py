"""Ce qui attend une personne : rapprochements à décider, locaux à vérifier, relevés à trancher."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from tissu.locaux.choices import EtatRapprochement, EtatReleve
from tissu.locaux.models import Local, Occupation, Rapprochement, Releve, Signalement, Tournee
from tissu.locaux.queries.etablissements import fiches

EN_COURS = Prefetch(
    "local__occupations", Occupation.objects.filter(fin__isnull=True, accessoire=False), to_attr="en_cours"
)


def a_rapprocher(seuil: Decimal | None = None) -> QuerySet[Rapprochement]:
    """Les propositions, les plus sûres d'abord ; avec `seuil`, celles que l'on peut accepter ensemble."""
    proposes = Rapprochement.objects.filter(etat=EtatRapprochement.PROPOSE).select_related("local__voie")
    if seuil is not None:
        rivales = Count(
            "local__rapprochements", filter=Q(local__rapprochements__etat=EtatRapprochement.PROPOSE), distinct=True
        )
        proposes = proposes.annotate(rivales=rivales).filter(confiance__gte=seuil, rivales=1)
    return proposes.prefetch_related(EN_COURS).order_by("-confiance", "local", "siret")


def avec_le_registre(rapprochements: Sequence[Rapprochement]) -> list[tuple[Rapprochement, dict[str, Any] | None]]:
    """Chaque proposition et ce que le registre dit de l'établissement, lu à l'instant."""
    connus = fiches({une.siret for une in rapprochements})
    return [(une, connus.get(une.siret)) for une in rapprochements]


def a_verifier(*, motif: str = "", clos: bool = False) -> QuerySet[Signalement]:
    """Les signalements ouverts, ou clos, du plus récent au plus ancien."""
    lus = Signalement.objects.filter(clos_le__isnull=not clos).select_related("local__voie", "clos_par")
    lus = lus.prefetch_related(EN_COURS)
    return lus.filter(motif=motif) if motif else lus


def a_trancher(campagne: int | None = None, voie: int | None = None, releveur: int | None = None) -> QuerySet[Releve]:
    """Les relevés en conflit, du plus ancien au plus récent ; ceux d'une campagne, d'une rue, ou des rues d'un releveur
    (0 : les rues libres) si on le dit.
    """
    lus = Releve.objects.filter(etat=EtatReleve.CONFLIT).select_related("campagne", "releveur", "local__voie")
    if campagne is not None:
        lus = lus.filter(campagne=campagne)
    if voie is not None:
        lus = lus.filter(_sur(voie))
    if campagne is not None and releveur is not None:
        rues = Tournee.objects.filter(campagne=campagne, releveur=releveur or None)
        lus = lus.filter(Q(local__voie__in=rues.values("voie")) | Q(local=None, tournee__in=rues))
    return lus.order_by("releve_le", "pk")


def _sur(voie: int) -> Q:
    """Un local dit nouveau n'a encore d'autre rue que celle de la tournée."""
    return Q(local__voie=voie) | Q(local=None, tournee__voie=voie)


def ressemblants(releve: Releve) -> QuerySet[Local]:
    """Les locaux connus qu'un local dit nouveau pourrait être."""
    references = [reference for conflit in releve.conflits for reference in conflit["actuel"] or ()]
    en_cours = Prefetch("occupations", Occupation.objects.filter(fin=None, accessoire=False), to_attr="en_cours")
    connus = Local.objects.filter(reference__in=references, ecarte_le=None).select_related("voie")
    return connus.prefetch_related(en_cours).order_by("reference")
