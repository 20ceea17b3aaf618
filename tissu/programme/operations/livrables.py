"""Livrables : promettre, changer la promesse, remettre un fichier ou une adresse, remplacer ou retirer une remise."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.programme.models import Fiche, Livrable
from tissu.programme.operations.conflits import prendre_la_main
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.operations.vie import VieRefusee, enregistrer, exiger_redacteur, exiger_texte
from tissu.socle.formats import date_courte


def promettre_livrable(
    *, fiche: Fiche, titre: str, attendu_le: date | None, auteur: Any, au: datetime, periode: str = "", note: str = ""
) -> Livrable:
    """Ajoute un livrable promis. Lève `VieRefusee`."""
    exiger_redacteur(fiche, auteur)
    titre = exiger_texte(titre, "Nommez le livrable.")
    livrable = Livrable(fiche=fiche, titre=titre, periode=periode, attendu_le=attendu_le, note=note)
    enregistrer(livrable, auteur=auteur, au=au)
    return livrable


def modifier_livrable(
    *,
    livrable: Livrable,
    revision: int,
    titre: str,
    periode: str,
    attendu_le: date | None,
    note: str,
    auteur: Any,
    au: datetime,
) -> None:
    """Change la promesse ; l'ancienne reste dans l'historique. Lève `VieRefusee` ou `ConflitDeSaisie`."""
    exiger_redacteur(livrable.fiche, auteur)
    titre = exiger_texte(titre, "Nommez le livrable.")
    nouveau = {"titre": titre, "periode": periode, "attendu_le": date_courte(attendu_le), "note": note}
    with transaction.atomic():
        prendre_la_main(livrable, revision=revision, ancien=_en_base(livrable, nouveau), nouveau=nouveau)
        livrable.titre, livrable.periode, livrable.attendu_le, livrable.note = titre, periode, attendu_le, note
        enregistrer(livrable, auteur=auteur, au=au)


def remettre_livrable(
    *,
    livrable: Livrable,
    revision: int,
    le: date,
    auteur: Any,
    au: datetime,
    fichier: Any = None,
    adresse: str = "",
    note: str = "",
) -> None:
    """Remet le livrable : un fichier ou une adresse, et sa date. Une remise de plus remplace, l'ancienne reste lisible.

    Lève `VieRefusee`, `PieceRefusee` ou `ConflitDeSaisie`.
    """
    exiger_redacteur(livrable.fiche, auteur)
    if fichier is None and not adresse:
        raise VieRefusee("Joignez le livrable, ou donnez l'adresse de la page où il se lit.")
    if le > timezone.localdate(au):
        raise VieRefusee(f"La remise ne peut pas être datée du {date_courte(le)}, qui n'est pas encore venu.")
    nouveau = {"remis_le": date_courte(le), "adresse": adresse, "note": note}
    with transaction.atomic():
        prendre_la_main(livrable, revision=revision, ancien=_en_base(livrable, nouveau), nouveau=nouveau)
        livrable.piece = (
            deposer_piece(fiche=livrable.fiche, fichier=fichier, auteur=auteur, au=au) if fichier is not None else None
        )
        livrable.remis_le, livrable.remis_par, livrable.adresse, livrable.note = le, auteur, adresse, note
        enregistrer(livrable, auteur=auteur, au=au)


def retirer_remise(*, livrable: Livrable, revision: int, motif: str, auteur: Any, au: datetime) -> None:
    """Retire ce qui a été remis, en disant pourquoi ; le livrable est de nouveau à remettre.

    Le fichier et la raison restent lisibles dans l'histoire. Lève `VieRefusee` ou `ConflitDeSaisie`.
    """
    exiger_redacteur(livrable.fiche, auteur)
    motif = exiger_texte(motif, "Dites pourquoi la remise est retirée : l'autre partenaire le lira.")
    if livrable.remis_le is None:
        raise VieRefusee("Ce livrable n'est pas remis : il n'y a rien à retirer.")
    with transaction.atomic():
        prendre_la_main(livrable, revision=revision)
        livrable.remis_le = livrable.remis_par = livrable.piece = None
        livrable.adresse = ""
        livrable._change_reason = motif  # type: ignore[attr-defined]
        enregistrer(livrable, auteur=auteur, au=au)


def _en_base(livrable: Livrable, nouveau: dict[str, Any]) -> dict[str, Any]:
    en_base = Livrable.objects.get(pk=livrable.pk)
    valeurs = {cle: getattr(en_base, cle) for cle in nouveau}
    return {cle: date_courte(valeur) if cle.endswith("_le") else valeur for cle, valeur in valeurs.items()}
