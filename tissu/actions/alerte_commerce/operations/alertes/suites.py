"""Clore une alerte : l'annuler, en retenant ce qui n'est pas parti ; la lever, quand le danger est passé."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte, TypeAlerte
from tissu.actions.alerte_commerce.messages.alertes import apercu_d_une_suite
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations.alertes.commun import (
    AlerteRefusee,
    exiger_les_forces_de_l_ordre,
    exiger_recente,
    noter,
    passer,
)
from tissu.actions.alerte_commerce.operations.alertes.departs import deposer
from tissu.actions.alerte_commerce.queries.ciblage import prevenus, texte_de
from tissu.messages import operations as messagerie


@transaction.atomic
def annuler(*, alerte: Alerte, auteur: Any, au: datetime) -> int:
    """Retient ce qui n'est pas parti du fil, prévient ceux qui l'ont eu ; rend le nombre de SMS retenus.

    Une personne suffit : cela presse, et ne peut qu'apaiser. Lève `AlerteRefusee`.
    """
    premiere = _clore(alerte, GesteAlerte.ANNULE, auteur, au)
    retenus = sum(
        messagerie.annuler(envoi=une.envoi, au=au)
        for une in (premiere, *premiere.suites.filter(envoi__isnull=False).select_related("envoi"))
        if une.envoi is not None
    )
    _prevenir(premiere, TypeAlerte.ANNULATION, auteur, au)
    return retenus


@transaction.atomic
def lever(*, alerte: Alerte, auteur: Any, au: datetime) -> Alerte:
    """La fin d'alerte, à tous ceux qui l'ont eue. Lève `AlerteRefusee`."""
    premiere = _clore(alerte, GesteAlerte.LEVE, auteur, au)
    _prevenir(premiere, TypeAlerte.LEVEE, auteur, au)
    return premiere


def _clore(alerte: Alerte, geste: GesteAlerte, auteur: Any, au: datetime) -> Alerte:
    exiger_les_forces_de_l_ordre(auteur)
    if alerte.premiere_id is not None:
        raise AlerteRefusee("Une suite ne se clôt pas seule : ouvrez la première alerte du fil.")
    premiere = passer(alerte, geste, close_le=au)
    exiger_recente(premiere)
    # Une mise à jour encore en préparation n'a plus d'objet.
    for suite in premiere.suites.filter(
        etat__in=(EtatAlerte.BROUILLON, EtatAlerte.A_APPROUVER, EtatAlerte.RENVOYEE)
    ).order_by("pk"):
        abandonnee = passer(suite, GesteAlerte.ABANDONNE, close_le=au)
        noter(abandonnee, GesteAlerte.ABANDONNE, auteur=auteur, au=au)
    noter(premiere, geste, auteur=auteur, au=au)
    return premiere


def _prevenir(premiere: Alerte, type_: TypeAlerte, auteur: Any, au: datetime) -> None:
    suite = Alerte(
        type=type_, premiere=premiere, etat=EtatAlerte.ENVOYEE, nature=premiere.nature, activite=premiere.activite,
        lieu=premiere.lieu, code_commune=premiere.code_commune, quartier=premiere.quartier, lon=premiere.lon,
        lat=premiere.lat, fait_le=premiere.fait_le, cible=premiere.cible, auteur=auteur, approbateur=auteur,
        redigee_le=au, envoyee_le=au,
    )  # fmt: skip
    if not prevenus(suite):
        return
    suite.texte = texte_de(suite)
    suite.save()
    deposer(suite, apercu_d_une_suite(suite, au=au), auteur=auteur, au=au)
    noter(suite, GesteAlerte.ENVOIE, auteur=auteur, au=au)
