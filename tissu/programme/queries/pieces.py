"""Trouver une pièce et ce à quoi elle sert."""

from tissu.programme.models import Piece


def piece(pk: int) -> Piece | None:
    """La pièce, avec de quoi décider qui la lit."""
    return (
        Piece.objects.select_related("fiche__convention")
        .prefetch_related("fiche__convention__partenaires", "couts", "aides")
        .filter(pk=pk)
        .first()
    )
