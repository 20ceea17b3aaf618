"""Ce qui attend une personne : rapprochements à décider, locaux à vérifier."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from tissu.locaux.choices import EtatRapprochement
from tissu.locaux.models import Occupation, Rapprochement, Signalement
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
