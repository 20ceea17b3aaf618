"""Écrire une alerte, la soumettre, la renvoyer, la reprendre, en écrire la suite."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations.alertes.commun import (
    AlerteRefusee,
    exiger_frais,
    exiger_les_forces_de_l_ordre,
    exiger_recente,
    exiger_sans_identite,
    noter,
    passer,
)
from tissu.actions.alerte_commerce.operations.gestes import exiger_texte
from tissu.actions.alerte_commerce.queries.ciblage import texte_de
from tissu.actions.alerte_commerce.queries.contours import refus_du_contour
from tissu.actions.alerte_commerce.queries.places import situer, situer_un_point
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.messages.rules.segmentation import TexteRefuse, segmenter
from tissu.socle.conflits import prendre_la_main
from tissu.socle.territoire import territoire

CHAMPS = (
    "nature", "activite", "lieu", "code_commune", "lon", "lat", "fait_le", "appel_17_le", "retard", "direction",
    "maniere", "conseil", "texte", "cible",
)  # fmt: skip
"""Ce que l'auteur écrit."""


@transaction.atomic
def rediger(*, champs: dict[str, Any], auteur: Any, au: datetime) -> Alerte:
    """Un brouillon. Lève `AlerteRefusee`, `PassageInterdit`."""
    exiger_les_forces_de_l_ordre(auteur)
    alerte = Alerte(auteur=auteur, redigee_le=au, **_verifier(champs, au))
    alerte.save()
    noter(alerte, GesteAlerte.REDIGE, auteur=auteur, au=au)
    return alerte


@transaction.atomic
def modifier(*, alerte: Alerte, version: int, champs: dict[str, Any], auteur: Any, au: datetime) -> Alerte:
    """Récrit un brouillon, ou une alerte renvoyée. Lève `AlerteRefusee`, `ConflitDeSaisie`."""
    exiger_les_forces_de_l_ordre(auteur)
    propres = _verifier(champs, au)
    prendre_la_main(
        alerte, revision=version, ancien={nom: getattr(alerte, nom) for nom in CHAMPS}, nouveau=propres,
        compteur="version",
    )  # fmt: skip
    actuelle = passer(alerte, GesteAlerte.MODIFIE, motif="", **propres)
    noter(actuelle, GesteAlerte.MODIFIE, auteur=auteur, au=au)
    return actuelle


def _verifier(champs: dict[str, Any], au: datetime) -> dict[str, Any]:
    """Les champs propres, situés. Lève `AlerteRefusee`."""
    propres = {nom: valeur for nom, valeur in champs.items() if nom in CHAMPS}
    exiger_sans_identite(propres)
    cible = Cible.de_json(propres.get("cible", {}))
    if cible.sorte == SorteCible.POLYGONE and (refus_de_contour := refus_du_contour(cible.polygone, au=au)):
        raise AlerteRefusee(refus_de_contour)
    propres["lieu"] = exiger_texte(propres.get("lieu", ""), "Donnez le lieu du fait.")
    if propres.get("texte"):
        try:
            segmenter(propres["texte"])
        except TexteRefuse as refus:
            raise AlerteRefusee(str(refus)) from refus
    if propres.get("code_commune") not in territoire().communes:
        raise AlerteRefusee("Choisissez une commune du territoire.")
    if propres.get("lon") is None or propres.get("lat") is None:
        place = situer(propres["lieu"], propres["code_commune"])
        propres |= {"lon": place.lon, "lat": place.lat}
    else:
        place = situer_un_point(propres["lon"], propres["lat"])
        propres["code_commune"] = place.code_commune or propres["code_commune"]
    return propres | {"quartier": place.quartier}


@transaction.atomic
def soumettre(*, alerte: Alerte, interpelle: bool, auteur: Any, au: datetime) -> Alerte:
    """Donne l'alerte à approuver ; son texte est alors fixé. `interpelle` : l'auteur des faits l'est déjà.

    Lève `AlerteRefusee`.
    """
    exiger_les_forces_de_l_ordre(auteur)
    if interpelle:
        raise AlerteRefusee("L'auteur des faits est interpellé : il n'y a plus de danger proche, donc pas d'alerte.")
    actuelle = passer(alerte, GesteAlerte.SOUMET, soumise_le=au, motif="", texte=texte_de(alerte))
    if actuelle.type == TypeAlerte.ALERTE:
        exiger_frais(actuelle, au=au)
    exiger_sans_identite({"texte": actuelle.texte})
    if actuelle.cible.get("sorte") == SorteCible.RAYON and actuelle.lon is None:
        raise AlerteRefusee(
            "Ce lieu n'a pas de position : choisissez une adresse proposée, prenez votre position, ou visez la commune."
        )
    noter(actuelle, GesteAlerte.SOUMET, auteur=auteur, au=au)
    return actuelle


@transaction.atomic
def renvoyer(*, alerte: Alerte, motif: str, auteur: Any, au: datetime) -> Alerte:
    """Rend l'alerte à son auteur, avec ce qu'il doit reprendre. Lève `AlerteRefusee`."""
    exiger_les_forces_de_l_ordre(auteur)
    propre = exiger_texte(motif, "Dites ce qui est à reprendre.")[:300]
    exiger_sans_identite({"motif": propre})
    actuelle = passer(alerte, GesteAlerte.RENVOIE, motif=propre)
    noter(actuelle, GesteAlerte.RENVOIE, auteur=auteur, au=au)
    return actuelle


@transaction.atomic
def reprendre(*, alerte: Alerte, auteur: Any, au: datetime) -> Alerte:
    """L'alerte soumise redevient un brouillon. Lève `AlerteRefusee`."""
    exiger_les_forces_de_l_ordre(auteur)
    actuelle = passer(alerte, GesteAlerte.REPREND, soumise_le=None)
    noter(actuelle, GesteAlerte.REPREND, auteur=auteur, au=au)
    return actuelle


@transaction.atomic
def abandonner(*, alerte: Alerte, auteur: Any, au: datetime) -> Alerte:
    """L'alerte ne partira pas. Lève `AlerteRefusee`."""
    exiger_les_forces_de_l_ordre(auteur)
    actuelle = passer(alerte, GesteAlerte.ABANDONNE, close_le=au)
    noter(actuelle, GesteAlerte.ABANDONNE, auteur=auteur, au=au)
    return actuelle


@transaction.atomic
def mettre_a_jour(*, alerte: Alerte, auteur: Any, au: datetime) -> Alerte:
    """Le brouillon de la suite : les mêmes champs, à récrire. Lève `AlerteRefusee` si l'alerte n'est pas en cours."""
    exiger_les_forces_de_l_ordre(auteur)
    premiere = Alerte.objects.select_for_update().get(pk=alerte.premiere_id or alerte.pk)
    if premiere.etat != EtatAlerte.ENVOYEE:
        raise AlerteRefusee("Cette alerte n'est plus en cours : écrivez-en une nouvelle.")
    exiger_recente(premiere)
    brouillon = Alerte(
        type=TypeAlerte.MISE_A_JOUR, premiere=premiere, auteur=auteur, redigee_le=au, quartier=premiere.quartier,
        **{nom: getattr(premiere, nom) for nom in CHAMPS if nom not in ("texte", "retard")},
    )  # fmt: skip
    brouillon.save()
    noter(brouillon, GesteAlerte.REDIGE, auteur=auteur, au=au)
    return brouillon
