"""Les messages que les portes des actions promettent, et leurs finalités."""

from functools import lru_cache

from django.utils.module_loading import import_string

from tissu.messages.contrat import Finalite, Message
from tissu.socle.action import portes


@lru_cache
def messages_declares() -> dict[str, type[Message]]:
    """Toutes les classes promises, par slug."""
    return {classe.slug: classe for porte in portes() if porte.messages for classe in import_string(porte.messages)}


@lru_cache
def finalites() -> dict[str, Finalite]:
    """Les finalités de ces messages, par slug, dans l'ordre des portes."""
    return {classe.finalite.slug: classe.finalite for classe in messages_declares().values()}


def titre_de_la_finalite(slug: str) -> str:
    """Son nom pour une personne ; celui d'une finalité retirée du produit est son slug."""
    connue = finalites().get(slug)
    return connue.titre if connue else slug
