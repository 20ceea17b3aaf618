"""Écrire les conseils, les référents et les actions de communication."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from tissu.actions.alerte_commerce.models import Communication, PageConseil, Referent
from tissu.actions.alerte_commerce.operations.gestes import exiger
from tissu.socle.conflits import confronter


@transaction.atomic
def enregistrer_conseil(*, page: PageConseil, revision: int, auteur: Any, au: datetime) -> PageConseil:
    """Garde une page, neuve ou corrigée. Lève `GesteRefuse`, ou `ConflitDeSaisie`."""
    exiger(auteur)
    if page.pk:
        confronter(page, ("titre", "resume", "corps"), revision=revision)
    else:
        page.slug = _slug_libre(page.titre)
    page.modifiee_le = au
    page.save()
    return page


def _slug_libre(titre: str) -> str:
    base = slugify(titre)[:70] or "conseil"
    pris = set(PageConseil.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(essai for essai in (base, *(f"{base}-{rang}" for rang in range(2, 10_000))) if essai not in pris)


def enregistrer_referent(*, referent: Referent, auteur: Any) -> Referent:
    """Garde un référent. Lève `GesteRefuse`."""
    exiger(auteur)
    referent.save()
    return referent


def noter_communication(*, communication: Communication, auteur: Any, au: datetime) -> Communication:
    """Note une action de communication. Lève `GesteRefuse`."""
    exiger(auteur)
    communication.auteur, communication.notee_le = auteur, au
    communication.save()
    return communication


@transaction.atomic
def corriger_communication(*, communication: Communication, revision: int, auteur: Any) -> Communication:
    """Corrige une action notée ; son auteur et son moment restent. Lève `GesteRefuse`, ou `ConflitDeSaisie`."""
    exiger(auteur)
    champs = ("titre", "nature", "le", "fin", "quartier", "activite", "cout_eur", "touches", "effet")
    confronter(communication, champs, revision=revision)
    communication.save()
    return communication
