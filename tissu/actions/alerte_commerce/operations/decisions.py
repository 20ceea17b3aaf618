"""Ce que la chambre décide d'une demande ou d'un adhérent : accepter, refuser, demander, suspendre, reprendre."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.messages import SuiteDeLaDemande
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.operations.departs import effacer_les_contacts
from tissu.actions.alerte_commerce.operations.gestes import (
    GesteRefuse,
    exiger,
    exiger_texte,
    noter,
    passer,
    prendre,
)
from tissu.actions.alerte_commerce.operations.liens import creer_lien
from tissu.actions.alerte_commerce.queries.liens import adresse_de_l_espace
from tissu.messages import operations as messagerie


@transaction.atomic
def accepter(*, adherent: Adherent, auteur: Any, au: datetime) -> Adherent:
    """La demande devient une adhésion ; le commerce l'apprend. Lève `GesteRefuse`."""
    exiger(auteur)
    actuel = prendre(adherent)
    passer(actuel, GesteAdherent.ACCEPTE)
    if not actuel.contacts.filter(verifie_le__isnull=False).exists():
        raise GesteRefuse("Aucun mobile de ce commerce n'est vérifié : renvoyez-lui un code.")
    actuel.adhere_le, actuel.motif, actuel.question = timezone.localdate(au), "", ""
    actuel.save()
    noter(actuel, GesteAdherent.ACCEPTE, auteur=auteur, au=au)
    corps = f"{actuel.nom} fait partie du réseau. Vous recevrez les alertes par SMS."
    _prevenir(actuel, GesteAdherent.ACCEPTE, "Bienvenue dans Alerte Commerce", corps, auteur, au, lien=True)
    return actuel


@transaction.atomic
def refuser(*, adherent: Adherent, motif: str, auteur: Any, au: datetime) -> Adherent:
    """Refuse une demande, avec un motif que le commerce reçoit ; ses coordonnées s'effacent. Lève `GesteRefuse`."""
    exiger(auteur)
    propre = exiger_texte(motif, "Dites pourquoi : le commerce le lira.")
    actuel = prendre(adherent)
    passer(actuel, GesteAdherent.REFUSE)
    actuel.motif = propre[:500]
    actuel.save()
    noter(actuel, GesteAdherent.REFUSE, auteur=auteur, au=au, texte=propre)
    _prevenir(actuel, GesteAdherent.REFUSE, "Votre demande d'adhésion", f"votre demande n'est pas acceptée : {propre}",
              auteur, au)  # fmt: skip
    effacer_les_contacts(actuel, au=au)
    return actuel


@transaction.atomic
def demander_precision(*, adherent: Adherent, question: str, auteur: Any, au: datetime) -> Adherent:
    """Pose une question au commerce ; il répond dans son espace. Lève `GesteRefuse`."""
    exiger(auteur)
    propre = exiger_texte(question, "Écrivez ce que vous attendez du commerce.")
    actuel = prendre(adherent)
    if actuel.etat != EtatAdherent.A_VERIFIER:
        raise GesteRefuse("Cette demande n'est plus à vérifier : rechargez sa fiche.")
    actuel.question, actuel.reponse = propre[:500], ""
    actuel.save()
    noter(actuel, GesteAdherent.QUESTION, auteur=auteur, au=au, texte=propre)
    _prevenir(actuel, GesteAdherent.QUESTION, "Une précision sur votre demande", propre, auteur, au, lien=True)
    return actuel


@transaction.atomic
def repondre(*, adherent: Adherent, reponse: str, au: datetime) -> Adherent:
    """Le commerce répond à la question posée. Lève `GesteRefuse`."""
    propre = exiger_texte(reponse, "Écrivez votre réponse.")
    actuel = prendre(adherent)
    if not actuel.question:
        raise GesteRefuse("Aucune question n'attend plus de réponse.")
    actuel.reponse = propre[:1000]
    actuel.save()
    noter(actuel, GesteAdherent.REPONSE, auteur=None, au=au, texte=propre)
    return actuel


@transaction.atomic
def suspendre(*, adherent: Adherent, motif: str, auteur: Any, au: datetime) -> Adherent:
    """Le commerce ne reçoit plus d'alerte, et reste adhérent. Lève `GesteRefuse`."""
    exiger(auteur)
    propre = exiger_texte(motif, "Dites pourquoi l'adhésion est suspendue.")
    actuel = prendre(adherent)
    passer(actuel, GesteAdherent.SUSPENDU)
    actuel.motif = propre[:500]
    actuel.save()
    noter(actuel, GesteAdherent.SUSPENDU, auteur=auteur, au=au, texte=propre)
    return actuel


@transaction.atomic
def reprendre(*, adherent: Adherent, auteur: Any, au: datetime) -> Adherent:
    """Fin de la suspension. Lève `GesteRefuse`."""
    exiger(auteur)
    actuel = prendre(adherent)
    passer(actuel, GesteAdherent.REPRIS)
    actuel.motif = ""
    actuel.save()
    noter(actuel, GesteAdherent.REPRIS, auteur=auteur, au=au)
    return actuel


def _prevenir(
    adherent: Adherent, geste: GesteAdherent, objet: str, corps: str, auteur: Any, au: datetime, *, lien: bool = False
) -> None:
    """Un courriel si le commerce en a donné un, sinon un SMS."""
    contacts = list(adherent.contacts.all())
    joint = next((un for un in contacts if un.courriel), None) or next((un for un in contacts if un.mobile), None)
    if joint is None:
        return
    adresse = adresse_de_l_espace(creer_lien(adherent=adherent, au=au)) if lien else ""
    fait = f"{geste}:{adherent.etapes.filter(geste=geste).order_by('pk').last().pk}"  # type: ignore[union-attr]
    message = SuiteDeLaDemande(
        fait, adherent.pk, adherent.nom, mobile="" if joint.courriel else joint.mobile, courriel=joint.courriel,
        objet=objet, corps=corps, adresse=adresse,
    )  # fmt: skip
    messagerie.deposer(message, auteur=auteur, au=au)
