"""Faire confirmer des numéros : demander en nombre, relancer une fois, recevoir la réponse d'un geste."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import (
    CHARTE_PAPIER,
    EtatNumero,
    GesteAdherent,
    MotifConfirmation,
    ReponseConfirmation,
)
from tissu.actions.alerte_commerce.messages.confirmations import ConfirmerSonNumero, Demande, NumeroARevoir
from tissu.actions.alerte_commerce.models import Confirmation, ContactAdherent, EtapeAdherent
from tissu.actions.alerte_commerce.operations.departs import PRESENTS, ecarter_numero
from tissu.actions.alerte_commerce.operations.fiche import ajouter_numero
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger, noter, prendre
from tissu.actions.alerte_commerce.operations.verification import attester, envoyer_code, verifier_code
from tissu.actions.alerte_commerce.queries.confirmations import (
    NumeroSuivi,
    a_envoyer,
    lien_de_confirmation,
    suivre,
)
from tissu.actions.alerte_commerce.queries.reglages import reglage, version_de_la_charte
from tissu.actions.alerte_commerce.rules.codes import EtatDuCode, VerdictDeCode
from tissu.messages import operations as messagerie
from tissu.messages.choices import SourceDuChoix
from tissu.socle.formats import date_courte
from tissu.socle.models import Travail
from tissu.socle.travaux import lancer

LOT = 100


def demander(*, motif: str, attendus: int, auteur: Any, au: datetime) -> Travail:
    """Met en file l'envoi des demandes et des relances montrées à l'écran (`attendus`). Lève `GesteRefuse`."""
    exiger(auteur)
    combien = len(a_envoyer(suivre(MotifConfirmation(motif), au=au)))
    if not combien:
        raise GesteRefuse("Aucun numéro n'attend de demande.")
    if combien != attendus:
        raise GesteRefuse(
            f"{combien} numéros attendent maintenant, et non {attendus} : rien n'est parti. Relisez, puis envoyez."
        )
    return lancer("alerte_commerce.confirmer", auteur=auteur.pk, unique=True, motif=str(motif), personne=auteur.pk)


def poursuivre(
    *, motif: str, auteur: Any, au: datetime, suivi: Any, relances_seules: bool = False
) -> int:  # fmt: skip
    """Envoie ce qui est à demander et à relancer, par lots ; rend leur nombre. Interrompu puis rejoué : une fois."""
    voulus = [
        un for un in a_envoyer(suivre(motif, au=au)) if not relances_seules or un.etat == EtatNumero.A_RELANCER
    ]  # fmt: skip
    partis = 0
    for lot in _lots(voulus):
        partis += _envoyer_un_lot(motif, lot, auteur, au)
        suivi.avancer(partis / len(voulus), f"{partis} demandes déposées sur {len(voulus)}")
    return partis


def _lots(voulus: Sequence[NumeroSuivi]) -> Sequence[Sequence[NumeroSuivi]]:
    return [voulus[rang : rang + LOT] for rang in range(0, len(voulus), LOT)]


@transaction.atomic
def _envoyer_un_lot(motif: str, lot: Sequence[NumeroSuivi], auteur: Any, au: datetime) -> int:
    """Note les envois, puis dépose le message du lot, ensemble."""
    notees = [(un, une) for un in lot if (une := _compter_un_envoi(motif, un, au)) is not None]
    if not notees:
        return 0
    demandes = tuple(_demande(un, une) for un, une in notees)
    cles = ",".join(f"{une.pk}:{une.envois}" for _, une in notees)
    genre = ConfirmerSonNumero if motif == MotifConfirmation.IMPORTE else NumeroARevoir
    messagerie.deposer(genre(hashlib.sha256(cles.encode()).hexdigest()[:32], demandes), auteur=auteur, au=au)
    EtapeAdherent.objects.bulk_create(
        EtapeAdherent(adherent_id=un.contact.adherent_id, geste=GesteAdherent.CONFIRMATION, auteur=auteur, le=au,
                      texte="Relance" if une.envois > 1 else "")
        for un, une in notees
    )  # fmt: skip
    return len(notees)


def _compter_un_envoi(motif: str, un: NumeroSuivi, au: datetime) -> Confirmation | None:
    """La demande de ce numéro, un envoi de plus ; None si un autre vient de la faire, ou si deux sont déjà partis."""
    if un.demande is None:
        expire = au + timedelta(days=int(reglage("confirmation_jours", au)))
        cree, neuve = Confirmation.objects.get_or_create(
            contact=un.contact, motif=motif, depuis=un.depuis, defaults={"dernier_envoi_le": au, "expire_le": expire}
        )
        return cree if neuve else None
    expire = max(un.demande.expire_le, au + timedelta(days=int(reglage("confirmation_relance_jours", au))))
    pris = Confirmation.objects.filter(pk=un.demande.pk, envois=1, reponse="").update(
        envois=2, dernier_envoi_le=au, expire_le=expire
    )
    if not pris:
        return None
    un.demande.refresh_from_db()
    return un.demande


def _demande(un: NumeroSuivi, confirmation: Confirmation) -> Demande:
    limite = f"{timezone.localtime(confirmation.expire_le):%d/%m}"
    return Demande(
        un.contact.adherent_id, un.contact.adherent.nom, lien_de_confirmation(confirmation), limite, un.mobiles,
        un.courriels, un.contact.mobile[-2:],
    )  # fmt: skip


@transaction.atomic
def confirmer(*, confirmation: Confirmation, au: datetime) -> None:
    """« C'est bien mon numéro » : vérifié pour chaque commerce qui l'a donné, la charte du jour acceptée.

    Lève `GesteRefuse` si la demande n'attend plus.
    """
    ouverte = _ouverte(confirmation, MotifConfirmation.IMPORTE)
    version = version_de_la_charte(au)
    preuve = f"Charte {version} acceptée d'un geste le {date_courte(au)}, par le lien reçu à ce numéro"
    for contact in _du_numero(ouverte):
        adherent = prendre(contact.adherent)
        if adherent.charte_version == CHARTE_PAPIER:
            adherent.charte_version, adherent.charte_signee_le = version, au
            adherent.charte_signataire = contact.nom or adherent.charte_signataire
            adherent.save()
        attester(contact, au=au, source=SourceDuChoix.LIEN, preuve=preuve)
    _repondre(ouverte, au)


@transaction.atomic
def dire_que_non(*, confirmation: Confirmation, au: datetime) -> None:
    """« Ce n'est pas moi » : le numéro est retiré partout où il attendait. Lève `GesteRefuse`."""
    ouverte = _ouverte(confirmation, MotifConfirmation.IMPORTE)
    for contact in _du_numero(ouverte):
        ecarter_numero(contact=contact, au=au)


