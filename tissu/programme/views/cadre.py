"""Le cadre commun des pages d'une fiche : la trouver, vérifier le droit de la lire, poser ses onglets."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.etat_au import EtatAu, lire_au
from tissu.programme.models import Fiche
from tissu.programme.queries import cadre

# Les pages d'une fiche qui se lisent à un jour passé.
A_UN_JOUR = frozenset({"programme:fiche", "programme:consommation", "programme:indicateurs"})
ONGLETS = (
    ("La fiche", "programme:fiche"),
    ("Budget", "programme:budget"),
    ("Temps et coûts", "programme:consommation"),
    ("Indicateurs", "programme:indicateurs"),
    ("Calendrier", "programme:calendrier_fiche"),
    ("Historique", "programme:historique"),
)


def charger_fiche(request: RequeteConnectee, pk: int) -> Fiche:
    """La fiche, si la personne peut la lire. Lève `Http404` ou `PermissionDenied`."""
    try:
        fiche = cadre.fiche(pk)
    except Fiche.DoesNotExist as erreur:
        raise Http404("Cette fiche n'existe pas.") from erreur
    if not permissions.peut_lire(request.user, fiche):
        raise PermissionDenied("Cette fiche n'est pas ouverte à votre rôle.")
    return fiche


def etat_demande(request: RequeteConnectee, fiche: Fiche) -> EtatAu:
    """Le jour auquel l'adresse demande à lire cette fiche."""
    premier = date(fiche.convention.debut, 1, 1)
    return lire_au(request.GET, aujourd_hui=timezone.localdate(), premier=premier)


def contexte_de_fiche(fiche: Fiche, personne: Any, *, onglet: str, etat_au: EtatAu | None = None) -> dict[str, Any]:
    """Le contexte commun des gabarits `programme/fiche_base.html` ; `onglet` : le nom d'adresse de la page.

    `etat_au` : le jour montré, quand la page peut se lire à un jour passé ; les onglets voisins le gardent.
    """
    suite = etat_au.suite() if etat_au else ""
    return {
        "fiche": fiche,
        "etat_au": etat_au,
        "annees": [
            {"titre": str(une.annee), "url": reverse(onglet, args=[une.pk]) + suite, "actif": une.pk == fiche.pk}
            for une in cadre.annees_de(fiche)
        ],
        "onglets_de_fiche": [
            {
                "titre": titre,
                "url": reverse(adresse, args=[fiche.pk]) + (suite if adresse in A_UN_JOUR else ""),
                "actif": adresse == onglet,
            }
            for titre, adresse in ONGLETS
        ],
        "peut_modifier": permissions.peut_modifier(personne, fiche),
        "est_redacteur": permissions.est_redacteur(personne, fiche),
    }
