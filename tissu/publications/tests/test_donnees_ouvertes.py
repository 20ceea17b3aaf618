"""Les données ouvertes : schémas valides, types tenus quand tout manque, catalogue DCAT lu comme un moissonneur."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from tissu.comptes.models import Organisation, Personne
from tissu.publications import queries
from tissu.publications.contenu import Colonne, Document, Nature, Tableau
from tissu.publications.donnees_ouvertes import fichiers as ouverts
from tissu.publications.donnees_ouvertes.catalogue import PAR_PAGE
from tissu.publications.models import Edition, FichierDiffuse, Publication
from tissu.publications.tests.fabrique import AU, diffuser, preparer

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
# Les types de champ du Table Schema, et ceux que le Parquet leur donne.
TYPES = {
    Nature.TEXTE: ("string", pa.string()), Nature.CODE: ("string", pa.string()), Nature.SIREN: ("string", pa.string()),
    Nature.SIRET: ("string", pa.string()), Nature.NOMBRE: ("integer", pa.int64()),
    Nature.VARIATION: ("integer", pa.int64()), Nature.DECIMAL: ("number", pa.float64()),
    Nature.TAUX: ("number", pa.float64()), Nature.EUROS: ("number", pa.float64()),
    Nature.CENTIMES: ("number", pa.float64()), Nature.CENTIEMES: ("number", pa.float64()),
    Nature.DATE: ("date", pa.date32()),
}  # fmt: skip
PLEINES = {
    "string": "é;,\"'", "integer": 3, "number": Decimal("1.5"), "date": date(2026, 1, 2)
}  # fmt: skip
CADRE = Publication(slug="flux_essai", titre="Flux", resume="Chaque mois.", organisation=Organisation(nom="Chambre"))


def tableau(lignes: list[dict[str, Any]]) -> Tableau:
    colonnes = [Colonne(nature.value, nature.value.title(), nature) for nature in Nature]
    return Tableau("tout_vide", "Tout", colonnes, lignes, ouvert=True, cle_primaire=("siret",))


def verifier_ressource(ressource: dict[str, Any]) -> None:
    """Les règles du Tabular Data Resource et du Table Schema que ce fichier pourrait enfreindre."""
    assert re.fullmatch(r"[-a-z0-9._/]+", ressource["name"])
    assert (ressource["profile"], ressource["encoding"]) == ("tabular-data-resource", "utf-8")
    assert all(isinstance(valeur, str) and valeur for cle, valeur in ressource.items()
               if cle not in {"schema", "licenses", "sources"})  # fmt: skip
    assert [set(une) for une in ressource["licenses"]] == [{"name", "title", "path"}]
    schema = ressource["schema"]
    noms = [champ["name"] for champ in schema["fields"]]
    assert len(noms) == len(set(noms))
    assert {champ["type"] for champ in schema["fields"]} <= {"string", "integer", "number", "date", "boolean"}
    assert all(set(champ) <= {"name", "title", "type", "description"} for champ in schema["fields"])
    assert set(schema.get("primaryKey", [])) <= set(noms)
    assert schema["missingValues"] == [""]
    for cle in {"created", "modified"} & set(ressource):
        date.fromisoformat(ressource[cle])


def test_chaque_nature_a_son_type() -> None:
    assert set(TYPES) == set(Nature)


@pytest.mark.parametrize("lignes", [[], [{}], [{}, dict.fromkeys(Nature)]], ids=["aucune", "vide", "nulles"])
def test_une_colonne_toute_vide_garde_son_type(lignes: list[dict[str, Any]]) -> None:
    champs = {champ["name"]: champ["type"] for champ in ouverts.champs(tableau(lignes))}
    assert champs == {nature.value: TYPES[nature][0] for nature in Nature}
    table = pq.read_table(io.BytesIO(ouverts.en_parquet(tableau(lignes))))
    assert {champ.name: champ.type for champ in table.schema} == {n.value: TYPES[n][1] for n in Nature}
    assert table.to_pylist() == [dict.fromkeys(champs)] * len(lignes)


def test_une_valeur_ne_change_pas_le_type_de_sa_colonne() -> None:
    pleine: dict[str, Any] = {nature.value: PLEINES[TYPES[nature][0]] for nature in Nature}
    pleine["siret"] = "00000000200017"
    rempli = tableau([pleine, {}])
    assert ouverts.champs(rempli) == ouverts.champs(tableau([{}]))
    (relue, vide) = pq.read_table(io.BytesIO(ouverts.en_parquet(rempli))).to_pylist()
    assert (relue["siret"], relue["date"], relue["taux"]) == ("00000000200017", date(2026, 1, 2), 1.5)
    assert vide == dict.fromkeys(n.value for n in Nature)


@pytest.mark.parametrize("dates", [(None, None), (AU, date(2026, 11, 1))], ids=["sans date", "datée"])
def test_le_schema_est_valide_avec_et_sans_dates(dates: tuple[Any, Any]) -> None:
    edition = Edition(publication=CADRE, numero=1, periode_libelle="octobre", diffusee_le=dates[0], donnees_au=dates[1])
    ressource = json.loads(json.dumps(ouverts.schema(tableau([{}]), edition)))
    verifier_ressource(ressource)
    assert ({"created", "modified"} <= set(ressource)) is (dates[0] is not None)


@pytest.mark.django_db
def test_le_schema_servi_est_valide(flux: Publication, ouvert: Document, mission: Personne, client: Client) -> None:
    diffuser(preparer(flux, replace(ouvert, source_au=None), mission), mission)
    ressource = json.loads(client.get("/publications/flux/1/donnees/lieux.schema.json").content)
    verifier_ressource(ressource)
    assert "modified" not in ressource


# --- Le catalogue ---


def lire(client: Client, page: str = "") -> Graph:
    reponse = client.get(f"/donnees/catalogue.jsonld{page}")
    assert (reponse.status_code, reponse["Content-Type"]) == (200, "application/ld+json")
    graphe = Graph()
    _poser(graphe, json.loads(reponse.content))
    return graphe


def _poser(graphe: Graph, objets: list[dict[str, Any]]) -> None:
    """Le JSON-LD déplié, lu à la main : sa forme même est ce qu'on vérifie ici."""
    for objet in objets:
        sujet = _noeud(objet["@id"])
        for type_ in objet.get("@type", []):
            graphe.add((sujet, RDF.type, URIRef(type_)))
        for predicat, valeurs in objet.items():
            if predicat.startswith("@"):
                continue
            for valeur in valeurs:
                graphe.add((sujet, URIRef(predicat), _valeur(valeur)))


