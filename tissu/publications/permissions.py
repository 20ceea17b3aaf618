"""Qui peut quoi sur une publication et sur un gabarit."""

from typing import Any

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation
from tissu.publications.models import GabaritDOrganisation, Publication

# Aucune action ne porte ce nom : un rôle borné à une action n'y vaut pas.
TOUTES = "publications"
GESTIONNAIRES = frozenset({Role.CHARGE_MISSION, Role.ADMINISTRATEUR})


def roles_de(personne: Any, origine: str = "") -> set[str]:
    """Les rôles du jour pour l'action d'où vient la publication ; une personne non connectée n'en a aucun.

    Sans origine, seuls comptent ceux donnés pour toutes les actions.
    """
    return personne.roles_actifs(origine or TOUTES) if getattr(personne, "is_authenticated", False) else set()


def peut_suivre(personne: Any, origine: str = "") -> bool:
    """Voir les éditions venues de cette action, leur état et leurs téléchargements."""
    return not GESTIONNAIRES.isdisjoint(roles_de(personne, origine))


def peut_preparer(personne: Any, organisation: Organisation | None, origine: str = "") -> bool:
    """Un chargé de mission, au nom de sa seule organisation."""
    if organisation is None or Role.CHARGE_MISSION not in roles_de(personne, origine):
        return False
    return bool(personne.organisation_id == organisation.pk)


def peut_diffuser(personne: Any, publication: Publication) -> bool:
    """Préparer, diffuser, corriger, retirer : un chargé de mission de l'organisation éditrice."""
    return peut_preparer(personne, publication.organisation, publication.origine)


def peut_modifier_gabarit(personne: Any, organisation: Organisation | None) -> bool:
    """Un chargé de mission celui de son organisation ; l'administration tous."""
    return Role.ADMINISTRATEUR in roles_de(personne) or peut_preparer(personne, organisation)


def gabarits_modifiables(personne: Any) -> Any:
    """Les gabarits que cette personne tient."""
    tous = GabaritDOrganisation.objects.select_related("organisation", "enregistre_par").defer("logo", "diapositives")
    if Role.ADMINISTRATEUR in roles_de(personne):
        return tous
    return tous.filter(organisation=personne.organisation_id)
