"""La consommation : la base regroupe, la règle valorise ; tout somme, et le nombre de requêtes ne bouge pas."""

from datetime import date
from decimal import Decimal as D

import pytest

from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse, TauxJour
from tissu.programme.queries.consommation import consommations
from tissu.programme.queries.depenses import depenses_de
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
FIN = date(2026, 12, 31)


def _temps(fiche: Fiche, jour: date, duree: str, *, ligne: int = 0, etat: str = EtatTemps.VALIDE) -> JourPasse:
    qui = fabrique.personne("charge_mission", organisation="cci")
    return JourPasse.objects.create(
        personne=qui, ligne=fiche.lignes.all()[ligne], jour=jour, duree_jours=D(duree), etat=etat
    )


def _cout(fiche: Fiche, montant: str, *, ligne: int = 0, etat: str = EtatTemps.VALIDE) -> CoutDirect:
    return CoutDirect.objects.create(
        ligne=fiche.lignes.all()[ligne], date_facture=date(2024, 3, 1), fournisseur="Imprimerie", libelle="Tirage",
        montant_eur=D(montant), etat=etat, saisi_le=fabrique.AU,
    )  # fmt: skip


def test_un_taux_qui_change_en_cours_d_annee() -> None:
    fiche = fabrique.fiche(1, 2025, lignes=[("Entretiens", 7000, 10)])
    fiche.taux.update(fin=date(2025, 6, 30))
    TauxJour.objects.create(fiche=fiche, debut=date(2025, 7, 1), montant_eur=D(725))
    for rang, (jour, duree) in enumerate([((2025, 6, 29), "1"), ((2025, 6, 30), "1"), ((2025, 6, 27), "0.5"),
                                          ((2025, 7, 1), "1")]):  # fmt: skip
        _temps(fiche, date(*jour), duree, etat=EtatTemps.SOUMIS if rang == 3 else EtatTemps.VALIDE)
    trouvee = consommations([fiche], au=FIN)[fiche.pk]
    assert trouvee.depense_eur == D("2475.00")
    assert trouvee.valide_eur == D("1750.00")
    assert (trouvee.jours_passes, trouvee.jours_valides) == (D("3.5"), D("2.5"))


def test_chaque_temps_au_taux_de_sa_date_quand_plusieurs_se_suivent_et_se_chevauchent() -> None:
    fiche = fabrique.fiche(1, 2025, lignes=[("Entretiens", 7000, 10), ("Restitution", 700, 1)])
    fiche.taux.update(fin=date(2025, 3, 31))
    TauxJour.objects.create(fiche=fiche, debut=date(2025, 3, 1), fin=date(2025, 6, 30), montant_eur=D("710.10"))
    une = fiche.lignes.all()[0]
    TauxJour.objects.create(fiche=fiche, ligne=une, debut=date(2025, 6, 15), montant_eur=D(600))
    for jour in ((2025, 2, 28), (2025, 3, 1), (2025, 6, 14), (2025, 6, 15), (2025, 7, 1)):
        for ligne in range(2):
            _temps(fiche, date(*jour), "0.5", ligne=ligne)
    lignes = consommations([fiche], au=FIN)[fiche.pk].par_ligne
    assert lignes[0].depense_eur == D("350") + 2 * D("355.05") + 2 * D("300")
    assert lignes[1].depense_eur == D("350") + 3 * D("355.05") + D("350")
    assert sum(un.valeur_eur for un in depenses_de([fiche], au=FIN).temps) == sum(une.depense_eur for une in lignes)


def test_mille_couts_somment_au_centime() -> None:
    fiche = fabrique.fiche()
    ligne = fiche.lignes.all()[0]
    CoutDirect.objects.bulk_create(
        CoutDirect(ligne=ligne, date_facture=date(2024, 3, 1), fournisseur="Imprimerie", libelle=f"Tirage {rang}",
                   montant_eur=D("33333.33"), etat=EtatTemps.VALIDE, saisi_le=fabrique.AU)
        for rang in range(1000)
    )  # fmt: skip
    assert consommations([fiche], au=FIN)[fiche.pk].depense_eur == D("33333330.00")


def test_le_taux_de_la_ligne_l_emporte_puis_l_implicite_puis_l_usuel() -> None:
    fiche = fabrique.fiche(lignes=[("Du taux de ligne", 100, 1), ("Implicite", 1500, 2), ("Usuel", None, 3)])
    fiche.taux.all().delete()
    une = fiche.lignes.all()[0]
    TauxJour.objects.create(fiche=fiche, ligne=une, debut=date(2024, 1, 1), montant_eur=D(600))
    for rang in range(3):
        _temps(fiche, date(2024, 3, 4 + rang), "1", ligne=rang)
    lignes = consommations([fiche], au=FIN)[fiche.pk].par_ligne
    assert [ligne.depense_eur for ligne in lignes] == [D(600), D(750), D(700)]
    assert lignes[2].part is None


def test_les_jours_d_une_ligne_de_salaire_ne_se_valorisent_pas() -> None:
    fiche = fabrique.fiche(12, lignes=[("Animation", 9200, 30, NatureDepense.SALAIRE)])
    _temps(fiche, date(2024, 3, 4), "1")
    _cout(fiche, "800.00")
    trouvee = consommations([fiche], au=FIN)[fiche.pk]
    assert (trouvee.jours_passes, trouvee.depense_eur) == (D(1), D("800.00"))


def test_ni_brouillon_ni_renvoye_ni_apres_la_date() -> None:
    fiche = fabrique.fiche()
    _temps(fiche, date(2024, 3, 4), "1", etat=EtatTemps.BROUILLON)
    _temps(fiche, date(2024, 3, 5), "1", etat=EtatTemps.RENVOYE)
    _temps(fiche, date(2024, 3, 6), "1")
    assert consommations([fiche], au=date(2024, 3, 5))[fiche.pk].depense_eur == 0


def test_les_totaux_somment_par_ligne_et_par_financeur() -> None:
    fiche = fabrique.fiche(lignes=[("Entretiens", 8400, 12), ("Impression", None)])
    fabrique.contribution(fiche, "Métropole", 5040)
    fabrique.contribution(fiche, "Région")
    _temps(fiche, date(2024, 3, 4), "0.25")
    _cout(fiche, "33.33", ligne=1, etat=EtatTemps.SOUMIS)
    trouvee = consommations([fiche], au=FIN)[fiche.pk]
    assert not trouvee.prevu_complet
    assert trouvee.depense_eur == D("208.33") == sum(ligne.depense_eur for ligne in trouvee.par_ligne)
    assert sum(part.depense_eur or D(0) for part in trouvee.par_financeur) == trouvee.depense_eur


def test_le_nombre_de_requetes_est_constant(django_assert_num_queries) -> None:
    une = [fabrique.fiche(1)]
    trois = [*une, fabrique.fiche(2), fabrique.fiche(3)]
    for fiche in trois:
        _temps(fiche, date(2024, 3, 3 + fiche.numero), "1")
        _cout(fiche, "10.00")
    for fiches in (une, trois):
        with django_assert_num_queries(5):
            consommations(fiches, au=FIN)
