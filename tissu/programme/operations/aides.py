"""Octroyer une aide de minimis sous son plafond ; dire quelle règle d'aide vaut pour une fiche."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import PosteDAide, RegleDAide
from tissu.programme.models import AideDeMinimis, Fiche
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.pieces import deposer_piece, verifier_piece
from tissu.programme.operations.temps import refus_de_depense
from tissu.programme.queries.aides import aides_de_minimis, compteur
from tissu.socle.identifiants import siren_valide


class OctroiRefuse(ModificationRefusee):
    """L'aide dépasserait le plafond ; le message donne le calcul."""


def octroyer_aide(
    *,
    fiche: Fiche,
    siren: str,
    entreprise_unique: str,
    denomination: str,
    montant_eur: Decimal,
    octroyee_le: date,
    autres_aides_eur: Decimal,
    auteur: Any,
    au: datetime,
    fichier: File | None = None,
) -> AideDeMinimis:
    """Enregistre une aide individuelle. `entreprise_unique` : le SIREN de la tête du groupe.

    Lève `OctroiRefuse` au-delà du plafond, `ModificationRefusee` (droit, SIREN faux) ou `PieceRefusee`.
    """
    if not permissions.peut_modifier(auteur, fiche):
        raise ModificationRefusee("Une aide s'enregistre par le maître d'ouvrage de la fiche.")
    for numero in (siren, entreprise_unique):
        if not siren_valide(numero):
            raise ModificationRefusee(f"« {numero} » n'est pas un SIREN : neuf chiffres, dont une clé.")
    if fichier is not None:
        verifier_piece(fichier)
    with transaction.atomic():
        # Deux octrois à la même entreprise passent l'un après l'autre : le second compte le premier.
        list(Fiche.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        verdict = compteur(
            aides_de_minimis(entreprise_unique), montant_eur=montant_eur, au=octroyee_le, autres_eur=autres_aides_eur
        )
        if not verdict.permis:
            raise OctroiRefuse(" ".join(verdict.motifs))
        piece = None if fichier is None else deposer_piece(fiche=fiche, fichier=fichier, auteur=auteur, au=au)
        return AideDeMinimis.objects.create(
            fiche=fiche, siren=siren, entreprise_unique=entreprise_unique, denomination=denomination.strip(),
            montant_eur=montant_eur, octroyee_le=octroyee_le, autres_aides_eur=autres_aides_eur, declaration=piece,
            saisie_par=auteur, saisie_le=au,
        )  # fmt: skip


def exiger_regle_modifiable(fiche: Fiche, auteur: Any) -> None:
    """Lève `ModificationRefusee` si cette personne ne peut pas dire la règle d'aide de cette fiche."""
    if not permissions.peut_modifier(auteur, fiche):
        raise ModificationRefusee("La règle d'aide se choisit par le maître d'ouvrage de la fiche.")
    if refus := refus_de_depense(fiche):
        raise ModificationRefusee(refus)


def choisir_regle_d_aide(
    *, fiche: Fiche, regle: str, postes: Mapping[int, tuple[str, Decimal | None]], auteur: Any
) -> None:
    """Dit la règle d'aide d'une fiche, et ce que chaque ligne y est : ligne → (poste, part d'ETP).

    Lève `ModificationRefusee`.
    """
    exiger_regle_modifiable(fiche, auteur)
    if regle not in RegleDAide.values or any(poste not in PosteDAide.values for poste, _ in postes.values()):
        raise ModificationRefusee("Cette règle ou ce poste d'aide n'existe pas.")
    with transaction.atomic():
        fiche.regle_d_aide = regle
        fiche.save(update_fields=["regle_d_aide"])
        for ligne in fiche.lignes.filter(pk__in=postes).order_by("pk"):
            ligne.poste_d_aide, ligne.etp = postes[ligne.pk]
            ligne.save()
