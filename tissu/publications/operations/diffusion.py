"""Préparer une édition, la diffuser, élargir son audience, lever son embargo, la corriger, la retirer.

Le contenu diffusé ne change plus ; la base elle-même ne laisse passer que ces gestes (`publications.intouchables`).
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max

from tissu.publications import contenu_json, permissions, rules
from tissu.publications.choices import Audience, EtatDiffusion
from tissu.publications.contenu import Document, epure
from tissu.publications.models import ContenuFige, Edition, Publication
from tissu.publications.sources import Serie, SourceDeDocument
from tissu.publications.sources import source as source_de
from tissu.socle.travaux import lancer


class DiffusionRefusee(Exception):
    """Le geste n'est pas permis, ou pas dans cet état ; le message dit pourquoi et quoi faire."""


def preparer_depuis(
    *,
    source: SourceDeDocument,
    reference: str,
    auteur: Any,
    au: datetime,
    audience: str = Audience.PARTENAIRES,
    embargo_jusqu_au: datetime | None = None,
    note: str = "",
    contact: str = "",
) -> Edition:
    """Prépare l'édition d'un document que donne une porte ; crée la publication à la première.

    `contact` : l'adresse à écrire, publiée avec le document ; vide, celle de la publication reste.
    Lève `DiffusionRefusee`, ou `DocumentIndisponible` si la source n'a rien sous cette référence.
    """
    serie = source.serie_de(reference)
    publication = _publication_de(source, serie)
    if publication is None:
        if not permissions.peut_preparer(auteur, auteur.organisation, source.origine):
            raise DiffusionRefusee("Seul un chargé de mission rattaché à une organisation prépare une publication.")
        publication = Publication(
            slug=_adresse_libre(serie.slug), titre=serie.titre, resume=source.resume, nature=source.nature,
            source=source.cle, serie=serie.cle, origine=source.origine, theme=source.theme,
            mots_cles=list(source.mots_cles), periodicite=source.periodicite, audience_maximale=source.audience,
            organisation=auteur.organisation, creee_le=au,
        )  # fmt: skip
    _exiger_le_droit(auteur, publication)
    document = source.document(reference, personne=auteur, au=au)
    with transaction.atomic():
        if (serie.cle, contact or publication.contact) != (publication.serie, publication.contact):
            publication.serie, publication.contact = serie.cle, contact or publication.contact
            publication.save()
        return preparer(
            publication=publication, document=document, periode=reference, audience=audience,
            embargo_jusqu_au=embargo_jusqu_au, note=note, auteur=auteur, au=au,
        )  # fmt: skip


def _publication_de(source: SourceDeDocument, serie: Serie) -> Publication | None:
    """La publication de cette série : la sienne, ou celle d'avant les séries si elle a commencé par elle."""
    connues = Publication.objects.select_related("organisation").order_by("pk")
    if not serie.cle:
        return connues.filter(slug=serie.slug).first()
    sienne = connues.filter(source=source.cle, serie=serie.cle).first()
    if sienne is not None:
        return sienne
    # Une adresse déjà donnée ne change pas : la publication unique d'autrefois reste à la série de sa première édition.
    for ancienne in connues.filter(source=source.cle, serie=""):
        premiere = ancienne.editions.order_by("numero").first()
        if premiere is not None and source.serie_de(premiere.periode) == serie:
            return ancienne
    return None


