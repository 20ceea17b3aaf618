"""Un rendu que chacun peut demander, fait une fois et gardé sur disque tant que son contenu ne change pas."""

import hashlib

from django.core.cache import caches

from tissu.publications import contenu_json
from tissu.publications.contenu import Document
from tissu.publications.habillage import Habillage
from tissu.publications.rendus import rendre


def rendre_et_garder(document: Document, format_: str, *, habillage: Habillage | None = None) -> bytes:
    """Les octets du document dans ce format ; refaits dès que le document ou l'habillage change."""
    dependances = f"{format_}{contenu_json.ecrire(document)}{habillage!r}"
    cle = "rendu:" + hashlib.sha256(dependances.encode()).hexdigest()
    gardes = caches["dessins"]
    octets: bytes | None = gardes.get(cle)
    if octets is None:
        octets = rendre(document, format_, habillage=habillage)
        gardes.set(cle, octets, timeout=None)
    return octets
