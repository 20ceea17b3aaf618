"""Tenir les séances du CPSQ : les noter, décider, dire ce qui a été fait. Aucune personne n'y est désignée."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatDecision, EtatSeance
from tissu.actions.alerte_commerce.models import DecisionCPSQ, SeanceCPSQ
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger, exiger_texte
from tissu.actions.alerte_commerce.rules.article10 import interdits
from tissu.socle.conflits import confronter
from tissu.socle.formats import date_courte

CHAMPS = ("le", "lieu", "etat", "motif", "presents", "notes")
CLOSES = (EtatDecision.FAITE, EtatDecision.ABANDONNEE)


@transaction.atomic
def enregistrer_seance(*, seance: SeanceCPSQ, revision: int, auteur: Any, au: datetime) -> SeanceCPSQ:
    """Garde une séance, neuve ou corrigée. Lève `GesteRefuse`, ou `ConflitDeSaisie`."""
    exiger(auteur)
    _exiger_coherente(seance, timezone.localdate(au))
    _exiger_sans_personne(seance.lieu, seance.motif, seance.notes, *seance.presents)
    if SeanceCPSQ.objects.filter(le=seance.le).exclude(pk=seance.pk).exists():
        raise GesteRefuse(f"Une séance est déjà notée le {date_courte(seance.le)} : corrigez-la.")
    if seance.pk:
        confronter(seance, CHAMPS, revision=revision)
    else:
        seance.auteur = auteur
    seance.modifiee_le = au
    seance.save()
    return seance


@transaction.atomic
def decider(
    *, seance: SeanceCPSQ, texte: str, responsable: str, echeance: date | None, auteur: Any
) -> DecisionCPSQ:  # fmt: skip
    """Note une action décidée en séance. Lève `GesteRefuse`."""
    exiger(auteur)
    propre = exiger_texte(texte, "Écrivez ce qui a été décidé.")
    _exiger_sans_personne(propre, responsable)
    if seance.etat != EtatSeance.TENUE:
        raise GesteRefuse("Une séance qui ne s'est pas tenue ne décide rien : dites d'abord qu'elle s'est tenue.")
    return DecisionCPSQ.objects.create(
        seance=seance, texte=propre, responsable=" ".join(responsable.split()), echeance=echeance
    )


@transaction.atomic
def suivre_decision(*, decision: DecisionCPSQ, etat: str, suite: str, auteur: Any, au: datetime) -> DecisionCPSQ:
    """Dit où en est une action décidée ; faite ou abandonnée, elle est close ce jour-là. Lève `GesteRefuse`."""
    exiger(auteur)
    if etat not in EtatDecision.values:
        raise GesteRefuse(f"« {etat} » n'est pas un état de décision.")
    propre = " ".join(suite.split())
    if etat == EtatDecision.ABANDONNEE and not propre:
        raise GesteRefuse("Dites pourquoi cette action est abandonnée.")
    _exiger_sans_personne(propre)
    prise = DecisionCPSQ.objects.select_for_update().get(pk=decision.pk)
    prise.etat, prise.suite = etat, propre
    prise.close_le = (prise.close_le or timezone.localdate(au)) if etat in CLOSES else None
    prise.save()
    return prise


def _exiger_coherente(seance: SeanceCPSQ, jour: date) -> None:
    if seance.etat == EtatSeance.TENUE and seance.le > jour:
        raise GesteRefuse("Cette séance est à venir : elle ne peut pas s'être déjà tenue.")
    if seance.etat == EtatSeance.TENUE and not seance.presents:
        raise GesteRefuse("Dites quelles organisations étaient présentes, une par ligne.")
    if seance.etat == EtatSeance.NON_TENUE and not seance.motif.strip():
        raise GesteRefuse("Dites pourquoi la séance ne s'est pas tenue.")


def _exiger_sans_personne(*textes: str) -> None:
    """Refuse ce qui désigne ou décrit quelqu'un (RGPD, art. 10), le passage montré."""
    for texte in textes:
        passages = interdits(texte)
        if passages:
            raise GesteRefuse(passages[0].phrase)
