"""Le guide de la sécurité, à imprimer : les pages publiées, dans leur ordre, puis les référents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.models import PageConseil, Referent
from tissu.actions.alerte_commerce.queries.conseils import pages_publiees, referents_publies
from tissu.actions.alerte_commerce.queries.textes import en_blocs
from tissu.publications.choices import NatureDePublication, Periodicite, Theme
from tissu.publications.contenu import Colonne, Document, Paragraphe, Section, Tableau
from tissu.publications.sources import DocumentIndisponible, SourceDeDocument
from tissu.socle.formats import date_longue
from tissu.socle.territoire import territoire

CLE = "alerte_commerce.guide"
COLONNES = (
    Colonne("nom", "Référent"),
    Colonne("fonction", "Fonction"),
    Colonne("organisation", "Organisation"),
    Colonne("secteur", "Secteur"),
    Colonne("telephone", "Téléphone"),
    Colonne("courriel", "Courriel"),
)
URGENCE = "En urgence, appelez le 17 ou le 112. Par SMS, si parler est impossible : 114."


def document_guide() -> Document | None:
    """Le guide tel qu'il se lit aujourd'hui ; None tant qu'aucune page n'est publiée. Deux requêtes."""
    pages = list(pages_publiees())
    if not pages:
        return None
    modifiee = timezone.localtime(max(page.modifiee_le for page in pages))
    return Document(
        titre="Guide de la sécurité du commerce", sous_titre="Alerte Commerce : se préparer, réagir, se faire aider",
        territoire=territoire().nom, periode=f"Édition du {date_longue(modifiee)}", source_au=modifiee.date(),
        version=f"révision {sum(page.revision for page in pages)}", partenaires=territoire().partenaires,
        sections=[*(_page(page) for page in pages), _referents(list(referents_publies()))],
    )  # fmt: skip


def source_du_guide() -> SourceDeDocument:
    """Le guide, à diffuser : chaque diffusion en fige une édition."""
    return SourceDeDocument(
        cle=CLE, slug="guide-de-la-securite", titre="Guide de la sécurité du commerce",
        resume="Se préparer, réagir, se faire aider : les conseils d'Alerte Commerce et ses référents.",
        document=_a_diffuser, retour=lambda reference: reverse("alerte_commerce:conseils"),
        nature=NatureDePublication.NOTE, origine="alerte_commerce", theme=Theme.SOCIETE,
        mots_cles=("commerce", "sécurité", "prévention"), periodicite=Periodicite.ANNUELLE,
    )  # fmt: skip


def _a_diffuser(reference: str, *, personne: Any, au: datetime) -> Document:
    document = document_guide()
    if document is None:
        raise DocumentIndisponible("Aucune page du guide n'est publiée : écrivez-en une et cochez « publiée ».")
    return document


def _page(page: PageConseil) -> Section:
    resume = [Paragraphe(page.resume)] if page.resume else []
    return Section(page.slug, page.titre, [*resume, *en_blocs(page.corps)])


def _referents(referents: Sequence[Referent]) -> Section:
    lignes = [{colonne.cle: getattr(un, colonne.cle) for colonne in COLONNES} for un in referents]
    dites = [une for une in COLONNES if not lignes or any(ligne[une.cle] for ligne in lignes)]
    tableau = Tableau("referents", "Référents du réseau", dites, lignes, vide="Les référents paraîtront ici.")
    return Section("referents", "Vos référents", [Paragraphe(URGENCE), tableau])
