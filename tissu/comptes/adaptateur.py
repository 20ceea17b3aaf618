"""Ce que la connexion d'allauth a de particulier ici : on n'entre que sur invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AdaptateurCompte(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Jamais : un compte naît d'une invitation."""
        return False
