"""Ce qu'un téléphone envoie : des relevés par lots, leurs photographies. Chacun a sa réponse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction

from tissu.locaux import permissions
from tissu.locaux.models import Campagne, Local, Photo, Releve
from tissu.locaux.operations.ecriture import LocalRefuse, exiger
from tissu.locaux.operations.photos import ranger_photo
from tissu.locaux.operations.releves import recevoir_releve
from tissu.socle.formats import date_courte


class PhotoEnAttente(Exception):
    """Le relevé de cette photographie n'a pas encore de local : on ne sait pas où la ranger."""


@dataclass(frozen=True)
class ReleveEnvoye:
    """Un relevé tel que le téléphone l'envoie. `local` : sa référence ; None : un local nouveau."""

    cle: UUID
    campagne: int
    tournee: int | None
    local: str | None
    releve_le: datetime
    version_vue: int | None
    donnees: Mapping[str, Any]
    vues: Mapping[str, Any]


@dataclass(frozen=True)
class Reponse:
    """Ce qu'un relevé est devenu : reçu (`releve`), ou refusé (`motif` dit pourquoi et quoi faire)."""

    cle: str
    releve: Releve | None = None
    motif: str = ""


def recevoir_lot(*, envoyes: Iterable[ReleveEnvoye], releveur: Any, au: datetime) -> list[Reponse]:
    """Reçoit chaque relevé dans sa propre transaction : le refus de l'un n'arrête pas les autres."""
    return [_recevoir(envoye, releveur, au) for envoye in envoyes]


def _recevoir(envoye: ReleveEnvoye, releveur: Any, au: datetime) -> Reponse:
    cle = str(envoye.cle)
    try:
        # Déjà reçu : la réponse s'était perdue. Rien d'autre ne se vérifie, la campagne a pu se clore depuis.
        return Reponse(cle, deja_recu(envoye.cle, releveur) or _ecrire(envoye, releveur, au))
    except LocalRefuse as refus:
        return Reponse(cle, motif=str(refus))
    except IntegrityError:
        # Le même relevé arrivait par deux chemins : l'autre vient de l'écrire.
        recu = deja_recu(envoye.cle, releveur)
        if recu is None:
            raise
        return Reponse(cle, recu)


def deja_recu(cle: UUID, releveur: Any) -> Releve | None:
    """Le relevé reçu sous cette clé. Lève `LocalRefuse` si une autre personne l'a envoyé."""
    recu = Releve.objects.select_related("local__voie", "campagne").filter(cle=cle).first()
    if recu is not None and recu.releveur_id != releveur.pk:
        raise LocalRefuse("Une autre personne a déjà envoyé un relevé sous cette clé : relevez ce local de nouveau.")
    return recu


def _ecrire(envoye: ReleveEnvoye, releveur: Any, au: datetime) -> Releve:
    campagne = Campagne.objects.filter(pk=envoye.campagne).first()
    if campagne is None:
        raise LocalRefuse("Cette campagne n'existe plus : exportez vos relevés et remettez-les à qui la préparait.")
    local = _local(envoye.local) if envoye.local is not None else None
    recu = recevoir_releve(
        cle=envoye.cle, campagne=campagne, local=local, releve_le=envoye.releve_le, version_vue=envoye.version_vue,
        donnees=envoye.donnees, vues=envoye.vues, releveur=releveur, au=au,
        tournee=campagne.tournees.filter(pk=envoye.tournee or 0).first(),
    )  # fmt: skip
    return Releve.objects.select_related("local__voie", "campagne").get(pk=recu.pk)


def _local(reference: str) -> Local:
    local = Local.objects.filter(reference=reference).select_related("remplace_par").first()
    if local is None:
        raise LocalRefuse(f"Le local {reference} n'existe pas : relevez-le comme un local nouveau.")
    if local.ecarte_le:
        suite = f"relevez plutôt {local.remplace_par.reference}" if local.remplace_par else "voyez avec le bureau"
        raise LocalRefuse(f"Le local {reference} vient d'être écarté comme doublon ou erreur : {suite}.")
    if local.disparu_le:
        raise LocalRefuse(
            f"Le local {reference} n'existe plus depuis le {date_courte(local.disparu_le)} (scission, réunion, "
            "démolition) : mettez votre rue à jour, puis relevez ceux qui le remplacent."
        )
    return local


@transaction.atomic
def recevoir_photo(*, cle: UUID, fichier: File, auteur: Any, au: datetime) -> Photo:
    """Range une photographie avec le local de son relevé ; la même image n'est gardée qu'une fois.

    Lève `LocalRefuse`, ou `PhotoEnAttente` tant que personne n'a dit de quel local il s'agit.
    """
    exiger(permissions.peut_lire, auteur, "Vous n'avez plus accès aux locaux : la photographie reste sur ce téléphone.")
    releve = Releve.objects.select_for_update().filter(cle=cle, releveur=auteur).first()
    if releve is None:
        raise LocalRefuse("Le relevé de cette photographie n'est pas arrivé : envoyez-le d'abord.")
    if releve.local_id is None:
        raise PhotoEnAttente
    local = Local.objects.select_for_update().get(pk=releve.local_id)
    return ranger_photo(
        local=local, fichier=fichier, legende=f"Relevé du {date_courte(releve.releve_le)}",
        prise_le=releve.releve_le, auteur=auteur, au=au,
    )  # fmt: skip
