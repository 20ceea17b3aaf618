"""Les périmètres déposés dont une personne peut se servir."""

from typing import Any

from django.db.models import Q, QuerySet

from tissu.cartes.models import Perimetre


def perimetres_utilisables(personne: Any) -> QuerySet[Perimetre]:
    """Les siens, et ceux que des membres de son organisation partagent ; aucun sans compte."""
    if not getattr(personne, "is_authenticated", False):
        return Perimetre.objects.none()
    partages = Q(partage=True, organisation=personne.organisation_id) if personne.organisation_id else Q(pk=None)
    return Perimetre.objects.filter(Q(auteur=personne) | partages).select_related("auteur")
