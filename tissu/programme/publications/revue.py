"""Le document d'une revue, fait des seuls chiffres figés et de leurs rectifications : il se recompose à l'identique."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from tissu.programme.choices import EtatRevue
from tissu.programme.models import Revue
from tissu.programme.permissions import peut_tenir_la_revue
from tissu.programme.publications import revue_parties as parties
from tissu.programme.publications.revue_fiches import section_de_fiche
from tissu.programme.queries import revues as lectures
from tissu.programme.queries.figures import ranger
from tissu.publications.choices import NatureDePublication, Periodicite
from tissu.publications.contenu import Document
from tissu.publications.sources import DocumentIndisponible, Serie, SourceDeDocument
from tissu.socle.formats import date_longue
from tissu.socle.theme import theme


def document_revue(revue: Revue) -> Document:
    """Le bilan ou le point d'étape, projet ou verrouillé, en six requêtes au plus : le constat d'abord."""
    figee = ranger(list(lectures.figures(revue)))
    commentaires = list(revue.commentaires.select_related("organisation").order_by("organisation__nom", "pk"))
    propositions = {une.fiche_id: une for une in revue.propositions.order_by("pk")}
    rectifications = parties.rectifications(figee)
    return Document(
        titre=str(revue),
        sous_titre=revue.convention.titre,
        territoire=theme().nom,
        periode=str(revue.annee),
        source_au=revue.au,
        version=version(revue),
        partenaires=[organisation.nom for organisation in revue.convention.partenaires.all()],
        sections=[
            parties.essentiel(revue, figee, [un for un in commentaires if un.fiche_id is None]),
            parties.decisions(revue, figee, propositions),
            parties.etats(figee),
            parties.resultats(revue, figee),
            parties.budget(figee),
            *([rectifications] if rectifications else []),
            *(
                section_de_fiche(
                    revue, une, [un for un in commentaires if un.fiche_id == une.fiche.pk],
                    propositions.get(une.fiche.pk),
                )
                for une in figee.fiches
            ),
            parties.methode(revue, figee),
        ],
    )  # fmt: skip


def version(revue: Revue) -> str:
    """« Projet », « Arrêté le … », ou « Verrouillé le … par … et … »."""
    if revue.etat == EtatRevue.OUVERTE:
        return "Projet"
    if revue.etat == EtatRevue.ARRETEE:
        return f"Arrêté le {date_longue(revue.arretee_le)}, à signer"
    signataires = " et ".join(accord.organisation.nom for accord in revue.accords.select_related("organisation"))
    return f"Verrouillé le {date_longue(revue.verrouillee_le)} par {signataires}"


def documents() -> list[SourceDeDocument]:
    """Les revues, pour le service des publications : une édition par revue verrouillée, une série par convention."""
    return [
        SourceDeDocument(
            cle="programme.revue",
            slug="revue-du-partenariat",
            titre="Revues du partenariat",
            resume="Bilans annuels et points à mi-parcours des fiches-actions, verrouillés par les deux partenaires.",
            document=_document_a_diffuser,
            retour=lambda reference: reverse("programme:revue", args=[reference]),
            nature=NatureDePublication.BILAN,
            origine="programme",
            periodicite=Periodicite.ANNUELLE,
            serie=_serie,
        )
    ]


def _serie(reference: str) -> Serie:
    """Les revues d'une convention paraissent sous sa propre adresse."""
    convention = _revue(reference).convention
    annees = f"{convention.debut}-{convention.fin}"
    return Serie(str(convention.pk), f"revue-du-partenariat-{annees}", f"Revues du partenariat {annees}")


def _revue(reference: str) -> Revue:
    revue = lectures.revues().filter(pk=int(reference)).first()
    if revue is None:
        raise DocumentIndisponible("Cette revue n'existe pas.")
    return revue


def _document_a_diffuser(reference: str, *, personne: Any, au: datetime) -> Document:
    revue = _revue(reference)
    if not peut_tenir_la_revue(personne, revue):
        raise DocumentIndisponible("La diffusion de cette revue n'est pas ouverte à votre rôle.")
    if revue.etat != EtatRevue.VERROUILLEE:
        raise DocumentIndisponible("Une revue se diffuse une fois verrouillée par les deux partenaires.")
    return document_revue(revue)
