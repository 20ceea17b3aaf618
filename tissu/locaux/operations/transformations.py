"""Scinder, fusionner, fermer, rouvrir : des locaux disparaissent ce jour-là, d'autres paraissent, l'histoire suit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from tissu.locaux.choices import NatureTransformation, Source
from tissu.locaux.models import Local, Occupation, PeriodeEtat, Transformation
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    enregistrer,
    exiger_de_modifier,
    exiger_texte,
    prendre,
    references,
)
from tissu.locaux.operations.tranches import Signature, appliquer, etats_de, occupations_de, refuser_l_avenir
from tissu.locaux.rules.histoire import UN_JOUR, interrompre
from tissu.locaux.rules.transformation import PartageRefuse, ajouter, partager
from tissu.locaux.sources.champs import CHAMPS

MESURES = ("surface_m2", "surface_vente_m2", "vitrine_m")
LIEU = (
    "nature", "numero", "voie_id", "troncon_id", "complement", "code_postal", "code_commune", "quartier", "lon", "lat",
    "etage", "parcelle",
)  # fmt: skip


@dataclass(frozen=True)
class Partie:
    """Un des locaux nés d'une scission. `garde` : il garde l'occupant et l'état d'avant ; sinon `etat` dit le sien."""

    numero: str = ""
    complement: str = ""
    mesures: Mapping[str, Decimal | None] | None = None
    garde: bool = False
    etat: str = ""


@transaction.atomic
def scinder(
    *, local: Local, version: int, le: date, parties: Sequence[Partie], motif: str, auteur: Any, au: datetime
) -> Transformation:
    """Un local devient plusieurs ce jour-là. Une partie au plus garde l'occupant.

    Les mesures connues se partagent sans rien perdre (voir `rules.transformation.partager`). Lève `LocalRefuse` ou
    `ConflitDeSaisie`.
    """
    exiger_de_modifier(auteur)
    refuser_l_avenir(le, au, "Une scission")
    if len(parties) < 2:
        raise LocalRefuse("Une scission fait au moins deux locaux.")
    if sum(partie.garde for partie in parties) > 1:
        raise LocalRefuse("Un seul des nouveaux locaux garde l'occupant d'avant.")
    prendre(local, version)
    signature = Signature(auteur, au, "Scission")
    nes = [
        _naitre(local, le, mesures | {"numero": partie.numero or local.numero, "complement": partie.complement})
        for partie, mesures in zip(parties, _mesures_partagees(local, parties), strict=True)
    ]
    _nommer(nes, signature)
    for ne, partie in zip(nes, parties, strict=True):
        if partie.garde:
            _reprendre(local, ne, signature)
        elif partie.etat:
            _ouvrir_etat(ne, partie.etat, le, signature)
    _faire_disparaitre(local, le, signature)
    return _transformer(NatureTransformation.SCISSION, le, motif, [local], nes, signature)


def _mesures_partagees(local: Local, parties: Sequence[Partie]) -> list[dict[str, Any]]:
    rendues: list[dict[str, Any]] = [{} for _ in parties]
    for mesure in MESURES:
        dites = [(partie.mesures or {}).get(mesure) for partie in parties]
        try:
            parts = partager(getattr(local, mesure), dites)
        except PartageRefuse as refus:
            raise LocalRefuse(f"{CHAMPS[mesure]} : {refus}") from refus
        for rendue, part in zip(rendues, parts, strict=True):
            rendue[mesure] = part
    return rendues


@transaction.atomic
def fusionner(
    *,
    locaux: Sequence[Local],
    versions: Sequence[int],
    le: date,
    garde: Local | None,
    etat: str = "",
    motif: str,
    auteur: Any,
    au: datetime,
) -> Transformation:
    """Plusieurs locaux n'en font plus qu'un ce jour-là, au lieu du premier.

    `garde` : celui dont l'occupant et l'état continuent ; sinon `etat` dit celui du nouveau. Lève `LocalRefuse` ou
    `ConflitDeSaisie`.
    """
    exiger_de_modifier(auteur)
    refuser_l_avenir(le, au, "Une fusion")
    if len({local.pk for local in locaux}) < 2:
        raise LocalRefuse("Une fusion réunit au moins deux locaux.")
    if len({local.code_commune for local in locaux}) > 1:
        raise LocalRefuse("Ces locaux ne sont pas dans la même commune : ils ne font pas un local.")
    for local, version in sorted(zip(locaux, versions, strict=True), key=lambda couple: couple[0].pk):
        prendre(local, version)
    signature = Signature(auteur, au, "Fusion")
    ne = _naitre(locaux[0], le, {mesure: ajouter([getattr(un, mesure) for un in locaux]) for mesure in MESURES})
    _nommer([ne], signature)
    if garde is not None:
        _reprendre(garde, ne, signature)
    elif etat:
        _ouvrir_etat(ne, etat, le, signature)
    for local in locaux:
        _faire_disparaitre(local, le, signature)
    return _transformer(NatureTransformation.FUSION, le, motif, locaux, [ne], signature)


@transaction.atomic
def fermer(*, local: Local, version: int, le: date, motif: str, auteur: Any, au: datetime) -> None:
    """Ce local n'existe plus depuis ce jour (démolition, logement). Lève `LocalRefuse` ou `ConflitDeSaisie`."""
    exiger_de_modifier(auteur)
    refuser_l_avenir(le, au, "Une disparition")
    motif = exiger_texte(motif, "Dites ce que ce local est devenu.")
    prendre(local, version)
    if local.disparu_le:
        raise LocalRefuse("Ce local a déjà disparu.")
    _faire_disparaitre(local, le, Signature(auteur, au, f"Disparition : {motif}"))


