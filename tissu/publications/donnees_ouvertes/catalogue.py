"""Le catalogue DCAT-AP : un jeu par tableau ouvert d'une publication, une distribution par fichier d'une édition."""

import hashlib
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from django.utils.text import slugify
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef

from tissu.publications.choices import ADRESSES_DES_LICENCES, Licence
from tissu.publications.donnees_ouvertes.fichiers import FORMATS_OUVERTS
from tissu.publications.models import FichierDiffuse
from tissu.publications.queries import JeuDeDonnees
from tissu.socle.periodes import Periode, PeriodeInvalide, exercice, mois, semestre

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
UE = "http://publications.europa.eu/resource/authority/"
MEDIAS = "https://www.iana.org/assignments/media-types/"
PAR_PAGE = 100
# Ce que le graphe dit de chacun, donc ce qui le fait changer.
DE_LA_PUBLICATION = ("slug", "titre", "resume", "periodicite", "theme", "mots_cles", "licence", "contact")
DE_L_EDITION = ("numero", "periode", "periode_libelle", "diffusee_le")
DU_FICHIER = ("jeu", "format", "octets", "sha256", "rendu_le")
ECRITURES = {
    "jsonld": ("application/ld+json", "json-ld"),
    "ttl": ("text/turtle; charset=utf-8", "turtle"),
    "rdf": ("application/rdf+xml", "pretty-xml"),
}


def catalogue(
    jeux: list[JeuDeDonnees], *, racine: str, adresse_de: Callable[[FichierDiffuse], str], territoire: str,
    editeur: str, page: int = 1, extension: str = "ttl",
) -> Graph:  # fmt: skip
    """Le graphe d'une page du catalogue. `racine` : adresse de `/donnees/` ; `adresse_de` : celle d'un fichier."""
    graphe = Graph()
    for prefixe, espace in (("dcat", DCAT), ("dct", DCTERMS), ("hydra", HYDRA), ("vcard", VCARD), ("foaf", FOAF)):
        graphe.bind(prefixe, espace)
    tout = URIRef(f"{racine}#catalogue")
    graphe.add((tout, RDF.type, DCAT.Catalog))
    graphe.add((tout, DCTERMS.title, Literal(f"Données ouvertes de {territoire}", lang="fr")))
    phrase = f"Les données ouvertes du partenariat économique de {territoire}, avec leur schéma."
    graphe.add((tout, DCTERMS.description, Literal(phrase, lang="fr")))
    graphe.add((tout, DCTERMS.language, URIRef(f"{UE}language/FRA")))
    graphe.add((tout, FOAF.homepage, URIRef(racine)))
    graphe.add((tout, DCTERMS.publisher, _organisation(graphe, racine, editeur)))
    for jeu in jeux[(page - 1) * PAR_PAGE : page * PAR_PAGE]:
        graphe.add((tout, DCAT.dataset, _jeu(graphe, jeu, racine, territoire, adresse_de)))
    dates = [f.rendu_le for jeu in jeux for f in jeu.fichiers]
    if dates:
        graphe.add((tout, DCTERMS.modified, Literal(max(dates).isoformat(), datatype=XSD.dateTime)))
    if len(jeux) > PAR_PAGE:
        _pages(graphe, racine, len(jeux), page, extension)
    return graphe


def empreinte(jeux: list[JeuDeDonnees], *reglages: object) -> str:
    """De quoi le graphe est fait, en une empreinte : elle change avec tout ce qu'un moissonneur y lirait.

    Le graphe lui-même n'y suffit pas : ses nœuds anonymes changent de nom à chaque écriture. `reglages` : le reste de
    ce dont la page dépend (format, page, territoire).
    """
    faits = [
        (
            [getattr(f.edition.publication, champ) for champ in DE_LA_PUBLICATION],
            f.edition.publication.organisation.nom,
            [getattr(f.edition, champ) for champ in DE_L_EDITION], [getattr(f, champ) for champ in DU_FICHIER],
        )
        for jeu in jeux
        for f in jeu.fichiers
    ]  # fmt: skip
    return hashlib.sha256(repr((reglages, faits)).encode()).hexdigest()


