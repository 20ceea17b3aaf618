"""Deux ans de CPSQ fictifs : une séance par mois, ce qui s'y décide, ce qui en est fait ; la prochaine est prévue."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatDecision, EtatSeance
from tissu.actions.alerte_commerce.models import SeanceCPSQ
from tissu.actions.alerte_commerce.operations import seances
from tissu.comptes.models import Personne
from tissu.socle.periodes import mois_de, mois_precedent

COMBIEN = 24
LIEU = "Hôtel de ville de démonstration"
PRESENTS = (
    "Police nationale de démonstration", "Ville fictive, tranquillité publique", "Chambre de démonstration",
    "Union de commerçants fictive", "Métropole de démonstration",
)  # fmt: skip
NOTES = (
    "Faux billets de 50 euros signalés rue après rue : rappeler les gestes du guide.",
    "Vols à l'étalage en fin d'après-midi ; passages renforcés aux sorties d'école.",
    "Éclairage d'une rue piétonne en panne depuis deux semaines.",
    "Marché de fin d'année : plan de circulation et points d'alerte.",
)
DECISIONS = (
    ("Distribuer le guide de la sécurité aux commerces du marché", "Chambre de démonstration", "Guides remis"),
    ("Réparer l'éclairage de la rue piétonne", "Ville fictive, tranquillité publique", "Réparé par les services"),
    ("Tenir une permanence avec les référents sûreté", "Police nationale de démonstration", "Permanence tenue"),
    ("Écrire aux nouveaux commerces du centre", "Chambre de démonstration", "Lettres envoyées"),
    ("Revoir l'emplacement des vitrophanies", "Union de commerçants fictive", "Tournée faite"),
)


def installer(*, agent: Personne, au: datetime) -> None:
    """Une séance par mois, tenue sauf deux ; une décision se clôt deux mois après, les dernières restent ouvertes."""
    ce_mois = mois_de(timezone.localdate(au))
    for rang in range(COMBIEN, 0, -1):
        _tenir(rang, mois_precedent(ce_mois, rang).debut + timedelta(days=11), agent)
    prevue = SeanceCPSQ(le=mois_precedent(ce_mois, -1).debut + timedelta(days=11), lieu=LIEU)
    seances.enregistrer_seance(seance=prevue, revision=0, auteur=agent, au=au)


def _tenir(rang: int, jour: date, agent: Personne) -> None:
    moment = timezone.make_aware(datetime.combine(jour, time(17)))
    if rang in {5, 16}:
        annulee = SeanceCPSQ(le=jour, lieu=LIEU, etat=EtatSeance.NON_TENUE, motif="Salle occupée, reportée d'un mois")
        seances.enregistrer_seance(seance=annulee, revision=0, auteur=agent, au=moment)
        return
    tenue = SeanceCPSQ(
        le=jour, lieu=LIEU, etat=EtatSeance.TENUE, presents=list(PRESENTS[: 3 + rang % 3]), notes=NOTES[rang % 4]
    )
    seances.enregistrer_seance(seance=tenue, revision=0, auteur=agent, au=moment)
    texte, qui, suite = DECISIONS[rang % len(DECISIONS)]
    decidee = seances.decider(
        seance=tenue, texte=texte, responsable=qui, echeance=jour + timedelta(days=45), auteur=agent
    )
    if rang > 2:
        seances.suivre_decision(
            decision=decidee, etat=EtatDecision.FAITE, suite=suite, auteur=agent, au=moment + timedelta(days=50)
        )
    elif rang == 2:
        seances.suivre_decision(
            decision=decidee, etat=EtatDecision.EN_COURS, suite="Commencé", auteur=agent, au=moment + timedelta(days=9)
        )
