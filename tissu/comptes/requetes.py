"""La requête d'un écran fermé : le refus par défaut garantit qu'une personne l'envoie."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from tissu.comptes.models import Personne


class RequeteConnectee(HttpRequest):
    """Annotation des vues qui ne sont pas publiques : `user` y est une `Personne`, jamais un anonyme."""

    user: "Personne"  # type: ignore[assignment]
