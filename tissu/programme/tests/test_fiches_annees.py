"""La fiche de l'année suivante reprend la promesse, pas ce qui a été constaté."""

from datetime import date
from decimal import Decimal

import pytest

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatContribution, EtatFiche
from tissu.programme.models import Fiche
from tissu.programme.operations.annees import preparer_annee
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.versions import etablir_version
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db


def test_la_fiche_suivante_reprend_la_promesse(fiche: Fiche, mission_cci: Personne) -> None:
    fabrique.section(fiche)
    fabrique.critere(fiche)
    fabrique.contribution(fiche, "FSE", 4000, etat=EtatContribution.SOUS_RESERVE)
    fabrique.contribution(fiche, "Métropole", None, etat=EtatContribution.VERSEE)
    suivante = preparer_annee(fiche=fiche, annee=2025, auteur=mission_cci, au=fabrique.AU)
    assert (suivante.etat, suivante.precedente, suivante.total_declare_eur) == (
        EtatFiche.PREPARATION, fiche, Decimal(9100))  # fmt: skip
    assert suivante.calendrier_fin == date(2025, 12, 31)
    assert [(une.libelle, une.montant_eur) for une in suivante.lignes.all()] == [
        ("Entretiens", Decimal(8400)), ("Restitution", Decimal(700))]  # fmt: skip
    assert [(une.financeur, une.etat, une.montant_eur) for une in suivante.contributions.all()] == [
        ("FSE", "sous_reserve", Decimal(4000)), ("Métropole", "prevue", None)]  # fmt: skip
    assert suivante.taux.get().debut == date(2025, 1, 1)
    assert suivante.criteres.get().cible == Decimal(10)
    assert suivante.sections.get().texte == "Un objectif d'essai."
    assert fiche.lignes.count() == 2


def test_une_annee_hors_de_la_convention_ou_deja_faite_est_refusee(fiche: Fiche, mission_cci: Personne) -> None:
    with pytest.raises(ModificationRefusee, match="n'est pas dans la convention"):
        preparer_annee(fiche=fiche, annee=2026, auteur=mission_cci, au=fabrique.AU)
    with pytest.raises(ModificationRefusee, match="existe déjà"):
        preparer_annee(fiche=fiche, annee=2024, auteur=mission_cci, au=fabrique.AU)


def test_une_version_garde_tout_et_se_numerote(fiche: Fiche, mission_cci: Personne) -> None:
    premiere = etablir_version(fiche=fiche, motif="Signature", auteur=mission_cci, au=fabrique.AU)
    seconde = etablir_version(fiche=fiche, motif="Relecture", auteur=mission_cci, au=fabrique.AU)
    assert (premiere.numero, seconde.numero) == (1, 2)
    assert premiere.empreinte == seconde.empreinte
    assert [ligne["montant_eur"] for ligne in premiere.contenu["lignes"]] == ["8400", "700"]
