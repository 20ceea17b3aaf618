"""Compter un téléchargement : un robot n'en est pas un, un double-clic n'en fait pas deux."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from crawlerdetect import CrawlerDetect
from django.conf import settings
from django.db import DatabaseError, transaction

from tissu.publications import rules
from tissu.publications.choices import Provenance
from tissu.publications.models import Edition, Telechargement

journal = logging.getLogger(__name__)


def compter_telechargement(
    *, edition: Edition, format_: str, requete: Any, adresse: str, au: datetime, jeu: str = ""
) -> Telechargement | None:
    """Note la demande d'un fichier ; rend la ligne, ou None si ce n'en est pas une.

    Un robot est noté à part, hors du compte. Un compte qui ne s'écrit pas ne prive personne de son fichier.
    """
    entetes = {nom.lower(): valeur for nom, valeur in requete.headers.items()}
    agent = entetes.get("user-agent", "")
    # Sans nom de navigateur, ce n'est pas quelqu'un qui lit.
    robot = not agent or bool(CrawlerDetect(user_agent=agent).isCrawler())
    humain = rules.compte_comme_telechargement(methode=requete.method, robot=robot, entetes=entetes)
    if not humain and not (robot and requete.method == "GET"):
        return None
    visiteur = _visiteur(adresse, agent, au)
    try:
        with transaction.atomic():
            recents = Telechargement.objects.filter(edition=edition, format=format_, jeu=jeu, visiteur=visiteur)
            if recents.filter(moment__gt=au - timedelta(seconds=rules.DELAI_DE_DOUBLE_CLIC_S)).exists():
                return None
            return Telechargement.objects.create(
                edition=edition, format=format_, jeu=jeu, moment=au, robot=robot,
                provenance=_provenance(requete, jeu), visiteur=visiteur,
            )  # fmt: skip
    except DatabaseError:
        journal.warning("Téléchargement non compté", exc_info=True)
        return None


def _provenance(requete: Any, jeu: str) -> str:
    if requete.user.is_authenticated:
        return Provenance.PARTENAIRE
    return Provenance.DONNEES if jeu else Provenance.PUBLIC


def _visiteur(adresse: str, agent: str, au: datetime) -> str:
    """Une empreinte du jour : elle ne se rapproche ni d'un autre jour, ni d'une adresse."""
    melange = f"{settings.SECRET_KEY}|{au.date().isoformat()}|{adresse}|{agent}"
    return hashlib.sha256(melange.encode()).hexdigest()[:16]
