"""Une fiche en document : ce qu'elle promet, son budget, ses critères."""

from collections.abc import Mapping
from datetime import date

from tissu.programme.choices import Feu, NatureDepense, SectionDeFiche
from tissu.programme.models import LigneDepense
from tissu.programme.queries.budget import Budget
from tissu.programme.queries.situations import Situation
from tissu.programme.rules.redaction import Passage, passages
from tissu.publications.contenu import Bloc, Colonne, Document, Encadre, Liste, Nature, Paragraphe, Section, Tableau
from tissu.socle.formats import nombre
from tissu.socle.theme import theme


def document_de_la_fiche(situation: Situation, budget: Budget, *, textes: Mapping[str, str], au: date) -> Document:
    """La fiche entière ; les rubriques que le document signé n'écrit pas n'y sont pas."""
    fiche = situation.fiche
    rubriques = [
        Section(section.value, section.label, [_bloc(passage) for passage in passages(textes[section.value])])
        for section in SectionDeFiche
        if textes.get(section.value)
    ]
    ou = Section("situation", "Où elle en est", [Encadre(Feu(situation.verdict.feu).label, situation.verdict.motifs)])
    return Document(
        titre=f"Fiche {fiche.numero}. {fiche.titre_court}",
        sous_titre=fiche.titre,
        territoire=theme().nom,
        periode=f"Année {fiche.annee}",
        source_au=au,
        version=fiche.get_etat_display(),
        sections=[
            ou,
            *rubriques,
            Section("budget", "Budget", [_lignes(budget), _apports(budget)]),
            _criteres(situation),
        ],
        partenaires=[str(une) for une in fiche.convention.partenaires.all()],
        methode=["Montants nets de taxes. Un montant absent n'est pas un zéro.", situation.verdict.regle],
    )


def _bloc(passage: Passage) -> Bloc:
    lignes = ["".join(morceau.texte for morceau in ligne) for ligne in passage.lignes]
    return Liste(lignes) if passage.sorte == "liste" else Paragraphe(lignes[0])


def _lignes(budget: Budget) -> Tableau:
    note = "" if budget.complet else "Un montant n'est pas écrit : le total calculé est un minimum."
    return Tableau(
        "lignes",
        "Dépenses prévues",
        [Colonne("libelle", "Dépense"), Colonne("nature", "Nature"), Colonne("jours", "Jours", Nature.DECIMAL),
         Colonne("montant", "Montant", Nature.EUROS)],
        [
            {"libelle": une.ligne.libelle, "nature": _nature(une.ligne), "jours": une.ligne.jours,
             "montant": une.ligne.montant_eur}
            for une in budget.lignes
        ],
        total={"libelle": "Total calculé", "jours": budget.jours, "montant": budget.calcule},
        note=note,
    )  # fmt: skip


def _nature(ligne: LigneDepense) -> str:
    nature = NatureDepense(ligne.nature).label
    return nature if ligne.etp is None else f"{nature}, {nombre(ligne.etp, 2)} ETP"


def _apports(budget: Budget) -> Tableau:
    return Tableau(
        "financements",
        "Financements",
        [Colonne("financeur", "Financeur"), Colonne("etat", "État"), Colonne("montant", "Montant", Nature.EUROS),
         Colonne("part", "Part", Nature.TAUX)],
        [
            {"financeur": une.contribution.financeur, "etat": une.contribution.get_etat_display(),
             "montant": une.contribution.montant_eur, "part": une.part}
            for une in budget.apports
        ],
        total={"financeur": "Total écrit", "montant": budget.finance},
        note="" if budget.finance_complet else "Une contribution n'est pas précisée : ce total est un minimum.",
        vide="Contribution non précisée.",
    )  # fmt: skip


def _criteres(situation: Situation) -> Section:
    return Section(
        "criteres",
        "Critères d'évaluation",
        [
            Tableau(
                "criteres",
                "Critères",
                [Colonne("libelle", "Critère"), Colonne("unite", "Unité"), Colonne("cible", "Cible", Nature.DECIMAL),
                 Colonne("valeur", "Valeur", Nature.DECIMAL), Colonne("origine", "Origine")],
                [
                    {"libelle": etat.critere.libelle, "unite": etat.critere.unite, "cible": etat.cible,
                     "valeur": etat.valeur_annee, "origine": etat.origine}
                    for etat in situation.criteres
                ],
                vide="Aucun critère.",
            )
        ],
    )  # fmt: skip
