"""Saisir, corriger, retirer, valider un coût direct."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import EtatTemps
from tissu.programme.models import CoutDirect, Fiche, LigneDepense
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.operations.pieces import deposer_piece, verifier_piece
from tissu.programme.operations.temps import (
    decider,
    refus_de_depense,
    verifier_droit_de_decider,
    verifier_motif,
)

CHAMPS = ("ligne", "date_facture", "fournisseur", "libelle", "montant_eur", "taxes", "paye_le")


def saisir_cout(
    *, fiche: Fiche, donnees: Mapping[str, Any], auteur: Any, au: datetime, fichier: File | None = None
) -> CoutDirect:
    """Enregistre un coût, aussitôt soumis à validation. `donnees` : les `CHAMPS`.

    Lève `ModificationRefusee` (fiche close, droit, ligne d'une autre fiche) ou `PieceRefusee`.
    """
    _verifier(fiche, donnees["ligne"], auteur)
    if fichier is not None:
        verifier_piece(fichier)
    with transaction.atomic():
        piece = None if fichier is None else deposer_piece(fiche=fiche, fichier=fichier, auteur=auteur, au=au)
        valeurs = {champ: donnees[champ] for champ in CHAMPS}
        return CoutDirect.objects.create(piece=piece, saisi_par=auteur, saisi_le=au, **valeurs)


def modifier_cout(
    *,
    cout: CoutDirect,
    lu: Mapping[str, Any],
    donnees: Mapping[str, Any],
    auteur: Any,
    au: datetime,
    fichier: File | None = None,
) -> CoutDirect:
    """Corrige un coût que personne n'a validé, et le soumet de nouveau. `lu` : les valeurs que la page montrait.

    Lève `ConflitDeSaisie` si elles ont changé depuis, `ModificationRefusee` ou `PieceRefusee`.
    """
    _verifier(cout.ligne.fiche, donnees["ligne"], auteur)
    if fichier is not None:
        verifier_piece(fichier)
    with transaction.atomic():
        actuel = CoutDirect.objects.select_for_update().get(pk=cout.pk)
        _verifier_etat(actuel, auteur)
        en_base = valeurs_de(actuel)
        if any(en_base[champ] != lu[champ] for champ in CHAMPS):
            raise ConflitDeSaisie(en_base, {champ: donnees[champ] for champ in CHAMPS})
        for champ in CHAMPS:
            setattr(actuel, champ, donnees[champ])
        if fichier is not None:
            actuel.piece = deposer_piece(fiche=cout.ligne.fiche, fichier=fichier, auteur=auteur, au=au)
        actuel.etat, actuel.motif_renvoi, actuel.saisi_le = EtatTemps.SOUMIS, "", au
        actuel.decide_par = actuel.decide_le = None
        actuel.save()
    return actuel


def valeurs_de(cout: CoutDirect) -> dict[str, Any]:
    """Les valeurs saisies d'un coût, telles que le formulaire les porte."""
    return {champ: getattr(cout, champ) for champ in CHAMPS}


def retirer_cout(*, cout: CoutDirect, auteur: Any) -> None:
    """Retire un coût que personne n'a validé ; l'historique en garde la trace. Lève `ModificationRefusee`."""
    _verifier(cout.ligne.fiche, cout.ligne, auteur)
    with transaction.atomic():
        actuel = CoutDirect.objects.select_for_update().get(pk=cout.pk)
        _verifier_etat(actuel, auteur)
        actuel.delete()


def exiger_ouverte_aux_couts(fiche: Fiche, auteur: Any) -> None:
    """Lève `ModificationRefusee` si cette personne ne peut pas saisir de coût sur cette fiche."""
    if not permissions.est_redacteur(auteur, fiche):
        raise ModificationRefusee("Un coût se saisit par un chargé de mission d'un partenaire de la convention.")
    if refus := refus_de_depense(fiche):
        raise ModificationRefusee(refus)


def _verifier(fiche: Fiche, ligne: LigneDepense, auteur: Any) -> None:
    exiger_ouverte_aux_couts(fiche, auteur)
    if ligne.fiche_id != fiche.pk:
        raise ModificationRefusee("Cette ligne de dépense est celle d'une autre fiche.")


def _verifier_etat(cout: CoutDirect, auteur: Any) -> None:
    if cout.etat == EtatTemps.VALIDE:
        raise ModificationRefusee("Ce coût est validé : il ne se modifie plus.")
    if cout.saisi_par is not None and cout.saisi_par.organisation_id != auteur.organisation_id:
        raise ModificationRefusee("Ce coût a été saisi par l'autre partenaire : lui seul le corrige.")


def decider_des_couts(*, couts: Iterable[int], valider: bool, auteur: Any, au: datetime, motif: str = "") -> int:
    """Valide ou renvoie (avec un motif) des coûts soumis ; rend le nombre décidé. Ceux déjà décidés sont laissés.

    Lève `ModificationRefusee`.
    """
    verifier_motif(valider, motif)
    with transaction.atomic():
        soumis = list(
            CoutDirect.objects.select_for_update(of=("self",))
            .filter(pk__in=list(couts), etat=EtatTemps.SOUMIS)
            .select_related("saisi_par", "ligne")
            .order_by("pk")
        )
        verifier_droit_de_decider(auteur, [(un.ligne.fiche_id, un.saisi_par) for un in soumis])
        for un in soumis:
            decider(un, valider=valider, motif=motif, auteur=auteur, au=au)
    return len(soumis)
