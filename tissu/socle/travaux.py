"""Travaux de fond : lancer, suivre, réessayer, reprendre ce qu'un exécutant tué a laissé.

Un travail est une fonction décorée par `@travail("piece.verbe")` dans le `tasks.py` d'une pièce. Elle reçoit un
`Suivi` puis ses arguments nommés, et doit pouvoir être rejouée sans dommage : c'est ainsi qu'on la reprend.
"""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from tissu.socle.models import EtatTravail, Travail

BATTEMENT = timedelta(seconds=10)
SILENCE_MAXIMAL = timedelta(seconds=60)

journal = logging.getLogger(__name__)


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


class TravailRepris(Exception):
    """Un autre exécutant a repris ce travail, que l'on croyait abandonné : celui-ci s'arrête."""


def travail(nom: str, *, libelle: str, tentatives: int = 3) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Déclare la fonction décorée comme travail `nom`, réessayé au plus `tentatives` fois."""

    def decorer(fonction: Callable[..., Any]) -> Callable[..., Any]:
        _definitions[nom] = Definition(nom, libelle, fonction, tentatives)
        return fonction

    return decorer


class Suivi:
    """Ce qu'un travail voit de lui-même : il dit où il en est."""

    def __init__(self, travail_id: Any, tentative: int) -> None:
        self.travail_id = travail_id
        self.tentative = tentative

    def avancer(self, part: float, message: str = "") -> None:
        """Écrit l'avancement, `part` de 0 à 1, avec une phrase pour la personne qui attend.

        Lève `TravailRepris` si un autre exécutant mène maintenant ce travail.
        """
        champs: dict[str, Any] = {"part": min(max(part, 0.0), 1.0), "battement": timezone.now()}
        if message:
            champs["message"] = message[:500]
        self._ecrire(**champs)

    def retourner_vers(self, adresse: str) -> None:
        """Désigne la page à ouvrir quand le travail est fini. Lève `TravailRepris`."""
        self._ecrire(retour=adresse)

    def _ecrire(self, **champs: Any) -> None:
        if not _tentative_en_cours(self.travail_id, self.tentative).update(**champs):
            raise TravailRepris


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
    definition = _definition(nom)
    with transaction.atomic():
        if unique:
            # Comparés ici : SQLite compare les JSON lettre à lettre, donc l'ordre des arguments y compterait.
            for en_attente in Travail.objects.filter(nom=nom, etat=EtatTravail.EN_ATTENTE):
                if en_attente.arguments == arguments:
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


def _definition(nom: str) -> Definition:
    if nom not in _definitions:
        raise TravailInconnu(f"Aucune pièce ne déclare le travail « {nom} ».")
    return _definitions[nom]


def _mettre_en_file(dossier: Travail) -> None:
    """La file est dans la même base : elle s'écrit avec le dossier, ou pas du tout."""
    executer_travail.enqueue(str(dossier.pk))


def _tentative_en_cours(travail_id: Any, tentative: int) -> Any:
    """Le dossier, tant que cette tentative est bien celle qui le mène."""
    return Travail.objects.filter(pk=travail_id, etat=EtatTravail.EN_COURS, tentative=tentative)


@task()
def executer_travail(travail_id: str) -> None:
    """Exécute un travail de la file ; l'échec est écrit dans le dossier, réessayé tant qu'il reste des tentatives."""
    dossier = _prendre(travail_id)
    if dossier is None:
        return
    try:
        fonction = _definition(dossier.nom).fonction
        with _battement(dossier):
            resultat = fonction(Suivi(dossier.pk, dossier.tentative), **dossier.arguments)
        # Dans le même essai : un résultat qui ne s'écrit pas en JSON est un échec, pas un travail perdu.
        with transaction.atomic():
            _tentative_en_cours(dossier.pk, dossier.tentative).update(
                etat=EtatTravail.REUSSI, part=1.0, resultat=resultat, erreur="", fini_le=timezone.now()
            )
    except Exception as erreur:
        _noter_echec(dossier, erreur)


