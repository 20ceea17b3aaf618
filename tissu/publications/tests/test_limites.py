"""Les pages et les fichiers que tout le monde lit ont un débit ; au-delà, une page le dit et rien n'est calculé."""

from collections.abc import Callable

import pytest
from django.test import Client

from tissu.comptes.models import Personne
from tissu.publications.contenu import Document
from tissu.publications.models import Publication
from tissu.publications.tests.fabrique import HUMAIN, diffuser, preparer

pytestmark = pytest.mark.django_db
LIMITES = {
    "/publications/": 300, "/publications/flux/": 120, "/publications/flux/1/": 120, "/donnees/": 120,
    "/donnees/catalogue.ttl": 60, "/publications/flux/1/fichier.xlsx": 60,
    "/publications/flux/1/donnees/lieux.csv": 120,
}  # fmt: skip


@pytest.mark.parametrize(("adresse", "par_minute"), LIMITES.items())
def test_au_dela_de_son_debit_une_adresse_attend(
    adresse: str, par_minute: int, flux: Publication, ouvert: Document, mission: Personne, client: Client,
    avancer_le_debit: Callable[[int], None],
) -> None:  # fmt: skip
    diffuser(preparer(flux, ouvert, mission), mission)
    assert client.get(adresse, **HUMAIN).status_code == 200
    avancer_le_debit(par_minute - 1)
    refus = client.get(adresse, **HUMAIN)
    assert (refus.status_code, refus["Retry-After"]) == (429, "60")
    assert "minute" in refus.content.decode()
    # Une autre personne n'attend pas pour celle-ci.
    assert client.get(adresse, REMOTE_ADDR="192.0.2.7", **HUMAIN).status_code == 200
