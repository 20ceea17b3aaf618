"""Deux ans d'alertes fictives : écrites, approuvées, parties, reçues, levées ; et trois qui attendent quelqu'un."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import NatureFait
from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.queries.ciblage import adherent_de
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.messages.canaux.ligne import Accepte, Recu
from tissu.messages.canaux.reglages import operateurs
from tissu.messages.choices import Canal, EtatRemise
from tissu.messages.models import Poste, Remise
from tissu.messages.operations import empreinte_de
from tissu.messages.operations.departs import prendre
from tissu.messages.operations.postes import fermer_poste, ouvrir_poste
from tissu.messages.operations.retours import noter

GRAINE = 20_261_127
COMBIEN = 80
DUREE = timedelta(days=730)
MINUTE = timedelta(minutes=1)
NATURES = (
    (NatureFait.VOL_ETALAGE, 0.34, "Deux individus détournent l'attention à la caisse", "Surveillez les cabines."),
    (NatureFait.FAUSSE_MONNAIE, 0.18, "Faux billets de 50 euros", "Vérifiez au toucher et au filigrane."),
    (NatureFait.VOL_RUSE, 0.16, "Rendez-moi demandé plusieurs fois de suite", "Comptez deux fois la monnaie."),
    (NatureFait.MOYEN_PAIEMENT, 0.14, "Chèques volés présentés en fin de journée", "Demandez une autre carte."),
    (NatureFait.VOL_VIOLENCE, 0.08, "Bousculade à la sortie", "Restez à l'intérieur, appelez le 17."),
    (NatureFait.VOL_ARME, 0.06, "Individus masqués, arme de poing", "Ne résistez pas, appelez le 17."),
    (NatureFait.ESCROQUERIE, 0.04, "Faux contrôleur demandant un paiement", "Aucun contrôle ne se paie sur place."),
)  # fmt: skip
DIRECTIONS = ("à pied vers la gare", "à pied vers le centre", "en voiture vers la rocade", "")


@dataclass(frozen=True)
class _Poste:
    """Qui écrit, qui approuve, et la ligne d'où partent les SMS."""

    auteur: Personne
    approbateur: Personne
    ligne: Poste


def installer(*, au: datetime, suivi: Any) -> None:
    """Écrit les alertes dans l'ordre de leurs heures, puis efface les textes échus. Rien sans les comptes de police."""
    police = list(
        Personne.objects.filter(attributions__role=Role.POLICE, courriel__endswith="@demo.example").order_by("pk")[:2]
    )
    touches = list(Adherent.objects.filter(lon__isnull=False).exclude(adresse="").order_by("pk"))
    if len(police) < 2 or not touches:
        return
    suivi.avancer(0.7, f"Alerte Commerce : {COMBIEN} alertes sur deux ans")
    rng = np.random.default_rng([GRAINE, len(touches)])
    jours = sorted(rng.integers(2, DUREE.days, COMBIEN).tolist(), reverse=True)
    ligne = ouvrir_poste(operateur=operateurs()[0].nom, au=au - DUREE)
    poste = _Poste(police[0], police[1], ligne)
    for jour in jours:
        touche = touches[int(rng.integers(len(touches)))]
        _une_alerte(rng, poste, _champs(rng, touche, _heure(rng, au - timedelta(days=jour))))
    fermer_poste(poste=ligne, au=au)
    alertes.expirer(au=au)
    _en_cours(rng, poste, touches, au)


def _heure(rng: np.random.Generator, jour: datetime) -> datetime:
    """Un moment d'ouverture des commerces ; la fin d'après-midi est la plus touchée."""
    heure = 10 + int(9 * rng.beta(2.2, 1.4))
    return timezone.localtime(jour).replace(hour=heure, minute=int(rng.integers(60)), second=0, microsecond=0)


def _champs(rng: np.random.Generator, touche: Adherent, fait_le: datetime) -> dict[str, Any]:
    nature, _, maniere, conseil = NATURES[int(rng.choice(len(NATURES), p=[part for _, part, _, _ in NATURES]))]
    return {
        "nature": nature, "activite": touche.activite, "lieu": touche.adresse.split(",")[0][:200],
        "code_commune": touche.code_commune, "lon": touche.lon, "lat": touche.lat, "fait_le": fait_le,
        "appel_17_le": fait_le + int(rng.integers(2, 9)) * MINUTE, "retard": "",
        "direction": DIRECTIONS[int(rng.integers(len(DIRECTIONS)))], "maniere": maniere, "conseil": conseil,
        "texte": "", "cible": {"sorte": "rayon", "rayon_m": 0, "ouverts": bool(rng.random() < 0.3)},
    }  # fmt: skip


