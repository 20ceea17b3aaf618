"""Quitter le réseau : tout de suite, en un geste ; les coordonnées s'effacent, la preuve se garde un temps."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import ALERTES, EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.models import Adherent, CodeDeVerification, ContactAdherent, LienPersonnel
from tissu.actions.alerte_commerce.operations.gestes import exiger, noter, passer, prendre
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.codes import JOUR
from tissu.messages import operations as messagerie
from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix

PRESENTS = (EtatAdherent.DEMANDE, EtatAdherent.A_VERIFIER, EtatAdherent.ACTIF, EtatAdherent.SUSPENDU)


@transaction.atomic
def quitter(
    *, adherent: Adherent, au: datetime, auteur: Any = None, motif: str = "", source: SourceDuChoix = SourceDuChoix.LIEN
) -> Adherent:
    """Le commerce part : plus aucune alerte, contacts effacés. Sans `auteur`, c'est lui qui le demande. Rejouable.

    Lève `GesteRefuse` si l'auteur n'est pas de la chambre.
    """
    if auteur is not None:
        exiger(auteur)
    actuel = prendre(adherent)
    if actuel.etat == EtatAdherent.PARTI:
        return actuel
    passer(actuel, GesteAdherent.PARTI)
    actuel.parti_le, actuel.motif = timezone.localdate(au), motif[:500]
    actuel.save()
    noter(actuel, GesteAdherent.PARTI, auteur=auteur, au=au, texte=motif)
    effacer_les_contacts(actuel, au=au, auteur=auteur, source=source)
    return actuel


@transaction.atomic
def retirer_contact(
    *, contact: ContactAdherent, au: datetime, auteur: Any = None, source: SourceDuChoix = SourceDuChoix.LIEN
) -> Adherent:
    """Ce numéro ne reçoit plus rien ; le dernier parti, le commerce quitte le réseau. Lève `GesteRefuse`."""
    if auteur is not None:
        exiger(auteur)
    actuel = prendre(contact.adherent)
    if not actuel.contacts.exclude(pk=contact.pk).exclude(mobile="").exists():
        return quitter(adherent=actuel, au=au, auteur=auteur, motif="Plus aucun numéro", source=source)
    _s_opposer(contact, au=au, auteur=auteur, source=source)
    contact.delete()
    noter(actuel, GesteAdherent.NUMERO, auteur=auteur, au=au, texte="Un numéro retiré")
    return actuel


@transaction.atomic
def ecarter_numero(*, contact: ContactAdherent, au: datetime) -> None:
    """Qui tient ce numéro dit n'être pas ce commerce : on ne lui écrit plus, et le commerce reste, à appeler."""
    actuel = prendre(contact.adherent)
    messagerie.choisir(
        canal=Canal.SMS, valeur=contact.mobile, finalite="", sens=SensDuChoix.OPPOSE, source=SourceDuChoix.LIEN,
        auteur=None, au=au, preuve="« Ce n'est pas moi », par le lien reçu à ce numéro",
    )  # fmt: skip
    noter(actuel, GesteAdherent.PAS_MOI, auteur=None, au=au)
    if contact.courriel:
        contact.mobile, contact.verifie_le, contact.repris_le = "", None, None
        contact.save(update_fields=["mobile", "verifie_le", "repris_le"])
    else:
        contact.delete()


def effacer_les_contacts(
    adherent: Adherent, *, au: datetime, auteur: Any = None, source: SourceDuChoix = SourceDuChoix.LIEN
) -> None:
    """Note l'opposition de chaque numéro qui ne sert plus à aucun commerce, puis efface coordonnées et liens."""
    for contact in adherent.contacts.exclude(mobile="").order_by("pk"):
        _s_opposer(contact, au=au, auteur=auteur, source=source)
    adherent.contacts.all().delete()
    adherent.liens.all().delete()


def _s_opposer(contact: ContactAdherent, *, au: datetime, auteur: Any, source: SourceDuChoix) -> None:
    """Sauf à une adresse qui sert encore à un autre commerce présent."""
    ailleurs = ContactAdherent.objects.filter(adherent__etat__in=PRESENTS).exclude(adherent=contact.adherent_id)
    for canal, valeur in contact.adresses():
        meme = Q(mobile=valeur) if canal == Canal.SMS else Q(courriel__iexact=valeur)
        if not ailleurs.filter(meme).exists():
            messagerie.choisir(
                canal=canal, valeur=valeur, finalite=ALERTES.slug, sens=SensDuChoix.OPPOSE, source=source,
                auteur=auteur, au=au, preuve="Départ du réseau",
            )  # fmt: skip


@transaction.atomic
def effacer_les_preuves(*, au: datetime) -> int:
    """Efface les adhérents dont la preuve n'a plus à se garder et les demandes jamais vérifiées ; rend combien.

    Les codes et les liens expirés s'effacent avec.
    """
    annees = int(reglage("preuve_annees", au))
    limite = timezone.localdate(au).replace(year=timezone.localdate(au).year - annees, day=1)
    partis = Adherent.objects.filter(etat=EtatAdherent.PARTI, parti_le__lt=limite)
    refuses = Adherent.objects.filter(etat=EtatAdherent.REFUSE, demande_le__date__lt=limite)
    delaissees = Adherent.objects.filter(
        etat=EtatAdherent.DEMANDE, demande_le__lt=au - timedelta(days=int(reglage("demande_jours", au)))
    )
    perimes = [pk for lot in (partis, refuses, delaissees) for pk in lot.order_by("pk").values_list("pk", flat=True)]
    Adherent.objects.filter(pk__in=perimes).delete()
    # La suppression s'écrit aussi à l'historique : il s'efface après elle.
    Adherent.historique.filter(id__in=perimes).delete()
    CodeDeVerification.objects.filter(envoye_le__lt=au - JOUR, expire_le__lt=au).delete()
    LienPersonnel.objects.filter(expire_le__lt=au).delete()
    return len(perimes)
