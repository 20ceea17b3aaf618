"""Organisations, personnes, rôles, sessions."""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction

from tissu.comptes import queries
from tissu.comptes.choices import GESTIONNAIRES_DES_COMPTES, Role, TypeEvenementDeCompte, TypeOrganisation
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.comptes.operations.journal import journaliser_evenement
from tissu.comptes.permissions import peut_administrer, peut_gerer_les_comptes_de
from tissu.comptes.rules import roles_possibles
from tissu.socle.identifiants import siren_valide


class OperationRefusee(ValueError):
    """L'opération n'est pas permise ; le message dit pourquoi à la personne."""


class TypeFige(OperationRefusee):
    """Une organisation qui a des comptes ne passe pas dans la police, et n'en sort pas."""


@transaction.atomic
def enregistrer_organisation(
    *,
    nom: str,
    type: TypeOrganisation | str,
    siren: str = "",
    organisation: Organisation | None = None,
    auteur: Personne | None,
    au: datetime,
) -> Organisation:
    """Crée une organisation, ou change celle qui est donnée.

    Lève `OperationRefusee` sur un SIREN faux, ou si une organisation qui a des comptes devenait, ou cessait d'être, la
    police : seule elle alerte les commerces, et nul ne doit pouvoir s'y changer.
    """
    if siren and not siren_valide(siren):
        raise OperationRefusee(f"« {siren} » n'est pas un SIREN : neuf chiffres, dont le dernier est une clé.")
    _refuser_de_changer_de_camp(organisation, TypeOrganisation(type))
    organisation = organisation or Organisation()
    organisation.nom, organisation.type, organisation.siren = nom.strip(), TypeOrganisation(type), siren
    organisation._history_user = auteur  # type: ignore[attr-defined]
    organisation.save()
    journaliser_evenement(type=TypeEvenementDeCompte.MODIFICATION, au=au, auteur=auteur, detail=organisation.nom)
    return organisation


def _refuser_de_changer_de_camp(organisation: Organisation | None, vers: TypeOrganisation) -> None:
    if organisation is None or organisation.pk is None:
        return
    depuis = Organisation.objects.get(pk=organisation.pk).type
    if depuis != vers and TypeOrganisation.POLICE in (depuis, vers) and organisation.personne_set.exists():
        raise TypeFige(
            "Une organisation qui a des comptes ne devient pas la police, ni ne cesse de l'être : créez-en une autre."
        )


@transaction.atomic
def creer_personne(
    *,
    courriel: str,
    prenom: str,
    nom: str,
    organisation: Organisation | None,
    mot_de_passe: str | None = None,
    auteur: Personne | None,
    au: datetime,
) -> Personne:
    """Crée une personne dont l'adresse est tenue pour vérifiée. Lève `OperationRefusee` si l'adresse est prise."""
    adresse = courriel.strip().lower()
    if Personne.objects.filter(courriel=adresse).exists():
        raise OperationRefusee(f"L'adresse {adresse} a déjà un compte.")
    personne = Personne(courriel=adresse, prenom=prenom.strip(), nom=nom.strip(), organisation=organisation, cree_le=au)
    personne.set_password(mot_de_passe)
    personne._history_user = auteur  # type: ignore[attr-defined]
    personne.save()
    EmailAddress.objects.create(user=personne, email=adresse, verified=True, primary=True)
    journaliser_evenement(type=TypeEvenementDeCompte.CREATION, au=au, auteur=auteur, personne=personne)
    return personne


def verifier_role(*, role: Role | str, organisation: Organisation | None, auteur: Personne | None) -> Role:
    """Rend le rôle s'il peut être donné dans cette organisation par cet auteur ; lève `OperationRefusee` sinon.

    Sans auteur (installation, démonstration), seul le type d'organisation limite.
    """
    role = Role(role)
    if auteur is not None and not peut_gerer_les_comptes_de(auteur, organisation):
        raise OperationRefusee("Vous ne gérez pas les comptes de cette organisation.")
    par_une_administration = auteur is None or peut_administrer(auteur)
    type_organisation = organisation.type if organisation else TypeOrganisation.PUBLIC
    if role not in roles_possibles(type_organisation=type_organisation, par_une_administration=par_une_administration):
        raise OperationRefusee(f"Le rôle « {role.label} » ne peut pas être donné ici.")
    return role


