"""Lectures : personnes, invitations, journaux, tableau des droits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Count, Q, QuerySet
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tissu.comptes.choices import Role
from tissu.comptes.models import Acces, Attribution, EvenementDeCompte, Invitation, Organisation, Personne
from tissu.comptes.permissions import peut_administrer
from tissu.comptes.rules import double_authentification_exigee
from tissu.socle.ecrans import Ecran, ecran_de


def jour_local(moment: datetime) -> date:
    """Le jour d'un moment, à l'heure de la plateforme."""
    return timezone.localdate(moment)


def organisations() -> QuerySet[Organisation]:
    """Toutes, avec le nombre de leurs comptes ouverts (`effectif`)."""
    ouverts = Count("personne", filter=Q(personne__is_active=True))
    return Organisation.objects.annotate(effectif=ouverts).order_by("nom")


def personnes_visibles(personne: Personne, *, recherche: str = "", fermes: bool = False) -> QuerySet[Personne]:
    """Les comptes que cette personne gère : tous pour l'administration, ceux de son organisation sinon."""
    comptes = Personne.objects.select_related("organisation").prefetch_related("attributions")
    if not peut_administrer(personne):
        comptes = comptes.filter(organisation__in=[personne.organisation_id])
    if not fermes:
        comptes = comptes.filter(is_active=True)
    for mot in recherche.split():
        qui = Q(prenom__icontains=mot) | Q(nom__icontains=mot) | Q(courriel__icontains=mot)
        comptes = comptes.filter(qui | Q(organisation__nom__icontains=mot))
    return comptes


def attributions_en_vigueur(*, au: date) -> QuerySet[Attribution]:
    """Les rôles qui valent ce jour-là."""
    return Attribution.objects.filter(debut__lte=au).filter(Q(fin__isnull=True) | Q(fin__gte=au))


def attributions_chevauchantes(
    personne: Personne, *, role: str, action: str, debut: date, fin: date | None
) -> QuerySet[Attribution]:
    """Les attributions du même rôle dont les dates touchent celles-ci."""
    memes = personne.attributions.filter(role=role, action=action).filter(Q(fin__isnull=True) | Q(fin__gte=debut))
    return memes if fin is None else memes.filter(debut__lte=fin)


def administrateurs(*, au: date) -> QuerySet[Personne]:
    """Les personnes qui administrent la plateforme ce jour-là."""
    roles = attributions_en_vigueur(au=au).filter(role=Role.ADMINISTRATEUR)
    return Personne.objects.filter(is_active=True, pk__in=roles.values("personne"))


def invitations_en_cours() -> QuerySet[Invitation]:
    """Ni acceptées ni révoquées ; une invitation expirée y reste, pour être renvoyée."""
    return Invitation.objects.filter(acceptee_le__isnull=True, revoquee_le__isnull=True).select_related(
        "organisation", "invitee_par"
    )


def invitations_visibles(personne: Personne) -> QuerySet[Invitation]:
    """Les invitations en cours que cette personne gère."""
    invitations = invitations_en_cours()
    if peut_administrer(personne):
        return invitations
    return invitations.filter(organisation__in=[personne.organisation_id])


def a_double_authentification(personne: Personne) -> bool:
    """Vrai si un générateur de codes est activé."""
    return Authenticator.objects.filter(user_id=personne.pk, type=Authenticator.Type.TOTP).exists()


def doit_double_authentification(personne: Personne) -> bool:
    """Vrai si la règle l'impose à cette personne, qu'elle l'ait déjà activée ou non."""
    type_organisation = personne.organisation.type if personne.organisation else ""
    return double_authentification_exigee(type_organisation=type_organisation, roles=personne.roles_actifs())


def cles_de_session(personne: Personne, *, au: datetime) -> list[str]:
    """Les clés des sessions ouvertes de cette personne."""
    ouvertes = Session.objects.filter(expire_date__gt=au).order_by("-expire_date")
    return [session.session_key for session in ouvertes if session.get_decoded().get(SESSION_KEY) == str(personne.pk)]


def evenements(*, personne: Personne | None = None) -> QuerySet[EvenementDeCompte]:
    """Les événements des comptes, du plus récent au plus ancien."""
    tous = EvenementDeCompte.objects.select_related("auteur", "personne")
    return tous.filter(personne=personne) if personne else tous


def acces(
    *, personne: str = "", objet: str = "", nature: str = "", du: date | None = None, jusqu_au: date | None = None
) -> QuerySet[Acces]:
    """Le journal des accès, filtré ; `personne` est un morceau de nom ou d'adresse, `objet` un SIRET ou un SIREN.

    Un SIREN trouve aussi les accès à ses établissements.
    """
    lignes = Acces.objects.select_related("personne", "personne__organisation")
    for mot in personne.split():
        lignes = lignes.filter(
            Q(personne__nom__icontains=mot) | Q(personne__prenom__icontains=mot) | Q(personne__courriel__icontains=mot)
        )
    if objet:
        lignes = lignes.filter(objet_id__startswith="".join(objet.split()))
    if nature:
        lignes = lignes.filter(nature=nature)
    if du:
        lignes = lignes.filter(moment__date__gte=du)
    if jusqu_au:
        lignes = lignes.filter(moment__date__lte=jusqu_au)
    return lignes


@dataclass(frozen=True)
class Adresse:
    """Une adresse du produit et ce que sa vue déclare (None : rien, donc fermée)."""

    chemin: str
    nom: str
    vue: Any
    ecran: Ecran | None

    def ouverte_a(self, role: str) -> bool:
        """Vrai si une personne portant ce seul rôle passe la porte."""
        return self.ecran is not None and self.ecran.ouvert_a({role})


def adresses() -> list[Adresse]:
    """Toutes les adresses du produit, dans l'ordre de leur déclaration."""
    return list(_parcourir(get_resolver().url_patterns, "/", ""))


def _parcourir(motifs: list[Any], prefixe: str, espace: str) -> Iterator[Adresse]:
    for motif in motifs:
        chemin = prefixe + str(motif.pattern).lstrip("^").rstrip("$")
        if isinstance(motif, URLResolver):
            sous_espace = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from _parcourir(motif.url_patterns, chemin, sous_espace)
        elif isinstance(motif, URLPattern):
            yield Adresse(chemin, f"{espace}{motif.name or ''}", motif.callback, ecran_de(motif.callback))


def tableau_des_droits() -> list[Adresse]:
    """Les adresses triées par chemin : les lignes de `/droits/` et de `docs/droits.md`."""
    return sorted(adresses(), key=lambda adresse: adresse.chemin)
