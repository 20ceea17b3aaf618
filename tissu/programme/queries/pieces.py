"""Trouver une pièce et ce à quoi elle sert."""

from django.db.models import Exists, OuterRef

from tissu.programme.models import AideDeMinimis, CoutDirect, Piece


def piece(pk: int) -> Piece | None:
    """La pièce, avec de quoi décider qui la lit.

    `justificatif` : elle a servi un jour à prouver une dépense ou une aide ; retirée ou remplacée, elle le reste.
    """
    d_un_cout = CoutDirect.historique.filter(piece_id=OuterRef("pk"))
    d_une_aide = AideDeMinimis.historique.filter(declaration_id=OuterRef("pk"))
    return (
        Piece.objects.select_related("fiche__convention")
        .prefetch_related("fiche__convention__partenaires")
        .annotate(justificatif=Exists(d_un_cout) | Exists(d_une_aide))
        .filter(pk=pk)
        .first()
    )
