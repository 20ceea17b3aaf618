"""Déposer un périmètre, le partager, l'effacer ; choisir par la saisie ; créer et révoquer une clé."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tissu.cartes.croquis import COTE, croquis
from tissu.cartes.fichiers import FichierDeContoursRefuse
from tissu.cartes.models import CleAcces, Perimetre
from tissu.cartes.operations.cles import CleRefusee, creer_cle, revoquer_cle
from tissu.cartes.operations.perimetres import (
    PerimetreRefuse,
    deposer_perimetre,
    effacer_perimetre,
    modifier_perimetre,
)
from tissu.cartes.selection import Cercle, Polygone, contour_du_cercle, ecrire_forme
from tissu.comptes.choices import Role, TypeEvenementDeCompte
from tissu.comptes.models import EvenementDeCompte
from tissu.comptes.tests.fabrique import organisation, personne

LE = datetime(2026, 11, 23, 9, tzinfo=UTC)
CARRE = [[5.0, 47.3], [5.1, 47.3], [5.1, 47.4], [5.0, 47.4], [5.0, 47.3]]
VOISIN = [[5.1, 47.3], [5.2, 47.3], [5.2, 47.4], [5.1, 47.4], [5.1, 47.3]]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("couches_d_essai")]


def collection(*anneaux: list) -> bytes:
    entites = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [anneau]}}
        for anneau in anneaux
    ]
    return json.dumps({"type": "FeatureCollection", "features": entites}).encode()


def fichier(dossier: Path, contenu: bytes, nom: str = "étude.geojson") -> Path:
    chemin = dossier / nom
    chemin.write_bytes(contenu)
    return chemin


def deposer(chemin: Path, auteur, **autres):
    voulu = {"nom": "Étude", "partage": False, "nom_fichier": chemin.name, "au": LE} | autres
    return deposer_perimetre(fichier=chemin, auteur=auteur, **voulu)


def client_de(qui) -> Client:
    client = Client()
    client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --- Les périmètres ---


def test_les_contours_d_un_fichier_font_un_perimetre(tmp_path):
    ada = personne("ada")
    perimetre, avis = deposer(fichier(tmp_path, collection(CARRE, VOISIN)), ada)
    assert avis == ["Les 2 entités du fichier sont réunies en un seul périmètre."]
    assert (perimetre.auteur, perimetre.organisation, perimetre.fichier, perimetre.depose_le) == (
        ada, ada.organisation, "étude.geojson", LE,
    )  # fmt: skip
    contour = shapely.from_geojson(perimetre.geometrie)
    assert (contour.geom_type, perimetre.sommets) == ("Polygon", shapely.get_num_coordinates(contour))
    assert contour.bounds == (5.0, 47.3, 5.2, 47.4)
    assert perimetre.surface_ha == pytest.approx(16_800, rel=0.01)


def test_un_geopackage_en_lambert_fait_un_perimetre_en_degres(tmp_path):
    chemin = tmp_path / "zac.gpkg"
    carre = shapely.box(853_000, 6_690_000, 854_000, 6_691_000)
    pyogrio.raw.write(
        str(chemin), geometry=np.array([carre.wkb]), field_data=[np.array(["ZAC"])], fields=["nom"], layer="zac",
        driver="GPKG", geometry_type="Polygon", crs="EPSG:2154",
    )  # fmt: skip
    perimetre, _ = deposer(chemin, personne("ada"))
    assert perimetre.surface_ha == pytest.approx(100, rel=0.002)
    assert 4.9 < shapely.from_geojson(perimetre.geometrie).centroid.x < 5.2


@pytest.mark.parametrize(
    ("contenu", "nom", "erreur", "message"),
    [
        (b"rien", "x.geojson", FichierDeContoursRefuse, "« x.geojson » n'est pas un GeoJSON lisible"),
        (b"rien", "x.gpkg", FichierDeContoursRefuse, "« x.gpkg » n'est pas un GeoPackage lisible"),
        (b"rien", "x.shp", FichierDeContoursRefuse, "sont lus GeoJSON (.geojson) et GeoPackage (.gpkg)"),
        (b"[" * 100_000, "x.json", FichierDeContoursRefuse, "n'est pas un GeoJSON lisible"),
        (b'{"type": "FeatureCollection"}', "x.json", FichierDeContoursRefuse, "n'a pas de liste d'entités"),
        (b'{"type": "FeatureCollection", "features": [3]}', "x.json", FichierDeContoursRefuse, "n'a pas de contour"),
        (collection(), "x.json", FichierDeContoursRefuse, "ne contient aucun contour"),
        (collection([[5.0, 47.3], [5.1, 47.3], [5.0, 47.3]]), "x.json", FichierDeContoursRefuse, "entité 1"),
        (b" " * (11 * 1024 * 1024), "x.json", PerimetreRefuse, "dépasse 10,5\u00a0Mo"),
    ],
    ids=["texte", "faux gpkg", "shp", "profond", "sans liste", "nombre", "vide", "plat", "lourd"],
)
def test_un_fichier_faux_dit_ou_et_pourquoi_sans_rien_garder(tmp_path, contenu, nom, erreur, message):
    with pytest.raises(erreur) as refus:
        deposer(fichier(tmp_path, contenu, nom), personne("ada"))
    assert message in str(refus.value)
    assert not Perimetre.objects.exists()


def test_un_contour_trop_fin_demande_d_etre_simplifie(tmp_path):
    fin = shapely.get_coordinates(contour_du_cercle(Cercle(5.0, 47.3, 5000), cotes=25_000)).tolist()
    with pytest.raises(PerimetreRefuse, match="compte 25\u202f001 sommets ; il en faut 20\u202f000 au plus"):
        deposer(fichier(tmp_path, collection(fin)), personne("ada"))


def test_deux_perimetres_d_une_personne_n_ont_pas_le_meme_nom(tmp_path):
    ada, bob = personne("ada"), personne("bob")
    chemin = fichier(tmp_path, collection(CARRE))
    premier, _ = deposer(chemin, ada)
    with pytest.raises(PerimetreRefuse, match="déjà un périmètre nommé « Étude »"):
        deposer(chemin, ada)
    deposer(chemin, bob)
    autre, _ = deposer(chemin, ada, nom="Autre")
    with pytest.raises(PerimetreRefuse, match="« Autre »"):
        modifier_perimetre(perimetre=premier, nom="Autre", partage=False, auteur=ada)
    modifier_perimetre(perimetre=autre, nom="Autre", partage=True, auteur=ada)
    assert [(p.nom, p.partage) for p in Perimetre.objects.filter(auteur=ada)] == [("Autre", True), ("Étude", False)]


def test_on_ne_garde_pas_plus_de_perimetres_que_permis(tmp_path):
    ada = personne("ada")
    Perimetre.objects.bulk_create(
        Perimetre(nom=str(rang), geometrie="{}", auteur=ada, fichier="x", sommets=3, surface_ha=1, depose_le=LE)
        for rang in range(100)
    )
    with pytest.raises(PerimetreRefuse, match="déjà le nombre permis"):
        deposer(fichier(tmp_path, collection(CARRE)), ada)


def test_seul_l_auteur_change_ou_efface(tmp_path):
    ada, bob = personne("ada"), personne("bob")
    perimetre, _ = deposer(fichier(tmp_path, collection(CARRE)), ada, partage=True)
    with pytest.raises(PermissionDenied, match="celui de Ada Essai"):
        modifier_perimetre(perimetre=perimetre, nom="À moi", partage=False, auteur=bob)
    with pytest.raises(PermissionDenied):
        effacer_perimetre(perimetre=perimetre, auteur=bob)
    effacer_perimetre(perimetre=perimetre, auteur=ada)
    assert not Perimetre.objects.exists()


def test_les_ecrans_deposent_montrent_et_effacent():
    ada, bob = personne("ada"), personne("bob")
    eve = personne("eve", dans=organisation("Ailleurs"))
    client = client_de(ada)
    envoi = SimpleUploadedFile("Coeur de ville.geojson", collection(CARRE))
    page = client.post(reverse("cartes:perimetre_deposer"), {"fichier": envoi, "partage": "on"}, follow=True)
    perimetre = Perimetre.objects.get()
    assert page.redirect_chain == [(reverse("cartes:perimetre", args=[perimetre.pk]), 302)]
    assert (perimetre.nom, perimetre.partage) == ("Coeur de ville", True)
    vus = {}
    for qui in (ada, bob, eve):
        liste = client_de(qui).get(reverse("cartes:perimetres"))
        fiche = client_de(qui).get(reverse("cartes:perimetre", args=[perimetre.pk]))
        effacer = client_de(qui).post(reverse("cartes:perimetre_effacer", args=[perimetre.pk])) if qui != ada else None
        vus[qui.prenom] = (len(liste.context["lignes"]), fiche.status_code, effacer and effacer.status_code)
    assert vus == {"Ada": (1, 200, None), "Bob": (1, 200, 403), "Eve": (0, 404, 404)}
    renomme = {"nom": "Centre", "partage": ""}
    client.post(reverse("cartes:perimetre", args=[perimetre.pk]), renomme)
    assert client_de(bob).get(reverse("cartes:perimetre", args=[perimetre.pk])).status_code == 404
    client.post(reverse("cartes:perimetre_effacer", args=[perimetre.pk]))
    assert not Perimetre.objects.exists()


def test_un_fichier_refuse_garde_ce_qui_est_tape():
    envoi = SimpleUploadedFile("x.geojson", b"rien")
    page = client_de(personne("ada")).post(reverse("cartes:perimetre_deposer"), {"fichier": envoi, "nom": "Mon étude"})
    assert page.context["form"].errors["fichier"][0].startswith("« x.geojson » n'est pas un GeoJSON lisible")
    assert 'value="Mon étude"' in page.content.decode()


def test_la_liste_ne_demande_pas_plus_de_requetes_pour_plus_de_lignes(tmp_path, django_assert_num_queries):
    ada = personne("ada", Role.LECTEUR)
    client = client_de(ada)
    chemin = fichier(tmp_path, collection(CARRE))
    for nom in ("un", "deux", "trois"):
        deposer(chemin, ada, nom=nom)
        if nom != "deux":
            with django_assert_num_queries(4):
                client.get(reverse("cartes:perimetres"))


def test_le_croquis_garde_les_proportions_et_les_trous():
    troue = shapely.Polygon(CARRE, [[[5.04, 47.34], [5.06, 47.34], [5.06, 47.36], [5.04, 47.36]]])
    dessin = croquis(shapely.to_geojson(troue))
    assert (dessin.hauteur, dessin.trace.count("Z")) == (COTE, 2)
    assert dessin.largeur / dessin.hauteur == pytest.approx(np.cos(np.radians(47.35)), abs=0.03)


# --- Choisir par la saisie ---


def choisir(saisie: str, depart: str = "") -> object:
    return Client().get(f"/cartes/essai-locaux/choisir/?{depart}{saisie}")


@pytest.mark.parametrize(
    ("saisie", "ajout"),
    [
        ("choix-sens=dans&choix-forme=cercle&choix-lon=5,0415&choix-lat=47,322&choix-rayon=500",
         "dans=cercle:5.0415,47.322,500"),
        ("choix-sens=hors&choix-forme=polygone&choix-sommets=5,0+47,3%0A5.1+47.3%0A5,1;47,4",
         f"hors={ecrire_forme(Polygone(((5.0, 47.3), (5.1, 47.3), (5.1, 47.4))))}"),
        ("choix-sens=dans&choix-forme=rue&choix-rue=musette", "dans=rue:2"),
        ("choix-sens=dans&choix-forme=rue&choix-rue=rue&choix-rue_id=1", "dans=rue:1"),
        ("choix-sens=hors&choix-forme=zone&choix-zone=essai-quartiers/nord", "hors=zone:essai-quartiers/nord"),
    ],
)  # fmt: skip
def test_une_forme_saisie_s_ajoute_a_l_adresse_et_ramene_a_la_page(saisie, ajout):
    reponse = choisir(saisie, "activite=services&dans=rue:1&page=3&retour=/geoshop/&")
    attendu = "/geoshop/?activite=services&dans=rue:1" + ("" if ajout == "dans=rue:1" else f"&{ajout}")
    assert (reponse.status_code, reponse.url) == (302, attendu)


@pytest.mark.parametrize(
    ("saisie", "champ", "message"),
    [
        ("choix-sens=dans&choix-forme=cercle&choix-lon=5&choix-lat=47", "rayon", "Donnez le rayon en mètres."),
        (
            "choix-sens=dans&choix-forme=cercle&choix-lon=500&choix-lat=47&choix-rayon=10",
            "rayon",
            "La position 500, 47",
        ),
        ("choix-sens=dans&choix-forme=polygone&choix-sommets=5+47%0A6", "sommets", "Ligne 2 : « 6 »"),
        ("choix-sens=dans&choix-forme=polygone&choix-sommets=5+47%0A5.1+47%0A5.2+47", "sommets", "n'a pas de surface"),
        ("choix-sens=dans&choix-forme=rue&choix-rue=inconnue", "rue", "Aucune rue ne répond à « inconnue »"),
        ("choix-sens=dans&choix-forme=rue&choix-rue=rue", "rue", "Plusieurs rues répondent"),
        ("choix-sens=dans&choix-forme=zone", "zone", "Choisissez une zone."),
        ("choix-sens=dans&choix-forme=perimetre&choix-perimetre=1", "forme", "perimetre"),
    ],
)
def test_une_saisie_fausse_se_corrige_sans_se_perdre(saisie, champ, message):
    page = choisir(saisie, "activite=services&")
    assert page.status_code == 200
    assert message in page.context["form"].errors[champ][0]
    assert '<input type="hidden" name="activite" value="services">' in page.content.decode()


def test_le_retour_ne_mene_pas_ailleurs():
    saisie = "choix-sens=dans&choix-forme=rue&choix-rue=musette"
    retours = {r: choisir(saisie, f"retour={r}&").url for r in ("https://ailleurs.example/", "//ailleurs.example", "x")}
    assert set(retours.values()) == {"/cartes/essai-locaux/?dans=rue:2"}


def test_la_page_d_une_carte_montre_ce_qui_est_choisi_et_comment_l_oter():
    page = Client().get("/cartes/essai-locaux/?activite=services&dans=zone:essai-quartiers/centre&hors=rue:2")
    panneau = page.context["panneau"]
    assert [(p["titre"], p["valeur"], p["retirer"]) for p in panneau["puces"]] == [
        ("Choisi", "dans Centre-ville", "/cartes/essai-locaux/?activite=services&hors=rue:2"),
        ("Exclu", "rue Musette", "/cartes/essai-locaux/?activite=services&dans=zone:essai-quartiers/centre"),
    ]
    assert panneau["sans_position"] == "1\u00a0local"
    dessin = Client().get(panneau["dessin"]).json()
    assert [(f["properties"], f["geometry"]["type"]) for f in dessin["features"]] == [
        ({"sens": "dans", "titre": "dans Centre-ville"}, "Polygon")
    ]


def test_une_selection_d_un_autre_se_refuse_en_une_phrase():
    page = Client().get("/cartes/essai-locaux/?dans=perimetre:1&activite=services")
    assert page.status_code == 400
    assert "n&#x27;est pas partagé avec vous" in page.content.decode()
    assert Client().get("/cartes/essai-locaux/selection.geojson?dans=perimetre:1").status_code == 400


# --- Les clés d'accès ---


def test_une_cle_se_montre_une_fois_et_se_revoque():
    ada = personne("ada", Role.LECTEUR)
    client = client_de(ada)
    page = client.post(reverse("cartes:cle_creer"), {"nom": "QGIS"})
    secret = page.context["secret"]
    assert (page["Cache-Control"], secret in page.content.decode()) == ("no-store", True)
    assert secret not in client.get(reverse("cartes:sig")).content.decode()
    cle = CleAcces.objects.get()
    assert secret not in str(vars(cle))
    assert client_de(personne("bob")).post(reverse("cartes:cle_revoquer", args=[cle.pk])).status_code == 404
    client.post(reverse("cartes:cle_revoquer", args=[cle.pk]))
    assert Client().get("/ogc/collections", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    types = [evenement.type for evenement in EvenementDeCompte.objects.filter(detail="QGIS").order_by("pk")]
    assert types == [TypeEvenementDeCompte.CLE_CREEE, TypeEvenementDeCompte.CLE_REVOQUEE]


def test_revoquer_deux_fois_ne_s_inscrit_qu_une_fois_et_les_cles_sont_comptees():
    ada = personne("ada")
    cle, _ = creer_cle(nom="une", auteur=ada, au=LE)
    for heures in (1, 2):
        revoquer_cle(cle=cle, auteur=ada, au=LE + timedelta(hours=heures))
    assert CleAcces.objects.get().revoquee_le == LE + timedelta(hours=1)
    assert EvenementDeCompte.objects.filter(type=TypeEvenementDeCompte.CLE_REVOQUEE).count() == 1
    for rang in range(10):
        creer_cle(nom=str(rang), auteur=ada, au=LE)
    with pytest.raises(CleRefusee, match="déjà 10 clés ouvertes"):
        creer_cle(nom="de trop", auteur=ada, au=LE)
    with pytest.raises(PermissionDenied):
        revoquer_cle(cle=cle, auteur=personne("bob"), au=LE)


def test_sans_compte_la_page_explique_et_ne_montre_que_les_couches_ouvertes():
    page = Client().get(reverse("cartes:sig"))
    assert [couche.slug for couche in page.context["couches"]] == ["essai-locaux", "essai-quartiers"]
    assert "Vos clés" not in page.content.decode()
