"""Un programme à la plus grande taille prévue, dans une base neuve : de quoi mesurer ses pages.

Dix-sept fiches, trois années, quarante lignes par fiche ; des milliers de jours passés et de mesures, des taux qui
changent en milieu d'année, des rubriques, des coûts, une revue arrêtée, trois ans d'éditions mensuelles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

FICHES, ANNEES, LIGNES = 17, (2024, 2025, 2026), 40
JOURS_PAR_LIGNE, CRITERES, COUTS, RUBRIQUES = 12, 4, 6, 6
EDITIONS, LIGNES_D_EDITION = 36, 40
TEXTE = "Ce que la fiche se propose de faire avec les entreprises du territoire, étape par étape. " * 6


@dataclass(frozen=True)
class Programme:
    """Ce que les pages demandent : une fiche et un critère du milieu, la revue, une publication, qui lit."""

    fiche: Any
    critere: Any
    revue: Any
    publication: Any
    personne: Any


def remplir(*, au: datetime) -> Programme:
    """Remplit la base. La personne lit tout ; les montants tombent juste, rien n'attend de décision."""
    from tissu.comptes.models import Attribution, Organisation, Personne
    from tissu.programme.models import Convention, Critere, Fiche

    cci = Organisation.objects.create(nom="Chambre de mesure", type="cci")
    metropole = Organisation.objects.create(nom="Métropole de mesure", type="metropole")
    personne = Personne.objects.create_user("mesure@bench.example", "un-mot-de-passe-long", organisation=cci)
    Attribution.objects.create(personne=personne, role="charge_mission")
    convention = Convention.objects.create(titre="Convention de mesure", debut=2024, fin=2026, taux_jour_eur=700)
    convention.partenaires.set([cci, metropole])
    for numero in range(1, FICHES + 1):
        precedente = None
        for annee in ANNEES:
            fiche = Fiche.objects.create(
                convention=convention, numero=numero, annee=annee, action=f"action_{numero}", precedente=precedente,
                titre=f"Fiche de mesure {numero}", titre_court=f"Mesure {numero}", total_declare_eur=LIGNES * 1400,
            )  # fmt: skip
            fiche.maitres_ouvrage.set([cci])
            _ecrire(fiche)
            _depenser(fiche, personne, au)
            _vivre(fiche, au)
            precedente = fiche
    fiche = Fiche.objects.get(numero=9, annee=ANNEES[-1])
    return Programme(
        fiche=fiche,
        critere=Critere.objects.filter(fiche=fiche).earliest("ordre"),
        revue=_arreter(convention, personne, au),
        publication=_publier(cci, personne, au),
        personne=personne,
    )


def _ecrire(fiche: Any) -> None:
    """Les rubriques, les lignes et leur financement, un taux qui change au 1er juillet."""
    from tissu.programme.choices import SectionDeFiche
    from tissu.programme.models import Contribution, LigneDepense, SectionRedigee, TauxJour

    rubriques = list(SectionDeFiche)[:RUBRIQUES]
    SectionRedigee.objects.bulk_create(SectionRedigee(fiche=fiche, section=une, texte=TEXTE) for une in rubriques)
    LigneDepense.objects.bulk_create(
        LigneDepense(fiche=fiche, ordre=rang, libelle=f"Ligne {rang}", nature="jours", jours=2, montant_eur=1400)
        for rang in range(LIGNES)
    )
    for financeur, montant in (("Chambre", LIGNES * 900), ("Métropole", LIGNES * 500)):
        Contribution.objects.create(fiche=fiche, financeur=financeur, montant_eur=montant)
    TauxJour.objects.create(fiche=fiche, debut=date(fiche.annee, 1, 1), fin=date(fiche.annee, 6, 30), montant_eur=700)
    TauxJour.objects.create(fiche=fiche, debut=date(fiche.annee, 7, 1), montant_eur=725)


