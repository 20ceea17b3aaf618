"""De quoi peupler un essai des publications : une chambre, sa chargée de mission, une publication et ses éditions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.publications import operations
from tissu.publications.contenu import Colonne, Document, Nature, Tableau
from tissu.publications.models import Edition, Publication
from tissu.publications.operations.rendu import rendre_edition
from tissu.socle.travaux import SansSuivi

AU = datetime(2026, 11, 24, 8, tzinfo=UTC)
HUMAIN = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
ROBOT = {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}

LIEUX = Tableau(
    "lieux", "Lieux",
    [
        Colonne("nom", "Nom"), Colonne("combien", "Combien", Nature.NOMBRE, definition="Établissements actifs."),
        Colonne("part", "Part", Nature.TAUX), Colonne("jour", "Jour", Nature.DATE),
    ],
    [
        {"nom": "Un, deux", "combien": 0, "part": 0.25, "jour": date(2026, 10, 1), "lon": 5.04, "lat": 47.32},
        {"nom": "Trois", "combien": "secret", "part": None, "jour": None, "lon": None, "lat": None},
    ],
    ouvert=True, geometrie=("lon", "lat"), cle_primaire=("nom",),
)  # fmt: skip


def personne(cle: str, organisation: Organisation | None, *roles: str, action: str = "") -> Personne:
    """Une personne avec ces rôles, pour toutes les actions ou une seule."""
    cree = Personne.objects.create_user(f"{cle}@essai.example", "x", nom=cle, organisation=organisation)
    for role in roles:
        Attribution.objects.create(personne=cree, role=role, action=action, debut=date(2020, 1, 1))
    return cree


def connecter(client: Client, qui: Personne) -> Client:
    """Le client, connecté sous le nom de cette personne."""
    client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def preparer(flux: Publication, document: Document, mission: Personne, **suite: Any) -> Edition:
    """L'édition d'octobre 2026, préparée."""
    champs = {"periode": "2026-10", "au": AU} | suite
    return operations.preparer(publication=flux, document=document, auteur=mission, **champs)


def diffuser(edition: Edition, mission: Personne, audience: str = "public", **suite: Any) -> Edition:
    """L'édition diffusée et ses fichiers faits."""
    au = suite.pop("au", timezone.now())
    diffusee = operations.diffuser(edition=edition, audience=audience, confirmee=True, auteur=mission, au=au, **suite)
    return rendre(diffusee, au=au)


def rendre(edition: Edition, *, au: datetime | None = None) -> Edition:
    """L'édition relue, ses fichiers faits."""
    rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=au or timezone.now())
    return Edition.objects.get(pk=edition.pk)


def formats(edition: Edition) -> Sequence[str]:
    """Les fichiers qu'elle sert."""
    return sorted(edition.fichiers.exclude(fichier="").values_list("format", flat=True))