def _une_alerte(rng: np.random.Generator, poste: _Poste, champs: dict[str, Any]) -> None:
    """Du fait à la fin d'alerte, dite pour une sur trois. Sans commerce à prévenir, elle est abandonnée."""
    moment = champs["appel_17_le"] + int(rng.integers(3, 12)) * MINUTE
    alerte = alertes.rediger(champs=champs, auteur=poste.auteur, au=moment)
    moment += timedelta(seconds=int(rng.integers(40, 110)))
    alerte = alertes.soumettre(alerte=alerte, interpelle=False, auteur=poste.auteur, au=moment)
    moment += timedelta(seconds=int(rng.integers(40, 240)))
    vu = apercu(alerte, au=moment)
    if not vu.commerces:
        alertes.abandonner(alerte=alerte, auteur=poste.approbateur, au=moment)
        return
    alerte = alertes.approuver_et_envoyer(
        alerte=alerte, attendue=empreinte_de(vu.message), auteur=poste.approbateur, au=moment
    )
    faire_partir(rng, poste.ligne, moment)
    _donner_son_avis(rng, alerte, moment)
    sort, plus_tard = rng.random(), moment + int(rng.integers(30, 180)) * MINUTE
    if sort < 0.05:
        alertes.annuler(alerte=alerte, auteur=poste.approbateur, au=plus_tard)
    elif sort < 0.4:
        alertes.lever(alerte=alerte, auteur=poste.auteur, au=plus_tard)
    faire_partir(rng, poste.ligne, plus_tard)


def faire_partir(rng: np.random.Generator, ligne: Poste, au: datetime) -> None:
    """Ce que fait un opérateur : il prend les SMS en quelques secondes, et les dit reçus peu après."""
    departs = prendre(poste=ligne, canal=Canal.SMS, places=5000, au=au + timedelta(seconds=2)).departs
    if not departs:
        return
    pris = au + timedelta(seconds=2 + len(departs) // 25)
    noter(poste=ligne, evenements=[Accepte(un.partie, f"demo-{un.partie}") for un in departs], au=pris)
    melanges = rng.permutation(len(departs))
    for rang, lot in enumerate(np.array_split(melanges, 3)):
        recus = [
            Recu(f"demo-{departs[i].partie}", "UNDELIV" if rng.random() < 0.004 else "DELIVRD") for i in lot.tolist()
        ]
        noter(poste=ligne, evenements=recus, au=pris + timedelta(seconds=4 + 9 * rang + int(rng.integers(6))))


def _donner_son_avis(rng: np.random.Generator, alerte: Alerte, au: datetime) -> None:
    joints = Remise.objects.filter(envoi=alerte.envoi, canal=Canal.SMS, etat=EtatRemise.RECUE).order_by("pk")
    for cle in joints.values_list("destinataire", flat=True)[:60]:
        if rng.random() < 0.15:
            alertes.noter_avis(
                alerte=alerte.pk, adherent=adherent_de(cle), utile=bool(rng.random() < 0.85), au=au + 20 * MINUTE
            )


def _en_cours(rng: np.random.Generator, poste: _Poste, touches: list[Adherent], au: datetime) -> None:
    """Une alerte à approuver, une rendue à son auteur, un brouillon."""
    for rang, touche in enumerate(touches[:3]):
        champs = _champs(rng, touche, au - 25 * MINUTE)
        alerte = alertes.rediger(champs=champs, auteur=poste.auteur, au=au - 12 * MINUTE)
        if rang < 2:
            alerte = alertes.soumettre(alerte=alerte, interpelle=False, auteur=poste.auteur, au=au - 10 * MINUTE)
        if rang == 1:
            alertes.renvoyer(alerte=alerte, motif="Précisez la direction", auteur=poste.approbateur, au=au - 8 * MINUTE)
