"""Ce que le registre sait d'un établissement et d'une unité légale."""

from typing import Any

from tissu.entrepot.instantane import courant


def etablissement(siret: str) -> dict[str, Any] | None:
    """L'établissement du territoire qui porte ce SIRET, ou None."""
    lignes = courant().lignes("etablissements", "siret", [siret])
    return lignes[0] if lignes else None
