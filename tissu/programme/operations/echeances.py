"""Jalons et tâches : créer, confier, déplacer, terminer, rouvrir, abandonner."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import EtatEcheance, TypeEcheance
from tissu.programme.models import Echeance, Fiche
from tissu.programme.operations.conflits import prendre_la_main
from tissu.programme.operations.vie import VieRefusee, enregistrer, exiger_redacteur, exiger_texte
from tissu.socle.formats import date_courte


def creer_echeance(
    *,
    fiche: Fiche,
    type: str,
    titre: str,
    echeance: date,
    auteur: Any,
    au: datetime,
    detail: str = "",
    responsable: Any = None,
    organisation: Any = None,
) -> Echeance:
    """Crée un jalon ou une tâche. Une tâche sans organisation est à celle de son responsable, sinon de l'auteur.

    Lève `VieRefusee`.
    """
    exiger_redacteur(fiche, auteur)
    titre = exiger_texte(titre, "Dites ce qu'il y a à faire.")
    _exiger_partenaire(fiche, responsable)
    if organisation is None and type == TypeEcheance.TACHE:
        organisation = (responsable or auteur).organisation
    creee = Echeance(
        fiche=fiche, type=type, titre=titre, detail=detail, echeance=echeance, responsable=responsable,
        organisation=organisation, creee_le=au, creee_par=auteur, confiee_le=au if responsable else None,
    )  # fmt: skip
    enregistrer(creee, auteur=auteur, au=au)
    return creee


def modifier_echeance(
    *,
    echeance: Echeance,
    revision: int,
    titre: str,
    detail: str,
    le: date,
    responsable: Any,
    motif: str,
    auteur: Any,
    au: datetime,
) -> Echeance:
    """Modifie, confie à quelqu'un d'autre ou déplace ; déplacer demande un motif, et garde la première date.

    Lève `VieRefusee` ou `ConflitDeSaisie`.
    """
    _exiger_de_la_modifier(echeance, auteur)
    titre = exiger_texte(titre, "Dites ce qu'il y a à faire.")
    _exiger_partenaire(echeance.fiche, responsable)
    deplacee, confiee = le != echeance.echeance, responsable != echeance.responsable
    if deplacee:
        motif = exiger_texte(motif, "Dites pourquoi la date change : l'autre partenaire le lira.")
    with transaction.atomic():
        _prendre(
            echeance, revision, titre=titre, detail=detail, echeance=date_courte(le), responsable=str(responsable or "")
        )
        if deplacee:
            echeance.echeance_initiale = echeance.echeance_initiale or echeance.echeance
            echeance.motif = motif
        if confiee:
            echeance.confiee_le = au
        echeance.titre, echeance.detail, echeance.echeance, echeance.responsable = titre, detail, le, responsable
        enregistrer(echeance, auteur=auteur, au=au)
    return echeance


def terminer_echeance(*, echeance: Echeance, revision: int, le: date, auteur: Any, au: datetime) -> None:
    """La dit faite ce jour-là. Lève `VieRefusee` ou `ConflitDeSaisie`."""
    _changer_d_etat(echeance, revision, EtatEcheance.FAITE, faite_le=le, motif="", auteur=auteur, au=au)


def rouvrir_echeance(*, echeance: Echeance, revision: int, auteur: Any, au: datetime) -> None:
    """La remet à faire. Lève `VieRefusee` ou `ConflitDeSaisie`."""
    _changer_d_etat(echeance, revision, EtatEcheance.A_FAIRE, faite_le=None, motif="", auteur=auteur, au=au)


def abandonner_echeance(*, echeance: Echeance, revision: int, motif: str, auteur: Any, au: datetime) -> None:
    """L'abandonne en disant pourquoi. Lève `VieRefusee` ou `ConflitDeSaisie`."""
    motif = exiger_texte(motif, "Dites pourquoi elle est abandonnée : l'autre partenaire le lira.")
    _changer_d_etat(echeance, revision, EtatEcheance.ABANDONNEE, faite_le=None, motif=motif, auteur=auteur, au=au)


def _changer_d_etat(
    echeance: Echeance, revision: int, etat: str, *, faite_le: date | None, motif: str, auteur: Any, au: datetime
) -> None:
    _exiger_de_la_modifier(echeance, auteur)
    with transaction.atomic():
        _prendre(echeance, revision, etat=EtatEcheance(etat).label)
        echeance.etat, echeance.faite_le, echeance.motif = etat, faite_le, motif
        enregistrer(echeance, auteur=auteur, au=au)


def _exiger_de_la_modifier(echeance: Echeance, auteur: Any) -> None:
    exiger_redacteur(echeance.fiche, auteur)
    if not permissions.peut_modifier_echeance(auteur, echeance):
        raise VieRefusee(f"Cette échéance est à {echeance.organisation} : demandez-lui de la modifier.")


def _exiger_partenaire(fiche: Fiche, responsable: Any) -> None:
    if responsable is not None and not (
        responsable.is_active and permissions.est_partenaire(responsable, fiche.convention)
    ):
        raise VieRefusee(f"{responsable} n'est pas d'un partenaire de la convention : choisissez quelqu'un d'autre.")


def _prendre(objet: Echeance, revision: int, **nouveau: Any) -> None:
    en_base = Echeance.objects.select_related("responsable").get(pk=objet.pk)
    ancien = {
        "titre": en_base.titre,
        "detail": en_base.detail,
        "echeance": date_courte(en_base.echeance),
        "responsable": str(en_base.responsable or ""),
        "etat": en_base.get_etat_display(),
    }
    prendre_la_main(objet, revision=revision, ancien={cle: ancien[cle] for cle in nouveau}, nouveau=nouveau)
