"""La vie d'une revue : ouvrir, photographier, arrêter, signer à deux, rouvrir, rectifier à côté.

Chaque geste prend la ligne de la revue : deux accords donnés ensemble passent l'un après l'autre.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatRevue, SuiteProposee, TypeRevue
from tissu.programme.models import (
    AccordDeRevue,
    Commentaire,
    Convention,
    Fiche,
    FigureFigee,
    Proposition,
    Rectification,
    Revue,
)
from tissu.programme.operations.annees import preparer_annee
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.operations.etats import clore
from tissu.programme.queries import photographie
from tissu.programme.queries.revues import contenu_de, preparation
from tissu.programme.queries.revues import figures as figures_de
from tissu.programme.rules import revues as regles
from tissu.socle.formats import date_courte

COMPARES = ("valeur", "texte", "cible")


@dataclass(frozen=True)
class Difference:
    """Un chiffre dont la valeur n'est plus celle de la revue ; None d'un côté : il est apparu ou a disparu."""

    cle: str
    libelle: str
    figee: FigureFigee | None
    actuelle: FigureFigee | None


def _prendre(revue: Revue, geste: str, auteur: Any) -> Revue:
    fraiche = Revue.objects.select_for_update().select_related("convention").get(pk=revue.pk)
    if raison := regles.refus(geste, fraiche.etat):
        raise ModificationRefusee(raison)
    if not permissions.peut_tenir_la_revue(auteur, fraiche):
        raise ModificationRefusee("Seul un chargé de mission d'un partenaire de la convention tient une revue.")
    return fraiche


def _verifier_dedans(revue: Revue, fiche: Fiche) -> None:
    if (fiche.convention_id, fiche.annee) != (revue.convention_id, revue.annee):
        raise ModificationRefusee(f"La fiche « {fiche} » n'est pas dans cette revue.")


def _garder(revue: Revue, auteur: Any, motif: str) -> Revue:
    revue.revision += 1
    revue._history_user = auteur  # type: ignore[attr-defined]
    revue._change_reason = motif  # type: ignore[attr-defined]
    revue.save()
    return revue


@transaction.atomic
def ouvrir(*, convention: Convention, annee: int, type: str, au: date, auteur: Any, le: datetime) -> Revue:
    """Ouvre la revue d'une année et en prend la première photographie, à la date `au`. Lève `ModificationRefusee`."""
    if not permissions.est_redacteur_de(auteur, convention):
        raise ModificationRefusee("Seul un chargé de mission d'un partenaire de la convention ouvre une revue.")
    if Revue.objects.filter(convention=convention, annee=annee, type=type).exists():
        raise ModificationRefusee(f"{TypeRevue(type).label} {annee} : cette revue est déjà ouverte. Poursuivez-la.")
    if not Fiche.objects.filter(convention=convention, annee=annee).exists():
        raise ModificationRefusee(f"Aucune fiche de {annee} dans « {convention} » : il n'y a rien à examiner.")
    revue = Revue(convention=convention, annee=annee, type=type, au=au, ouverte_le=le, ouverte_par=auteur, revision=0)
    _garder(revue, auteur, "Revue ouverte")
    _photographier(revue)
    return revue


def _photographier(revue: Revue) -> None:
    revue.figures.all().delete()
    FigureFigee.objects.bulk_create(photographie.figures(revue))


def differences(revue: Revue, *, au: date | None = None, fiche: Fiche | None = None) -> list[Difference]:
    """Ce qu'un calcul fait maintenant, à la date de la revue (ou à `au`), changerait à ses chiffres. N'écrit rien.

    `fiche` : pour ses seuls chiffres.
    """
    figees = {figure.cle: figure for figure in figures_de(revue, fiche)}
    actuelles = {figure.cle: figure for figure in photographie.figures(revue, au=au, fiche=fiche)}
    trouvees = []
    for cle in dict.fromkeys([*figees, *actuelles]):
        avant, apres = figees.get(cle), actuelles.get(cle)
        if avant is None or apres is None or any(getattr(avant, c) != getattr(apres, c) for c in COMPARES):
            porteuse = avant or apres
            trouvees.append(Difference(cle, porteuse.libelle if porteuse else cle, avant, apres))
    return trouvees


@transaction.atomic
def rafraichir(*, revue: Revue, auteur: Any, au: date | None = None) -> list[Difference]:
    """Reprend la photographie (à une nouvelle date si `au`) et rend ce qui a changé. Lève `ModificationRefusee`."""
    fraiche = _prendre(revue, "rafraichir", auteur)
    fraiche.au = au or fraiche.au
    changees = differences(fraiche)
    _photographier(fraiche)
    _garder(fraiche, auteur, f"Chiffres repris au {date_courte(fraiche.au)} : {len(changees)} changés")
    return changees


