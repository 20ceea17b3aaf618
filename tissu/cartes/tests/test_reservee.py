"""Une couche réservée à des personnes : le rôle n'y suffit par aucune adresse, ni par le composant, ni par le code."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.template import engines
from django.test import Client, RequestFactory

from tissu.cartes import checks
from tissu.cartes.couches import couches
from tissu.cartes.lecture import demander, lire
from tissu.cartes.models import Perimetre
from tissu.cartes.operations.cles import creer_cle
from tissu.cartes.tests import exemple
from tissu.cartes.tests.adresses import toutes_les_adresses
from tissu.cartes.tests.test_tuiles import case
from tissu.comptes.choices import NatureAcces, Role, TypeOrganisation
from tissu.comptes.models import Acces, Personne
from tissu.comptes.tests.fabrique import organisation, personne

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("couches_d_essai")]
SLUG = "essai-metropole"
CASE = case(5.0415, 47.322, 15)
ADRESSES = toutes_les_adresses(SLUG, "L1", CASE)


def du_role_seul() -> Personne:
    return personne("ailleurs", Role.CHARGE_MISSION, dans=organisation("Bureau d'ailleurs", TypeOrganisation.CCI))


def de_la_metropole(nom: str = "agente") -> Personne:
    return personne(nom, Role.CHARGE_MISSION, dans=organisation("Métropole d'essai", TypeOrganisation.METROPOLE))


def client_de(qui: Personne) -> Client:
    client = Client()
    client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def statut(client: Client, adresse: str) -> int:
    """Le statut d'une réponse lue jusqu'au bout."""
    reponse = client.get(adresse)
    assert reponse.getvalue() or reponse.status_code == 204
    return reponse.status_code


def test_chaque_sorte_d_adresse_y_est() -> None:
    assert len(ADRESSES) == len(set(ADRESSES)) == 19
    for morceau in (".mvt", "description.json", "liste", "objets", "choisir", "selection.geojson", "export.geojson",
                    "export.gpkg", "impression.pdf", "impression/", f"/ogc/collections/{SLUG}/items"):  # fmt: skip
        assert any(morceau in adresse for adresse in ADRESSES), morceau


@pytest.mark.parametrize("adresse", ADRESSES)
def test_le_role_sans_l_organisation_n_ouvre_rien(adresse: str) -> None:
    assert statut(client_de(du_role_seul()), adresse) == 403
    assert statut(Client(), adresse) == (401 if adresse.startswith("/ogc/") else 403)
    assert statut(client_de(de_la_metropole()), adresse) == 200


def test_une_cle_de_sig_ne_vaut_que_ce_que_vaut_sa_personne() -> None:
    for qui, statut in ((du_role_seul(), 403), (de_la_metropole(), 200)):
        secret = creer_cle(nom="QGIS", auteur=qui, au=datetime.now(UTC))[1]
        basique = base64.b64encode(f"x:{secret}".encode()).decode()
        reponse = Client().get(f"/ogc/collections/{SLUG}/items", headers={"Authorization": f"Basic {basique}"})
        assert reponse.status_code == statut


def test_elle_ne_s_annonce_qu_a_qui_peut_l_ouvrir() -> None:
    for qui, attendu in ((du_role_seul(), False), (de_la_metropole(), True)):
        client = client_de(qui)
        for adresse in ("/cartes/", "/cartes/sig/", "/ogc/collections", "/ogc/api"):
            assert ("Locaux de la métropole" in client.get(adresse).content.decode()) is attendu, adresse


def test_le_composant_n_en_montre_rien() -> None:
    gabarit = engines["django"].from_string('{% load cartes %}{% carte "essai-metropole" %}')
    for qui, attendu in ((du_role_seul(), False), (de_la_metropole(), True)):
        requete = RequestFactory().get("/ailleurs/")
        requete.user = qui
        assert ("data-carte=" in gabarit.render({}, requete)) is attendu


def test_le_code_qui_oublierait_de_demander_est_refuse() -> None:
    ferme = du_role_seul()
    with pytest.raises(PermissionDenied):
        lire(exemple.ESSAI_DE_LA_METROPOLE, demander(exemple.ESSAI_DE_LA_METROPOLE, QueryDict(), ferme))


def test_changer_d_organisation_ferme_aussitot_ce_qui_etait_deja_lu() -> None:
    mutee = de_la_metropole()
    client = client_de(mutee)
    assert client.get(f"/cartes/{SLUG}/liste/").status_code == 200
    mutee.organisation = organisation("Bureau d'ailleurs", TypeOrganisation.CCI)
    mutee.save()
    assert client.get(f"/cartes/{SLUG}/liste/").status_code == 403


def test_le_lien_vers_la_page_n_est_que_pour_qui_l_ouvre() -> None:
    """Même lecture partagée : qui passe le premier ne décide pas pour le suivant."""
    agente, cheffe = client_de(de_la_metropole()), client_de(de_la_metropole("cheffe"))
    for _ in range(2):
        for client, attendu in ((agente, False), (cheffe, True)):
            for adresse in (f"/cartes/{SLUG}/objets/?id=L1", f"/cartes/{SLUG}/liste/", f"/cartes/{SLUG}/"):
                assert ('href="/registre/' in _contenu(client, adresse)) is attendu, adresse


def _contenu(client: Client, adresse: str) -> str:
    """Ce qui est propre à la couche : la navigation, elle, mène au registre."""
    page = client.get(adresse).content.decode()
    return page.partition("<main")[2] or page


def test_une_sortie_se_journalise_meme_sans_champ_reserve() -> None:
    qui = de_la_metropole()
    client = client_de(qui)
    client.get(f"/cartes/{SLUG}/export.csv")
    client.get(f"/cartes/{SLUG}/impression.pdf")
    client.get("/cartes/essai-quartiers/export.csv")
    lus = Acces.objects.filter(nature=NatureAcces.EXPORT).order_by("pk").values_list("personne", "objet_id", "motif")
    assert list(lus) == [
        (qui.pk, SLUG, "Export csv de 5\u00a0locaux"), (qui.pk, SLUG, "Carte imprimée (pdf) de 5\u00a0locaux")
    ]  # fmt: skip


def test_une_couche_n_est_pas_publique_et_reservee() -> None:
    fautive = replace(exemple.ESSAI_LOCAUX, reservee_a=lambda qui: True, page_ouverte_a=lambda qui: True)
    assert list(checks.defauts(fautive)) == [
        "elle est publique et réservée à la fois", "page_ouverte_a ouvre une page qu'elle n'a pas"
    ]  # fmt: skip


def test_la_page_d_un_perimetre_ne_l_annonce_pas() -> None:
    for qui, attendu in ((du_role_seul(), False), (de_la_metropole(), True)):
        sien = Perimetre.objects.create(
            nom="Cœur", auteur=qui, geometrie=shapely.to_geojson(exemple.CENTRE), fichier="coeur.geojson",
            sommets=4, surface_ha=100, depose_le=datetime.now(UTC),
        )  # fmt: skip
        page = client_de(qui).get(f"/cartes/perimetres/{sien.pk}/").content.decode()
        assert ("Locaux de la métropole" in page) is attendu


def test_ses_zones_ne_servent_pas_a_choisir_ailleurs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Une couche de périmètres réservée : ni proposée, ni utilisable dans l'adresse d'une autre carte."""
    reserves = exemple.ESSAI_DE_LA_METROPOLE
    quartiers = replace(
        exemple.ESSAI_QUARTIERS, publique=False, roles=reserves.roles, reservee_a=reserves.reservee_a
    )  # fmt: skip
    monkeypatch.setattr(exemple, "COUCHES", (exemple.ESSAI_LOCAUX, quartiers))
    couches.cache_clear()
    for qui, ouvert in ((du_role_seul(), False), (de_la_metropole(), True)):
        client = client_de(qui)
        reponse = client.get("/cartes/essai-locaux/export.csv?dans=zone:essai-quartiers/centre")
        assert (reponse.status_code == 200, b"Caf\xc3\xa9 du Port" in reponse.getvalue()) == (ouvert, ouvert)
        assert ("Centre-ville" in client.get("/cartes/essai-locaux/choisir/").content.decode()) is ouvert