def _noeud(identifiant: str) -> Any:
    return BNode(identifiant) if identifiant.startswith("_:") else URIRef(identifiant)


def _valeur(valeur: dict[str, Any]) -> Any:
    if "@id" in valeur:
        return _noeud(valeur["@id"])
    type_ = valeur.get("@type")
    return Literal(valeur["@value"], lang=valeur.get("@language"), datatype=URIRef(type_) if type_ else None)


def un(graphe: Graph, sujet: Any, predicat: Any) -> Any:
    (valeur,) = graphe.objects(sujet, predicat)
    return valeur


@pytest.mark.django_db
def test_le_json_ld_a_la_forme_de_dcat_ap(
    flux: Publication, ouvert: Document, mission: Personne, client: Client, settings: Any
) -> None:
    """Les propriétés obligatoires et recommandées de DCAT-AP, chacune de la sorte attendue."""
    flux.contact = "donnees@essai.example"
    flux.save()
    edition = diffuser(preparer(flux, ouvert, mission), mission)
    graphe = lire(client)
    (catalogue,) = graphe.subjects(RDF.type, DCAT.Catalog)
    (jeu,) = graphe.objects(catalogue, DCAT.dataset)
    assert un(graphe, catalogue, DCTERMS.title).language == "fr"
    assert un(graphe, catalogue, DCTERMS.description).language == "fr"
    for porteur in (catalogue, jeu):
        assert un(graphe, un(graphe, porteur, DCTERMS.publisher), RDF.type) == FOAF.Agent
    assert (jeu, RDF.type, DCAT.Dataset) in graphe
    assert str(un(graphe, jeu, DCTERMS.identifier)) == "flux/lieux"
    assert un(graphe, jeu, DCTERMS.description) == Literal("Chaque mois.", lang="fr")
    assert un(graphe, jeu, DCAT.keyword) == Literal("entreprises", lang="fr")
    assert str(un(graphe, jeu, DCTERMS.accrualPeriodicity)).endswith("/frequency/MONTHLY")
    carte = un(graphe, jeu, DCAT.contactPoint)
    assert str(un(graphe, carte, URIRef("http://www.w3.org/2006/vcard/ns#hasEmail"))) == "mailto:donnees@essai.example"
    fichiers = {f.format: f for f in edition.fichiers.filter(jeu="lieux")}
    vues = {}
    for distribution in graphe.objects(jeu, DCAT.distribution):
        assert (distribution, RDF.type, DCAT.Distribution) in graphe
        adresse = un(graphe, distribution, DCAT.accessURL)
        taille = un(graphe, distribution, DCAT.byteSize)
        assert isinstance(adresse, URIRef)
        assert adresse == un(graphe, distribution, DCAT.downloadURL)
        assert taille.datatype == XSD.nonNegativeInteger
        assert isinstance(un(graphe, distribution, DCTERMS.license), URIRef)
        assert un(graphe, distribution, DCTERMS.modified).datatype == XSD.dateTime
        schema = str(un(graphe, distribution, DCTERMS.conformsTo)).removeprefix(settings.ADRESSE)
        verifier_ressource(json.loads(client.get(schema).content))
        contenu = client.get(str(adresse).removeprefix(settings.ADRESSE)).content
        vues[str(adresse).rpartition("lieux.")[2]] = (len(contenu), int(taille))
    assert vues == {f: (fichiers[f].octets, fichiers[f].octets) for f in ("csv", "parquet", "geojson")}


