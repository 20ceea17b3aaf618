"""L'état des dépenses pour un financeur : feuilles de temps, coûts et pièces numérotées, part, attestation."""

import io
import zipfile
from datetime import date
from pathlib import Path

from django.utils import timezone

from tissu.programme.queries.etat_financeur import EtatDesDepenses
from tissu.programme.rules.budget import incomplet, somme
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.rendus import rendre
from tissu.socle.formats import date_courte, euros
from tissu.socle.theme import theme

SOURCE = "Temps et coûts validés dans tissu"


def document_etat(etat: EtatDesDepenses, *, au: date) -> Document:
    """Le contenu de l'état ; seules les dépenses validées y figurent."""
    sections = [
        Section("ensemble", "L'essentiel", [_chiffres(etat), *_manques(etat)]),
        Section("lignes", "Dépenses par ligne", [_par_ligne(etat)]),
        Section("part", "Part du financeur", [_part(etat)]),
        Section("temps", "Feuilles de temps", _feuilles(etat)),
        Section("couts", "Coûts directs et pièces", [_couts(etat)]),
        Section("attestation", "Attestation", [_attestation(etat)]),
    ]
    return Document(
        titre=f"État des dépenses {etat.annee} : {etat.financeur}",
        sous_titre=", ".join(f"fiche {fiche.numero}, {fiche.titre_court}" for fiche in etat.fiches),
        territoire=theme().nom,
        periode=f"Année {etat.annee}",
        source_au=au,
        version="",
        sections=sections,
        methode=(
            "Seules les dépenses validées par le maître d'ouvrage figurent dans cet état.",
            "Un jour vaut le taux en vigueur à sa date ; chaque temps est arrondi au centime. La part du financeur est "
            "au prorata des contributions écrites.",
        ),
    )


def _chiffres(etat: EtatDesDepenses) -> Chiffres:
    return Chiffres([
        Chiffre("Dépenses validées", etat.temps_eur + etat.couts_eur, Nature.CENTIMES,
                definition="Jours valorisés et coûts directs validés."),
        Chiffre("Part du financeur", _part_totale(etat), Nature.TEXTE,
                definition="Au prorata des contributions écrites dans les fiches."),
        Chiffre("Pièces jointes", len(etat.pieces), Nature.NOMBRE, definition="Justificatifs numérotés, dans l'ordre."),
    ])  # fmt: skip


def _part_totale(etat: EtatDesDepenses) -> str:
    parts = list(etat.parts_eur.values())
    if all(part is None for part in parts):
        return "non précisée"
    return f"au moins {euros(somme(parts), 2)}" if incomplet(parts) else euros(somme(parts), 2)


def _manques(etat: EtatDesDepenses) -> list[Bloc]:
    return [Encadre("Ce qui manque à cet état", list(etat.manques))] if etat.manques else []


def _par_ligne(etat: EtatDesDepenses) -> Tableau:
    lignes = [
        {"fiche": str(ligne.fiche.numero), "ligne": ligne.libelle, "temps": temps, "couts": couts,
         "total": temps + couts}
        for ligne, temps, couts in etat.par_ligne
    ]  # fmt: skip
    total = {"fiche": "Total", "temps": etat.temps_eur, "couts": etat.couts_eur,
             "total": etat.temps_eur + etat.couts_eur}  # fmt: skip
    colonnes = [
        Colonne("fiche", "Fiche"), Colonne("ligne", "Ligne"), Colonne("temps", "Jours valorisés", Nature.CENTIMES),
        Colonne("couts", "Coûts directs", Nature.CENTIMES), Colonne("total", "Total", Nature.CENTIMES),
    ]  # fmt: skip
    return Tableau("lignes", "Dépenses validées par ligne", colonnes, lignes, total, SOURCE)


