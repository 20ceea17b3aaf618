"""Trois revues de démonstration : un bilan verrouillé et rectifié, un bilan qui attend un accord, un point ouvert."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche, Feu, IssueAnomalie, Severite, SuiteProposee, TypeRevue
from tissu.programme.demonstration.catalogue import MISSIONS
from tissu.programme.models import Fiche, Revue
from tissu.programme.operations import revues
from tissu.programme.operations.etats import decider
from tissu.programme.queries.anomalies import anomalies_de
from tissu.programme.queries.photographie import fiches_de

# Ce que dit chaque partenaire d'une fiche, selon où elle en est : (chambre, métropole).
MOTS = {
    Feu.VERT: (
        "L'action a tenu son calendrier et ses cibles ; le temps passé suit le budget.",
        "Les livrables ont servi à nos services. Nous souhaitons un point plus tôt dans l'année.",
    ),
    Feu.ORANGE: (
        "Les entreprises rencontrées demandent la suite ; une étape a pris du retard à l'automne.",
        "Le partage d'information est utile ; la dépense est en avance sur les résultats, à suivre de près.",
    ),
    Feu.ROUGE: (
        "Le démarrage a demandé plus de temps que prévu ; les premiers résultats arrivent l'année suivante.",
        "Les résultats ne sont pas encore là : nous demandons un calendrier resserré.",
    ),
    Feu.GRIS: (
        "Le travail est fait, mais ses résultats n'ont pas été relevés : nous les saisirons au fil de l'eau.",
        "Sans mesure, il est difficile d'en juger ; un relevé par trimestre suffirait.",
    ),
}
SUITES = {
    SuiteProposee.RECONDUIRE: "Mêmes objectifs, mêmes moyens.",
    SuiteProposee.MODIFIER: "Porter l'effort sur le premier semestre et chiffrer chaque cible dès janvier.",
}
INTRODUCTION = (
    "L'essentiel du programme a été conduit comme prévu. Les partenaires retiennent deux priorités : relever les "
    "résultats chaque trimestre, et rapprocher la dépense de ce qu'elle produit.\n\nTexte de démonstration : les "
    "dépenses et les résultats sont fictifs."
)
MOTS_D_ENSEMBLE = (
    "Nos équipes ont passé sur ces fiches le temps promis. Les entreprises y trouvent un interlocuteur ; c'est ce lien "
    "que nous voulons consolider.",
    "Ce bilan partagé nous donne une vue d'ensemble de ce que la convention produit. Nous demandons que chaque fiche "
    "porte une cible chiffrée.",
)


def installer(*, au: datetime, suivi: Any) -> None:
    """Écrit les trois revues, chacune à sa date ; une revue déjà ouverte n'est pas touchée."""
    equipe = [Personne.objects.filter(courriel=courriel).first() for courriel in MISSIONS]
    cci, metropole = equipe
    if cci is None or metropole is None:
        return
    bilan = _ouvrir(2024, TypeRevue.BILAN_ANNUEL, date(2024, 12, 31), cci, date(2025, 2, 3), au)
    if bilan:
        _preparer(bilan, cci, metropole, _moment(date(2025, 2, 17)))
        _signer(bilan, [cci, metropole], _moment(date(2025, 3, 4)))
        figure = bilan.figures.filter(groupe="critere", valeur__isnull=False).order_by("ordre", "pk").first()
        figure = figure or bilan.figures.filter(valeur__isnull=False).order_by("ordre", "pk")[0]
        revues.rectifier(
            figure=figure, valeur=(figure.valeur or Decimal(0)) + 1, motif="Un compte rendu reçu après le bilan.",
            source_au=date(2025, 4, 2), auteur=cci, au=_moment(date(2025, 4, 10)),
        )  # fmt: skip
    suivant = _ouvrir(2025, TypeRevue.BILAN_ANNUEL, date(2025, 12, 31), cci, date(2026, 2, 2), au)
    if suivant:
        _preparer(suivant, cci, metropole, _moment(date(2026, 2, 16)))
        _signer(suivant, [cci], _moment(date(2026, 3, 3)))
    _ouvrir(2026, TypeRevue.MI_PARCOURS, min(date(2026, 6, 30), au.date()), cci, au.date(), au)


def _moment(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time(10)))


def _ouvrir(annee: int, type_: str, jour: date, cci: Personne, le: date, au: datetime) -> Revue | None:
    """La revue neuve ; None si elle existe déjà, si l'année n'a pas de fiche, ou si ce jour n'est pas venu."""
    fiche = Fiche.objects.filter(annee=annee).exclude(etat=EtatFiche.CLOSE).select_related("convention").first()
    if fiche is None or le > au.date() or Revue.objects.filter(annee=annee, type=type_).exists():
        return None
    return revues.ouvrir(convention=fiche.convention, annee=annee, type=type_, au=jour, auteur=cci, le=_moment(le))


def _preparer(revue: Revue, cci: Personne, metropole: Personne, le: datetime) -> None:
    """Tranche les erreurs de budget, reprend les chiffres, puis fait parler les deux partenaires."""
    fiches = fiches_de(revue)
    for fiche in fiches:
        for une in anomalies_de([fiche])[fiche.pk]:
            if une.anomalie.severite == Severite.ERREUR and not une.tranchee:
                decider(
                    fiche=fiche, anomalie=une.anomalie, issue=IssueAnomalie.RETENIR_CALCULE, auteur=cci, au=le,
                    motif="La somme des lignes fait foi (démonstration).",
                )  # fmt: skip
    revues.rafraichir(revue=revue, auteur=cci)
    feux = dict(revue.figures.filter(groupe="etat").order_by("ordre").values_list("fiche", "origine"))
    for fiche in fiches:
        for auteur, texte in zip((cci, metropole), MOTS[Feu(feux[fiche.pk])], strict=True):
            revues.commenter(revue=revue, fiche=fiche, texte=texte, revision=0, auteur=auteur, au=le)
        _proposer(revue, fiche, cci, metropole, le)
    for auteur, texte in zip((cci, metropole), MOTS_D_ENSEMBLE, strict=True):
        revues.commenter(revue=revue, fiche=None, texte=texte, revision=0, auteur=auteur, au=le)
    revision = Revue.objects.get(pk=revue.pk).revision
    revues.introduire(revue=revue, texte=INTRODUCTION, auteur=cci, revision=revision)


def _proposer(revue: Revue, fiche: Fiche, cci: Personne, metropole: Personne, le: datetime) -> None:
    """Le maître d'ouvrage propose la suite ; une fiche sur trois change, avec un budget un peu plus haut."""
    change = fiche.numero % 3 == 0
    total = fiche.total_declare_eur
    maitres = {un.pk for un in fiche.maitres_ouvrage.all()}
    suite = SuiteProposee.MODIFIER if change else SuiteProposee.RECONDUIRE
    revues.proposer(
        revue=revue, fiche=fiche, suite=suite, texte=SUITES[suite],
        total_eur=Decimal(100 * int(total * Decimal("0.0105"))) if change and total else None, cibles={},
        revision=0, auteur=cci if not maitres or cci.organisation_id in maitres else metropole, au=le,
    )  # fmt: skip


def _signer(revue: Revue, signataires: list[Personne], le: datetime) -> None:
    empreinte = revues.arreter(revue=revue, auteur=signataires[0], au=le).empreinte
    for signataire in signataires:
        revues.donner_accord(revue=revue, empreinte=empreinte, auteur=signataire, au=le)