@transaction.atomic
def attribuer_role(
    *,
    personne: Personne,
    role: Role | str,
    action: str = "",
    debut: date | None = None,
    fin: date | None = None,
    auteur: Personne | None,
    au: datetime,
) -> Attribution:
    """Donne un rôle, pour toutes les actions si `action` est vide, à partir de `debut` (le jour de `au` sinon).

    Lève `OperationRefusee` si le rôle ne va pas à l'organisation, si l'auteur n'y a pas droit, si les dates se
    contredisent, ou si la personne le détient déjà à ces dates.
    """
    role = verifier_role(role=role, organisation=personne.organisation, auteur=auteur)
    if auteur is not None and auteur.pk == personne.pk and not peut_administrer(auteur):
        raise OperationRefusee("On ne se donne pas de rôle à soi-même : demandez-le à l'administration.")
    if action and role in GESTIONNAIRES_DES_COMPTES:
        # Qui gère des comptes les gère pour toutes les actions : un tel rôle borné donnerait plus qu'il ne dit.
        raise OperationRefusee(f"Le rôle « {role.label} » ne se borne pas à une action.")
    debut = debut or queries.jour_local(au)
    if fin is not None and fin < debut:
        raise OperationRefusee("La fin du rôle précède son début.")
    if queries.attributions_chevauchantes(personne, role=role, action=action, debut=debut, fin=fin).exists():
        raise OperationRefusee(f"{personne} a déjà le rôle « {role.label} » à ces dates.")
    attribution = Attribution(personne=personne, role=role, action=action, debut=debut, fin=fin)
    attribution._history_user = auteur  # type: ignore[attr-defined]
    attribution.save()
    _oublier_les_roles(personne)
    detail = role.label + (f" pour {action}" if action else "") + (f" jusqu'au {fin:%d/%m/%Y}" if fin else "")
    journaliser_evenement(type=TypeEvenementDeCompte.ROLE_DONNE, au=au, auteur=auteur, personne=personne, detail=detail)
    return attribution


@transaction.atomic
def retirer_role(*, attribution: Attribution, auteur: Personne | None, au: datetime) -> None:
    """Met fin à un rôle : il ne vaut plus dès maintenant. Un rôle pas encore commencé est effacé.

    Lève `OperationRefusee` si l'auteur n'y a pas droit, ou pour la dernière administration.
    """
    personne = attribution.personne
    if auteur is not None and not peut_gerer_les_comptes_de(auteur, personne.organisation):
        raise OperationRefusee("Vous ne gérez pas les comptes de cette organisation.")
    if auteur is not None and attribution.role == Role.ADMINISTRATEUR and not peut_administrer(auteur):
        raise OperationRefusee("Seule l'administration retire une administration.")
    if attribution.role == Role.ADMINISTRATEUR:
        _garder_une_administration(sans=personne, au=au)
    attribution._history_user = auteur  # type: ignore[attr-defined]
    hier = queries.jour_local(au) - timedelta(days=1)
    if attribution.debut > hier:
        attribution.delete()
    else:
        attribution.fin = hier
        attribution.save()
    _oublier_les_roles(personne)
    detail = attribution.get_role_display()
    journaliser_evenement(
        type=TypeEvenementDeCompte.ROLE_RETIRE, au=au, auteur=auteur, personne=personne, detail=detail
    )


@transaction.atomic
def desactiver(*, personne: Personne, auteur: Personne | None, au: datetime) -> None:
    """Ferme un compte sans rien effacer : plus de connexion, sessions fermées tout de suite."""
    _verifier_gestion(personne, auteur)
    if Role.ADMINISTRATEUR in personne.roles_actifs():
        _garder_une_administration(sans=personne, au=au)
    personne.is_active = False
    personne._history_user = auteur  # type: ignore[attr-defined]
    personne.save()
    _fermer_sessions(personne, au=au)
    journaliser_evenement(type=TypeEvenementDeCompte.DESACTIVATION, au=au, auteur=auteur, personne=personne)


@transaction.atomic
def reactiver(*, personne: Personne, auteur: Personne | None, au: datetime) -> None:
    """Rouvre un compte fermé, avec les rôles qu'il a encore."""
    _verifier_gestion(personne, auteur)
    personne.is_active = True
    personne._history_user = auteur  # type: ignore[attr-defined]
    personne.save()
    journaliser_evenement(type=TypeEvenementDeCompte.REACTIVATION, au=au, auteur=auteur, personne=personne)


def fermer_autres_sessions(*, personne: Personne, sauf: str | None, au: datetime) -> int:
    """Ferme les sessions de la personne, sauf celle dont la clé est donnée ; rend leur nombre."""
    fermees = _fermer_sessions(personne, au=au, sauf=sauf)
    journaliser_evenement(
        type=TypeEvenementDeCompte.SESSIONS_FERMEES, au=au, auteur=personne, personne=personne, detail=str(fermees)
    )
    return fermees


def _fermer_sessions(personne: Personne, *, au: datetime, sauf: str | None = None) -> int:
    cles = [cle for cle in queries.cles_de_session(personne, au=au) if cle != sauf]
    Session.objects.filter(session_key__in=cles).delete()
    return len(cles)


def _verifier_gestion(personne: Personne, auteur: Personne | None) -> None:
    if auteur is None or peut_administrer(auteur):
        return
    if not peut_gerer_les_comptes_de(auteur, personne.organisation):
        raise OperationRefusee("Vous ne gérez pas les comptes de cette organisation.")
    if Role.ADMINISTRATEUR in personne.roles_actifs():
        raise OperationRefusee("Seule l'administration peut le faire pour une administration.")


def _garder_une_administration(*, sans: Personne, au: datetime) -> None:
    """La plateforme garde toujours quelqu'un pour l'administrer, sinon plus personne ne peut inviter."""
    if not queries.administrateurs(au=queries.jour_local(au)).exclude(pk=sans.pk).exists():
        raise OperationRefusee("C'est la dernière administration : nommez-en une autre d'abord.")


def _oublier_les_roles(personne: Personne) -> None:
    """Les rôles lus au début de la requête ne valent plus."""
    personne.__dict__.pop("_attributions_actives", None)
