"""Travaux de fond : lancer, suivre, réessayer, reprendre ce qu'un exécutant tué a laissé.

Un travail est une fonction décorée par `@travail("piece.verbe")` dans le `tasks.py` d'une pièce. Elle reçoit un
`Suivi` puis ses arguments nommés, et doit pouvoir être rejouée sans dommage : c'est ainsi qu'on la reprend.
"""

import os
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django_tasks import task

from tissu.socle.models import EtatTravail, Travail

BATTEMENT = timedelta(seconds=10)
SILENCE_MAXIMAL = timedelta(seconds=60)


@dataclass(frozen=True)
class Definition:
    nom: str
    libelle: str
    fonction: Callable[..., Any]
    tentatives: int


_definitions: dict[str, Definition] = {}


class TravailInconnu(LookupError):
    """Aucune pièce ne déclare ce travail."""


class EchecDefinitif(Exception):
    """À lever par un travail dont l'échec ne se répare pas en réessayant ; le message est pour la personne."""


def travail(nom: str, *, libelle: str, tentatives: int = 3) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Déclare la fonction décorée comme travail `nom`, réessayé au plus `tentatives` fois."""

    def decorer(fonction: Callable[..., Any]) -> Callable[..., Any]:
        _definitions[nom] = Definition(nom, libelle, fonction, tentatives)
        return fonction

    return decorer


class Suivi:
    """Ce qu'un travail voit de lui-même : il dit où il en est."""

    def __init__(self, travail_id: Any) -> None:
        self.travail_id = travail_id

    def avancer(self, part: float, message: str = "") -> None:
        """Écrit l'avancement, `part` de 0 à 1, avec une phrase pour la personne qui attend."""
        champs: dict[str, Any] = {"part": min(max(part, 0.0), 1.0), "battement": timezone.now()}
        if message:
            champs["message"] = message[:500]
        Travail.objects.filter(pk=self.travail_id).update(**champs)

    def retourner_vers(self, adresse: str) -> None:
        """Désigne la page à ouvrir quand le travail est fini."""
        Travail.objects.filter(pk=self.travail_id).update(retour=adresse)


class SansSuivi:
    """Le suivi d'un travail exécuté hors de la file (ligne de commande, essai) : n'écrit nulle part."""

    def __init__(self, dire: Callable[[float, str], None] | None = None) -> None:
        self._dire = dire

    def avancer(self, part: float, message: str = "") -> None:
        """Transmet à la fonction donnée, si elle existe."""
        if self._dire:
            self._dire(part, message)

    def retourner_vers(self, adresse: str) -> None:
        """Sans page, rien à retenir."""


def lancer(
    nom: str, *, auteur: int | None = None, libelle: str = "", unique: bool = False, **arguments: Any
) -> Travail:
    """Met un travail en file et rend son dossier de suivi.

    Avec `unique`, un travail du même nom et des mêmes arguments encore en attente est rendu au lieu d'en créer un
    second. Lève `TravailInconnu`.
    """
    if nom not in _definitions:
        raise TravailInconnu(f"Aucune pièce ne déclare le travail « {nom} ».")
    definition = _definitions[nom]
    with transaction.atomic():
        if unique:
            en_attente = Travail.objects.filter(nom=nom, arguments=arguments, etat=EtatTravail.EN_ATTENTE).first()
            if en_attente:
                return en_attente
        dossier = Travail.objects.create(
            nom=nom,
            libelle=libelle or definition.libelle,
            arguments=arguments,
            tentatives_max=definition.tentatives,
            auteur_id=auteur,
            cree_le=timezone.now(),
        )
        _mettre_en_file(dossier)
    return dossier


def _mettre_en_file(dossier: Travail) -> None:
    identifiant = str(dossier.pk)
    transaction.on_commit(lambda: executer_travail.enqueue(identifiant))


@task()
def executer_travail(travail_id: str) -> None:
    """Exécute un travail de la file ; l'échec est écrit dans le dossier, réessayé tant qu'il reste des tentatives."""
    dossier = _prendre(travail_id)
    if dossier is None:
        return
    try:
        with _battement(dossier.pk):
            resultat = _definitions[dossier.nom].fonction(Suivi(dossier.pk), **dossier.arguments)
    except Exception as erreur:
        _noter_echec(dossier, erreur)
        return
    Travail.objects.filter(pk=dossier.pk).update(
        etat=EtatTravail.REUSSI, part=1.0, resultat=resultat, erreur="", fini_le=timezone.now()
    )


def _prendre(travail_id: str) -> Travail | None:
    """Marque le travail comme pris, par une mise à jour conditionnelle : deux exécutants ne le prennent pas."""
    maintenant = timezone.now()
    pris = Travail.objects.filter(pk=travail_id, etat=EtatTravail.EN_ATTENTE).update(
        etat=EtatTravail.EN_COURS,
        battement=maintenant,
        executant=f"{socket.gethostname()}:{os.getpid()}"[:100],
        message="",
        part=0,
    )
    if not pris:
        return None
    dossier = Travail.objects.get(pk=travail_id)
    dossier.tentative += 1
    dossier.save(update_fields=["tentative"])
    return dossier


def _noter_echec(dossier: Travail, erreur: Exception) -> None:
    definitif = isinstance(erreur, EchecDefinitif) or dossier.tentative >= dossier.tentatives_max
    trace = "" if isinstance(erreur, EchecDefinitif) else traceback.format_exc()[-4000:]
    champs: dict[str, Any] = {
        "etat": EtatTravail.ECHOUE if definitif else EtatTravail.EN_ATTENTE,
        "message": str(erreur)[:500],
        "erreur": trace,
    }
    if definitif:
        champs["fini_le"] = timezone.now()
    with transaction.atomic():
        Travail.objects.filter(pk=dossier.pk).update(**champs)
        if not definitif:
            _mettre_en_file(dossier)


class _battement:
    """Écrit l'heure toutes les dix secondes tant que le corps s'exécute, sur une connexion à part."""

    def __init__(self, travail_id: Any) -> None:
        self._travail_id = travail_id
        self._fin = threading.Event()
        self._fil = threading.Thread(target=self._battre, daemon=True)

    def __enter__(self) -> None:
        self._fil.start()

    def __exit__(self, *exception: object) -> None:
        self._fin.set()
        self._fil.join()

    def _battre(self) -> None:
        try:
            while not self._fin.wait(BATTEMENT.total_seconds()):
                Travail.objects.filter(pk=self._travail_id).update(battement=timezone.now())
        finally:
            connections.close_all()


def reprendre_abandonnes(*, au: datetime) -> int:
    """Remet en file les travaux en cours dont l'exécutant ne bat plus ; rend leur nombre.

    Un travail qui a épuisé ses tentatives est déclaré échoué, avec une phrase qui le dit.
    """
    repris = 0
    muets = Travail.objects.filter(etat=EtatTravail.EN_COURS, battement__lt=au - SILENCE_MAXIMAL)
    for dossier in muets:
        epuise = dossier.tentative >= dossier.tentatives_max
        champs = {
            "etat": EtatTravail.ECHOUE if epuise else EtatTravail.EN_ATTENTE,
            "message": "L'exécutant s'est arrêté plusieurs fois pendant ce travail."
            if epuise
            else "Repris après un arrêt.",
            "fini_le": au if epuise else None,
        }
        with transaction.atomic():
            change = Travail.objects.filter(
                pk=dossier.pk, etat=EtatTravail.EN_COURS, battement=dossier.battement
            ).update(**champs)
            if change and not epuise:
                _mettre_en_file(dossier)
                repris += 1
    return repris
