"""Les campagnes, leur jour, et ce qui se compare."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from tissu.locaux.choices import EtatCampagne, EtatReleve
from tissu.locaux.models import Campagne, Comparabilite
from tissu.locaux.rules.comparaison import Comparaison, comparaison


def campagnes() -> QuerySet[Campagne]:
    """De la plus récente à la plus ancienne, avec ce qu'elles comptent."""
    return Campagne.objects.annotate(
        nombre_de_releves=Count("releves", distinct=True),
        nombre_de_conflits=Count("releves", filter=Q(releves__etat=EtatReleve.CONFLIT), distinct=True),
        nombre_d_imports=Count("imports", distinct=True),
    )


def jour_de(campagne: Campagne) -> date:
    """Le jour où se lit la situation d'une campagne : son dernier, à défaut son premier."""
    return campagne.fin or campagne.debut


def se_comparent(campagne: Campagne, reference: Campagne) -> Comparaison:
    """La seule réponse à « peut-on écrire une évolution entre ces deux campagnes ? », dans un sens ou dans l'autre."""
    return comparaisons([campagne, reference])[frozenset({campagne.pk, reference.pk})]


def comparaisons(parmi: Iterable[Campagne]) -> dict[frozenset[int], Comparaison]:
    """La même réponse pour chaque couple de ces campagnes, en une requête."""
    pks = sorted({campagne.pk for campagne in parmi})
    decidees = {
        frozenset({une.campagne_id, une.reference_id}): une
        for une in Comparabilite.objects.filter(campagne__in=pks, reference__in=pks).order_by("pk")
    }
    couples = (frozenset({un, autre}) for rang, un in enumerate(pks) for autre in pks[rang:])
    return {
        couple: comparaison(decidees[couple].verdict, decidees[couple].motif)
        if couple in decidees
        else comparaison("oui" if len(couple) == 1 else None)
        for couple in couples
    }


def campagnes_ouvertes() -> QuerySet[Campagne]:
    return Campagne.objects.filter(etat=EtatCampagne.OUVERTE)
