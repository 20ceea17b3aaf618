"""D'où viennent les documents à diffuser : chaque porte déclare les siens par sa promesse `documents`.

La promesse est une fonction sans argument qui rend des `SourceDeDocument`. Le service ne connaît que leur clé et la
référence que la page d'origine lui tend, signée : « fichier_entreprises.flux », « 2026-10 ».
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from tissu.publications.choices import Audience, NatureDePublication, Periodicite, Theme
from tissu.publications.contenu import Document
from tissu.socle.action import appeler_les_portes

SEL = "tissu.publications.sources"


class SourceInconnue(LookupError):
    """Aucune porte ne déclare cette source, ou la référence n'est pas de nous."""


class DocumentIndisponible(Exception):
    """La source n'a pas de document à diffuser sous cette référence ; le message dit pourquoi, en clair."""


@dataclass(frozen=True)
class Serie:
    """Une suite de parutions d'une source. `cle` la désigne à jamais ; l'adresse et le titre sont ceux du départ."""

    cle: str
    slug: str
    titre: str


@dataclass(frozen=True)
class SourceDeDocument:
    """Une série de documents qu'une porte sait donner.

    `document(reference, *, personne, au)` rend le document à figer, ou lève `DocumentIndisponible` ; `retour` rend
    l'adresse de la page d'origine. `audience` est la plus large permise, `raison` dit pourquoi pas plus.
    `slug`, `titre` et le reste décrivent la publication, créée à sa première édition. Une source qui tient plusieurs
    suites de parutions (une par convention) les distingue par `serie(reference)`. Une source qui nomme des personnes ou
    des entreprises donne `relire(document)` : ce que le droit permet encore de lire du document figé. `lecteurs` :
    les rôles qui lisent ses éditions diffusées hors du cercle de leur audience.
    """

    cle: str
    slug: str
    titre: str
    resume: str
    document: Callable[..., Document]
    retour: Callable[[str], str]
    nature: NatureDePublication = NatureDePublication.RAPPORT
    origine: str = ""
    theme: Theme = Theme.ECONOMIE
    mots_cles: tuple[str, ...] = ()
    periodicite: Periodicite = Periodicite.IRREGULIERE
    audience: Audience = Audience.PUBLIC
    raison: str = ""
    serie: Callable[[str], Serie] | None = None
    relire: Callable[[Document], Document] | None = None
    lecteurs: frozenset[str] = frozenset()

    def serie_de(self, reference: str) -> Serie:
        """La suite où paraît ce document. Lève `DocumentIndisponible` si la source ne connaît pas la référence."""
        return self.serie(reference) if self.serie else Serie("", self.slug, self.titre)


def sources() -> dict[str, SourceDeDocument]:
    """Toutes les sources, par clé."""
    return {source.cle: source for _, promises in appeler_les_portes("documents") for source in promises}


def relu(cle: str, document: Document) -> Document:
    """Le document figé tel qu'il peut se lire aujourd'hui ; une source qui n'est plus déclarée n'y change rien."""
    connue = sources().get(cle)
    return connue.relire(document) if connue is not None and connue.relire is not None else document


def lecteurs_de(cle: str) -> frozenset[str]:
    """Les rôles qui lisent les éditions de cette source en plus de leur audience."""
    connue = sources().get(cle) if cle else None
    return connue.lecteurs if connue is not None else frozenset()


def source(cle: str) -> SourceDeDocument:
    """La source de cette clé. Lève `SourceInconnue`."""
    connues = sources()
    if cle not in connues:
        raise SourceInconnue(f"Aucune action ne donne de document « {cle} ».")
    return connues[cle]


def lien_de_diffusion(cle: str, reference: str) -> str:
    """L'adresse du formulaire qui diffuse ce document : à poser derrière un bouton « Diffuser… »."""
    jeton = signing.dumps([cle, reference], salt=SEL)
    return reverse("publications:diffuser", args=[jeton])


def lire_reference(jeton: str) -> tuple[SourceDeDocument, str]:
    """La source et la référence d'un jeton. Lève `SourceInconnue`."""
    try:
        cle, reference = signing.loads(jeton, salt=SEL)
    except (signing.BadSignature, ValueError, TypeError) as erreur:
        raise SourceInconnue("Ce lien de diffusion n'est pas valable : repartez de la page du document.") from erreur
    return source(cle), reference
