"""Vérification du système : aucune adresse sans déclaration d'écran."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import Error, register

from tissu.comptes.queries import adresses


@register()
def verifier_declarations(app_configs: Any, **kwargs: Any) -> Iterable[Error]:
    """Chaque vue dit qui peut l'ouvrir ; sinon elle est fermée à tous, et le démarrage le signale."""
    return [
        Error(
            f"L'adresse {adresse.chemin} ne déclare pas qui peut l'ouvrir.",
            hint="Décorez sa vue par @ecran(…) ou @public(…), de tissu.socle.ecrans.",
            id="tissu.E030",
        )
        for adresse in adresses()
        if adresse.ecran is None
    ]
