"""Approuver une alerte, c'est l'envoyer : d'un geste, une fois, telle qu'elle vient d'être montrée."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.actions.alerte_commerce.choices import EtatAlerte, GesteAlerte, TypeAlerte
from tissu.actions.alerte_commerce.messages.alertes import Apercu, apercu
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations.alertes.commun import (
    AlerteRefusee,
    exiger_frais,
    exiger_les_forces_de_l_ordre,
    exiger_sans_identite,
    noter,
    passer,
)
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.alertes import peut_approuver
from tissu.messages import operations as messagerie


@transaction.atomic
def approuver_et_envoyer(*, alerte: Alerte, attendue: str, auteur: Any, au: datetime, retard: str = "") -> Alerte:
    """Envoie l'alerte si son texte et ses destinataires sont ceux de l'aperçu (`attendue`, son empreinte).

    Le même geste répété ne l'envoie qu'une fois. `retard` : la raison, si le fait a vieilli depuis la rédaction.
    Lève `AlerteRefusee`.
    """
    exiger_les_forces_de_l_ordre(auteur)
    actuelle = Alerte.objects.select_for_update().get(pk=alerte.pk)
    if actuelle.etat == EtatAlerte.ENVOYEE and actuelle.approbateur_id == auteur.pk:
        return actuelle
    _exiger_deux_personnes(actuelle, auteur, au)
    exiger_sans_identite({"texte": actuelle.texte, "retard": retard})
    if actuelle.type == TypeAlerte.ALERTE:
        exiger_frais(actuelle, au=au, retard=retard)
    if not attendue:
        raise AlerteRefusee("Relisez l'aperçu avant d'envoyer.")
    vu = apercu(actuelle, au=au)
    if not vu.commerces:
        raise AlerteRefusee("Aucun commerce à prévenir : élargissez la cible, ou abandonnez.")
    envoyee = passer(actuelle, GesteAlerte.ENVOIE, approbateur=auteur, envoyee_le=au, retard=retard or actuelle.retard)
    deposer(envoyee, vu, attendue=attendue, auteur=auteur, au=au)
    noter(envoyee, GesteAlerte.ENVOIE, auteur=auteur, au=au)
    return envoyee


def _exiger_deux_personnes(alerte: Alerte, auteur: Any, au: datetime) -> None:
    regle = bool(reglage("alerte_deux_personnes", au))
    if not peut_approuver(auteur=alerte.auteur_id, approbateur=auteur.pk, deux_personnes=regle):
        raise AlerteRefusee("Vous avez écrit cette alerte : une autre personne doit l'approuver.")


def deposer(alerte: Alerte, vu: Apercu, *, auteur: Any, au: datetime, attendue: str = "") -> None:
    """Dépose le message de l'alerte et garde ce qui est parti, dans la transaction en cours."""
    try:
        envoi = messagerie.deposer(vu.message, auteur=auteur, au=au, attendue=attendue)
    except messagerie.DepotRefuse as refus:
        raise AlerteRefusee(f"Rien n'est parti. {refus}") from refus
    alerte.envoi, alerte.vises, alerte.hors_cible = envoi, vu.commerces, dict(vu.ciblage.hors)
    alerte.save(update_fields=["envoi", "vises", "hors_cible"])
