"""Déposer un message dans la boîte d'envoi : tout ou rien, dans la transaction du fait, une seule fois par fait."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.messages.choices import Canal, EtatPartie, EtatRemise, MotifEcart
from tissu.messages.contrat import Destinataire, Message, Textes
from tissu.messages.models import Coordonnee, Envoi, Partie, Remise
from tissu.messages.queries.choix import refus
from tissu.messages.queries.reglages import plage_permise
from tissu.messages.rules.heures import prochain_moment
from tissu.messages.rules.segmentation import TexteRefuse, segmenter

LOT = 500


class DepotRefuse(Exception):
    """Le message ne peut pas être déposé ; le texte dit pourquoi."""


@dataclass(frozen=True)
class _Adresse:
    """Une adresse d'un destinataire, à sa place dans l'envoi."""

    destinataire: Destinataire
    canal: Canal
    valeur: str
    rang: int


@transaction.atomic
def deposer(message: Message, *, auteur: Any, au: datetime, attendue: str = "") -> Envoi:
    """Dépose un message : ses remises et leurs parties. Déposé deux fois sous la même clé, il n'entre qu'une.

    `attendue` : l'empreinte de ce qui a été montré à qui l'envoie ; si les textes ou les destinataires ont changé
    depuis, rien n'est déposé. Lève `DepotRefuse`.
    """
    cle = f"{message.slug}:{message.cle}"
    deja = Envoi.objects.filter(cle=cle).first()
    if deja is not None:
        return deja
    textes = message.textes()
    envoi = Envoi(
        cle=cle, message=message.slug, finalite=message.finalite.slug,
        fondement=message.finalite.fondement, urgent=message.finalite.urgente, priorite=message.priorite,
        textes=textes.en_json(), segments=_segments(textes.sms), auteur=auteur, depose_le=au,
        perime_le=au + message.valable, garder_jusqu_au=au + max(message.garder, message.valable),
    )  # fmt: skip
    envoi.save()
    sceau = _Sceau(textes)
    due = au if message.finalite.urgente else prochain_moment(timezone.localtime(au), plage_permise(au))
    adresses = _adresses(message, sceau)
    while lot := list(islice(adresses, LOT)):
        _deposer_un_lot(message, envoi, lot, due, au)
    envoi.empreinte = sceau.fermer()
    if attendue and envoi.empreinte != attendue:
        raise DepotRefuse("Le texte ou la liste des destinataires a changé depuis l'aperçu : relisez-le.")
    envoi.save(update_fields=["empreinte"])
    return envoi


def empreinte_de(message: Message) -> str:
    """L'empreinte de ce qui partirait : textes et adresses, dans l'ordre."""
    sceau = _Sceau(message.textes())
    for _ in _adresses(message, sceau):
        pass
    return sceau.fermer()


@transaction.atomic
def annuler(*, envoi: Envoi, au: datetime) -> int:
    """Retient ce qui n'est pas parti ; rend le nombre de remises annulées. Ce qui est en vol suit son cours."""
    en_attente = Partie.objects.filter(remise__envoi=envoi, etat=EtatPartie.ATTENTE)
    # Une remise dont une partie est déjà partie n'est plus entière : le reste part, sinon le texte serait illisible.
    entamees = Partie.objects.filter(remise__envoi=envoi).exclude(etat=EtatPartie.ATTENTE).values("remise")
    retenues = list(en_attente.exclude(remise__in=entamees).select_for_update().values_list("pk", "remise"))
    Partie.objects.filter(pk__in=[pk for pk, _ in retenues]).update(etat=EtatPartie.ARRETEE)
    envoi.annule_le = envoi.annule_le or au
    envoi.save(update_fields=["annule_le"])
    return Remise.objects.filter(pk__in={remise for _, remise in retenues}, etat=EtatRemise.ATTENTE).update(
        etat=EtatRemise.ANNULEE
    )