def _du_numero(confirmation: Confirmation) -> list[ContactAdherent]:
    """Les contacts de ce numéro venus d'un fichier, dans l'ordre."""
    return list(
        ContactAdherent.objects.filter(
            mobile=confirmation.contact.mobile, importation__isnull=False, verifie_le=None, adherent__etat__in=PRESENTS
        ).select_related("adherent").order_by("pk")
    )  # fmt: skip


def _ouverte(confirmation: Confirmation, motif: str) -> Confirmation:
    actuelle = (
        Confirmation.objects.select_for_update(of=("self",)).select_related("contact__adherent")
        .filter(pk=confirmation.pk).first()
    )  # fmt: skip
    if actuelle is None or actuelle.reponse or actuelle.motif != motif:
        raise GesteRefuse("Cette demande a déjà sa réponse : rien n'a changé.")
    return actuelle


def _repondre(confirmation: Confirmation, au: datetime) -> None:
    confirmation.reponse, confirmation.repondu_le = ReponseConfirmation.OUI, au
    confirmation.save(update_fields=["reponse", "repondu_le"])


@transaction.atomic
def donner_un_numero(
    *, confirmation: Confirmation, mobile: str, adresse_ip: str, au: datetime
) -> ContactAdherent:  # fmt: skip
    """Envoie un code au numéro suspendu, s'il est toujours le bon, ou à celui qui le remplace (`mobile` en E.164).

    Lève `GesteRefuse`.
    """
    ouverte = _ouverte(confirmation, MotifConfirmation.SUSPENDU)
    contact = ouverte.contact
    if mobile and mobile != contact.mobile:
        connu = contact.adherent.contacts.filter(mobile=mobile).first()
        contact = connu or ajouter_numero(adherent=contact.adherent, nom=contact.nom, mobile=mobile, au=au)
    envoyer_code(contact=contact, adresse_ip=adresse_ip, au=au)
    return contact


@transaction.atomic
def prouver_un_numero(
    *, confirmation: Confirmation, contact: ContactAdherent, code: str, au: datetime
) -> VerdictDeCode:  # fmt: skip
    """Essaie le code. Juste : plus de suspension ; un numéro neuf prend la place de l'ancien. Lève `GesteRefuse`."""
    ouverte = _ouverte(confirmation, MotifConfirmation.SUSPENDU)
    if contact.adherent_id != ouverte.contact.adherent_id:
        raise GesteRefuse("Ce numéro n'est pas de ce commerce.")
    verdict = verifier_code(contact=contact, code=code, au=au)
    if verdict.etat is EtatDuCode.JUSTE:
        _repondre(ouverte, au)
        if contact.pk != ouverte.contact_id:
            _remplacer(ouverte.contact, contact, au)
    return verdict


def _remplacer(ancien: ContactAdherent, neuf: ContactAdherent, au: datetime) -> None:
    """L'ancien numéro s'efface, sa demande avec lui ; son courriel reste au commerce."""
    if not neuf.courriel:
        ContactAdherent.objects.filter(pk=neuf.pk).update(courriel=ancien.courriel)
    noter(ancien.adherent, GesteAdherent.NUMERO, auteur=None, au=au, texte="Le numéro suspendu est remplacé")
    ancien.delete()
