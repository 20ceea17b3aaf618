"""De quoi peupler un essai d'Alerte Commerce : des personnes, des adhérents joignables."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tissu.actions.alerte_commerce.choices import ALERTES, EtatAdherent, SourceAdhesion
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.messages import operations as messagerie
from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix

AU = datetime(2026, 11, 23, 9, tzinfo=UTC)
JOUR = AU.date()
DIJON = "21231"
ORGANISATIONS = {
    "cci": TypeOrganisation.CCI, "metropole": TypeOrganisation.METROPOLE, "police": TypeOrganisation.POLICE,
    "agence": TypeOrganisation.AGENCE,
}  # fmt: skip
_rangs = count(1)


def personne(*roles: str, organisation: str = "cci") -> Personne:
    """Une personne avec ces rôles, dans une organisation de cette sorte ; la même si on la redemande."""
    courriel = f"{'-'.join([*roles, organisation]).replace('_', '-')}@essai.example"
    existante = Personne.objects.filter(courriel=courriel).first()
    if existante:
        return existante
    appartient = Organisation.objects.get_or_create(
        nom=f"Organisation d'essai {organisation}", defaults={"type": ORGANISATIONS[organisation]}
    )[0]
    creee = Personne.objects.create_user(courriel, "mot-de-passe-d-essai", nom="Essai", organisation=appartient)
    for role in roles:
        Attribution.objects.create(personne=creee, role=Role(role), debut=date(2020, 1, 1))
    return creee


def mobile(rang: int) -> str:
    """Un mobile de la tranche réservée aux fictions."""
    return f"+3363998{rang:04d}"


def adherent(nom: str = "", *, mobiles: tuple[str, ...] | None = None, accord: bool = True, **champs: Any) -> Adherent:
    """Un adhérent actif, un mobile vérifié et l'accord de la charte."""
    rang = next(_rangs)
    defauts: dict[str, Any] = {
        "nom": nom or f"Boutique {rang}", "adresse": f"{rang} rue de l'Essai", "code_commune": DIJON,
        "lon": 5.04 + rang % 10 * 1e-4, "lat": 47.32, "activite": "alimentaire", "etat": EtatAdherent.ACTIF,
        "adhere_le": date(2025, 1, 15), "charte_version": "2024-1", "charte_signee_le": AU,
        "source": SourceAdhesion.EN_LIGNE,
    }  # fmt: skip
    cree = Adherent.objects.create(**defauts | champs)
    for numero in (mobile(5000 + rang % 4000),) if mobiles is None else mobiles:
        ContactAdherent.objects.create(
            adherent=cree, nom="Dominique Essai", mobile=numero, verifie_le=AU, ajoute_le=AU,
            courriel=f"boutique{rang}@exemple.test",
        )  # fmt: skip
        if accord:
            accorder(numero)
            accorder(f"boutique{rang}@exemple.test", canal=Canal.COURRIEL)
    return cree


def accorder(adresse: str, sens: str = SensDuChoix.ACCEPTE, *, canal: Canal = Canal.SMS) -> None:
    """L'accord de la charte pour cette adresse, ou l'opposition."""
    messagerie.choisir(
        canal=canal, valeur=adresse, finalite=ALERTES.slug, sens=sens, source=SourceDuChoix.CHARTE, auteur=None,
        au=AU,
    )  # fmt: skip
