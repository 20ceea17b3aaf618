"""Ce que les comptes disent sur la page d'accueil : invitations sans réponse, double authentification à activer."""

from datetime import datetime

from django.urls import reverse

from tissu.comptes import queries
from tissu.comptes.choices import GESTIONNAIRES_DES_COMPTES
from tissu.comptes.models import Personne
from tissu.socle.accueil import BlocAccueil, Ligne, Urgence
from tissu.socle.formats import pluriel


def accueil(personne: Personne, *, au: datetime) -> BlocAccueil | None:
    """Les attentes de la personne, ou None."""
    attentes = []
    if queries.doit_double_authentification(personne) and not queries.a_double_authentification(personne):
        attentes.append(
            Ligne(
                titre="Activez la double authentification",
                detail="Votre rôle ouvre sur des données protégées : un code de votre téléphone garde votre compte.",
                url=reverse("mfa_activate_totp"),
                urgence=Urgence.A_FAIRE,
            )
        )
    if not GESTIONNAIRES_DES_COMPTES.isdisjoint(personne.roles_actifs()):
        expirees = queries.invitations_visibles(personne).filter(expire_le__lte=au).count()
        if expirees:
            attentes.append(
                Ligne(
                    titre=f"{pluriel(expirees, 'invitation')} sans réponse",
                    detail="Le lien a expiré : renvoyez-le ou révoquez-le.",
                    url=reverse("comptes:invitations"),
                    urgence=Urgence.A_FAIRE,
                )
            )
    return BlocAccueil(attentes=attentes) if attentes else None
