"""Le réseau d'une année, en page : adhérents, arrivées et départs par mois."""

from collections.abc import Sequence
from datetime import date

from tissu.actions.alerte_commerce.queries.mouvements import Mouvement
from tissu.publications import graphiques
from tissu.publications.contenu import Chiffre, Chiffres, Colonne, Document, Figure, Nature, Section, Tableau
from tissu.socle.formats import mois_long, pluriel
from tissu.socle.territoire import territoire


def document_du_reseau(annee: int, lus: Sequence[Mouvement], jour: date) -> Document:
    """Les chiffres de l'année et leur courbe ; sans section si le réseau n'a encore personne."""
    sections = []
    if lus and any(un.membres or un.arrivees or un.departs for un in lus):
        arrivees, departs = sum(un.arrivees for un in lus), sum(un.departs for un in lus)
        chiffres = Chiffres([
            Chiffre("Adhérents", lus[-1].membres, unite="commerces", definition="Adhésions en cours."),
            Chiffre("Arrivées", arrivees, comparaison=f"en {annee}"),
            Chiffre("Départs", departs, comparaison=f"en {annee}"),
        ])  # fmt: skip
        sections.append(Section("reseau", "Le réseau", [chiffres, _figure(annee, lus, arrivees - departs)]))
    return Document(
        titre=f"Alerte Commerce en {annee}", sous_titre="", territoire=territoire().nom, periode=str(annee),
        source_au=jour, version="", sections=sections,
    )  # fmt: skip


def _figure(annee: int, lus: Sequence[Mouvement], solde: int) -> Figure:
    lignes = [
        {"mois": un.code, "nom": mois_long(un.code), "arrivees": un.arrivees, "departs": un.departs,
         "membres": un.membres}
        for un in lus
    ]  # fmt: skip
    colonnes = (
        Colonne("nom", "Mois"), Colonne("arrivees", "Arrivées", Nature.NOMBRE),
        Colonne("departs", "Départs", Nature.NOMBRE), Colonne("membres", "Adhérents", Nature.NOMBRE),
    )  # fmt: skip
    constat = f"{pluriel(abs(solde), 'commerce')} de {'plus' if solde >= 0 else 'moins'} en {annee}"
    return Figure(
        constat, "Arrivées au-dessus, départs au-dessous, par mois",
        graphiques.entrees_et_sorties(lignes, entrees="arrivees", sorties="departs"),
        f"Arrivées et départs du réseau par mois en {annee}.",
        Tableau("mouvements", "Arrivées et départs", colonnes, lignes), "Adhésions au réseau Alerte Commerce",
    )  # fmt: skip
