"""La page « Temps et coûts » d'une fiche, et ses téléchargements : un seul contenu."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from tissu.programme.models import Fiche
from tissu.programme.queries.aides import AideDeFiche
from tissu.programme.queries.consommation import Consommation
from tissu.programme.queries.depenses import Depenses
from tissu.programme.rules.budget import somme
from tissu.programme.rules.consommation import PartDeFinanceur
from tissu.publications.contenu import (
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Nature,
    Section,
    Tableau,
)
from tissu.publications.graphiques import courbe_mensuelle
from tissu.socle.formats import date_courte, euros, mois_long, nombre, pourcentage
from tissu.socle.theme import theme

SOURCE = "Temps et coûts saisis dans tissu"
METHODE = (
    "Un jour vaut le taux en vigueur à sa date : celui de la ligne, sinon de la fiche, sinon le montant de la ligne "
    "divisé par ses jours, sinon le taux usuel de la convention. Chaque temps est arrondi au centime.",
    "Dépensé : soumis et validé. Un brouillon ou un temps renvoyé ne compte pas. Les jours d'une ligne de salaire se "
    "comptent sans se valoriser : le salaire est un coût direct, avec son bulletin.",
    "Le coût réel se partage au centime entre les financeurs : d'abord ce qui est lié à une ligne, puis au prorata des "
    "montants écrits. Une contribution non précisée n'est jamais un zéro.",
)


def document_consommation(
    fiche: Fiche,
    consommation: Consommation,
    depenses: Depenses,
    *,
    annees: Sequence[tuple[Fiche, Consommation]],
    aide: AideDeFiche | None,
    au: date,
    nominatif: bool,
    temps_au_plus: int | None = None,
) -> Document:
    """`nominatif` : la personne lit qui a passé quoi ; sinon les totaux seuls. `temps_au_plus` : les derniers seuls."""
    sections = [
        Section("ensemble", "L'essentiel", [_chiffres(fiche, consommation)]),
        Section("lignes", "Par ligne de dépense", [_par_ligne(fiche, consommation)]),
        Section("financeurs", "Par financeur", [_par_financeur(consommation.par_financeur)]),
        *([Section("aide", "Aide calculée", [_aide(aide)])] if aide else []),
        *([Section("mois", "Par mois", [_par_mois(depenses)])] if depenses.temps or depenses.couts else []),
        *([Section("annees", "Par année", [_par_annee(annees)])] if len(annees) > 1 else []),
        *([Section("personnes", "Par personne", [_par_personne(depenses)])] if nominatif else []),
        *([Section("temps", "Temps passés", [_temps(depenses, au_plus=temps_au_plus)])] if nominatif else []),
        Section("couts", "Coûts directs", [_couts(depenses, nominatif=nominatif)]),
    ]
    return Document(
        titre=f"Temps et coûts : {fiche.titre_court}",
        sous_titre=f"Fiche {fiche.numero}, {fiche.convention}",
        territoire=theme().nom,
        periode=f"Année {fiche.annee}",
        source_au=au,
        version="",
        sections=sections,
        methode=METHODE,
    )


def _prevu(consommation: Consommation) -> str:
    montant = euros(consommation.prevu_eur, 2)
    return montant if consommation.prevu_complet else f"au moins {montant}"


def _chiffres(fiche: Fiche, c: Consommation) -> Chiffres:
    page = reverse("programme:consommation", args=[fiche.pk])
    part = None if c.part is None else pourcentage(float(c.part))
    return Chiffres([
        Chiffre("Prévu", _prevu(c), Nature.TEXTE, definition="Somme des lignes écrites, nette de taxes.",
                adresse=f"{page}#lignes"),
        Chiffre("Dépensé", c.depense_eur, Nature.CENTIMES, comparaison=f"{part} du prévu" if part else "",
                definition="Jours valorisés et coûts directs, soumis et validés.", adresse=f"{page}#mois"),
        Chiffre("Dont validé", c.valide_eur, Nature.CENTIMES, definition="Ce que le maître d'ouvrage a validé.",
                adresse=f"{page}#couts"),
        Chiffre("Jours passés", c.jours_passes, Nature.CENTIEMES, unite=f"sur {nombre(c.jours_prevus, 2)} jours prévus",
                definition="Jours soumis et validés, toutes personnes.", adresse=f"{page}#lignes"),
    ])  # fmt: skip


def _taux(part: Decimal | None) -> float | None:
    return None if part is None else float(part)


def _par_ligne(fiche: Fiche, c: Consommation) -> Tableau:
    lignes = [
        {"libelle": une.libelle + (" (retirée)" if une.retiree else ""),
         "prevu": "non écrit" if une.prevu_eur is None else euros(une.prevu_eur, 2),
         "jours_prevus": une.jours_prevus, "jours": une.jours_passes, "soumis": une.depense_eur - une.valide_eur,
         "valide": une.valide_eur, "depense": une.depense_eur, "part": _taux(une.part)}
        for une in c.par_ligne
    ]  # fmt: skip
    total = {"libelle": "Total", "prevu": _prevu(c), "jours_prevus": c.jours_prevus, "jours": c.jours_passes,
             "soumis": c.depense_eur - c.valide_eur, "valide": c.valide_eur, "depense": c.depense_eur,
             "part": _taux(c.part)}  # fmt: skip
    colonnes = [
        Colonne("libelle", "Ligne"), Colonne("prevu", "Prévu"),
        Colonne("jours_prevus", "Jours prévus", Nature.CENTIEMES), Colonne("jours", "Jours passés", Nature.CENTIEMES),
        Colonne("soumis", "Soumis", Nature.CENTIMES), Colonne("valide", "Validé", Nature.CENTIMES),
        Colonne("depense", "Dépensé", Nature.CENTIMES), Colonne("part", "Part du prévu", Nature.TAUX),
    ]  # fmt: skip
    return Tableau("lignes", "Prévu et dépensé par ligne, en euros nets de taxes sauf mention", colonnes, lignes,
                   total, SOURCE)  # fmt: skip


def _par_financeur(parts: Sequence[PartDeFinanceur]) -> Tableau:
    lignes = [
        {"financeur": part.financeur,
         "prevu": "non précisé" if part.prevu_eur is None else euros(part.prevu_eur, 2),
         "depense": "non précisé" if part.depense_eur is None else euros(part.depense_eur, 2)}
        for part in parts
    ]  # fmt: skip
    imprecis = any(part.prevu_eur is None for part in parts)
    total = {
        "financeur": "Total",
        "prevu": euros(somme(part.prevu_eur for part in parts), 2),
        "depense": euros(somme(part.depense_eur for part in parts), 2),
    }
    colonnes = [Colonne("financeur", "Financeur"), Colonne("prevu", "Contribution écrite"),
                Colonne("depense", "Part du dépensé")]  # fmt: skip
    note = "Une part au moins n'est pas précisée : le reste sans financeur peut lui revenir." if imprecis else ""
    return Tableau("financeurs", "Le coût réel partagé entre les financeurs", colonnes, lignes, total, SOURCE, note)


def _aide(aide: AideDeFiche) -> Encadre:
    declaree = "non écrite" if aide.declaree_eur is None else euros(aide.declaree_eur, 2)
    textes = [
        f"{aide.regle}" + (" : règle reconstituée, à confirmer." if aide.prevue.a_confirmer else "."),
        f"Sur le prévu : {euros(aide.prevue.aide_eur, 2)}, reste {euros(aide.prevue.reste_eur, 2)} à la charge du "
        f"maître d'ouvrage. Valeur écrite dans la fiche : {declaree}.",
        *(f"— {motif}" for motif in aide.prevue.motifs),
        f"Sur le dépensé à ce jour : {euros(aide.reelle.aide_eur, 2)}.",
        *(f"— {motif}" for motif in aide.reelle.motifs),
        *(f"Manque : {manque}" for manque in aide.prevue.manques),
        *aide.prevue.references,
    ]
    return Encadre("L'aide que la règle donne", textes)


def _par_mois(depenses: Depenses) -> Figure:
    mois = depenses.par_mois()
    cumul, points = Decimal(0), []
    for ligne in mois:
        cumul += ligne["total_eur"]
        points.append({"mois": ligne["mois"], "cumul": float(cumul)})
    lignes = [{**ligne, "mois": mois_long(ligne["mois"])} for ligne in mois]
    total = {"mois": "Total", **{cle: somme(ligne[cle] for ligne in mois)
                                 for cle in ("temps_eur", "couts_eur", "total_eur")}}  # fmt: skip
    colonnes = [
        Colonne("mois", "Mois"),
        Colonne("temps_eur", "Jours valorisés", Nature.CENTIMES),
        Colonne("couts_eur", "Coûts directs", Nature.CENTIMES),
        Colonne("total_eur", "Dépensé", Nature.CENTIMES),
    ]
    return Figure(
        titre=f"{euros(cumul, 2)} dépensés",
        sous_titre="Dépense cumulée par mois, en euros, soumise et validée",
        graphique=courbe_mensuelle(points, valeur="cumul", unite="euros"),
        description="La dépense cumulée de la fiche, mois par mois.",
        tableau=Tableau("mois", "Dépense par mois", colonnes, lignes, total, SOURCE),
        source=SOURCE,
    )


def _par_annee(annees: Sequence[tuple[Fiche, Consommation]]) -> Tableau:
    lignes: list[Mapping[str, Any]] = [
        {"annee": str(fiche.annee), "adresse": reverse("programme:consommation", args=[fiche.pk]),
         "prevu": _prevu(c), "depense": c.depense_eur, "valide": c.valide_eur, "jours": c.jours_passes,
         "part": _taux(c.part)}
        for fiche, c in annees
    ]  # fmt: skip
    total = {"annee": "Total", "prevu": euros(somme(c.prevu_eur for _, c in annees), 2),
             **{cle: somme(ligne[cle] for ligne in lignes) for cle in ("depense", "valide", "jours")}}  # fmt: skip
    colonnes = [
        Colonne("annee", "Année", adresse="adresse"), Colonne("prevu", "Prévu"),
        Colonne("depense", "Dépensé", Nature.CENTIMES), Colonne("valide", "Validé", Nature.CENTIMES),
        Colonne("jours", "Jours passés", Nature.CENTIEMES), Colonne("part", "Part du prévu", Nature.TAUX),
    ]  # fmt: skip
    return Tableau("annees", "La même fiche, année par année", colonnes, [dict(une) for une in lignes], total, SOURCE)


def _par_personne(depenses: Depenses) -> Tableau:
    lignes = depenses.par_personne()
    total = {"personne": "Total", **{cle: somme(une[cle] for une in lignes)
                                     for cle in ("jours", "valides", "valeur_eur")}}  # fmt: skip
    colonnes = [
        Colonne("personne", "Personne"), Colonne("jours", "Jours", Nature.CENTIEMES),
        Colonne("valides", "Dont validés", Nature.CENTIEMES), Colonne("valeur_eur", "Valeur", Nature.CENTIMES),
    ]  # fmt: skip
    return Tableau("personnes", "Jours par personne", colonnes, lignes, total, SOURCE,
                   vide="Aucun jour soumis.")  # fmt: skip


def _temps(depenses: Depenses, *, au_plus: int | None) -> Tableau:
    lignes = [
        {"jour": un.jour, "personne": str(un.personne), "ligne": un.ligne.libelle, "duree": un.duree_jours,
         "taux": un.taux_eur, "valeur": un.valeur_eur, "etat": un.etat.label}
        for un in (depenses.temps if au_plus is None else depenses.temps[-au_plus:])
    ]  # fmt: skip
    omis = len(depenses.temps) - len(lignes)
    total = {"personne": "Total", "duree": somme(un.duree_jours for un in depenses.temps),
             "valeur": somme(un.valeur_eur for un in depenses.temps)}  # fmt: skip
    colonnes = [
        Colonne("personne", "Personne"), Colonne("jour", "Jour", Nature.DATE), Colonne("ligne", "Ligne"),
        Colonne("duree", "Durée (j)", Nature.CENTIEMES), Colonne("taux", "Taux", Nature.CENTIMES),
        Colonne("valeur", "Valeur", Nature.CENTIMES), Colonne("etat", "État"),
    ]  # fmt: skip
    note = f"Les {omis} temps plus anciens, que le total compte, sont dans le classeur." if omis else ""
    return Tableau("temps", "Les temps derrière ces jours", colonnes, lignes, total, SOURCE, note, "Aucun temps.")


def _couts(depenses: Depenses, *, nominatif: bool) -> Tableau:
    lignes = [
        {"date": cout.date_facture, "libelle": cout.libelle, "fournisseur": cout.fournisseur,
         "ligne": cout.ligne.libelle, "montant": cout.montant_eur, "taxes": cout.get_taxes_display().lower(),
         "paye": "non payé" if cout.paye_le is None else date_courte(cout.paye_le), "etat": cout.get_etat_display(),
         "piece": "sans pièce" if cout.piece is None else cout.piece.nom if nominatif else "déposée",
         "lien": reverse("programme:piece", args=[cout.piece_id]) if nominatif and cout.piece_id else "",
         "adresse": reverse("programme:cout_modifier", args=[cout.pk]) if nominatif else ""}
        for cout in depenses.couts
    ]  # fmt: skip
    total = {"libelle": "Total", "montant": somme(cout.montant_eur for cout in depenses.couts)}
    colonnes = [
        Colonne("libelle", "Coût", adresse="adresse"), Colonne("date", "Date", Nature.DATE),
        *([Colonne("fournisseur", "Fournisseur")] if nominatif else []), Colonne("ligne", "Ligne"),
        Colonne("montant", "Montant", Nature.CENTIMES), Colonne("taxes", "Taxes"), Colonne("paye", "Payé le"),
        Colonne("etat", "État"), Colonne("piece", "Justificatif", adresse="lien"),
    ]  # fmt: skip
    return Tableau("couts", "Coûts directs et leurs justificatifs", colonnes, lignes, total, SOURCE,
                   vide="Aucun coût soumis.")  # fmt: skip