@transaction.atomic
def introduire(*, revue: Revue, texte: str, revision: int, auteur: Any) -> Revue:
    """Écrit l'introduction. Lève `ModificationRefusee`, `ConflitDeSaisie`."""
    fraiche = _prendre(revue, "introduire", auteur)
    if fraiche.revision != revision:
        raise ConflitDeSaisie({"texte": fraiche.introduction}, {"texte": texte})
    fraiche.introduction = texte
    return _garder(fraiche, auteur, "Introduction écrite")


@transaction.atomic
def commenter(
    *, revue: Revue, fiche: Fiche | None, texte: str, revision: int, auteur: Any, au: datetime
) -> Commentaire:
    """Écrit le commentaire de sa propre organisation ; `revision` 0 : il n'existait pas à la lecture.

    Lève `ModificationRefusee`, `ConflitDeSaisie`.
    """
    fraiche = _prendre(revue, "commenter", auteur)
    if fiche is not None:
        _verifier_dedans(fraiche, fiche)
    siens = {"revue": revue, "fiche": fiche, "organisation": auteur.organisation}
    existant = Commentaire.objects.filter(**siens).first()
    if (existant.revision if existant else 0) != revision:
        raise ConflitDeSaisie({"texte": existant.texte if existant else ""}, {"texte": texte})
    commentaire = existant or Commentaire(**siens, revision=0)
    commentaire.texte, commentaire.ecrit_par, commentaire.ecrit_le = texte, auteur, au
    commentaire.revision += 1
    commentaire.save()
    return commentaire


@transaction.atomic
def proposer(
    *, revue: Revue, fiche: Fiche, suite: str, texte: str, total_eur: Decimal | None, cibles: Mapping[str, Decimal],
    revision: int, auteur: Any, au: datetime,
) -> Proposition:  # fmt: skip
    """Propose la suite d'une fiche ; `cibles` : clé du critère → cible.

    Lève `ModificationRefusee`, `ConflitDeSaisie`.
    """
    _verifier_dedans(_prendre(revue, "proposer", auteur), fiche)
    if not permissions.peut_modifier(auteur, fiche):
        raise ModificationRefusee("La proposition revient au maître d'ouvrage de la fiche ; commentez-la.")
    existante = Proposition.objects.filter(revue=revue, fiche=fiche).first()
    if (existante.revision if existante else 0) != revision:
        ancien = _en_mots(revue, existante.suite, existante.texte, existante.total_propose_eur) if existante else {}
        raise ConflitDeSaisie(ancien, _en_mots(revue, suite, texte, total_eur))
    proposition = existante or Proposition(revue=revue, fiche=fiche, revision=0)
    proposition.suite, proposition.texte, proposition.total_propose_eur = suite, texte, total_eur
    proposition.cibles = {cle: f"{cible.normalize():f}" for cle, cible in sorted(cibles.items())}
    proposition.proposee_par, proposition.proposee_le = auteur, au
    proposition.revision += 1
    proposition.save()
    return proposition


def _en_mots(revue: Revue, suite: str, texte: str, total_eur: Decimal | None) -> dict[str, str]:
    """Une proposition telle qu'on la compare : dans les mots de la revue."""
    return {"suite": regles.SUITES[revue.type][suite], "texte": texte, "total_eur": regles.afficher(total_eur, "€")}


@transaction.atomic
def arreter(*, revue: Revue, auteur: Any, au: datetime) -> Revue:
    """Fige le contenu et en donne l'empreinte. Lève `ModificationRefusee` s'il manque une décision sur une erreur."""
    fraiche = _prendre(revue, "arreter", auteur)
    bloquants = [
        f"{ligne.fiche} : {manque.message}" for ligne in preparation(fraiche) for manque in ligne.manques
        if manque.bloquant
    ]  # fmt: skip
    if bloquants:
        raise ModificationRefusee(f"La revue ne peut pas être arrêtée. {' '.join(bloquants)}")
    fraiche.etat, fraiche.arretee_le = EtatRevue.ARRETEE, au
    fraiche.empreinte = regles.empreinte(contenu_de(fraiche))
    return _garder(fraiche, auteur, f"Revue arrêtée, empreinte {fraiche.empreinte[:12]}")