def _part(etat: EtatDesDepenses) -> Tableau:
    lignes = []
    for fiche in etat.fiches:
        part = etat.parts_eur[fiche.pk]
        depense = somme(t + c for ligne, t, c in etat.par_ligne if ligne.fiche_id == fiche.pk)
        lignes.append({"fiche": f"{fiche.numero}. {fiche.titre_court}", "depense": depense,
                       "part": "non précisée" if part is None else euros(part, 2)})  # fmt: skip
    total = {"fiche": "Total", "depense": etat.temps_eur + etat.couts_eur, "part": _part_totale(etat)}
    colonnes = [Colonne("fiche", "Fiche"), Colonne("depense", "Dépenses validées", Nature.CENTIMES),
                Colonne("part", f"Part de {etat.financeur}")]  # fmt: skip
    return Tableau("part", f"Part de {etat.financeur} dans le coût réel", colonnes, lignes, total, SOURCE)


def _feuilles(etat: EtatDesDepenses) -> list[Bloc]:
    colonnes = [
        Colonne("fiche", "Fiche"), Colonne("jour", "Jour", Nature.DATE), Colonne("ligne", "Ligne"),
        Colonne("duree", "Durée (j)", Nature.CENTIEMES), Colonne("taux", "Taux", Nature.CENTIMES),
        Colonne("valeur", "Valeur", Nature.CENTIMES), Colonne("valide", "Validé le", Nature.DATE),
    ]  # fmt: skip
    feuilles: list[Bloc] = []
    for rang, (nom, temps) in enumerate(etat.par_personne(), start=1):
        lignes = [
            {"jour": un.jour, "fiche": str(un.ligne.fiche.numero), "ligne": un.ligne.libelle,
             "duree": un.duree_jours, "taux": un.taux_eur, "valeur": un.valeur_eur,
             "valide": timezone.localdate(un.decide_le) if un.decide_le else None}
            for un in temps
        ]  # fmt: skip
        total = {"fiche": "Total", "duree": somme(un.duree_jours for un in temps),
                 "valeur": somme(un.valeur_eur for un in temps)}  # fmt: skip
        feuilles.append(Tableau(f"temps-{rang}", f"Feuille de temps : {nom}", colonnes, lignes, total, SOURCE))
    return feuilles or [Paragraphe("Aucun temps validé.")]


def _couts(etat: EtatDesDepenses) -> Tableau:
    lignes = [
        {"piece": f"P{etat.numeros[cout.pk]}" if cout.pk in etat.numeros else "manque",
         "date": cout.date_facture, "libelle": f"{cout.libelle}, {cout.fournisseur}", "ligne": cout.ligne.libelle,
         "paye": "non payé" if cout.paye_le is None else date_courte(cout.paye_le),
         "taxes": cout.get_taxes_display().lower(), "montant": cout.montant_eur}
        for cout in etat.depenses.couts
    ]  # fmt: skip
    colonnes = [
        Colonne("piece", "Pièce"), Colonne("date", "Date", Nature.DATE), Colonne("libelle", "Coût"),
        Colonne("ligne", "Ligne"), Colonne("paye", "Payé le"), Colonne("taxes", "Taxes"),
        Colonne("montant", "Montant", Nature.CENTIMES),
    ]  # fmt: skip
    return Tableau("couts", "Coûts directs validés", colonnes, lignes, {"piece": "Total", "montant": etat.couts_eur},
                   SOURCE, vide="Aucun coût validé.")  # fmt: skip


def _attestation(etat: EtatDesDepenses) -> Liste:
    return Liste([
        f"Je soussigné(e) atteste que les dépenses ci-dessus, {euros(etat.temps_eur + etat.couts_eur, 2)}, ont été "
        f"engagées pour les actions désignées en {etat.annee} et ne sont pas présentées à un autre titre.",
        "Nom et qualité du signataire :",
        "Fait à                                      , le",
        "Signature et cachet :",
    ])  # fmt: skip


def archive_etat(etat: EtatDesDepenses, *, au: date) -> bytes:
    """Le ZIP : l'état en PDF et en classeur, puis chaque pièce sous son numéro dans l'état."""
    document, sortie = document_etat(etat, au=au), io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for format_ in ("pdf", "xlsx"):
            archive.writestr(f"etat-{etat.annee}.{format_}", rendre(document, format_))
        for rang, piece in enumerate(etat.pieces, start=1):
            with piece.fichier.open("rb") as fichier:
                archive.writestr(f"pieces/P{rang}{Path(piece.nom).suffix.lower()}", fichier.read())
    return sortie.getvalue()
