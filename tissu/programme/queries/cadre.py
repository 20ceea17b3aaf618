"""Trouver une fiche, sa convention et ses voisines, en un nombre fixe de requêtes."""

from django.db.models import Q, QuerySet

from tissu.programme.models import Convention, Fiche


def fiches() -> QuerySet[Fiche]:
    """Les fiches avec ce qu'il faut pour décider des droits et s'afficher."""
    return Fiche.objects.select_related("convention", "precedente").prefetch_related(
        "convention__partenaires", "maitres_ouvrage"
    )


def fiches_de_l_annee(convention: Convention, annee: int) -> QuerySet[Fiche]:
    """Les fiches d'une convention pour une année, dans l'ordre de leur numéro, avec leurs maîtres d'ouvrage."""
    return convention.fiches.filter(annee=annee).prefetch_related("maitres_ouvrage").order_by("numero", "pk")


def fiche(pk: int) -> Fiche:
    """La fiche. Lève `Fiche.DoesNotExist`."""
    return fiches().get(pk=pk)


def annees_de(fiche: Fiche) -> list[Fiche]:
    """La même fiche, année par année : dans sa convention, et dans celles qui ont gardé son action et son numéro."""
    memes = Q(convention=fiche.convention_id) | Q(action=fiche.action)
    trouvees = Fiche.objects.filter(memes, numero=fiche.numero).select_related("convention").order_by("annee", "pk")
    return list(trouvees.only("annee", "convention__taux_jour_eur"))


def convention_en_cours(annee: int) -> Convention | None:
    """La convention signée la plus récente qui couvre cette année, ou à défaut la dernière."""
    couvrantes = Convention.objects.filter(debut__lte=annee, fin__gte=annee).order_by("-debut", "pk")
    return couvrantes.first() or Convention.objects.order_by("-fin", "-debut", "pk").first()