def _adresse_libre(slug: str) -> str:
    """Cette adresse, ou la première suivante (« …-2 ») qu'aucune publication n'a prise."""
    prises = set(Publication.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = (slug, *(f"{slug}-{rang}" for rang in range(2, len(prises) + 2)))
    return next(candidate for candidate in candidates if candidate not in prises)


def preparer(
    *,
    publication: Publication,
    document: Document,
    periode: str,
    auteur: Any,
    au: datetime,
    audience: str = Audience.PARTENAIRES,
    embargo_jusqu_au: datetime | None = None,
    note: str = "",
    remplace: Edition | None = None,
) -> Edition:
    """Fige le document dans une édition préparée et lance la préparation de ses fichiers.

    Le même document préparé deux fois rend la même édition. Lève `DiffusionRefusee`.
    """
    _exiger_le_droit(auteur, publication)
    if not rules.audience_permise(audience, publication.audience_maximale):
        raise DiffusionRefusee(
            f"« {publication.titre} » ne va pas au-delà de cette audience : "
            f"{publication.get_audience_maximale_display().lower()}."
        )
    fige = epure(document)
    texte = contenu_json.ecrire(fige)
    empreinte = contenu_json.empreinte(texte)
    with transaction.atomic():
        if publication.pk is None:
            publication.save()
        # Le verrou de la publication : deux préparations à la fois n'ont ni le même numéro, ni la même période.
        Publication.objects.select_for_update().get(pk=publication.pk)
        en_cours = _edition_de_la_periode(publication, periode, remplace)
        if en_cours is not None:
            if en_cours.empreinte == empreinte and en_cours.etat == EtatDiffusion.BROUILLON:
                return en_cours
            raise DiffusionRefusee(
                f"L'édition {en_cours.numero} porte déjà sur « {en_cours.periode_libelle} » : "
                "corrigez-la pour la remplacer, ou diffusez-la telle qu'elle est."
            )
        numero = publication.editions.aggregate(dernier=Max("numero"))["dernier"] or 0
        edition = Edition(
            publication=publication, numero=numero + 1, periode=periode[:20], periode_libelle=document.periode,
            donnees_au=document.source_au, titre=document.titre, sous_titre=document.sous_titre,
            version=document.version, empreinte=empreinte, audience=audience, embargo_jusqu_au=embargo_jusqu_au,
            note_de_version=note, remplace=remplace, preparee_le=au, preparee_par=auteur,
        )  # fmt: skip
        _garder(edition, "Préparée", auteur=auteur, au=au)
        ContenuFige.objects.create(edition=edition, texte=texte)
        _preparer_les_fichiers(edition, auteur)
    return edition


def corriger_depuis_la_source(*, edition: Edition, note: str, auteur: Any, au: datetime) -> Edition:
    """Prépare la correction d'une édition, du même document relu à sa source.

    Lève `DiffusionRefusee`, `SourceInconnue` ou `DocumentIndisponible`.
    """
    _exiger_le_droit(auteur, edition.publication)
    document = source_de(edition.publication.source).document(edition.periode, personne=auteur, au=au)
    return corriger(edition=edition, document=document, note=note, auteur=auteur, au=au)


def corriger(*, edition: Edition, document: Document, note: str, auteur: Any, au: datetime) -> Edition:
    """Prépare l'édition qui remplacera celle-ci, sous un nouveau numéro. Lève `DiffusionRefusee`."""
    if not note.strip():
        raise DiffusionRefusee("Dites ce que la correction change : les lecteurs de la première édition le liront.")
    if edition.etat == EtatDiffusion.BROUILLON:
        raise DiffusionRefusee("Cette édition n'est pas diffusée : il n'y a rien à corriger.")
    if Edition.objects.filter(remplace=edition).exists():
        raise DiffusionRefusee("Cette édition a déjà une correction : corrigez la dernière.")
    return preparer(
        publication=edition.publication, document=document, periode=edition.periode, audience=edition.audience,
        note=note.strip(), remplace=edition, auteur=auteur, au=au,
    )  # fmt: skip


def diffuser(
    *,
    edition: Edition,
    audience: str,
    auteur: Any,
    au: datetime,
    embargo_jusqu_au: datetime | None = None,
    confirmee: bool = False,
) -> Edition:
    """Rend l'édition lisible de son audience. Le public demande le geste explicite `confirmee`.

    Lève `DiffusionRefusee`.
    """
    _exiger_le_droit(auteur, edition.publication)
    if embargo_jusqu_au is not None and embargo_jusqu_au <= au:
        raise DiffusionRefusee("L'embargo finirait avant d'avoir commencé : donnez une date à venir, ou aucune.")
    with transaction.atomic():
        figee = _prendre(edition)
        refus = rules.refus_de_diffuser(
            etat=figee.etat, audience=audience, maximale=figee.publication.audience_maximale, confirmee=confirmee
        )
        if refus:
            raise DiffusionRefusee(refus)
        figee.etat, figee.audience, figee.embargo_jusqu_au = EtatDiffusion.DIFFUSEE, audience, embargo_jusqu_au
        figee.diffusee_le, figee.diffusee_par = au, auteur
        figee.rendue_le = None
        _garder(figee, f"Diffusée : {figee.get_audience_display().lower()}", auteur=auteur, au=au)
        _preparer_les_fichiers(figee, auteur)
    return figee


def elargir(*, edition: Edition, audience: str, auteur: Any, au: datetime, confirmee: bool = False) -> Edition:
    """Ouvre une édition diffusée à une audience plus large : le comité de pilotage d'abord, le public ensuite.

    Ses fichiers se refont, sans la mention qui la réservait. Le public demande le geste explicite `confirmee`.
    Lève `DiffusionRefusee`.
    """
    _exiger_le_droit(auteur, edition.publication)
    with transaction.atomic():
        figee = _prendre(edition)
        refus = rules.refus_d_elargir(
            etat=figee.etat, audience=figee.audience, nouvelle=audience, confirmee=confirmee,
            maximale=figee.publication.audience_maximale,
        )  # fmt: skip
        if refus:
            raise DiffusionRefusee(refus)
        figee.audience, figee.rendue_le = audience, None
        _garder(figee, f"Audience élargie : {figee.get_audience_display().lower()}", auteur=auteur, au=au)
        _preparer_les_fichiers(figee, auteur)
    return figee


def lever_embargo(*, edition: Edition, auteur: Any, au: datetime) -> Edition:
    """Finit l'embargo maintenant. Sans ce geste, l'horloge le finit à sa date. Lève `DiffusionRefusee`."""
    _exiger_le_droit(auteur, edition.publication)
    with transaction.atomic():
        figee = _prendre(edition)
        if figee.etat != EtatDiffusion.DIFFUSEE or not rules.sous_embargo(figee.embargo_jusqu_au, au=au):
            raise DiffusionRefusee("Cette édition n'est pas sous embargo.")
        figee.embargo_jusqu_au = au
        _garder(figee, "Embargo levé", auteur=auteur, au=au)
        # Un rendu en cours s'arrête en voyant l'embargo changer : un autre le suit.
        _preparer_les_fichiers(figee, auteur)
    return figee


def retirer(*, edition: Edition, motif: str, auteur: Any, au: datetime) -> Edition:
    """Retire une édition : sa page dit pourquoi, ses fichiers sont effacés, son contenu reste gardé.

    Lève `DiffusionRefusee`.
    """
    _exiger_le_droit(auteur, edition.publication)
    if not motif.strip():
        raise DiffusionRefusee("Dites pourquoi : le motif paraît sur la page de l'édition.")
    with transaction.atomic():
        figee = _prendre(edition)
        if figee.etat != EtatDiffusion.DIFFUSEE:
            raise DiffusionRefusee("Seule une édition diffusée se retire.")
        figee.etat, figee.retiree_le, figee.retiree_par = EtatDiffusion.RETIREE, au, auteur
        figee.motif_retrait = motif.strip()
        _garder(figee, "Retirée", auteur=auteur, au=au)
        for fichier in figee.fichiers.exclude(fichier=""):
            transaction.on_commit(partial(fichier.fichier.storage.delete, str(fichier.fichier.name)))
        figee.fichiers.update(fichier="")
    return figee


def _prendre(edition: Edition) -> Edition:
    """L'édition telle qu'elle est en base, prise pour soi jusqu'à la fin de la transaction."""
    return Edition.objects.select_for_update(of=("self",)).select_related("publication").get(pk=edition.pk)


def _garder(edition: Edition, motif: str, *, auteur: Any, au: datetime) -> None:
    """Écrit l'édition ; son historique dit qui, quand et quel geste."""
    edition._history_date = au  # type: ignore[attr-defined]
    edition._history_user = auteur  # type: ignore[attr-defined]
    edition._change_reason = motif  # type: ignore[attr-defined]
    edition.save()


def _exiger_le_droit(auteur: Any, publication: Publication) -> None:
    if not permissions.peut_diffuser(auteur, publication):
        raise DiffusionRefusee(
            f"« {publication.titre} » est éditée par {publication.organisation} : "
            "seuls ses chargés de mission la préparent et la diffusent."
        )


def _edition_de_la_periode(publication: Publication, periode: str, remplace: Edition | None) -> Edition | None:
    """L'édition en vigueur de cette période, s'il en est une que la nouvelle ne remplace pas."""
    autres = publication.editions.filter(periode=periode, remplacee_par__isnull=True)
    autres = autres.exclude(etat=EtatDiffusion.RETIREE)
    if remplace is not None:
        autres = autres.exclude(pk=remplace.pk)
    return autres.order_by("-numero").first()


def _preparer_les_fichiers(edition: Edition, auteur: Any) -> None:
    edition.travail = lancer(
        "publications.rendre", auteur=auteur.pk if auteur else None, unique=True, edition=edition.pk
    )
    Edition.objects.filter(pk=edition.pk).update(travail=edition.travail)
