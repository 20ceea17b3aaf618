"""Ce que la fiche 7 donne à diffuser : le rapport d'un mois figé, la liste d'un semestre figé."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from tissu.actions.fichier_entreprises.publications.flux import document_flux
from tissu.actions.fichier_entreprises.publications.grands import document_plus_de_50
from tissu.actions.fichier_entreprises.publications.relecture import taire
from tissu.actions.fichier_entreprises.queries import flux, grands
from tissu.actions.fichier_entreprises.queries.lignes import lignes_du_mois
from tissu.publications.choices import Audience, NatureDePublication, Periodicite
from tissu.publications.contenu import Document
from tissu.publications.sources import DocumentIndisponible, SourceDeDocument
from tissu.registre.nomenclatures import libelle_tranche


def documents() -> tuple[SourceDeDocument, ...]:
    """Les deux séries de la fiche."""
    return (
        SourceDeDocument(
            cle="fichier_entreprises.flux", slug="flux-des-entreprises", titre="Flux des entreprises",
            resume="Chaque mois : créations, transferts et fermetures d'établissements du territoire, révisions dites.",
            document=rapport_du_mois, retour=lambda mois: reverse("fichier_entreprises:flux", args=[mois]),
            origine="fichier_entreprises", mots_cles=("entreprises", "établissements", "créations", "fermetures"),
            periodicite=Periodicite.MENSUELLE, relire=taire,
        ),
        SourceDeDocument(
            cle="fichier_entreprises.plus_de_50", slug="etablissements-de-plus-de-50-salaries",
            titre="Établissements de plus de 50 salariés",
            resume="Chaque semestre : les établissements et unités légales de plus de 50 salariés.",
            document=liste_du_semestre, retour=lambda s: reverse("fichier_entreprises:grands", args=[s]),
            nature=NatureDePublication.LISTE, origine="fichier_entreprises", periodicite=Periodicite.SEMESTRIELLE,
            audience=Audience.PARTENAIRES, relire=taire,
            raison="Cette liste porte des effectifs du fichier consulaire : elle ne va pas au-delà des partenaires.",
        ),
    )  # fmt: skip


def rapport_du_mois(reference: str, *, personne: Any, au: datetime) -> Document:
    """Le rapport d'un mois figé, sans les effectifs du fichier consulaire. Lève `DocumentIndisponible`."""
    resultat = flux.rapport(reference)
    if resultat.edition is None:
        raise DocumentIndisponible("Publiez d'abord ce rapport : seule une première valeur figée se diffuse.")
    lignes = lignes_du_mois(resultat.flux.periode, resultat.flux.perimetre)
    # L'effectif consulaire n'est communiqué qu'aux agents : celui qui se diffuse est la tranche de l'Insee.
    return document_flux(resultat, [{**une, "effectif": libelle_tranche(une["tranche_effectif"])} for une in lignes])


def liste_du_semestre(reference: str, *, personne: Any, au: datetime) -> Document:
    """La liste d'un semestre figé, sans dirigeant. Lève `DocumentIndisponible`."""
    resultat = grands.liste(reference)
    if resultat.edition is None:
        raise DocumentIndisponible("Publiez d'abord cette liste : seule une liste figée se diffuse.")
    return document_plus_de_50(resultat)
