"""Les tournées d'une campagne : confier des rues, les ranger, les faire changer de mains, les retirer, les finir."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne
from tissu.locaux.models import Campagne, Releve, Tournee, Voie
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    changer_en_nombre,
    creer_en_nombre,
    exiger_de_modifier,
    supprimer,
)

Vues = Mapping[int, int | None]
"""Les tournées choisies et la version que l'écran en montrait ; None : sans la vérifier."""


@transaction.atomic
def confier_les_voies(
    *, campagne: Campagne, voies: Iterable[Voie], releveur: Any, auteur: Any, au: datetime
) -> list[Tournee]:
    """Confie ces rues à un releveur, à la suite des siennes ; sans releveur, elles sont libres. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    _exiger_un_releveur(releveur)
    campagne = _verrouiller(campagne)
    voies = list(voies)
    if not voies:
        raise LocalRefuse("Choisissez au moins une rue.")
    ailleurs = [voie.nom for voie in voies if campagne.communes and voie.code_commune not in campagne.communes]
    if ailleurs:
        raise LocalRefuse(f"Hors du périmètre de la campagne : {', '.join(ailleurs)}.")
    deja = campagne.tournees.filter(voie__in=voies).select_related("voie", "releveur").first()
    if deja is not None:
        raise LocalRefuse(f"« {deja.voie} » est déjà dans la campagne ({_dire(deja.releveur)}) : relisez la page.")
    rang = _dernier_rang(campagne, releveur)
    nouvelles = [
        Tournee(campagne=campagne, voie=voie, releveur=releveur, ordre=rang + place, confiee_le=au)
        for place, voie in enumerate(voies, start=1)
    ]
    return creer_en_nombre(nouvelles, auteur=auteur, au=au, motif=f"Rue {_dire(releveur)}")


@transaction.atomic
def changer_de_mains(*, campagne: Campagne, vues: Vues, releveur: Any, auteur: Any, au: datetime) -> int:
    """Donne ces tournées à un autre releveur, à la suite des siennes, ou les rend libres. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    _exiger_un_releveur(releveur)
    campagne = _verrouiller(campagne)
    changees = [une for une in _prendre(campagne, vues) if une.releveur != releveur]
    rang = _dernier_rang(campagne, releveur)
    for place, tournee in enumerate(changees, start=1):
        tournee.releveur, tournee.ordre, tournee.confiee_le = releveur, rang + place, au
        tournee.version += 1
    changer_en_nombre(
        changees, ("releveur", "ordre", "confiee_le", "version"), auteur=auteur, au=au, motif=f"Rue {_dire(releveur)}"
    )  # fmt: skip
    return len(changees)


@transaction.atomic
def retirer(*, campagne: Campagne, vues: Vues, auteur: Any, au: datetime) -> int:
    """Retire ces rues de la campagne ; jamais une où l'on a déjà relevé. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    campagne = _verrouiller(campagne)
    tournees = _prendre(campagne, vues)
    relevees = set(_voies_relevees(campagne, tournees))
    gardees = [str(une.voie) for une in tournees if une.voie_id in relevees]
    if gardees:
        raise LocalRefuse(
            f"Déjà relevée, la rue reste dans la campagne : {', '.join(gardees)}. Confiez-la à un autre releveur, ou "
            "marquez-la finie."
        )
    for tournee in tournees:
        supprimer(tournee, auteur=auteur, au=au, motif=f"Rue retirée de {campagne}")
    return len(tournees)


@transaction.atomic
def marquer_finies(*, campagne: Campagne, vues: Vues, finies: bool, auteur: Any, au: datetime) -> int:
    """Dit ces tournées finies, ou à reprendre ; un releveur le dit des siennes. Lève `LocalRefuse`."""
    campagne = _verrouiller(campagne)
    tournees = _prendre(campagne, vues)
    siennes = all(une.releveur == auteur for une in tournees)
    if not (auteur is not None and siennes and permissions.peut_relever(auteur)):
        exiger_de_modifier(auteur)
    changees = [une for une in tournees if (une.finie_le is not None) != finies]
    for tournee in changees:
        tournee.finie_le = au if finies else None
        tournee.version += 1
    motif = "Rue finie" if finies else "Rue à reprendre"
    changer_en_nombre(changees, ("finie_le", "version"), auteur=auteur, au=au, motif=motif)
    return len(changees)


@transaction.atomic
def ranger(*, campagne: Campagne, tournee: int, rangs: int, auteur: Any, au: datetime) -> None:
    """Avance (négatif) ou recule une rue de tant de rangs parmi celles de son releveur. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    campagne = _verrouiller(campagne)
    choisie = _prendre(campagne, {tournee: None})[0]
    rue = list(campagne.tournees.filter(releveur=choisie.releveur))
    place = rue.index(choisie)
    rue.insert(max(0, place + rangs), rue.pop(place))
    changees = [une for rang, une in enumerate(rue, start=1) if une.ordre != rang]
    for rang, une in enumerate(rue, start=1):
        une.ordre = rang
    changer_en_nombre(changees, ("ordre",), auteur=auteur, au=au, motif="Rues rangées")


def _exiger_un_releveur(releveur: Any) -> None:
    if releveur is not None and not (releveur.is_active and permissions.peut_etre_releveur(releveur)):
        raise LocalRefuse(f"{releveur} ne peut pas relever : il faut un compte ouvert chez l'un des deux partenaires.")


def _verrouiller(campagne: Campagne) -> Campagne:
    """Une personne à la fois prépare une campagne. Lève `LocalRefuse` si elle est close."""
    fraiche = Campagne.objects.select_for_update().get(pk=campagne.pk)
    if fraiche.etat == EtatCampagne.CLOSE:
        raise LocalRefuse("Cette campagne est close : rouvrez-la pour changer ses tournées.")
    return fraiche


def _prendre(campagne: Campagne, vues: Vues) -> list[Tournee]:
    """Ces tournées, verrouillées. Lève `LocalRefuse` si une autre personne en a changé une depuis."""
    if not vues:
        raise LocalRefuse("Choisissez au moins une tournée.")
    tournees = list(
        campagne.tournees.filter(pk__in=vues).select_related("voie", "releveur").select_for_update(of=("self",))
    )
    if len(tournees) < len(vues):
        raise LocalRefuse("Une autre personne vient de retirer une de ces rues : relisez la page.")
    changee = next((une for une in tournees if vues[une.pk] not in (None, une.version)), None)
    if changee is not None:
        raise LocalRefuse(f"Une autre personne vient de changer « {changee.voie} » : relisez la page.")
    return tournees


def _voies_relevees(campagne: Campagne, tournees: Iterable[Tournee]) -> Iterable[int]:
    """Celles où la campagne a déjà un relevé, même en conflit ou d'un local dit nouveau."""
    liste = list(tournees)
    dites = {une.pk: une.voie_id for une in liste}
    releves = Releve.objects.filter(
        Q(tournee__in=dites) | Q(local__voie__in=dites.values()), campagne=campagne
    ).order_by()  # fmt: skip
    for tournee, voie in releves.values_list("tournee", "local__voie").distinct():
        yield dites.get(tournee, voie)


def _dernier_rang(campagne: Campagne, releveur: Any) -> int:
    derniere = campagne.tournees.filter(releveur=releveur).order_by("-ordre").first()
    return derniere.ordre if derniere else 0


def _dire(releveur: Any) -> str:
    return f"confiée à {releveur}" if releveur else "libre"
