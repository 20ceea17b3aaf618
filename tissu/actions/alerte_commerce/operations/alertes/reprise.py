"""Reprendre un message CAP : un brouillon à relire, la suite de l'alerte qu'il cite, ou le geste qui la clôt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte, NatureFait, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte, OrigineCap
from tissu.actions.alerte_commerce.operations.alertes.commun import (
    AlerteRefusee,
    exiger_les_forces_de_l_ordre,
    exiger_recente,
)
from tissu.actions.alerte_commerce.operations.alertes.redaction import mettre_a_jour, modifier, rediger
from tissu.actions.alerte_commerce.queries.cap import alerte_citee, fil_cite
from tissu.actions.alerte_commerce.rules.cap import CapRefuse, MessageCap, lire
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.socle.territoire import territoire

AVANCE_PERMISE = timedelta(minutes=5)
"""L'horloge d'un autre outil peut avancer un peu."""
CLOTURES = {TypeAlerte.ANNULATION: GesteAlerte.ANNULE, TypeAlerte.LEVEE: GesteAlerte.LEVE}
PAS_ENCORE_PARTIES = (EtatAlerte.BROUILLON, EtatAlerte.A_APPROUVER, EtatAlerte.RENVOYEE)


@dataclass(frozen=True)
class Reprise:
    """Ce qu'un message demande : compléter ce brouillon (`geste` vide), ou confirmer ce geste sur cette alerte."""

    alerte: Alerte
    geste: GesteAlerte | None = None


@transaction.atomic
def reprendre_un_cap(*, octets: bytes, auteur: Any, au: datetime) -> Reprise:
    """Un brouillon pour une alerte ou sa mise à jour ; pour une fin, le geste à confirmer, et rien ne s'écrit.

    Lève `AlerteRefusee`, `PassageInterdit`.
    """
    exiger_les_forces_de_l_ordre(auteur)
    try:
        message = lire(octets)
    except CapRefuse as refus:
        raise AlerteRefusee(str(refus)) from refus
    _exiger_du_jour(message, au)
    if message.type in CLOTURES:
        premiere = _citee(message)
        return Reprise(premiere, _cloture(premiere, CLOTURES[message.type]))
    _exiger_neuf(message)
    if message.type == TypeAlerte.MISE_A_JOUR:
        premiere = _citee(message)
        suite = mettre_a_jour(alerte=premiere, auteur=auteur, au=au)
        champs = _champs(message, au, premiere)
        brouillon = modifier(alerte=suite, version=suite.version, champs=champs, auteur=auteur, au=au)
    else:
        brouillon = rediger(champs=_champs(message, au), auteur=auteur, au=au)
    OrigineCap.objects.create(
        alerte=brouillon, emetteur=message.emetteur, identifiant=message.identifiant,
        envoye_le=message.envoye_le.replace(microsecond=0),
    )  # fmt: skip
    return Reprise(brouillon)


def _exiger_du_jour(message: MessageCap, au: datetime) -> None:
    if message.envoye_le > au + AVANCE_PERMISE:
        raise AlerteRefusee("Ce message est daté de l'avenir : vérifiez l'horloge de l'outil qui l'a émis.")
    if message.expire_le is not None and message.expire_le <= au:
        raise AlerteRefusee("Ce message a expiré : il ne se reprend plus.")


def _exiger_neuf(message: MessageCap) -> None:
    """Une alerte déjà reprise, ou la nôtre qui revient, ne se redouble pas."""
    deja = alerte_citee((message.emetteur, message.identifiant, message.envoye_le))
    if deja is not None:
        raise AlerteRefusee(f"Ce message est déjà ici : c'est l'alerte n° {deja.pk}.")


def _citee(message: MessageCap) -> Alerte:
    """La première alerte du fil que ce message cite. Lève `AlerteRefusee`."""
    if not message.references:
        raise AlerteRefusee("Ce message ne dit pas quelle alerte il concerne (« references » est vide).")
    fils = fil_cite(message.references)
    if not fils:
        cites = " ; ".join(f"{identifiant} de {emetteur}" for emetteur, identifiant, _ in message.references[:3])
        raise AlerteRefusee(
            f"L'alerte citée n'est pas connue ici ({cites}) : reprenez-la d'abord, ou écrivez la vôtre."
        )
    if len(fils) > 1:
        pks = ", ".join(str(un.pk) for un in sorted(fils, key=lambda une: une.pk))
        raise AlerteRefusee(f"Ce message cite plusieurs alertes à la fois (n° {pks}) : ouvrez chacune.")
    [premiere] = fils
    if premiere.etat not in (EtatAlerte.ENVOYEE, *PAS_ENCORE_PARTIES):
        etat = premiere.get_etat_display().lower()
        raise AlerteRefusee(f"L'alerte n° {premiere.pk} que ce message cite est déjà {etat} : rien à faire.")
    exiger_recente(premiere)
    return premiere


def _cloture(premiere: Alerte, geste: GesteAlerte) -> GesteAlerte:
    """Une alerte qui n'est pas partie ne s'annule ni ne se lève : elle s'abandonne."""
    return GesteAlerte.ABANDONNE if premiere.etat in PAS_ENCORE_PARTIES else geste


def _champs(message: MessageCap, au: datetime, premiere: Alerte | None = None) -> dict[str, Any]:
    """Ce que le message dit ; ce qu'il tait vient de la première alerte du fil."""
    dits, place = message.parametres, message.cercle
    nature, commune = dits.get("nature", ""), dits.get("commune", "")
    if nature not in NatureFait.values:
        nature = premiere.nature if premiere else NatureFait.AUTRE
    if commune not in territoire().communes:
        commune = premiere.code_commune if premiere else territoire().commune_centre
    garde = premiere is not None and place is None and not message.lieu
    return {
        "nature": nature, "activite": premiere.activite if premiere else "",
        "lieu": (message.lieu or (premiere.lieu if premiere else ""))[:200], "code_commune": commune,
        "lon": place.lon if place else premiere.lon if premiere and garde else None,
        "lat": place.lat if place else premiere.lat if premiere and garde else None,
        "fait_le": message.fait_le or (premiere.fait_le if premiere else message.envoye_le),
        "appel_17_le": premiere.appel_17_le if premiere else None, "retard": "",
        "direction": dits.get("direction", "")[:120], "maniere": message.description[:300],
        "conseil": message.conseil[:200], "texte": "", "cible": _cible(message, premiere),
    }  # fmt: skip


def _cible(message: MessageCap, premiere: Alerte | None) -> dict[str, Any]:
    if message.polygone:
        return Cible(SorteCible.POLYGONE, polygone=message.polygone).en_json()
    if message.cercle is not None:
        return Cible(rayon_m=round(message.cercle.km * 1000)).en_json()
    return dict(premiere.cible) if premiere else Cible().en_json()
