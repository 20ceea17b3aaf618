"""Ce que toute écriture d'une alerte partage : refuser, passer d'un état à l'autre une seule fois, noter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from tissu.actions.alerte_commerce import permissions
from tissu.actions.alerte_commerce.choices import GesteAlerte
from tissu.actions.alerte_commerce.models import Alerte, EtapeAlerte
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.reglages import fraicheur_d_une_alerte
from tissu.actions.alerte_commerce.rules.alertes import refus_d_alerter, suite
from tissu.actions.alerte_commerce.rules.article10 import interdits

TEXTES = ("lieu", "direction", "maniere", "conseil", "texte", "retard", "motif")
"""Les champs libres, tous relus par le détecteur de l'article 10, et tous effacés après trente jours."""


class AlerteRefusee(GesteRefuse):
    """Ce geste sur une alerte n'est pas possible ; le message dit pourquoi et quoi faire."""


class PassageInterdit(AlerteRefusee):
    """Un champ dit ce qu'une alerte ne dit jamais. `champs` : champ → une phrase par passage."""

    def __init__(self, champs: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(phrase for phrases in champs.values() for phrase in phrases))
        self.champs = dict(champs)


def exiger_les_forces_de_l_ordre(auteur: Any) -> None:
    """Lève `AlerteRefusee` pour tout autre, quels que soient ses rôles."""
    if not permissions.peut_alerter(auteur):
        raise AlerteRefusee("Seules les forces de l'ordre écrivent et envoient une alerte.")


def exiger_sans_identite(champs: Mapping[str, Any]) -> None:
    """Lève `PassageInterdit` si un texte désigne ou décrit une personne."""
    fautes = {
        nom: [passage.phrase for passage in interdits(str(champs[nom]))]
        for nom in TEXTES
        if champs.get(nom)
    }  # fmt: skip
    fautes = {nom: phrases for nom, phrases in fautes.items() if phrases}
    if fautes:
        raise PassageInterdit(fautes)


def exiger_frais(alerte: Alerte, *, au: datetime, retard: str = "") -> None:
    """Lève `AlerteRefusee` si le fait ne peut plus, ou pas encore, faire une alerte."""
    refus = refus_d_alerter(
        fait_le=alerte.fait_le, appel_17_le=alerte.appel_17_le, retard=retard or alerte.retard, interpelle=False,
        au=au, limite=fraicheur_d_une_alerte(au),
    )  # fmt: skip
    if refus:
        raise AlerteRefusee(refus)


def passer(alerte: Alerte, geste: GesteAlerte, **champs: Any) -> Alerte:
    """Pose l'état où mène ce geste, dans la transaction en cours ; de deux gestes à la fois, un seul passe."""
    actuelle = Alerte.objects.select_for_update().get(pk=alerte.pk)
    vers = suite(actuelle.etat, geste)
    if vers is None:
        raise AlerteRefusee(
            f"Cette alerte est « {actuelle.get_etat_display().lower()} » : ce geste n'est plus possible. Relisez-la."
        )
    pris = Alerte.objects.filter(pk=actuelle.pk, etat=actuelle.etat, version=actuelle.version).update(
        etat=vers, version=F("version") + 1, **champs
    )
    if not pris:
        raise AlerteRefusee("Une autre personne vient d'agir sur cette alerte : relisez-la.")
    actuelle.refresh_from_db()
    return actuelle


def noter(alerte: Alerte, geste: GesteAlerte, *, auteur: Any, au: datetime, texte: str = "") -> None:
    """Ajoute une ligne au journal."""
    EtapeAlerte.objects.create(alerte=alerte, geste=geste, texte=texte[:300], auteur=auteur, le=au)


def exiger_recente(alerte: Alerte) -> None:
    """Lève `AlerteRefusee` si les textes de l'alerte sont effacés : elle n'a plus de suite."""
    if alerte.efface_le is not None:
        raise AlerteRefusee("Cette alerte est ancienne, ses textes sont effacés : écrivez-en une nouvelle.")
