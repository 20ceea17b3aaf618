"""Les anomalies des fiches et ce qu'une personne en a décidé, en un nombre fixe de requêtes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tissu.programme.choices import CodeAnomalie, EtatContribution, Severite
from tissu.programme.models import DecisionSurAnomalie, Fiche, SectionRedigee
from tissu.programme.queries.ecrits import BudgetEcrit, budgets_ecrits
from tissu.programme.rules import verification
from tissu.programme.rules.verification import Anomalie, CadreConvention, ContributionAVerifier, LigneAVerifier
from tissu.programme.sources.lecture import FicheLue, ProgrammeLu


@dataclass(frozen=True)
class AnomalieDeFiche:
    """Une anomalie et sa dernière décision. `a_revoir` : les valeurs ont changé depuis que quelqu'un a tranché."""

    anomalie: Anomalie
    decision: DecisionSurAnomalie | None = None

    @property
    def a_revoir(self) -> bool:
        return self.decision is not None and self.decision.cle != self.anomalie.cle

    @property
    def tranchee(self) -> bool:
        return self.decision is not None and not self.a_revoir

    @property
    def bloquante(self) -> bool:
        """Une erreur que personne n'a tranchée."""
        return self.anomalie.severite == Severite.ERREUR and not self.tranchee

    @property
    def libelle(self) -> str:
        return CodeAnomalie(self.anomalie.code).label

    @property
    def severite_lisible(self) -> str:
        return Severite(self.anomalie.severite).label


def anomalies_de(
    fiches: Iterable[Fiche], *, budgets: Mapping[int, BudgetEcrit] | None = None
) -> dict[int, list[AnomalieDeFiche]]:
    """Les anomalies de chaque fiche, dans l'ordre de la méthode ; quatre requêtes, deux si `budgets` est déjà lu.

    Les fiches portent déjà leur convention (voir `queries.cadre.fiches`).
    """
    toutes = list(fiches)
    ecrits, sections = budgets_ecrits(toutes) if budgets is None else budgets, _sections(toutes)
    decisions: dict[tuple[int, str], DecisionSurAnomalie] = {}
    for decision in DecisionSurAnomalie.objects.filter(fiche__in=toutes).order_by("decidee_le", "pk"):
        decisions[(decision.fiche_id, decision.code)] = decision
    return {
        fiche.pk: [
            AnomalieDeFiche(anomalie, decisions.get((fiche.pk, anomalie.code)))
            for anomalie in verification.verifier(
                _dossier_garde(fiche, ecrits[fiche.pk], sections[fiche.pk]), _cadre(fiche)
            )
        ]
        for fiche in toutes
    }


def _sections(fiches: Sequence[Fiche]) -> dict[int, list[tuple[str, str]]]:
    sections: dict[int, list[tuple[str, str]]] = defaultdict(list)
    lues = SectionRedigee.objects.filter(fiche__in=fiches).order_by("fiche", "pk")
    for fiche, section, texte in lues.values_list("fiche", "section", "texte"):
        sections[fiche].append((section, texte))
    return sections


def _dossier_garde(
    fiche: Fiche, budget: BudgetEcrit, sections: Sequence[tuple[str, str]]
) -> verification.FicheAVerifier:  # fmt: skip
    """Ce que la vérification lit d'une fiche gardée en base ; une ligne retirée n'en est plus."""
    return verification.FicheAVerifier(
        numero=fiche.numero,
        annee=fiche.annee,
        total_declare_eur=fiche.total_declare_eur,
        periode_entete=fiche.periode_entete,
        calendrier_debut=fiche.calendrier_debut,
        calendrier_fin=fiche.calendrier_fin,
        sections=tuple(sections),
        lignes=[
            LigneAVerifier(une.libelle, une.jours, une.montant_eur, une.note)
            for une in budget.lignes
            if une.retiree_par is None
        ],
        contributions=[
            ContributionAVerifier(un.financeur, un.montant_eur, un.etat == EtatContribution.SOUS_RESERVE, un.condition)
            for un in budget.apports
        ],
        titre=fiche.titre,
        premier_mois=fiche.premier_mois,
    )


def _cadre(fiche: Fiche) -> CadreConvention:
    convention = fiche.convention
    return CadreConvention(convention.debut, convention.fin, convention.taux_jour_eur)


def anomalies_a_plat(fiches: Sequence[Fiche]) -> list[dict[str, Any]]:
    """Les anomalies des fiches chargées, une ligne chacune, par année puis numéro."""
    par_fiche = anomalies_de(fiches)
    return [
        _a_plat(fiche.numero, fiche.annee, une.anomalie)
        for fiche in sorted(fiches, key=lambda fiche: (fiche.annee, fiche.numero, fiche.pk))
        for une in par_fiche[fiche.pk]
    ]


def anomalies_d_un_fichier(programme: ProgrammeLu) -> list[dict[str, Any]]:
    """Les anomalies d'un programme lu d'un fichier, avant tout chargement."""
    cadre = CadreConvention(programme.debut, programme.fin, programme.taux_jour_eur)
    return [
        _a_plat(fiche.numero, fiche.annee, anomalie)
        for fiche in sorted(programme.fiches, key=lambda fiche: (fiche.annee, fiche.numero))
        for anomalie in verification.verifier(_dossier(fiche), cadre)
    ]


def _dossier(fiche: FicheLue) -> verification.FicheAVerifier:
    return verification.FicheAVerifier(
        numero=fiche.numero,
        annee=fiche.annee,
        total_declare_eur=fiche.total_declare_eur,
        periode_entete=fiche.periode_entete,
        calendrier_debut=fiche.calendrier_debut,
        calendrier_fin=fiche.calendrier_fin,
        sections=tuple(fiche.rubriques.items()),
        lignes=[LigneAVerifier(une.libelle, une.jours, une.montant_eur, une.note) for une in fiche.lignes],
        contributions=[
            ContributionAVerifier(un.financeur, un.montant_eur, un.etat == EtatContribution.SOUS_RESERVE, un.condition)
            for un in fiche.contributions
        ],
        titre=fiche.titre,
        premier_mois=fiche.premier_mois,
    )


def _a_plat(numero: int, annee: int, anomalie: Anomalie) -> dict[str, Any]:
    return {
        "fiche": numero,
        "annee": annee,
        "code": anomalie.code,
        "severite": anomalie.severite,
        "message": anomalie.message,
    }


SORTES = {Severite.ERREUR: "danger", Severite.AVERTISSEMENT: "attention", Severite.INFORMATION: "info"}


def avec_libelles(relevees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Les mêmes anomalies, avec leur nom lisible et la sorte de leur étiquette à l'écran."""
    return [
        {**une, "libelle": CodeAnomalie(une["code"]).label, "sorte": SORTES[Severite(une["severite"])]}
        for une in relevees
    ]
