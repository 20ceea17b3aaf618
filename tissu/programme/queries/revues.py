"""Lire une revue : ses figures, ce qui lui manque, son contenu à signer. Nombre fixe de requêtes."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Prefetch, QuerySet, When

from tissu.programme.choices import Severite
from tissu.programme.models import Commentaire, Convention, Fiche, FigureFigee, Proposition, Rectification, Revue
from tissu.programme.queries.photographie import fiches_de
from tissu.programme.queries.situations import situations
from tissu.programme.rules.ecriture import ecrit
from tissu.programme.rules.revues import EtatDePreparation, Manque, manques

FIGEES = (
    "cle", "groupe", "libelle", "unite", "valeur", "texte", "cible", "numerateur", "denominateur", "effectif",
    "definition", "source", "source_au", "version_methode", "origine", "lignes", "ordre",
)  # fmt: skip


@dataclass(frozen=True)
class LigneDePreparation:
    """Une fiche dans la revue et ce qui lui manque avant d'arrêter."""

    fiche: Fiche
    manques: list[Manque]
    commentaires: list[Commentaire]
    proposition: Proposition | None
    feu: FigureFigee | None = None


def revues() -> QuerySet[Revue]:
    """Les revues avec leurs partenaires et leurs accords."""
    return Revue.objects.select_related("convention").prefetch_related(
        "convention__partenaires", "accords__organisation", "accords__personne"
    )


def figures(revue: Revue, fiche: Fiche | None = None) -> QuerySet[FigureFigee]:
    """Les figures de la revue, sans leurs lignes, avec leurs rectifications dans l'ordre."""
    rectifications = Rectification.objects.select_related("constatee_par").order_by("constatee_le", "pk")
    choisies = revue.figures.filter(fiche=fiche) if fiche else revue.figures.all()
    return (
        choisies.defer("lignes")
        # Des centaines de figures pour dix-sept fiches : chacune se lit une fois.
        .prefetch_related("fiche", Prefetch("rectifications", rectifications))
        .order_by("ordre", "pk")
    )


def preparation(revue: Revue) -> list[LigneDePreparation]:
    """Chaque fiche de la revue et ce qui lui manque, à la date de la revue."""
    fiches = fiches_de(revue)
    commentaires: dict[int | None, list[Commentaire]] = defaultdict(list)
    for un in revue.commentaires.select_related("organisation", "ecrit_par").order_by("organisation__nom", "pk"):
        commentaires[un.fiche_id].append(un)
    propositions = {une.fiche_id: une for une in revue.propositions.select_related("proposee_par")}
    feux = {figure.fiche_id: figure for figure in figures(revue).filter(groupe="etat")}
    rendues = []
    for vue in situations(fiches, au=revue.au, tout_su=True):
        pk, c = vue.fiche.pk, vue.consommation
        soumis = c.jours_passes - c.jours_valides
        erreurs = sum(une.anomalie.severite == Severite.ERREUR for une in vue.a_decider)
        etat = EtatDePreparation(
            criteres_total=len(vue.criteres),
            criteres_mesures=vue.criteres_mesures,
            valeurs_a_valider=vue.mesures_a_valider,
            jours_a_valider=f"{soumis.normalize():f}".replace(".", ",") if soumis else "0",
            anomalies_a_decider=len(vue.a_decider) - erreurs,
            erreurs_a_decider=erreurs,
            commentaires=len(commentaires[pk]),
            proposition=pk in propositions,
        )
        rendues.append(
            LigneDePreparation(vue.fiche, manques(etat), commentaires[pk], propositions.get(pk), feux.get(pk))
        )
    return rendues


def suites_preparees(revue: Revue) -> dict[int, Fiche]:
    """Les fiches de la revue déjà préparées pour l'année suivante : clé de la fiche → la suivante."""
    suivantes = Fiche.objects.filter(
        precedente__convention=revue.convention_id, precedente__annee=revue.annee, annee=revue.annee + 1
    )
    lues = suivantes.select_related("convention").order_by("precedente", "pk")
    return {une.precedente_id: une for une in lues if une.precedente_id is not None}


def conventions_de_la_suite(revue: Revue, organisation: Any) -> QuerySet[Convention]:
    """Les conventions signées par cette organisation qui couvrent l'année d'après ; celle de la revue d'abord."""
    annee = revue.annee + 1
    couvrent = Convention.objects.filter(debut__lte=annee, fin__gte=annee, partenaires=organisation)
    sienne = Case(When(pk=revue.convention_id, then=0), default=1)
    return couvrent.order_by(sienne, "-debut", "pk")


def contenu_de(revue: Revue) -> dict[str, Any]:
    """Tout ce que signe un partenaire : chiffres et lignes, commentaires, propositions, introduction."""
    return {
        "convention": revue.convention_id,
        "annee": revue.annee,
        "type": str(revue.type),
        "au": revue.au.isoformat(),
        "introduction": revue.introduction,
        "figures": [
            {"fiche": une.fiche_id, **{nom: ecrit(getattr(une, nom)) for nom in FIGEES}}
            for une in revue.figures.order_by("ordre", "pk")
        ],
        "commentaires": [
            [un.fiche_id, un.organisation_id, un.texte]
            for un in revue.commentaires.order_by("fiche", "organisation", "pk")
        ],
        "propositions": [
            [une.fiche_id, str(une.suite), une.texte, ecrit(une.total_propose_eur), une.cibles]
            for une in revue.propositions.order_by("fiche", "pk")
        ],
    }
