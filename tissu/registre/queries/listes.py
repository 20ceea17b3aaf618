"""Ce que les personnes ont gardé : recherches nommées, listes de SIRET ; et les choix des filtres."""

from typing import Any

from django.db.models import Q, QuerySet

from tissu.comptes.models import Personne
from tissu.entrepot.instantane import courant
from tissu.registre.models import ListeDeSirets, RechercheEnregistree, Zone


def recherches_visibles(personne: Personne) -> QuerySet[RechercheEnregistree]:
    """Les siennes, et celles que son organisation partage."""
    visibles = Q(auteur=personne)
    if personne.organisation_id:
        visibles |= Q(partagee=True, organisation=personne.organisation_id)
    return RechercheEnregistree.objects.filter(visibles).select_related("auteur")


def listes_visibles_en_base(personne: Personne) -> QuerySet[ListeDeSirets]:
    """Les listes déposées par la personne ou son organisation : une adresse partagée y garde son sens."""
    visibles = Q(auteur=personne)
    if personne.organisation_id:
        visibles |= Q(auteur__organisation=personne.organisation_id)
    return ListeDeSirets.objects.filter(visibles).order_by("-deposee_le", "-pk")


def listes_visibles(personne: Personne) -> dict[int, ListeDeSirets]:
    """Les mêmes, par numéro."""
    return {liste.pk: liste for liste in listes_visibles_en_base(personne)}


def communes() -> list[tuple[str, str]]:
    """Les communes du registre en place, code et nom, dans l'ordre des noms."""
    territoire: dict[str, Any] = courant().manifeste["territoire"]
    return sorted(((c["code"], c["nom"]) for c in territoire["communes"]), key=lambda commune: commune[1])


def zones() -> list[tuple[str, str]]:
    """Les zones du territoire, avec leur sorte ; les communes ont leur propre filtre."""
    return [
        (zone.pk, f"{zone.nom} ({zone.get_type_display().lower()})")
        for zone in Zone.objects.exclude(type="commune").only("id", "nom", "type").order_by("type", "nom", "id")
    ]
