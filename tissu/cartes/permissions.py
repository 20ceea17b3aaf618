"""Qui peut quoi sur un périmètre et sur une clé d'accès."""

from typing import Any

from tissu.cartes.models import Perimetre


def peut_utiliser(personne: Any, perimetre: Perimetre) -> bool:
    """Choisir avec ce périmètre : son auteur, et son organisation s'il est partagé."""
    if not getattr(personne, "is_authenticated", False):
        return False
    if perimetre.auteur_id == personne.pk:
        return True
    return bool(
        perimetre.partage and perimetre.organisation_id and perimetre.organisation_id == personne.organisation_id
    )


def peut_modifier(personne: Any, perimetre: Perimetre) -> bool:
    """Le renommer, le partager, l'effacer : son seul auteur."""
    return bool(perimetre.auteur_id == personne.pk)