@pytest.mark.django_db
@pytest.mark.parametrize("combien", [PAR_PAGE, PAR_PAGE + 1, 2 * PAR_PAGE + 5])
def test_les_pages_du_catalogue_se_suivent(
    combien: int, flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    """Un moissonneur part de la première page, suit `hydra:next` et finit par avoir tout lu, une fois."""
    edition = diffuser(preparer(flux, document, mission), mission)
    FichierDiffuse.objects.bulk_create(
        FichierDiffuse(edition=edition, jeu=f"jeu-{rang:03d}", format="csv", cle="x", sha256="x", octets=1,
                       fichier=f"publications/{rang}.csv", rendu_le=AU)
        for rang in range(combien)
    )  # fmt: skip
    page, lus, vues = "?page=1", [], 0
    while page:
        graphe = lire(client, page)
        vues += 1
        lus += [str(jeu).rpartition("/")[2] for jeu in graphe.objects(None, DCAT.dataset)]
        liees = list(graphe.subjects(RDF.type, HYDRA.PartialCollectionView))
        if combien <= PAR_PAGE:
            assert liees == []
            break
        (ici,) = liees
        assert int(un(graphe, ici, HYDRA.totalItems)) == combien
        assert str(ici).endswith(f"/donnees/catalogue.jsonld{page}")
        assert (list(graphe.objects(ici, HYDRA.previous)) == []) is (vues == 1)
        assert str(un(graphe, ici, HYDRA.last)).endswith(f"?page={-(-combien // PAR_PAGE)}")
        page = "".join(f"?{str(suite).partition('?')[2]}" for suite in graphe.objects(ici, HYDRA.next))
    assert (sorted(lus), vues) == ([f"jeu-{rang:03d}" for rang in range(combien)], -(-combien // PAR_PAGE))
    for fausse in ("0", "-1", str(vues + 1), "x", "9" * 30):
        assert client.get("/donnees/catalogue.jsonld", {"page": fausse}).status_code == 404


@pytest.mark.django_db
def test_l_empreinte_du_catalogue_suit_les_metadonnees(
    flux: Publication, ouvert: Document, mission: Personne, client: Client
) -> None:
    edition = diffuser(preparer(flux, ouvert, mission), mission)
    changements: list[tuple[Any, dict[str, Any]]] = [
        (Publication, {"titre": "Flux renommés"}), (Publication, {"resume": "Autrement dit."}),
        (Publication, {"mots_cles": ["flux"]}), (Publication, {"periodicite": "ANNUAL"}),
        (Publication, {"licence": "odbl-1.0"}), (Publication, {"theme": "REGI"}), (Publication, {"contact": "a@b.fr"}),
        (Organisation, {"nom": "Chambre renommée"}), (Edition, {"periode_libelle": "octobre"}),
        (Edition, {"periode": "2026-11"}), (FichierDiffuse, {"octets": 7}), (FichierDiffuse, {"rendu_le": AU}),
    ]  # fmt: skip
    vues, pages = [], []
    for modele, champs in [(Publication, {}), *changements]:
        if champs:
            modele.objects.update(**champs)
        reponse = client.get("/donnees/catalogue.ttl")
        vues.append(reponse["ETag"])
        pages.append(reponse.content)
        assert client.get("/donnees/catalogue.ttl", HTTP_IF_NONE_MATCH=vues[-1]).status_code == 304
    assert len(set(vues)) == len(vues) == len(changements) + 1
    assert len(set(pages)) == len(pages)
    assert client.get("/donnees/catalogue.rdf")["ETag"] not in vues
    assert queries.jeux_de_donnees(au=timezone.now())[0].publication.pk == edition.publication_id


@pytest.mark.django_db
def test_un_nom_hostile_ne_casse_pas_le_catalogue(
    flux: Publication, ouvert: Document, mission: Personne, client: Client
) -> None:
    nom = 'CCI <x> "é" d\'ici\n<urn:a> <urn:b> <urn:c> .'
    Organisation.objects.update(nom=nom)
    flux.contact = "a b>@essai.example"
    flux.save()
    diffuser(preparer(flux, ouvert, mission), mission)
    for format_, ecriture in (("ttl", "turtle"), ("rdf", "xml")):
        lu = Graph().parse(data=client.get(f"/donnees/catalogue.{format_}").content, format=ecriture)
        (jeu,) = lu.subjects(RDF.type, DCAT.Dataset)
        assert str(lu.value(lu.value(jeu, DCTERMS.publisher), FOAF.name)) == nom
        assert (URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c")) not in lu
