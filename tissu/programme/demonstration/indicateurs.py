"""Des mesures fictives pour les critères que rien ne calcule, et le calcul des autres.

Saisies par un partenaire et validées par l'autre ; quelques-unes attendent encore, une est refusée.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Critere, Mesure
from tissu.programme.operations.mesures import Saisie, mesurer, refuser_mesure, saisir_mesure, valider_mesure
from tissu.programme.rules.indicateurs import periodes_de
from tissu.socle.indicateurs import indicateurs
from tissu.socle.periodes import Periode

MISSIONS = ("mission.cci@demo.example", "mission.metropole@demo.example")
REUSSITES = (Decimal("0.8"), Decimal("0.95"), Decimal(1), Decimal("1.1"))
SANS_CIBLE = (3, 5, 4, 6)
SOURCE = "Suivi de la fiche (chiffre de démonstration)"
CONSTAT = "Bilan présenté au comité de suivi ; les deux partenaires en retiennent les suites (texte de démonstration)."


def installer(*, au: datetime, suivi: Any) -> None:
    """Écrit les mesures qui manquent, par les opérations ; ne touche pas à un critère déjà mesuré."""
    saisissant, validant = (Personne.objects.get(courriel=courriel) for courriel in MISSIONS)
    criteres = (
        Critere.objects.exclude(indicateur__in=indicateurs())
        .exclude(fiche__etat=EtatFiche.CLOSE)
        .filter(mesures__isnull=True)
        .select_related("fiche__convention")
        .prefetch_related("fiche__convention__partenaires", "fiche__maitres_ouvrage")
        .order_by("fiche__annee", "fiche__numero", "ordre", "pk")
    )
    refuse = Mesure.objects.filter(etat="refusee").exists()
    for rang, critere in enumerate(criteres):
        proposees = [
            saisir_mesure(critere=critere, saisie=saisie, auteur=saisissant, au=quand)
            for saisie, quand in _saisies(critere, au)
        ]
        attend = rang % 9 == 0 and critere.fiche.annee == au.year
        for mesure in proposees[:-1] if attend else proposees:
            valider_mesure(mesure=mesure, auteur=validant, au=min(au, mesure.etablie_le + timedelta(days=6)))
        if attend and proposees and not refuse:
            motif = "La même entreprise semble comptée deux fois : merci de joindre la liste."
            refuser_mesure(mesure=proposees[-1], motif=motif, auteur=validant, au=au)
            refuse = True
    mesurer(au=au, suivi=suivi)


def _saisies(critere: Critere, au: datetime) -> list[tuple[Saisie, datetime]]:
    """Les valeurs plausibles d'un critère, chacune saisie dix jours après la fin de sa période."""
    fiche = critere.fiche
    annuel = critere.qualitatif or (critere.cible is not None and critere.cible <= 2)
    periodes = periodes_de(fiche.annee, fiche.premier_mois, "annee" if annuel else "trimestre")
    trouvees = []
    for rang, periode in enumerate(periodes):
        quand = _quand(periode)
        if quand <= au:
            valeur = None if critere.qualitatif else _valeur(critere, rang, len(periodes))
            texte = CONSTAT if critere.qualitatif else ""
            trouvees.append((Saisie(periode, valeur=valeur, texte=texte, source=SOURCE), quand))
    return trouvees


def _quand(periode: Periode) -> datetime:
    return timezone.make_aware(datetime.combine(periode.fin + timedelta(days=10), time(10)))


def _valeur(critere: Critere, rang: int, combien: int) -> Decimal:
    """Une part de la cible selon la fiche et l'année ; les trimestres d'un cumul font ensemble cette part."""
    reussite = REUSSITES[(critere.fiche.numero + critere.fiche.annee) % len(REUSSITES)]
    if critere.cible is None and critere.reference is not None:
        # Un état (adhérents, stages proposés) part de sa valeur de départ et progresse un peu.
        return (critere.reference * (1 + Decimal("0.01") * (rang + 1))).quantize(Decimal(1))
    if critere.cible is None and critere.unite == "%":
        return Decimal(60 + SANS_CIBLE[(rang + critere.fiche.numero) % len(SANS_CIBLE)])
    if critere.cible is None:
        return Decimal(SANS_CIBLE[(rang + critere.fiche.numero) % len(SANS_CIBLE)])
    total = critere.cible * reussite
    if not critere.cumulatif:
        plafond = Decimal(100) if critere.unite == "%" else total
        return min(plafond, total * (Decimal("0.85") + Decimal("0.05") * rang)).quantize(Decimal(1))
    return (total * (rang + 1) / combien).quantize(Decimal(1)) - (total * rang / combien).quantize(Decimal(1))
