"""La page publique de Géoshop : sans compte, sans loyer, sans local vacant que son propriétaire tait."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.observatoire_commerce.publications.diffusion import documents, vacance_du
from tissu.locaux.models import ContactLocal
from tissu.locaux.tests import fabrique
from tissu.publications.sources import DocumentIndisponible

pytestmark = pytest.mark.django_db
LOYER = "777.77"


def peupler(combien: int = 12) -> dict[str, Any]:
    """Des commerces, un vacant que l'on tait, un vacant que l'on montre ; loyers et contacts partout."""
    releve = timezone.localdate() - timedelta(days=30)
    for rang in range(combien):
        fabrique.local(f"Enseigne {rang}", "bar", quartier="Centre", releve_le=releve, loyer_eur_m2_an=LOYER)
    tu = fabrique.local(quartier="Centre", rue="RUE TUE", loyer_eur_m2_an=LOYER)
    montre = fabrique.local(quartier="Centre", rue="RUE MONTREE", accord_publication=True, disponible_texte="40 m²")
    for local in (tu, montre):
        ContactLocal.objects.create(local=local, role="Propriétaire", nom="Madame Cachée", telephone="0199001234")
    return {"tu": tu, "montre": montre}


def test_la_page_s_ouvre_sans_compte_et_dit_la_vacance() -> None:
    peupler()
    reponse = Client().get("/geoshop/")
    assert reponse.status_code == 200
    assert reponse.context["document"].sous_titre.replace("\xa0", " ").replace("\u202f", " ") == (
        "2 locaux vacants sur 14, soit 14,3 % : une vacance très élevée."
    )
    assert (reponse.context["vitrine"].disponibles, reponse.context["vitrine"].occupes) == (1, 12)


@pytest.mark.parametrize(
    "adresse",
    ["/geoshop/", "/cartes/geoshop/", "/cartes/geoshop/export.csv", "/cartes/geoshop/export.geojson",
     "/ogc/collections/geoshop/items?f=json&limit=1000"],
)  # fmt: skip
def test_rien_de_reserve_ne_sort(adresse: str) -> None:
    peupler()
    reponse = Client().get(adresse)
    assert reponse.status_code == 200
    texte = (b"".join(reponse.streaming_content) if reponse.streaming else reponse.content).decode("utf-8-sig")
    for secret in ("777", "Madame Cach", "0199001234", "RUE TUE"):
        assert secret not in texte


def test_la_recherche_se_fait_par_activite_et_par_adresse() -> None:
    peupler(1)
    fabrique.local("Pain", "boulangerie", rue="RUE DU FOUR")
    page = Client().get("/geoshop/").content.decode()
    assert '<select id="geoshop-activite" name="activite"' in page
    assert 'name="q"' in page
    client = Client()
    for cherche in ({"activite": "boulangerie"}, {"q": "rue du four"}, {"activite": "boulangerie", "q": "four"}):
        carte = client.get("/cartes/geoshop/", cherche)
        assert carte.status_code == 200
        export = client.get("/cartes/geoshop/export.csv", cherche)
        lignes = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
        assert [ligne.split(";")[0] for ligne in lignes[1:]] == ["Pain"]
        assert "RUE DU FOUR" in carte.content.decode()


def test_chaque_fichier_propose_repond() -> None:
    peupler()
    client = Client()
    adresses = [export["url"] for export in client.get("/geoshop/").context["exports"]]
    assert [adresse.rsplit(".")[-1] for adresse in adresses] == ["csv", "geojson", "gpkg", "parquet"]
    for adresse in [*adresses, "/donnees/catalogue.jsonld"]:
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert reponse.getvalue()


def test_un_vacant_montre_avec_l_accord_de_son_proprietaire() -> None:
    peupler()
    texte = b"".join(Client().get("/cartes/geoshop/export.csv").streaming_content).decode("utf-8-sig")
    assert "RUE MONTREE" in texte


def test_sans_local_la_page_dit_quoi_faire() -> None:
    reponse = Client().get("/geoshop/")
    assert reponse.status_code == 200
    assert "Aucun commerce n’est encore recensé." in reponse.content.decode()


def test_le_document_diffuse_est_public_et_ouvert() -> None:
    peupler()
    [source] = documents()
    document = vacance_du(timezone.localdate().isoformat(), personne=None, au=timezone.now())
    ouverts = {tableau.identifiant for tableau in document.tableaux_ouverts()}
    assert ouverts == {"definitions", "familles"}
    assert "rues" not in {section.identifiant for section in document.sections}
    assert all("lien" not in cle for tableau in document.tableaux() for ligne in tableau.lignes for cle in ligne)
    assert source.retour("2026-09-30") == "/observatoire-commerce/vacance/?au=2026-09-30"


@pytest.mark.parametrize("reference", ["demain", "2024-06-10"])
def test_rien_a_diffuser_se_dit(reference: str) -> None:
    with pytest.raises(DocumentIndisponible):
        vacance_du(reference, personne=None, au=timezone.now())


def test_autant_de_requetes_pour_vingt_commerces_que_pour_douze() -> None:
    comptes = []
    for combien in (12, 20):
        peupler(combien)
        client = Client()
        client.get("/geoshop/")
        with CaptureQueriesContext(connection) as lues:
            client.get("/geoshop/")
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]