def _jeu(
    graphe: Graph, jeu: JeuDeDonnees, racine: str, territoire: str, adresse_de: Callable[[FichierDiffuse], str]
) -> URIRef:
    publication = jeu.publication
    sujet = URIRef(f"{racine}#{publication.slug}/{jeu.jeu}")
    licence = URIRef(ADRESSES_DES_LICENCES[Licence(publication.licence)])
    graphe.add((sujet, RDF.type, DCAT.Dataset))
    graphe.add((sujet, DCTERMS.identifier, Literal(f"{publication.slug}/{jeu.jeu}")))
    graphe.add((sujet, DCTERMS.title, Literal(f"{publication.titre} : {jeu.jeu.replace('_', ' ')}", lang="fr")))
    graphe.add((sujet, DCTERMS.description, Literal(publication.resume, lang="fr")))
    graphe.add((sujet, DCTERMS.publisher, _organisation(graphe, racine, publication.organisation.nom)))
    graphe.add((sujet, DCTERMS.license, licence))
    graphe.add((sujet, DCTERMS.language, URIRef(f"{UE}language/FRA")))
    graphe.add((sujet, DCTERMS.accrualPeriodicity, URIRef(f"{UE}frequency/{publication.periodicite}")))
    graphe.add((sujet, DCTERMS.accessRights, URIRef(f"{UE}access-right/PUBLIC")))
    graphe.add((sujet, DCAT.theme, URIRef(f"{UE}data-theme/{publication.theme}")))
    for mot in publication.mots_cles:
        graphe.add((sujet, DCAT.keyword, Literal(mot, lang="fr")))
    lieu = BNode()
    graphe.add((lieu, RDF.type, DCTERMS.Location))
    graphe.add((lieu, RDFS.label, Literal(territoire, lang="fr")))
    graphe.add((sujet, DCTERMS.spatial, lieu))
    carte = BNode()
    graphe.add((carte, RDF.type, VCARD.Organization))
    graphe.add((carte, VCARD.fn, Literal(publication.organisation.nom)))
    if publication.contact:
        graphe.add((carte, VCARD.hasEmail, URIRef(f"mailto:{quote(publication.contact, safe='@')}")))
    graphe.add((sujet, DCAT.contactPoint, carte))
    diffusees = [edition.diffusee_le for edition in jeu.editions if edition.diffusee_le]
    graphe.add((sujet, DCTERMS.issued, Literal(min(diffusees).isoformat(), datatype=XSD.dateTime)))
    graphe.add((sujet, DCTERMS.modified, Literal(max(diffusees).isoformat(), datatype=XSD.dateTime)))
    _temps(graphe, sujet, [p for p in (periode_de(e.periode) for e in jeu.editions) if p])
    schemas = {f.edition_id: URIRef(adresse_de(f)) for f in jeu.fichiers if f.format == "schema.json"}
    for fichier in jeu.fichiers:
        if fichier.format != "schema.json":
            adresse = adresse_de(fichier)
            graphe.add((sujet, DCAT.distribution, _distribution(graphe, fichier, adresse, licence, schemas)))
    return sujet


def _distribution(
    graphe: Graph, fichier: FichierDiffuse, adresse: str, licence: URIRef, schemas: dict[int, URIRef]
) -> URIRef:
    nature, nom = FORMATS_OUVERTS[fichier.format]
    sujet = URIRef(f"{adresse}#distribution")
    graphe.add((sujet, RDF.type, DCAT.Distribution))
    graphe.add((sujet, DCTERMS.title, Literal(f"{fichier.edition.periode_libelle} ({nom})", lang="fr")))
    graphe.add((sujet, DCAT.accessURL, URIRef(adresse)))
    graphe.add((sujet, DCAT.downloadURL, URIRef(adresse)))
    graphe.add((sujet, DCAT.mediaType, URIRef(MEDIAS + nature.split(";")[0])))
    graphe.add((sujet, DCTERMS.format, URIRef(f"{UE}file-type/{fichier.format.upper()}")))
    graphe.add((sujet, DCAT.byteSize, Literal(fichier.octets, datatype=XSD.nonNegativeInteger)))
    graphe.add((sujet, DCTERMS.license, licence))
    if fichier.edition.diffusee_le:
        graphe.add((sujet, DCTERMS.issued, Literal(fichier.edition.diffusee_le.isoformat(), datatype=XSD.dateTime)))
    graphe.add((sujet, DCTERMS.modified, Literal(fichier.rendu_le.isoformat(), datatype=XSD.dateTime)))
    if fichier.edition_id in schemas:
        graphe.add((sujet, DCTERMS.conformsTo, schemas[fichier.edition_id]))
    return sujet


def periode_de(code: str) -> Periode | None:
    """La période d'un code d'édition : mois, semestre ou année ; None s'il n'en désigne pas."""
    for lire in (mois, semestre):
        try:
            return lire(code)
        except PeriodeInvalide:
            continue
    return exercice(int(code)) if len(code) == 4 and code.isdecimal() and code > "1000" else None


def _temps(graphe: Graph, sujet: URIRef, periodes: list[Periode]) -> None:
    if not periodes:
        return
    temps = BNode()
    graphe.add((temps, RDF.type, DCTERMS.PeriodOfTime))
    graphe.add((temps, DCAT.startDate, _jour(min(periode.debut for periode in periodes))))
    graphe.add((temps, DCAT.endDate, _jour(max(periode.fin for periode in periodes))))
    graphe.add((sujet, DCTERMS.temporal, temps))


def _jour(jour: date) -> Literal:
    return Literal(jour.isoformat(), datatype=XSD.date)


def _organisation(graphe: Graph, racine: str, nom: str) -> URIRef:
    sujet = URIRef(f"{racine}#organisation-{slugify(nom)}")
    graphe.add((sujet, RDF.type, FOAF.Agent))
    graphe.add((sujet, FOAF.name, Literal(nom)))
    return sujet


def _pages(graphe: Graph, racine: str, total: int, page: int, extension: str) -> None:
    """La pagination Hydra, que suivent les moissonneurs."""
    adresse = f"{racine}catalogue.{extension}?page="
    dernier = -(-total // PAR_PAGE)
    ici = URIRef(f"{adresse}{page}")
    graphe.add((ici, RDF.type, HYDRA.PartialCollectionView))
    graphe.add((ici, HYDRA.totalItems, Literal(total)))
    voisines = {HYDRA.first: 1, HYDRA.last: dernier, HYDRA.previous: page - 1, HYDRA.next: page + 1}
    for lien, numero in voisines.items():
        if 1 <= numero <= dernier:
            graphe.add((ici, lien, URIRef(f"{adresse}{numero}")))