def _prendre(travail_id: str) -> Travail | None:
    """Marque le travail comme pris, par une mise à jour conditionnelle : deux exécutants ne le prennent pas."""
    maintenant = timezone.now()
    pris = Travail.objects.filter(pk=travail_id, etat=EtatTravail.EN_ATTENTE).update(
        etat=EtatTravail.EN_COURS,
        battement=maintenant,
        executant=f"{socket.gethostname()}:{os.getpid()}"[:100],
        tentative=F("tentative") + 1,
        message="",
        part=0,
    )
    return Travail.objects.get(pk=travail_id) if pris else None


def _noter_echec(dossier: Travail, erreur: Exception) -> None:
    sans_espoir = isinstance(erreur, EchecDefinitif | TravailInconnu)
    definitif = sans_espoir or dossier.tentative >= dossier.tentatives_max
    trace = "" if isinstance(erreur, EchecDefinitif) else traceback.format_exc()[-4000:]
    champs: dict[str, Any] = {
        "etat": EtatTravail.ECHOUE if definitif else EtatTravail.EN_ATTENTE,
        "message": str(erreur)[:500],
        "erreur": trace,
    }
    if definitif:
        champs["fini_le"] = timezone.now()
    with transaction.atomic():
        notee = _tentative_en_cours(dossier.pk, dossier.tentative).update(**champs)
        if notee and not definitif:
            _mettre_en_file(dossier)


class _battement:
    """Écrit l'heure toutes les dix secondes tant que le corps s'exécute, sur une connexion à part."""

    def __init__(self, dossier: Travail) -> None:
        self._dossier = dossier
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
                self._ecrire()
        finally:
            connections.close_all()

    def _ecrire(self) -> None:
        try:
            _tentative_en_cours(self._dossier.pk, self._dossier.tentative).update(battement=timezone.now())
        except DatabaseError:
            # Une base occupée un instant ne doit pas faire passer pour mort un travail qui vit.
            journal.warning("Battement manqué du travail %s", self._dossier.pk, exc_info=True)


def reprendre_abandonnes(*, au: datetime) -> int:
    """Remet en file les travaux que leur exécutant a laissés en s'arrêtant ; rend leur nombre.

    Un travail qui a épuisé ses tentatives est déclaré échoué, avec une phrase qui le dit.
    """
    muets = Travail.objects.filter(etat=EtatTravail.EN_COURS, battement__lt=au - SILENCE_MAXIMAL)
    perdus = Travail.objects.filter(etat=EtatTravail.EN_ATTENTE, cree_le__lt=au - SILENCE_MAXIMAL)
    return sum(_reprendre(dossier, au=au) for dossier in muets) + sum(_remettre(dossier) for dossier in perdus)


def _reprendre(dossier: Travail, *, au: datetime) -> bool:
    """Un exécutant l'avait pris et ne bat plus. Vrai si le travail est remis en file."""
    epuise = dossier.tentative >= dossier.tentatives_max
    champs = {
        "etat": EtatTravail.ECHOUE if epuise else EtatTravail.EN_ATTENTE,
        "message": "L'exécutant s'est arrêté plusieurs fois pendant ce travail."
        if epuise
        else "Repris après un arrêt.",
        "fini_le": au if epuise else None,
    }
    with transaction.atomic():
        encore_muet = _tentative_en_cours(dossier.pk, dossier.tentative).filter(battement=dossier.battement)
        if not encore_muet.update(**champs) or epuise:
            return False
        _mettre_en_file(dossier)
    return True


def _remettre(dossier: Travail) -> bool:
    """Un exécutant l'a sorti de la file et s'est arrêté avant de le prendre. Vrai s'il y est remis.

    Une place en double serait sans effet : un travail ne se prend qu'une fois (voir `_prendre`).
    """
    with transaction.atomic():
        if DBTaskResult.objects.filter(status="READY", args_kwargs__args__0=str(dossier.pk)).exists():
            return False
        _mettre_en_file(dossier)
    return True
