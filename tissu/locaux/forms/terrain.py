"""Lire ce qu'un téléphone envoie : des types vérifiés, un relevé illisible nommé sans arrêter les autres."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tissu.locaux.operations.releves import NOMBRES
from tissu.locaux.operations.terrain import ReleveEnvoye, Reponse

OCTETS_MAX = 1_000_000
RELEVES_MAX = 50
TEXTE_MAX = 2_000


class EnvoiIllisible(ValueError):
    """L'envoi entier ne se lit pas ; le message dit pourquoi."""


def lire_objet(corps: bytes) -> dict[str, Any]:
    """L'objet JSON d'un envoi. Lève `EnvoiIllisible`."""
    if len(corps) > OCTETS_MAX:
        raise EnvoiIllisible(f"L'envoi pèse plus de {OCTETS_MAX // 1000} ko : envoyez moins de relevés à la fois.")
    try:
        lu = json.loads(corps, parse_constant=_nombre_impossible)
    except (ValueError, RecursionError) as erreur:
        raise EnvoiIllisible("L'envoi n'est pas un texte JSON.") from erreur
    if not isinstance(lu, dict):
        raise EnvoiIllisible("L'envoi JSON n'est pas un objet.")
    return lu


def _nombre_impossible(ecrit: str) -> float:
    raise ValueError(ecrit)


def lire_releves(envoi: Mapping[str, Any]) -> tuple[list[ReleveEnvoye], list[Reponse]]:
    """Les relevés lisibles, et la réponse faite aux autres. Lève `EnvoiIllisible`."""
    bruts = envoi.get("releves")
    if not isinstance(bruts, list):
        raise EnvoiIllisible("« releves » n'est pas une liste.")
    if len(bruts) > RELEVES_MAX:
        raise EnvoiIllisible(f"{len(bruts)} relevés à la fois, pour {RELEVES_MAX} au plus.")
    lus, refus = [], []
    for brut in bruts:
        try:
            lus.append(_releve(brut))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as erreur:
            cle = str(brut.get("cle", "")) if isinstance(brut, dict) else ""
            refus.append(Reponse(cle[:36], motif=f"Relevé illisible ({erreur}) : reprenez-le, ou exportez-le."))
    return lus, refus


def _releve(brut: Any) -> ReleveEnvoye:
    if not isinstance(brut, dict):
        raise ValueError("ce n'est pas un objet")
    le = parse_datetime(brut["releve_le"])
    if le is None or le.tzinfo is None:
        raise ValueError("releve_le : une date, une heure et leur fuseau")
    return ReleveEnvoye(
        cle=UUID(brut["cle"]),
        campagne=_entier(brut["campagne"]),
        tournee=None if brut.get("tournee") is None else _entier(brut["tournee"]),
        local=None if brut.get("local") is None else str(brut["local"])[:20],
        releve_le=timezone.localtime(le),
        version_vue=None if brut.get("version_vue") is None else _entier(brut["version_vue"]),
        donnees=_valeurs(brut["donnees"]),
        vues=_valeurs(brut.get("vues") or {}),
    )


def _entier(valeur: Any) -> int:
    if not isinstance(valeur, int) or isinstance(valeur, bool) or not 0 <= valeur < 2**31:
        raise ValueError(f"« {str(valeur)[:40]} » n'est pas un nombre entier")
    return valeur


def _valeurs(brutes: Mapping[str, Any]) -> dict[str, Any]:
    valeurs = {}
    for champ, valeur in brutes.items():
        permis = (str, int, float) if champ in NOMBRES else (str,)
        if valeur is not None and (isinstance(valeur, bool) or not isinstance(valeur, permis)):
            raise ValueError(f"{champ[:40]} : « {str(valeur)[:40]} »")
        if isinstance(valeur, str) and len(valeur) > TEXTE_MAX:
            raise ValueError(f"{champ[:40]} : plus de {TEXTE_MAX} signes")
        # Un caractère nul ne s'écrit dans aucune base.
        valeurs[champ] = valeur.replace("\0", "") if isinstance(valeur, str) else valeur
    return valeurs
