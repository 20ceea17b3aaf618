"""La déclaration d'un écran : son titre et les rôles qui y ont droit, portés par la vue elle-même.

Le refus est la règle : une adresse dont la vue ne dit rien est fermée (voir `tissu.comptes.middleware`),
et la vérification du système la signale. Le tableau des droits (`/droits/`) se lit de ces déclarations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator

TOUTE_PERSONNE = frozenset({"*"})


@dataclass(frozen=True)
class Ecran:
    """Qui peut ouvrir une vue. `roles` vaut `TOUTE_PERSONNE` pour toute personne connectée."""

    titre: str
    roles: frozenset[str] = TOUTE_PERSONNE
    public: bool = False

    def ouvert_a(self, roles: Iterable[str]) -> bool:
        """Dit si une personne connectée portant ces rôles peut ouvrir l'écran."""
        return self.public or self.roles == TOUTE_PERSONNE or not self.roles.isdisjoint(roles)


def ecran(titre: str, *, roles: Iterable[str] = TOUTE_PERSONNE) -> Callable[[Any], Any]:
    """Déclare un écran réservé aux personnes connectées portant l'un des `roles`."""
    return _marquer(Ecran(titre=titre, roles=frozenset(str(role) for role in roles)))


def public(titre: str) -> Callable[[Any], Any]:
    """Déclare un écran ouvert à tous, sans connexion."""
    return _marquer(Ecran(titre=titre, public=True))


def _marquer(declaration: Ecran) -> Callable[[Any], Any]:
    def decorer(vue: Any) -> Any:
        vue.ecran = declaration
        if isinstance(vue, type):
            # Django lit la marque de connexion sur `dispatch` quand la vue est une classe.
            return method_decorator(login_not_required, name="dispatch")(vue) if declaration.public else vue
        # Lu par LoginRequiredMiddleware de Django.
        vue.login_required = not declaration.public
        return vue

    return decorer


def ecran_de(vue: Any) -> Ecran | None:
    """Rend la déclaration d'une vue (fonction, ou classe derrière `as_view`), ou None si elle n'en a pas."""
    return getattr(vue, "ecran", None) or getattr(getattr(vue, "view_class", None), "ecran", None)