@transaction.atomic
def donner_accord(*, revue: Revue, empreinte: str, auteur: Any, au: datetime) -> Revue:
    """Signe l'empreinte lue ; le second partenaire verrouille. Lève `ModificationRefusee`."""
    fraiche = _prendre(revue, "donner_accord", auteur)
    signataires = list(fraiche.accords.values_list("organisation", flat=True))
    raison = regles.refus_d_accord(
        etat=fraiche.etat, lue=empreinte, actuelle=regles.empreinte(contenu_de(fraiche)),
        organisation=auteur.organisation_id, partenaires=[une.pk for une in fraiche.convention.partenaires.all()],
        deja=signataires,
    )  # fmt: skip
    if raison:
        raise ModificationRefusee(raison)
    AccordDeRevue.objects.create(
        revue=fraiche, organisation=auteur.organisation, personne=auteur, donne_le=au, empreinte=empreinte
    )
    motif = f"Accord de {auteur.organisation}, par {auteur}"
    if not regles.verrouillable([*signataires, auteur.organisation_id]):
        return _garder(fraiche, auteur, motif)
    fraiche.etat, fraiche.verrouillee_le = EtatRevue.VERROUILLEE, au
    _garder(fraiche, auteur, f"{motif} : revue verrouillée")
    if fraiche.type == TypeRevue.BILAN_ANNUEL:
        for fiche in photographie.fiches_de(fraiche):
            if fiche.etat == EtatFiche.SIGNEE:
                clore(fiche=fiche, auteur=auteur, au=au)
    return fraiche


@transaction.atomic
def rouvrir(*, revue: Revue, motif: str, auteur: Any) -> Revue:
    """Rouvre une revue arrêtée ; l'accord déjà donné tombe, et l'historique le dit. Lève `ModificationRefusee`."""
    fraiche = _prendre(revue, "rouvrir", auteur)
    annules = [
        f"{un.organisation} ({date_courte(un.donne_le)})" for un in fraiche.accords.select_related("organisation")
    ]
    fraiche.accords.all().delete()
    fraiche.etat, fraiche.empreinte, fraiche.arretee_le = EtatRevue.OUVERTE, "", None
    suite = f" Accord annulé : {', '.join(annules)}." if annules else ""
    return _garder(fraiche, auteur, f"Rouverte : {motif}.{suite}")


@transaction.atomic
def rectifier(
    *, figure: FigureFigee, valeur: Decimal | None, texte: str = "", motif: str, source_au: date | None, auteur: Any,
    au: datetime,
) -> Rectification:  # fmt: skip
    """Écrit, à côté de la valeur verrouillée, ce qu'on sait depuis. Lève `ModificationRefusee`."""
    _prendre(figure.revue, "rectifier", auteur)
    if valeur is None and not texte:
        raise ModificationRefusee("Écrivez la valeur rectifiée, ou ce qu'il faut savoir.")
    return Rectification.objects.create(
        figure=figure, valeur=valeur, texte=texte, motif=motif, source_au=source_au, constatee_le=au,
        constatee_par=auteur,
    )  # fmt: skip


@transaction.atomic
def preparer_la_suite(
    *, revue: Revue, fiches: Sequence[Fiche], auteur: Any, au: datetime, convention: Convention | None = None
) -> list[Fiche]:
    """Prépare les fiches de l'année suivante selon les propositions verrouillées : toutes, ou aucune.

    `convention` : celle qui couvre l'année suivante, si ce n'est plus celle de la revue. Lève `ModificationRefusee`.
    """
    fraiche = _prendre(revue, "preparer", auteur)
    if fraiche.type != TypeRevue.BILAN_ANNUEL:
        raise ModificationRefusee("Un point à mi-parcours ne prépare pas d'année : attendez le bilan annuel.")
    dans = convention or fraiche.convention
    if not permissions.est_redacteur_de(auteur, dans):
        raise ModificationRefusee(f"Votre organisation n'a pas signé « {dans} » : elle n'y prépare pas de fiche.")
    propositions = {une.fiche_id: une for une in fraiche.propositions.order_by("pk")}
    return [_preparer(fraiche, fiche, dans, propositions.get(fiche.pk), auteur, au) for fiche in fiches]


def _preparer(
    revue: Revue, fiche: Fiche, dans: Convention, proposition: Proposition | None, auteur: Any, au: datetime
) -> Fiche:
    _verifier_dedans(revue, fiche)
    if proposition and proposition.suite == SuiteProposee.ARRETER:
        raise ModificationRefusee(f"La revue propose d'arrêter « {fiche} » : il n'y a pas d'année à préparer.")
    deja = Fiche.objects.filter(precedente=fiche, annee=fiche.annee + 1).select_related("convention").first()
    if deja is not None:
        raise ModificationRefusee(f"La suite de « {fiche} » est déjà préparée dans « {deja.convention} ».")
    return preparer_annee(
        fiche=fiche, annee=fiche.annee + 1, auteur=auteur, au=au, convention=dans,
        total_declare_eur=proposition.total_propose_eur if proposition else None,
        cibles={cle: Decimal(cible) for cle, cible in proposition.cibles.items()} if proposition else None,
    )  # fmt: skip
