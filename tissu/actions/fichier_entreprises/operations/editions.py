"""Figer une édition : le rapport d'un mois, la liste d'un semestre. Une édition figée ne change plus."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tissu.actions.fichier_entreprises import permissions, rules
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.models import EditionMensuelle, EditionPlusDe50
from tissu.actions.fichier_entreprises.queries import cadre, flux, grands
from tissu.comptes.choices import NatureAcces
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_voir_contacts
from tissu.socle.formats import date_longue
from tissu.socle.periodes import semestre as periode_du_semestre


class PublicationRefusee(Exception):
    """L'édition ne peut pas être figée ; le message dit pourquoi et quand elle le pourra."""


def publier_mois(
    *, mois: str, auteur: Any, au: datetime, secteurs: str = Secteurs.INDUSTRIE_SERVICES
) -> EditionMensuelle:
    """Fige la première valeur d'un mois : l'état connu à J+10, même si l'on publie plus tard.

    Lève `PublicationRefusee` si le mois est provisoire, déjà publié, ou si l'auteur n'y a pas droit ; et les mêmes
    erreurs que `queries.flux.flux`.
    """
    if auteur is not None and not permissions.peut_publier(auteur):
        raise PublicationRefusee("Seul un chargé de mission publie un rapport.")
    if flux.edition(mois, secteurs) is not None:
        raise PublicationRefusee(
            f"Le rapport {cadre.de_mois(mois)} est déjà publié : une édition figée ne change plus."
        )
    courants = flux.flux(mois, secteurs)
    gel = rules.date_de_gel(courants.periode.fin, jours=cadre.reglage("jours_avant_gel", courants.periode.fin))
    if courants.provisoire:
        raise PublicationRefusee(
            f"Le mois {cadre.de_mois(mois)} est encore provisoire : les données s'arrêtent au "
            f"{date_longue(courants.source_au)} et la première valeur se fige avec des données du "
            f"{date_longue(gel)} ou plus récentes."
        )
    figes = flux.flux(mois, secteurs, connu=gel)
    evenements = [
        [e["siret"], e["type"], e["date_effet"].isoformat(), e["connu_le"].isoformat() if e["connu_le"] else None]
        for e in figes.evenements
    ]
    try:
        with transaction.atomic():
            return EditionMensuelle.objects.create(
                mois=mois,
                secteurs=secteurs,
                perimetre=figes.perimetre.texte,
                totaux=figes.totaux,
                evenements=evenements,
                empreinte=empreinte(evenements),
                source_au=figes.source_au,
                connu_au=gel,
                version_registre=figes.version,
                version_methode=rules.VERSION_METHODE,
                publiee_le=au,
                publiee_par=auteur,
            )
    except IntegrityError as erreur:
        raise PublicationRefusee(
            f"Le rapport {cadre.de_mois(mois)} vient d'être publié par quelqu'un d'autre."
        ) from erreur


def publier_semestre(*, semestre: str, auteur: Any, au: datetime) -> EditionPlusDe50:
    """Fige la liste d'un semestre, telle que le registre la donne ce jour.

    Lève `PublicationRefusee` si le semestre n'est pas commencé dans les données, déjà publié, ou sans droit.
    """
    if auteur is not None and not permissions.peut_publier(auteur):
        raise PublicationRefusee("Seul un chargé de mission publie une liste.")
    periode = periode_du_semestre(semestre)
    if grands.edition(semestre) is not None:
        raise PublicationRefusee(f"La liste du {periode.libelle} est déjà publiée : une édition figée ne change plus.")
    liste = grands.liste(semestre, figee=False)
    contenu = {
        "etablissements": [ligne.en_donnees() for ligne in liste.etablissements],
        "unites_legales": [ligne.en_donnees() for ligne in liste.unites_legales],
    }
    with transaction.atomic():
        return EditionPlusDe50.objects.create(
            semestre=semestre,
            seuil=liste.seuil,
            empreinte=empreinte(contenu),
            source_au=liste.source_au,
            version_registre=liste.version,
            version_methode=rules.VERSION_METHODE,
            publiee_le=au,
            publiee_par=auteur,
            **contenu,
        )


def lire_dirigeants(*, liste: grands.Liste, personne: Any, au: datetime) -> dict[str, str] | None:
    """Les dirigeants d'une liste pour qui a le droit de les lire, lecture journalisée ; None sinon."""
    if not peut_voir_contacts(personne):
        return None
    trouves = grands.dirigeants({ligne.siret for ligne in (*liste.etablissements, *liste.unites_legales)})
    if trouves:
        journaliser_acces(
            personne=personne,
            nature=NatureAcces.CONTACTS,
            objet=("liste_plus_de_50", liste.periode.code),
            au=au,
            motif=f"{len(trouves)} dirigeants de la liste {liste.periode.code}",
        )
    return trouves


def empreinte(contenu: Any) -> str:
    """L'empreinte SHA-256 d'une liste, dans une écriture qui ne dépend que de son contenu."""
    return hashlib.sha256(json.dumps(contenu, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
