"""Qui ouvre une couche : la déclaration de la couche décide, chaque vue de ce service passe par ici."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from tissu.cartes.couches import Couche, couches


def couche_ouverte(request: HttpRequest, slug: str) -> Couche:
    """La couche de ce slug, si elle est ouverte à cette personne. Lève `Http404` ou `PermissionDenied`."""
    couche = couches().get(slug)
    if couche is None:
        raise Http404(f"Aucune carte ne s'appelle « {slug} ».")
    if not couche.ouverte_a(request.user):
        raise PermissionDenied(f"La carte « {couche.titre} » n'est pas ouverte à votre rôle.")
    return couche
