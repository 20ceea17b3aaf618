"""Ce que la fiche 5 donne à diffuser : la vacance commerciale du territoire à une date, sans rien d'un local."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from tissu.actions.observatoire_commerce.publications.vacance import document_public
from tissu.publications.choices import Periodicite
from tissu.publications.contenu import Document
from tissu.publications.sources import DocumentIndisponible, SourceDeDocument

CLE = "observatoire_commerce.vacance"


def documents() -> tuple[SourceDeDocument, ...]:
    """La série de la vacance commerciale."""
    return (
        SourceDeDocument(
            cle=CLE, slug="vacance-commerciale", titre="Vacance commerciale",
            resume="Les locaux commerciaux du territoire et leur vacance : par commune, par quartier, par définition.",
            document=vacance_du, retour=lambda jour: f"{reverse('observatoire_commerce:vacance')}?au={jour}",
            origine="observatoire_commerce", mots_cles=("commerce", "vacance", "locaux", "quartiers"),
            periodicite=Periodicite.TRIMESTRIELLE,
        ),
    )  # fmt: skip


def vacance_du(reference: str, *, personne: Any, au: datetime) -> Document:
    """La vacance à ce jour (« 2026-09-30 »). Lève `DocumentIndisponible` s'il n'y a rien à en dire."""
    try:
        jour = date.fromisoformat(reference)
    except ValueError as erreur:
        raise DocumentIndisponible(f"« {reference} » n'est pas une date.") from erreur
    document = document_public(au=jour)
    if document.source_au is None:
        raise DocumentIndisponible("Aucun local n'est recensé à cette date : importez ou relevez d'abord.")
    return document
