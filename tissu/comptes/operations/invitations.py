"""Inviter par courriel : un lien signé, à usage unique, dont seule l'empreinte est gardée."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction

from tissu.comptes import messages, queries
from tissu.comptes.choices import Role, TypeEvenementDeCompte
from tissu.comptes.models import Invitation, Organisation, Personne
from tissu.comptes.operations.journal import journaliser_evenement
from tissu.comptes.operations.personnes import OperationRefusee, attribuer_role, creer_personne, verifier_role
from tissu.comptes.permissions import peut_gerer_les_comptes_de
from tissu.socle.parametres import parametre

_SIGNATURE = signing.Signer(salt="comptes.invitation")


class InvitationInvalide(LookupError):
    """Le lien ne mène à aucune place libre : faux, déjà utilisé, révoqué ou expiré ; le message dit lequel."""


@transaction.atomic
def inviter(
    *,
    courriel: str,
    prenom: str,
    nom: str,
    organisation: Organisation,
    roles: list[dict[str, Any]],
    auteur: Personne,
    au: datetime,
) -> Invitation:
    """Invite une personne, avec les rôles `[{"role", "action", "fin"}]` qu'elle aura en acceptant.

    `fin` est une date ou None. Lève `OperationRefusee` si l'adresse a déjà un compte ou une invitation ouverte, si
    aucun rôle n'est donné, ou si l'auteur ne peut pas donner l'un d'eux.
    """
    adresse = courriel.strip().lower()
    if not roles:
        raise OperationRefusee("Choisissez au moins un rôle : sans rôle, le compte n'ouvrirait sur rien.")
    if Personne.objects.filter(courriel=adresse).exists():
        raise OperationRefusee(f"L'adresse {adresse} a déjà un compte.")
    if queries.invitations_en_cours().filter(courriel=adresse).exists():
        raise OperationRefusee(f"L'adresse {adresse} a déjà une invitation : renvoyez-la ou révoquez-la.")
    for attribution in roles:
        verifier_role(role=attribution["role"], organisation=organisation, auteur=auteur)
    jeton, empreinte = _nouveau_jeton()
    invitation = Invitation.objects.create(
        courriel=adresse,
        prenom=prenom.strip(),
        nom=nom.strip(),
        organisation=organisation,
        roles=[_role_ecrit(attribution) for attribution in roles],
        empreinte=empreinte,
        invitee_par=auteur,
        envoyee_le=au,
        expire_le=_expiration(au),
    )
    _annoncer(invitation, jeton, TypeEvenementDeCompte.INVITATION, auteur=auteur, au=au)
    return invitation


@transaction.atomic
def renvoyer_invitation(*, invitation: Invitation, auteur: Personne, au: datetime) -> Invitation:
    """Envoie un nouveau lien, qui remplace l'ancien et court de nouveau."""
    _verifier_en_cours(invitation, auteur)
    jeton, invitation.empreinte = _nouveau_jeton()
    invitation.envoyee_le, invitation.expire_le = au, _expiration(au)
    invitation.save()
    _annoncer(invitation, jeton, TypeEvenementDeCompte.INVITATION_RENVOYEE, auteur=auteur, au=au)
    return invitation


@transaction.atomic
def revoquer_invitation(*, invitation: Invitation, auteur: Personne, au: datetime) -> None:
    """Rend le lien inutilisable."""
    _verifier_en_cours(invitation, auteur)
    invitation.revoquee_le = au
    invitation.save()
    journaliser_evenement(
        type=TypeEvenementDeCompte.INVITATION_REVOQUEE, au=au, auteur=auteur, detail=invitation.courriel
    )


def lire_invitation(*, jeton: str, au: datetime) -> Invitation:
    """Rend l'invitation d'un lien. Lève `InvitationInvalide`, avec la raison."""
    try:
        alea = _SIGNATURE.unsign(jeton)
    except signing.BadSignature:
        raise InvitationInvalide("Ce lien est incomplet ou altéré.") from None
    invitation = Invitation.objects.select_related("organisation").filter(empreinte=_empreinte(alea)).first()
    if invitation is None:
        raise InvitationInvalide("Ce lien a été remplacé par un plus récent : cherchez le dernier courriel reçu.")
    if invitation.acceptee_le:
        raise InvitationInvalide("Cette invitation a déjà servi : connectez-vous.")
    if invitation.revoquee_le:
        raise InvitationInvalide("Cette invitation a été révoquée.")
    if not invitation.ouverte(au=au):
        raise InvitationInvalide("Cette invitation a expiré : demandez qu'on vous la renvoie.")
    return invitation


@transaction.atomic
def accepter_invitation(
    *, jeton: str, prenom: str, nom: str, mot_de_passe: str, au: datetime, adresse_ip: str | None = None
) -> Personne:
    """Crée le compte et ses rôles, et consomme le lien. Lève `InvitationInvalide`."""
    invitation = lire_invitation(jeton=jeton, au=au)
    # Mise à jour conditionnelle : de deux clics simultanés, un seul crée le compte.
    if not Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, revoquee_le=None).update(acceptee_le=au):
        raise InvitationInvalide("Cette invitation a déjà servi : connectez-vous.")
    personne = creer_personne(
        courriel=invitation.courriel,
        prenom=prenom,
        nom=nom,
        organisation=invitation.organisation,
        mot_de_passe=mot_de_passe,
        auteur=invitation.invitee_par,
        au=au,
    )
    for attribution in invitation.roles:
        fin = date.fromisoformat(attribution["fin"]) if attribution["fin"] else None
        if fin is None or fin >= queries.jour_local(au):
            # Le droit d'inviter a été vérifié à l'envoi : l'inviteur a pu changer de poste depuis.
            attribuer_role(
                personne=personne, role=attribution["role"], action=attribution["action"], fin=fin, auteur=None, au=au
            )
    Invitation.objects.filter(pk=invitation.pk).update(personne=personne)
    journaliser_evenement(
        type=TypeEvenementDeCompte.INVITATION_ACCEPTEE, au=au, auteur=personne, personne=personne, adresse_ip=adresse_ip
    )
    return personne


def _annoncer(
    invitation: Invitation, jeton: str, type: TypeEvenementDeCompte, *, auteur: Personne, au: datetime
) -> None:
    journaliser_evenement(type=type, au=au, auteur=auteur, detail=invitation.courriel)
    # Le courriel part quand l'invitation est sûrement écrite.
    transaction.on_commit(lambda: messages.envoyer_invitation(invitation, jeton=jeton))


def _verifier_en_cours(invitation: Invitation, auteur: Personne) -> None:
    if not peut_gerer_les_comptes_de(auteur, invitation.organisation):
        raise OperationRefusee("Vous ne gérez pas les comptes de cette organisation.")
    if invitation.acceptee_le or invitation.revoquee_le:
        raise OperationRefusee("Cette invitation est close.")


def _nouveau_jeton() -> tuple[str, str]:
    alea = secrets.token_urlsafe(32)
    return _SIGNATURE.sign(alea), _empreinte(alea)


def _empreinte(alea: str) -> str:
    return hashlib.sha256(alea.encode()).hexdigest()


def _expiration(au: datetime) -> datetime:
    return au + timedelta(days=parametre("comptes.validite_invitation_jours", au=queries.jour_local(au)))


def _role_ecrit(attribution: dict[str, Any]) -> dict[str, str]:
    fin = attribution.get("fin")
    return {
        "role": str(Role(attribution["role"])),
        "action": attribution.get("action", ""),
        "fin": fin.isoformat() if fin else "",
    }
