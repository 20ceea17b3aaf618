"""Ce qu'une personne décide d'une anomalie d'import : garder, corriger, fusionner un doublon, écarter la ligne.

Un local écarté n'est pas effacé : il ne compte plus, à aucune date, et la décision se reprend.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.locaux.choices import DOUBLONS, DecisionAnomalie
from tissu.locaux.models import AnomalieLocaux, LigneSource, Local
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    changer_en_nombre,
    enregistrer,
    exiger_de_modifier,
)

COMPLETES = ("surface_m2", "surface_vente_m2", "vitrine_m", "loyer_eur_m2_an", "couverts", "chambres", "etage",
             "quartier", "code_postal", "parcelle", "complement", "lon", "lat")  # fmt: skip
"""Ce que le local gardé reprend de son doublon quand lui-même n'en sait rien."""


@transaction.atomic
def decider(
    *, anomalies: Iterable[AnomalieLocaux], decision: str, auteur: Any, au: datetime, commentaire: str = ""
) -> int:
    """Prend la même décision sur ces anomalies, toutes ou aucune ; rend leur nombre. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    decision = DecisionAnomalie(decision)
    liste = list(AnomalieLocaux.objects.select_for_update().filter(pk__in=[une.pk for une in anomalies]).order_by("pk"))
    for anomalie in liste:
        if anomalie.decision in ECARTENT and decision not in ECARTENT:
            _ramener(anomalie, auteur, au)
        if decision in ECARTENT and anomalie.decision not in ECARTENT:
            _ecarter(anomalie, decision, auteur, au)
        anomalie.decision, anomalie.commentaire = decision, commentaire.strip()[:500]
        decidee = decision != DecisionAnomalie.A_DECIDER
        anomalie.decide_par, anomalie.decide_le = (auteur, au) if decidee else (None, None)
        enregistrer(anomalie, auteur=auteur, au=au, motif=decision.label)
    return len(liste)


ECARTENT = frozenset({DecisionAnomalie.FUSIONNER, DecisionAnomalie.ECARTER})


def _ecarter(anomalie: AnomalieLocaux, decision: DecisionAnomalie, auteur: Any, au: datetime) -> None:
    if anomalie.local is None:
        return  # Une ligne en quarantaine n'a fait aucun local : l'écarter, c'est ne plus la montrer à décider.
    local = Local.objects.select_for_update().get(pk=anomalie.local.pk)
    if local.ecarte_le:
        return
    if decision == DecisionAnomalie.FUSIONNER:
        local.remplace_par = _garde(anomalie)
        _verser(local, local.remplace_par, auteur, au)
    local.ecarte_le = au
    local.version += 1
    enregistrer(local, auteur=auteur, au=au, motif=f"{decision.label} : {anomalie}")


def _garde(anomalie: AnomalieLocaux) -> Local:
    """Le local de la première ligne du groupe. Lève `LocalRefuse` si l'anomalie n'est pas un doublon."""
    if anomalie.code not in DOUBLONS or not anomalie.lignes_liees:
        raise LocalRefuse(f"Ligne {anomalie.ligne} : seul un doublon se fusionne. Écartez-la, ou corrigez-la.")
    source = LigneSource.objects.filter(
        importation=anomalie.importation_id, ligne=anomalie.lignes_liees[0], local__isnull=False
    ).first()
    if source is None or source.local_id == anomalie.local_id or source.local.ecarte_le:  # type: ignore[union-attr]
        raise LocalRefuse(
            f"Ligne {anomalie.ligne} : la ligne {anomalie.lignes_liees[0]}, dont elle serait le doublon, a été "
            "écartée. Décidez d'abord de celle-là."
        )
    assert source.local is not None
    return source.local


def _verser(doublon: Local, garde: Local, auteur: Any, au: datetime) -> None:
    """Le local gardé reprend ce qu'il ne savait pas, les photographies, les contacts et les relevés du doublon."""
    repris = [champ for champ in COMPLETES if getattr(garde, champ) in (None, "") and getattr(doublon, champ)]
    for champ in repris:
        setattr(garde, champ, getattr(doublon, champ))
    garde.version += 1
    enregistrer(garde, auteur=auteur, au=au, motif=f"Reprend son doublon {doublon.reference}")
    connues = set(garde.photos.values_list("empreinte", flat=True))
    a_verser = [photo for photo in doublon.photos.all() if photo.empreinte not in connues]
    for objets in (a_verser, list(doublon.contacts.all())):
        for objet in objets:
            objet.local = garde
        changer_en_nombre(objets, ["local"], auteur=auteur, au=au, motif=f"Doublon {doublon.reference}")
    doublon.releves.update(local=garde)


def _ramener(anomalie: AnomalieLocaux, auteur: Any, au: datetime) -> None:
    if anomalie.local is None or not anomalie.local.ecarte_le:
        return
    local = anomalie.local
    local.ecarte_le = local.remplace_par = None
    local.version += 1
    enregistrer(local, auteur=auteur, au=au, motif="Décision reprise")
