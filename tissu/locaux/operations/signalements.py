"""« À vérifier » : ouvert par une source ou une personne, clos par une personne qui dit la suite."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.locaux import permissions
from tissu.locaux.choices import MotifSignalement
from tissu.locaux.models import Local, Signalement
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer, exiger, exiger_de_modifier, exiger_texte


@transaction.atomic
def signaler(
    *, local: Local, texte: str, auteur: Any, au: datetime, motif: str = MotifSignalement.SIGNALE
) -> Signalement:
    """Demande qu'on aille voir ce local ; une demande du même motif déjà ouverte est complétée. Lève `LocalRefuse`."""
    exiger(permissions.peut_lire, auteur, "Vous n'avez pas accès aux locaux.")
    texte = exiger_texte(texte, "Dites ce qu'il faut vérifier.")
    ouvert = local.signalements.filter(motif=motif, siret="", clos_le__isnull=True).first()
    if ouvert is None:
        ouvert = Signalement(local=local, motif=motif, ouvert_le=au)
        ouvert.texte = texte[:500]
    elif texte not in ouvert.texte:
        ouvert.texte = f"{ouvert.texte} ; {texte}"[:500]
    enregistrer(ouvert, auteur=auteur, au=au)
    return ouvert


@transaction.atomic
def clore(*, signalement: Signalement, suite: str, auteur: Any, au: datetime) -> None:
    """Dit ce qu'on a vu. Lève `LocalRefuse` sans suite, ou si une autre personne l'a déjà clos."""
    exiger_de_modifier(auteur)
    noter_la_suite(signalement=signalement, suite=suite, auteur=auteur, au=au)


def noter_la_suite(*, signalement: Signalement, suite: str, auteur: Any, au: datetime) -> None:
    """La clôture elle-même, dans la transaction et sous le droit vérifiés par qui l'appelle. Lève `LocalRefuse`."""
    suite = exiger_texte(suite, "Dites ce que vous avez constaté : qui rouvrira la question le lira.")
    frais = Signalement.objects.select_for_update().get(pk=signalement.pk)
    if frais.clos_le:
        raise LocalRefuse("Une autre personne vient de clore ce signalement.")
    frais.clos_le, frais.clos_par, frais.suite = au, auteur, suite[:500]
    enregistrer(frais, auteur=auteur, au=au)
