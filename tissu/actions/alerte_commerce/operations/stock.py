"""Le stock de vitrophanies, de guides et de kits : ce qui entre, ce qui sort, jamais plus que ce qu'il y a."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tissu.actions.alerte_commerce.choices import ArticleDeStock
from tissu.actions.alerte_commerce.models import Adherent, MouvementDeStock, Stock
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger, exiger_texte


@transaction.atomic
def mouvoir(*, article: str, quantite: int, motif: str, auteur: Any, au: datetime) -> MouvementDeStock:
    """Une livraison (positive), un rebut ou un inventaire (négatif). Lève `GesteRefuse`."""
    exiger(auteur)
    propre = exiger_texte(motif, "Dites d'où vient ce mouvement : livraison, inventaire, rebut.")
    if quantite < 0:
        return sortir(article=article, combien=-quantite, adherent=None, auteur=auteur, au=au, motif=propre)
    if quantite == 0:
        raise GesteRefuse("Un mouvement de zéro ne change rien.")
    _ligne(article)
    Stock.objects.filter(article=article).update(quantite=F("quantite") + quantite)
    return _noter(article, quantite, None, propre, auteur, au)


def sortir(
    *, article: str, combien: int, adherent: Adherent | None, auteur: Any, au: datetime, motif: str = ""
) -> MouvementDeStock:
    """Retire du stock, dans la transaction de l'appelant. Lève `GesteRefuse` s'il n'y en a pas assez."""
    _ligne(article)
    pris = Stock.objects.filter(article=article, quantite__gte=combien).update(quantite=F("quantite") - combien)
    if not pris:
        reste = Stock.objects.get(article=article).quantite
        raise GesteRefuse(f"Il ne reste que {reste} « {ArticleDeStock(article).label} » : notez d'abord une livraison.")
    return _noter(article, -combien, adherent, motif or "Envoi à un adhérent", auteur, au)


def _ligne(article: str) -> None:
    if article not in ArticleDeStock.values:
        raise GesteRefuse(f"« {article} » n'est pas un article du stock.")
    Stock.objects.get_or_create(article=article)


def _noter(
    article: str, quantite: int, adherent: Adherent | None, motif: str, auteur: Any, au: datetime
) -> MouvementDeStock:
    return MouvementDeStock.objects.create(
        article=article, quantite=quantite, adherent=adherent, motif=motif[:200], auteur=auteur, le=au
    )
