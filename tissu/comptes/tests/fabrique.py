"""De quoi peupler un essai : des personnes, par les opérations du produit."""

from datetime import UTC, datetime

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Organisation, Personne

LUNDI = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "un-secret-d-essai-2026"


def organisation(nom: str = "Chambre d'essai", type: TypeOrganisation = TypeOrganisation.CCI) -> Organisation:
    """Une organisation, la même si on la redemande."""
    existante = Organisation.objects.filter(nom=nom).first()
    return existante or operations.enregistrer_organisation(nom=nom, type=type, auteur=None, au=LUNDI)


def personne(cle: str, *roles: Role, dans: Organisation | None = None) -> Personne:
    """Une personne de la chambre d'essai (ou d'ailleurs), avec ces rôles depuis 2020."""
    creee = operations.creer_personne(
        courriel=f"{cle}@exemple.test",
        prenom=cle.capitalize(),
        nom="Essai",
        organisation=dans or organisation(),
        mot_de_passe=SECRET,
        auteur=None,
        au=LUNDI,
    )
    for role in roles:
        operations.attribuer_role(
            personne=creee, role=role, debut=datetime(2020, 1, 1, tzinfo=UTC).date(), auteur=None, au=LUNDI
        )
    return creee
