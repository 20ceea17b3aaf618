"""Les comptes de démonstration : des personnes visiblement fictives, un même mot de passe documenté."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tissu.comptes import operations
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Organisation, Personne

MOT_DE_PASSE = "tissu-demonstration-2026"

ORGANISATIONS = {
    "Chambre de commerce de démonstration": TypeOrganisation.CCI,
    "Métropole de démonstration": TypeOrganisation.METROPOLE,
    "Agence de développement de démonstration": TypeOrganisation.AGENCE,
    "Police de démonstration": TypeOrganisation.POLICE,
}
_CCI, _METROPOLE, _AGENCE, _POLICE = ORGANISATIONS

PERSONNES: tuple[tuple[str, str, str, str, tuple[Role, ...]], ...] = (
    ("administratrice", "Ada", "Exemple-Administre", _CCI, (Role.ADMINISTRATEUR,)),
    ("mission.cci", "Camille", "Exemple-Chambre", _CCI, (Role.CHARGE_MISSION,)),
    ("appui.cci", "Sacha", "Exemple-Appui", _CCI, (Role.CHARGE_MISSION,)),
    ("mission.metropole", "Malik", "Exemple-Métropole", _METROPOLE, (Role.CHARGE_MISSION,)),
    ("filiere.numerique", "Noé", "Exemple-Numérique", _METROPOLE, (Role.CHARGE_FILIERE,)),
    ("elue", "Élise", "Exemple-Élue", _METROPOLE, (Role.LECTEUR, Role.ELU)),
    ("responsable", "Rosa", "Exemple-Responsable", _METROPOLE, (Role.RESPONSABLE, Role.LECTEUR)),
    ("agence", "Axel", "Exemple-Agence", _AGENCE, (Role.AGENCE,)),
    ("officier", "Oriane", "Exemple-Officier", _POLICE, (Role.POLICE,)),
    ("chef.de.poste", "Basile", "Exemple-Poste", _POLICE, (Role.POLICE,)),
)


@dataclass(frozen=True)
class CompteDemo:
    """Ce que `make demo` affiche."""

    personne: Personne
    mot_de_passe: str
    roles: tuple[str, ...]


@transaction.atomic
def comptes_de_demonstration(*, au: datetime) -> list[CompteDemo]:
    """Crée les comptes qui manquent, et rend tous ceux de la démonstration ; la relancer ne change rien."""
    organisations = {nom: _organisation(nom, type, au) for nom, type in ORGANISATIONS.items()}
    comptes = []
    for cle, prenom, nom, organisation, roles in PERSONNES:
        courriel = f"{cle}@demo.example"
        personne = Personne.objects.filter(courriel=courriel).first()
        if personne is None:
            personne = operations.creer_personne(
                courriel=courriel,
                prenom=prenom,
                nom=nom,
                organisation=organisations[organisation],
                mot_de_passe=MOT_DE_PASSE,
                auteur=None,
                au=au,
            )
            for role in roles:
                operations.attribuer_role(personne=personne, role=role, auteur=None, au=au)
        comptes.append(CompteDemo(personne, MOT_DE_PASSE, tuple(role.label for role in roles)))
    return comptes


def _organisation(nom: str, type: TypeOrganisation, au: datetime) -> Organisation:
    existante = Organisation.objects.filter(nom=nom).first()
    return existante or operations.enregistrer_organisation(nom=nom, type=type, auteur=None, au=au)
