"""Le tableau de bord du partenariat, en document."""

from typing import Any

from tissu.programme.choices import Feu
from tissu.programme.queries.situations import Situation
from tissu.programme.queries.tableau import TableauDeBord, Totaux
from tissu.publications.contenu import Chiffre, Chiffres, Colonne, Document, Encadre, Nature, Section, Tableau
from tissu.socle.formats import euros, nombre
from tissu.socle.theme import theme

SOURCE = "Fiches signées et saisies des partenaires, tissu"


def document_du_tableau(bord: TableauDeBord) -> Document:
    """Les chiffres qui comptent, puis une ligne par fiche et la ligne des totaux."""
    partenaires = [str(une) for une in bord.convention.partenaires.all()] if bord.convention else []
    return Document(
        titre="Le partenariat : où en sont les fiches",
        sous_titre=str(bord.convention or "Aucune convention"),
        territoire=theme().nom,
        periode=f"Année {bord.annee}",
        source_au=bord.au,
        version="",
        sections=[
            Section("chiffres", "Les chiffres qui comptent", [_chiffres(bord.totaux), *_ecarts(bord.totaux)]),
            Section("fiches", "Les fiches", [_tableau(bord)]),
        ],
        partenaires=partenaires,
        methode=methode(bord),
    )


def methode(bord: TableauDeBord) -> list[str]:
    """Ce que mesurent les colonnes, et la règle du feu."""
    regle = bord.lignes[0].verdict.regle if bord.lignes else ""
    return [
        "Budget écrit : le total du document signé. Budget calculé : la somme de ses lignes. Les deux se lisent côte à "
        "côte ; rien n'est corrigé en silence.",
        "Montants nets de taxes. « Au moins » : un montant n'est pas écrit dans une fiche ; il n'est jamais compté "
        "comme zéro.",
        "Dépensé : temps soumis et validés, au taux du jour où ils ont été passés, et coûts directs.",
        *([f"Feu. {regle}"] if regle else []),
    ]


def _chiffres(totaux: Totaux) -> Chiffres:
    return Chiffres(
        [
            Chiffre("Fiches", totaux.fiches),
            Chiffre("Budget écrit", totaux.declare, Nature.EUROS, comparaison=f"calculé {euros(totaux.calcule)}"),
            Chiffre("Financements écrits", totaux.finance, Nature.EUROS,
                    comparaison=f"non précisés sur {totaux.sans_financement} fiches"),
            Chiffre("Jours passés", nombre(totaux.jours_passes, 1), Nature.TEXTE,
                    comparaison=f"sur {nombre(totaux.jours_prevus, 1)} prévus"),
            Chiffre("Critères mesurés", totaux.criteres_mesures, comparaison=f"sur {totaux.criteres}"),
        ]
    )  # fmt: skip


def _ecarts(totaux: Totaux) -> list[Encadre]:
    if not totaux.ecarts:
        return []
    return [
        Encadre(
            "Budget écrit et budget calculé",
            [
                f"Fiche {ligne.fiche.numero} : {euros(ligne.declare)} écrits, {euros(ligne.calcule)} calculés."
                for ligne in totaux.ecarts
            ],
        )
    ]


def _tableau(bord: TableauDeBord) -> Tableau:
    complet = bord.totaux.calcule_complet
    return Tableau(
        "fiches",
        f"Les fiches de {bord.annee}",
        [
            Colonne("numero", "N°", Nature.NOMBRE),
            Colonne("titre", "Fiche"),
            Colonne("feu", "Feu"),
            Colonne("motif", "Pourquoi", secondaire=True),
            Colonne("maitre", "Maîtrise d'ouvrage", secondaire=True),
            Colonne("declare", "Écrit", Nature.EUROS),
            Colonne("calcule", "Calculé", Nature.EUROS),
            Colonne("depense", "Dépensé", Nature.EUROS),
            Colonne("part", "Part", Nature.TAUX),
            Colonne("criteres", "Critères"),
            Colonne("prochaine", "Prochaine date", Nature.DATE),
        ],
        [_ligne(ligne) for ligne in bord.lignes],
        total={
            "titre": "Total",
            "declare": bord.totaux.declare,
            "calcule": bord.totaux.calcule,
            "depense": bord.totaux.depense,
            "part": bord.totaux.part,
            "criteres": f"{bord.totaux.criteres_mesures} sur {bord.totaux.criteres}",
        },
        source=SOURCE,
        note="" if complet else "Des montants ne sont pas écrits : les totaux sont des minimums (« au moins »).",
        vide="Aucune fiche cette année.",
    )


def _ligne(ligne: Situation) -> dict[str, Any]:
    return {
        "numero": ligne.fiche.numero,
        "titre": ligne.fiche.titre_court,
        "feu": Feu(ligne.verdict.feu).label,
        "motif": " ".join(ligne.verdict.motifs),
        "maitre": ", ".join(str(une) for une in ligne.fiche.maitres_ouvrage.all()),
        "declare": ligne.declare,
        "calcule": ligne.calcule,
        "depense": ligne.consommation.depense_eur,
        "part": ligne.consommation.part,
        "criteres": f"{ligne.criteres_mesures} sur {len(ligne.criteres)}",
        "prochaine": ligne.prochaine.le if ligne.prochaine else None,
    }
