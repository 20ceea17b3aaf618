"""Des personnes connectées, pour les essais d'écrans."""

from django.test import Client

from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Personne


def client_de(role: Role) -> Client:
    """Le navigateur d'une personne qui tient ce rôle."""
    personne = Personne.objects.create_user(f"{role.value}@essai.example", prenom="Ada", nom="Essai")
    Attribution.objects.create(personne=personne, role=role)
    client = Client()
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