def _depenser(fiche: Any, personne: Any, au: datetime) -> None:
    """Une année de jours passés, validés, et quelques coûts directs."""
    from tissu.programme.models import CoutDirect, JourPasse

    debut, lignes = date(fiche.annee, 1, 5), list(fiche.lignes.all())
    JourPasse.objects.bulk_create(
        JourPasse(
            personne=personne, ligne=ligne, jour=debut + timedelta(days=28 * rang), duree_jours=Decimal("0.25"),
            etat="valide", decide_par=personne, decide_le=au,
        )
        for ligne in lignes
        for rang in range(JOURS_PAR_LIGNE)
    )  # fmt: skip
    CoutDirect.objects.bulk_create(
        CoutDirect(
            ligne=ligne, date_facture=debut, fournisseur="Imprimerie", libelle="Tirage", montant_eur=Decimal("99.90"),
            etat="valide", saisi_par=personne, saisi_le=au,
        )
        for ligne in lignes[:COUTS]
    )  # fmt: skip


def _vivre(fiche: Any, au: datetime) -> None:
    """Une année de mesures, d'échéances et de livrables."""
    from tissu.programme.models import Critere, Echeance, Livrable, Mesure

    for rang in range(CRITERES):
        critere = Critere.objects.create(
            fiche=fiche, cle=f"critere_{rang}", ordre=rang, libelle=f"Critère {rang}", unite="entreprises", cible=12
        )
        Mesure.objects.bulk_create(
            Mesure(
                critere=critere, periode=f"{fiche.annee}-{mois:02d}", debut=date(fiche.annee, mois, 1),
                fin=date(fiche.annee, mois, 28), source_au=date(fiche.annee, mois, 28), valeur=1, origine="manuelle",
                etablie_le=au,
            )
            for mois in range(1, 13)
        )  # fmt: skip
    for mois in (3, 6, 9, 12):
        jour = date(fiche.annee, mois, 15)
        Echeance.objects.create(fiche=fiche, type="jalon", titre=f"Jalon {mois}", echeance=jour, creee_le=au)
        Livrable.objects.create(fiche=fiche, titre=f"Livrable {mois}", attendu_le=jour)


def _arreter(convention: Any, personne: Any, au: datetime) -> Any:
    """La revue de la première année, arrêtée : ses chiffres sont figés, fiche par fiche."""
    from tissu.programme.operations import revues

    revue = revues.ouvrir(
        convention=convention, annee=ANNEES[0], type="bilan_annuel", au=date(ANNEES[0], 12, 31), auteur=personne, le=au
    )
    return revues.arreter(revue=revue, auteur=personne, au=au)


def _publier(organisation: Any, personne: Any, au: datetime) -> Any:
    """Une publication mensuelle et ses éditions, ouvertes à tous."""
    from tissu.publications import operations
    from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
    from tissu.publications.models import Publication

    publication = Publication(
        slug="mesure", titre="Publication de mesure", resume="Chaque mois.", nature="rapport",
        organisation=organisation, creee_le=au,
    )  # fmt: skip
    colonnes = [Colonne("commune", "Commune"), Colonne("entrees", "Entrées", Nature.NOMBRE)]
    lignes = [{"commune": f"Commune {rang}", "entrees": rang} for rang in range(LIGNES_D_EDITION)]
    for rang in range(EDITIONS):
        periode = f"{ANNEES[rang // 12]}-{rang % 12 + 1:02d}"
        document = Document(
            titre="Publication de mesure", sous_titre="", territoire="Territoire de mesure", periode=periode,
            source_au=au.date(), version="", sections=[
                Section("communes", "Communes", [Tableau("communes", "Par commune", colonnes, lignes)])
            ],
        )  # fmt: skip
        edition = operations.preparer(publication=publication, document=document, periode=periode, auteur=personne,
                                      au=au)  # fmt: skip
        operations.diffuser(edition=edition, audience="public", auteur=personne, au=au, confirmee=True)
    return publication
