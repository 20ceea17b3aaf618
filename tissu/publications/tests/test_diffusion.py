"""Préparer, diffuser, lire, retirer, compter : sur une vraie base, par les opérations et par les écrans."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rdflib import DCAT, DCTERMS, RDF, Graph

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation, Personne
from tissu.publications import contenu_json, operations, queries
from tissu.publications.choices import Audience
from tissu.publications.contenu import Document
from tissu.publications.donnees_ouvertes import fichiers as ouverts
from tissu.publications.models import ContenuFige, Publication, Telechargement
from tissu.publications.operations.rendu import rendre_edition
from tissu.publications.tests.fabrique import AU, HUMAIN, ROBOT, connecter, diffuser, personne, preparer
from tissu.socle.periodes import mois
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
PAGE, FICHIER = "/publications/flux/1/", "/publications/flux/1/fichier.xlsx"


def test_preparer_deux_fois_rend_la_meme_edition(flux: Publication, document: Document, mission: Personne) -> None:
    premiere = preparer(flux, document, mission)
    assert preparer(flux, document, mission) == premiere
    assert contenu_json.empreinte(queries.contenu(premiere)) == premiere.empreinte


def test_un_autre_document_sur_la_meme_periode_demande_une_correction(
    flux: Publication, document: Document, mission: Personne
) -> None:
    premiere = diffuser(preparer(flux, document, mission), mission)
    autre = replace(document, titre="Autre")
    with pytest.raises(operations.DiffusionRefusee, match="corrigez-la"):
        preparer(flux, autre, mission)
    seconde = operations.corriger(edition=premiere, document=autre, note="Titre.", auteur=mission, au=AU)
    assert (seconde.numero, seconde.remplace, seconde.note_de_version) == (2, premiere, "Titre.")
    diffuser(seconde, mission)
    assert list(queries.ouvertes(au=timezone.now())) == [seconde]


def test_une_autre_organisation_ne_diffuse_pas(flux: Publication, document: Document, mission: Personne) -> None:
    autre = personne("autre", Organisation.objects.create(nom="Métropole", type="metropole"), Role.CHARGE_MISSION)
    with pytest.raises(operations.DiffusionRefusee, match="éditée par Chambre"):
        preparer(flux, document, autre)
    with pytest.raises(operations.DiffusionRefusee, match="éditée par Chambre"):
        operations.diffuser(
            edition=preparer(flux, document, mission), audience="public", confirmee=True, auteur=autre, au=AU
        )


def test_une_liste_reservee_ne_va_pas_au_public(flux: Publication, document: Document, mission: Personne) -> None:
    flux.audience_maximale = Audience.PARTENAIRES
    flux.save()
    with pytest.raises(operations.DiffusionRefusee, match="ne va pas au-delà"):
        preparer(flux, document, mission, audience="public")


def test_rendre_deux_fois_ne_refait_rien(flux: Publication, ouvert: Document, mission: Personne) -> None:
    edition = diffuser(preparer(flux, ouvert, mission), mission, embargo_jusqu_au=timezone.now() + timedelta(days=1))
    assert sorted(edition.fichiers.values_list("jeu", "format", "sous_embargo")) == [
        ("", "pdf", False), ("", "pdf", True), ("", "pptx", False), ("", "pptx", True), ("", "xlsx", False),
        ("", "xlsx", True), ("lieux", "csv", False), ("lieux", "geojson", False), ("lieux", "parquet", False),
        ("lieux", "schema.json", False),
    ]  # fmt: skip
    assert rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=AU) == 0


def test_l_embargo_finit_a_sa_minute(
    flux: Publication, ouvert: Document, mission: Personne, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fin = timezone.now() + timedelta(hours=1)
    diffuser(preparer(flux, ouvert, mission), mission, embargo_jusqu_au=fin)
    instants = {}
    for nom, au in (("avant", fin - timedelta(seconds=1)), ("apres", fin)):
        monkeypatch.setattr(timezone, "now", lambda au=au: au)
        instants[nom] = (client.get(PAGE).status_code, client.get(FICHIER, **HUMAIN).status_code,
                         len(queries.jeux_de_donnees(au=au)))  # fmt: skip
    assert instants == {"avant": (404, 404, 0), "apres": (200, 200, 1)}


def test_le_comite_lit_avant_le_public(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    diffuser(preparer(flux, document, mission), mission, embargo_jusqu_au=timezone.now() + timedelta(hours=1))
    client.force_login(personne("elue", None, Role.ELU), backend="allauth.account.auth_backends.AuthenticationBackend")
    reponse = client.get(PAGE)
    assert (reponse.status_code, "Sous embargo" in reponse.content.decode()) == (200, True)


def test_une_edition_retiree_dit_pourquoi_et_n_a_plus_de_fichier(
    flux: Publication, document: Document, mission: Personne, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    edition = diffuser(preparer(flux, document, mission), mission)
    chemins = [Path(f.fichier.path) for f in edition.fichiers.all()]
    with django_capture_on_commit_callbacks(execute=True):
        operations.retirer(edition=edition, motif="Zone comptée deux fois.", auteur=mission, au=AU + timedelta(days=1))
    page, fichier = client.get(PAGE), client.get(FICHIER, **HUMAIN)
    assert (page.status_code, fichier.status_code) == (410, 410)
    assert "Zone comptée deux fois." in page.content.decode()
    assert [chemin.exists() for chemin in chemins] == [False] * len(chemins)
    assert ContenuFige.objects.filter(edition=edition).exists()


def test_un_robot_n_est_pas_un_telechargement(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    diffuser(preparer(flux, document, mission), mission)
    etag = client.get(FICHIER, **HUMAIN)["ETag"]
    client.get(FICHIER, **HUMAIN)  # double-clic
    client.get(FICHIER, **ROBOT)
    client.head(FICHIER, **HUMAIN)
    client.get(FICHIER, HTTP_RANGE="bytes=500-", **HUMAIN)
    client.get(FICHIER, HTTP_SEC_PURPOSE="prefetch", **HUMAIN)
    assert client.get(FICHIER, HTTP_IF_NONE_MATCH=etag, **HUMAIN).status_code == 304
    assert sorted(Telechargement.objects.values_list("robot", flat=True)) == [False, True]
    ce_mois = mois(timezone.localdate().strftime("%Y-%m"))
    assert queries.telechargements(flux, ce_mois) == 1


def test_les_donnees_ouvertes_disent_la_meme_chose_partout(
    flux: Publication, ouvert: Document, mission: Personne, client: Client
) -> None:
    diffuser(preparer(flux, ouvert, mission), mission)
    lus = {
        format_: client.get(f"/publications/flux/1/donnees/lieux.{format_}", **HUMAIN).content
        for format_ in ouverts.FORMATS_OUVERTS
    }
    schema = json.loads(lus["schema.json"])
    table = pq.read_table(io.BytesIO(lus["parquet"]))
    assert [(c["name"], c["type"]) for c in schema["schema"]["fields"]] == [
        ("nom", "string"), ("combien", "integer"), ("combien_note", "string"), ("part", "number"), ("jour", "date"),
        ("lon", "number"), ("lat", "number"),
    ]  # fmt: skip
    assert table.to_pylist()[1] == dict.fromkeys(table.column_names) | {"nom": "Trois", "combien_note": "secret"}
    assert list(csv.reader(io.StringIO(lus["csv"].decode()))) == [
        ["nom", "combien", "combien_note", "part", "jour", "lon", "lat"],
        ["Un, deux", "0", "", "0.25", "2026-10-01", "5.04", "47.32"],
        ["Trois", "", "secret", "", "", "", ""],
    ]
    entites = json.loads(lus["geojson"])["features"]
    assert [e["geometry"] for e in entites] == [{"type": "Point", "coordinates": [5.04, 47.32]}, None]
    assert (schema["schema"]["primaryKey"], schema["licenses"][0]["name"]) == (["nom"], "lo-2.0")


# rdflib lit le JSON-LD par une de ses classes qu'il dit vieillie.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("format_", ["ttl", "jsonld", "rdf"])
def test_le_catalogue_se_relit(
    format_: str, flux: Publication, ouvert: Document, mission: Personne, client: Client
) -> None:
    edition = diffuser(preparer(flux, ouvert, mission), mission)
    reponse = client.get(f"/donnees/catalogue.{format_}")
    lu = Graph().parse(data=reponse.content, format={"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}[format_])
    (jeu,) = lu.subjects(RDF.type, DCAT.Dataset)
    distributions = list(lu.objects(jeu, DCAT.distribution))
    tailles = {int(lu.value(d, DCAT.byteSize)) for d in distributions}
    assert len(distributions) == 3
    assert tailles == set(
        edition.fichiers.filter(jeu="lieux").exclude(format="schema.json").values_list("octets", flat=True)
    )
    assert all(lu.value(d, DCTERMS.conformsTo) for d in distributions)
    debut = lu.value(lu.value(jeu, DCTERMS.temporal), DCAT.startDate)
    assert str(debut) == "2026-10-01"
    suite = client.get(f"/donnees/catalogue.{format_}", HTTP_IF_NONE_MATCH=reponse["ETag"])
    assert suite.status_code == 304


@pytest.mark.parametrize("combien", [1, 3])
def test_la_liste_se_lit_en_autant_de_requetes(
    combien: int, flux: Publication, document: Document, mission: Personne, client: Client,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for rang in range(combien):
        edition = operations.preparer(
            publication=flux, document=document, periode=f"2026-0{rang + 1}", auteur=mission, au=AU
        )
        operations.diffuser(edition=edition, audience="public", confirmee=True, auteur=mission, au=AU)
    with django_assert_num_queries(1):
        assert client.get("/publications/").status_code == 200


def test_la_gestion_se_lit_en_autant_de_requetes(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    client, comptes = connecter(client, mission), []
    for rang in range(3):
        operations.preparer(publication=flux, document=document, periode=f"2026-0{rang + 1}", auteur=mission, au=AU)
        with CaptureQueriesContext(connection) as requetes:
            assert len(client.get("/publications/gestion/").context["page"]) == rang + 1
        comptes.append(len(requetes))
    assert comptes[1] == comptes[2] == comptes[0]


@pytest.mark.parametrize(
    ("champ", "octets", "nom", "message"),
    [
        ("logo", b"<svg/>", "", "n'est pas une image"),
        ("diapositives", b"PK", "modele.pptm", "sans macro"),
        ("diapositives", b"autre", "modele.pptx", "n'est pas un diaporama"),
    ],
)
def test_un_gabarit_faux_est_refuse(champ: str, octets: bytes, nom: str, message: str, mission: Personne) -> None:
    suite = {champ: octets} | ({"diapositives_nom": nom} if nom else {})
    with pytest.raises(operations.GabaritRefuse, match=message):
        operations.enregistrer_gabarit(
            organisation=mission.organisation, nom="Essai", depuis=AU.date(), auteur=mission, au=AU, **suite
        )