class _Sceau:
    """L'empreinte d'un envoi, prise au fil des destinataires : elle ne tient pas la liste en mémoire."""

    def __init__(self, textes: Textes) -> None:
        self._somme = hashlib.sha256(json.dumps(textes.en_json(), ensure_ascii=False, sort_keys=True).encode())

    def ajouter(self, destinataire: Destinataire) -> None:
        propres = destinataire.textes.en_json() if destinataire.textes else {}
        dit = [destinataire.cle, *destinataire.numeros, destinataire.courriel, destinataire.espace, propres]
        self._somme.update(json.dumps(dit, ensure_ascii=False, sort_keys=True).encode())

    def fermer(self) -> str:
        return self._somme.hexdigest()


def _adresses(message: Message, sceau: _Sceau) -> Iterator[_Adresse]:
    for rang, destinataire in enumerate(message.destinataires()):
        sceau.ajouter(destinataire)
        if Canal.SMS in message.canaux:
            for numero in destinataire.numeros:
                yield _Adresse(destinataire, Canal.SMS, numero, rang)
        if Canal.COURRIEL in message.canaux and destinataire.courriel:
            yield _Adresse(destinataire, Canal.COURRIEL, destinataire.courriel.lower(), rang)
        if Canal.ESPACE in message.canaux and destinataire.espace:
            yield _Adresse(destinataire, Canal.ESPACE, "", rang)


def _segments(texte: str) -> int:
    try:
        return segmenter(texte).combien if texte else 0
    except TexteRefuse as erreur:
        raise DepotRefuse(str(erreur)) from erreur


def _deposer_un_lot(message: Message, envoi: Envoi, adresses: list[_Adresse], due: datetime, au: datetime) -> None:
    coordonnees = _coordonnees(adresses, au)
    ecarts = refus(coordonnees.values(), message.finalite.slug, message.finalite.fondement)
    pris = set(
        Remise.objects.filter(envoi=envoi, coordonnee__in=coordonnees.values())
        .exclude(etat=EtatRemise.ECARTEE)
        .values_list("coordonnee", flat=True)
    )
    remises = []
    for adresse in adresses:
        coordonnee = coordonnees.get((adresse.canal, adresse.valeur))
        motif = ecarts.get(coordonnee.pk, "") if coordonnee else ""
        if coordonnee and not motif:
            motif = MotifEcart.DOUBLON if coordonnee.pk in pris else ""
            pris.add(coordonnee.pk)
        remises.append(_remise(envoi, adresse, coordonnee, motif, au))
    Remise.objects.bulk_create(remises)
    Partie.objects.bulk_create(
        [
            Partie(
                remise=remise, numero=numero, canal=remise.canal, priorite=envoi.priorite, rang=adresse.rang, due_le=due
            )
            for remise, adresse in zip(remises, adresses, strict=True)
            if remise.etat == EtatRemise.ATTENTE
            for numero in range(1, remise.segments + 1)
        ]
    )


def _coordonnees(adresses: Iterable[_Adresse], au: datetime) -> Mapping[tuple[str, str], Coordonnee]:
    voulues = {(adresse.canal, adresse.valeur) for adresse in adresses if adresse.valeur}
    Coordonnee.objects.bulk_create(
        [Coordonnee(canal=canal, valeur=valeur, cree_le=au) for canal, valeur in sorted(voulues)], ignore_conflicts=True
    )
    trouvees = Coordonnee.objects.filter(valeur__in={valeur for _, valeur in voulues})
    return {(une.canal, une.valeur): une for une in trouvees if (une.canal, une.valeur) in voulues}


def _remise(envoi: Envoi, adresse: _Adresse, coordonnee: Coordonnee | None, motif: str, au: datetime) -> Remise:
    propres = adresse.destinataire.textes
    remise = Remise(
        envoi=envoi, destinataire=adresse.destinataire.cle, nom=adresse.destinataire.nom, canal=adresse.canal,
        coordonnee=coordonnee, textes=propres.en_json() if propres else None, motif=motif,
    )  # fmt: skip
    if motif:
        remise.etat = EtatRemise.ECARTEE
    elif adresse.canal == Canal.ESPACE:
        # Dans l'espace, être déposé, c'est être là.
        remise.etat, remise.remise_le, remise.recue_le = EtatRemise.RECUE, au, au
    elif adresse.canal == Canal.COURRIEL:
        remise.segments = 1
    else:
        remise.segments = _segments(propres.sms) if propres and propres.sms else envoi.segments
    return remise
