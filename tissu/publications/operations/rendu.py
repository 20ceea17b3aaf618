"""Faire les fichiers d'une édition et les ranger, chacun une seule fois."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from tissu.publications import contenu_json, queries
from tissu.publications.choices import Audience, EtatDiffusion
from tissu.publications.contenu import Document
from tissu.publications.donnees_ouvertes.fichiers import FORMATS_OUVERTS, rendre_jeu
from tissu.publications.habillage import Habillage, mention_d_embargo, mention_de_reserve
from tissu.publications.models import Edition, FichierDiffuse
from tissu.publications.rendus import rendre
from tissu.publications.rules import sous_embargo
from tissu.socle.formats import date_longue
from tissu.socle.travaux import SansSuivi

FORMATS_DIFFUSES = ("pdf", "pptx", "xlsx")
# Ce dont dépend un rendu, et qu'un geste peut changer pendant qu'il se fait.
DU_RENDU = ("etat", "audience", "embargo_jusqu_au", "diffusee_le")


def rendre_edition(*, edition: int, suivi: Any, au: datetime) -> int:
    """Fait les fichiers qui manquent, ou dont l'habillage ou ce qui peut s'en lire a changé ; rend leur nombre.

    Une édition retirée n'en reçoit plus.
    """
    objet = Edition.objects.select_related("publication__organisation").get(pk=edition)
    if objet.etat == EtatDiffusion.RETIREE:
        return 0
    document = queries.document(objet)
    lu = contenu_json.empreinte(contenu_json.ecrire(document))
    habillage = habillage_de(objet, au=au)
    voulus = _voulus(objet, document, au)
    faits = 0
    for rang, (jeu, format_, embargo) in enumerate(voulus):
        suivi.avancer(rang / len(voulus), f"Fichier {rang + 1} sur {len(voulus)}")
        porte = habillage if embargo else replace(habillage, embargo="")
        cle = _cle(lu, porte, jeu)
        if FichierDiffuse.objects.filter(edition=objet, jeu=jeu, format=format_, sous_embargo=embargo, cle=cle).exclude(
            fichier=""
        ):
            continue
        octets = rendre_jeu(document, jeu, format_, objet) if jeu else rendre(document, format_, habillage=porte)
        if not _ranger(objet, jeu, format_, embargo, cle, octets, au):
            return faits
        faits += 1
    Edition.objects.filter(pk=objet.pk, **{champ: getattr(objet, champ) for champ in DU_RENDU}).update(rendue_le=au)
    return faits


def apres_import(*, au: datetime, **contexte: Any) -> dict[str, int]:
    """Refait sur-le-champ les fichiers des éditions dont un registre neuf ne permet plus de lire tout le contenu."""
    figees = Edition.objects.exclude(etat=EtatDiffusion.RETIREE).exclude(publication__source="")
    refaits = 0
    for edition in figees.select_related("publication").order_by("pk"):
        if queries.document(edition) != contenu_json.lire(queries.contenu(edition)):
            refaits += rendre_edition(edition=edition.pk, suivi=SansSuivi(), au=au)
    return {"fichiers_refaits": refaits}


def habillage_de(edition: Edition, *, au: datetime) -> Habillage:
    """Le gabarit de l'organisation éditrice au jour dit, et les mentions de l'édition."""
    diffusee = f", diffusée le {date_longue(edition.diffusee_le)}" if edition.diffusee_le else ", en préparation"
    return replace(
        queries.habillage(edition.publication.organisation, au=au.date()),
        edition=f"édition {edition.numero}{diffusee}",
        embargo=mention_d_embargo(edition.embargo_jusqu_au),
        reserve=mention_de_reserve(edition.audience),
    )


def _voulus(edition: Edition, document: Document, au: datetime) -> list[tuple[str, str, bool]]:
    """Les fichiers d'une édition : (jeu, format, avec la mention d'embargo)."""
    embargos = [True, False] if sous_embargo(edition.embargo_jusqu_au, au=au) else [False]
    voulus = [("", format_, embargo) for format_ in FORMATS_DIFFUSES for embargo in embargos]
    if edition.audience == Audience.PUBLIC and edition.etat == EtatDiffusion.DIFFUSEE:
        voulus += [
            (tableau.identifiant, format_, False)
            for tableau in document.tableaux_ouverts()
            for format_ in FORMATS_OUVERTS
            if format_ != "geojson" or tableau.geometrie
        ]
    return voulus


def _cle(lu: str, habillage: Habillage, jeu: str) -> str:
    """De quoi un fichier est fait : ce qui se lit du document, et l'habillage pour ceux qui en portent un."""
    dependances = lu if jeu else f"{lu}{habillage!r}"
    return hashlib.sha256(dependances.encode()).hexdigest()


def _ranger(edition: Edition, jeu: str, format_: str, embargo: bool, cle: str, octets: bytes, au: datetime) -> bool:
    """Écrit le fichier puis sa ligne ; l'ancien s'efface quand la nouvelle est acquise.

    Faux, et rien n'est écrit, si l'édition a changé pendant le rendu : retirée, elle ne reçoit plus de fichier ;
    diffusée ou élargie, un autre rendu suit.
    """
    somme = hashlib.sha256(octets).hexdigest()
    nom = f"{edition.publication.slug}-{edition.numero}{'-' + jeu if jeu else ''}-{somme[:10]}.{format_}"
    with transaction.atomic():
        actuelle = Edition.objects.select_for_update().get(pk=edition.pk)
        if any(getattr(actuelle, champ) != getattr(edition, champ) for champ in DU_RENDU):
            return False
        ligne, _ = FichierDiffuse.objects.get_or_create(
            edition=edition, jeu=jeu, format=format_, sous_embargo=embargo,
            defaults={"cle": "", "sha256": "", "octets": 0, "rendu_le": au},
        )  # fmt: skip
        ancien = ligne.fichier.name
        ligne.cle, ligne.sha256, ligne.octets, ligne.rendu_le = cle, somme, len(octets), au
        ligne.fichier.save(nom, ContentFile(octets), save=True)
        stockage, nouveau = ligne.fichier.storage, ligne.fichier.name
        if ancien and ancien != nouveau:
            transaction.on_commit(lambda: stockage.delete(ancien))
    return True