@transaction.atomic
def rouvrir(*, local: Local, version: int, motif: str, auteur: Any, au: datetime) -> None:
    """Revient sur une disparition : le local, son état et son occupant continuent. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    motif = exiger_texte(motif, "Dites pourquoi ce local existe encore.")
    prendre(local, version)
    if not local.disparu_le:
        raise LocalRefuse("Ce local n'a pas disparu : il n'y a rien à rouvrir.")
    if local.devenus.exists():
        raise LocalRefuse("Ce local a été scindé ou fusionné : ce sont ses suites qui se modifient.")
    veille, signature = local.disparu_le - UN_JOUR, Signature(auteur, au, f"Réouverture : {motif}")
    lignes: list[PeriodeEtat | Occupation] = [*local.etats.filter(fin=veille), *local.occupations.filter(fin=veille)]
    for ligne in lignes:
        ligne.fin = None
        enregistrer(ligne, auteur=auteur, au=au, motif=signature.motif)
    local.disparu_le = None
    enregistrer(local, auteur=auteur, au=au, motif=signature.motif)


def _faire_disparaitre(local: Local, le: date, signature: Signature) -> None:
    if local.disparu_le:
        raise LocalRefuse(f"{local} a déjà disparu.")
    if local.ouvert_le and local.ouvert_le >= le:
        raise LocalRefuse(f"{local} n'existait pas encore le {le:%d/%m/%Y} : choisissez une date plus récente.")
    cesser = partial(interrompre, dernier_jour=le - UN_JOUR)
    appliquer(etats_de(local), cesser, signature)
    appliquer(occupations_de(local), cesser, signature)
    appliquer(list(local.occupations.filter(accessoire=True)), cesser, signature)
    local.disparu_le = le
    enregistrer(local, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _naitre(de: Local, le: date, champs: Mapping[str, Any]) -> Local:
    return Local(**{champ: getattr(de, champ) for champ in LIEU} | dict(champs), ouvert_le=le)


def _nommer(nes: Sequence[Local], signature: Signature) -> None:
    for ne, reference in zip(nes, references(len(nes)), strict=True):
        ne.reference, ne.cree_le = reference, signature.au
        enregistrer(ne, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _reprendre(ancien: Local, ne: Local, signature: Signature) -> None:
    """Le nouveau local continue l'état et l'occupant d'avant, avec leur premier jour : seuls les murs changent."""
    for ligne in (*ancien.etats.filter(fin__isnull=True), *ancien.occupations.filter(fin__isnull=True)):
        champs = (champ.attname for champ in ligne._meta.concrete_fields)
        repris = {champ: getattr(ligne, champ) for champ in champs if champ not in {"id", "local_id"}}
        suite = type(ligne)(**repris, local=ne)
        enregistrer(suite, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _ouvrir_etat(ne: Local, etat: str, le: date, signature: Signature) -> None:
    posee = PeriodeEtat(local=ne, etat=etat, debut=le, releve_le=le, source=Source.SAISIE, auteur=signature.auteur)
    enregistrer(posee, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def _transformer(
    nature: str, le: date, motif: str, avant: Sequence[Local], apres: Sequence[Local], signature: Signature
) -> Transformation:
    faite = Transformation.objects.create(
        nature=nature, le=le, motif=motif.strip()[:300], auteur=signature.auteur, saisie_le=signature.au
    )
    faite.avant.set(avant)
    faite.apres.set(apres)
    return faite
