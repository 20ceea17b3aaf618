"""La vacance d'un lieu : les comptes, les taux, l'histoire, et les lignes derrière."""

from datetime import date
from decimal import Decimal
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.lieux import Lieu, LieuInconnu, trouver_lieu
from tissu.actions.observatoire_commerce.rules.mesures import pour_mille_habitants, rapport, shannon, simpson
from tissu.locaux.choices import EtatLocal, Independance, VerdictComparabilite
from tissu.locaux.models import Comparabilite
from tissu.locaux.tests import fabrique

pytestmark = pytest.mark.django_db
JOUR = fabrique.JOUR


def _rue(vides: int, occupes: int, **champs: object) -> None:
    for rang in range(vides + occupes):
        fabrique.local(*(("Enseigne", "bar") if rang >= vides else ()), **champs)


def test_les_quartiers_font_le_territoire_et_chacun_mene_a_ses_locaux() -> None:
    _rue(2, 10, quartier="Centre")
    _rue(1, 3, quartier="Nord")
    _rue(0, 1)
    parts = lectures.vacances(Lieu(), JOUR, "quartier")
    assert [(part.titre, part.cellules, part.vacantes, part.taux) for part in parts] == [
        ("Centre", 12, 2, Decimal(2) / 12),
        ("Non renseigné", 1, 0, None),
        ("Nord", 4, 1, None),
    ]
    tout = lectures.vacance(Lieu(), JOUR)
    assert (tout.cellules, tout.vacantes) == (17, 3)
    assert tout.niveau is not None
    assert tout.niveau.libelle == "Très élevée"
    centre = trouver_lieu(quartier="Centre")
    assert centre.lien_lignes(quoi="vacantes") == "/observatoire-commerce/vacance/lignes/?quartier=Centre&quoi=vacantes"
    assert len(lectures.lignes(centre, JOUR, "", lectures.Quoi.VACANTES)) == 2


def test_une_ecriture_change_le_chiffre_garde() -> None:
    _rue(1, 11)
    assert lectures.vacance(Lieu(), JOUR).vacantes == 1
    _rue(1, 0)
    assert lectures.vacance(Lieu(), JOUR).vacantes == 2


def test_un_bureau_n_est_pas_une_cellule() -> None:
    _rue(0, 2)
    fabrique.local(nature="bureau")
    assert lectures.vacance(Lieu(), JOUR).cellules == 2


def test_les_definitions_cote_a_cote() -> None:
    _rue(1, 8)
    fabrique.local(etat=EtatLocal.TRAVAUX)
    fabrique.local(etat=EtatLocal.VACANT, depuis=date(2020, 1, 1))
    fabrique.local(etat=EtatLocal.MUTATION)
    assert {une.code: (v.vacantes, v.cellules) for une, v in lectures.cote_a_cote(Lieu(), JOUR)} == {
        "observatoire": (2, 11), "avec_travaux": (3, 11), "commercialisee": (0, 11), "structurelle": (1, 11),
        "commerces": (2, 11),
    }  # fmt: skip


def test_l_histoire_n_ecrit_un_ecart_qu_entre_campagnes_comparables() -> None:
    vieille = fabrique.campagne("2019", date(2019, 5, 1))
    recente = fabrique.campagne("2024", date(2024, 2, 7))
    _rue(0, 9)
    libere = fabrique.local("Parti", "bar")
    fabrique.etats(libere, (EtatLocal.OCCUPE, None, date(2021, 1, 1)), (EtatLocal.VACANT, date(2021, 1, 2), None))
    etapes = lectures.histoire(Lieu(), JOUR)
    assert [(etape.jour.year, etape.vacance.vacantes, etape.variation) for etape in etapes] == [
        (2019, 0, None), (2024, 1, None),
    ]  # fmt: skip
    assert lectures.mouvements(Lieu(), JOUR) is None
    Comparabilite.objects.create(
        campagne=recente, reference=vieille, verdict=VerdictComparabilite.OUI, motif="Même méthode", le=fabrique.AU
    )
    assert lectures.histoire(Lieu(), JOUR)[-1].variation == Decimal("0.1")
    flux = lectures.mouvements(Lieu(), JOUR)
    assert flux is not None
    assert (flux.ouvertures, flux.fermetures, flux.solde, flux.suivies, flux.occupants) == (0, 1, -1, 9, 0)


def test_offre_et_completude_disent_sur_combien_elles_reposent() -> None:
    fabrique.local("A", "bar", independance=Independance.INDEPENDANT, surface_m2=30)
    fabrique.local("B", "boulangerie", independance=Independance.ENSEIGNE)
    fabrique.local("C", "bar")
    fabrique.local()
    offre = lectures.offre(Lieu(), JOUR)
    assert (offre.occupes, offre.connus, offre.part_independants) == (3, 2, Decimal("0.5"))
    assert offre.melange == 1 - (Decimal(2) / 3) ** 2 - (Decimal(1) / 3) ** 2
    remplis = {titre: compte for titre, compte, _ in lectures.completude(Lieu(), JOUR)}
    assert (remplis["Surface"], remplis["Enseigne"], remplis["Indépendant ou enseigne"]) == (1, 3, 2)


def test_un_lieu_inconnu_se_dit() -> None:
    with pytest.raises(LieuInconnu) as refus:
        trouver_lieu(commune="75056")
    assert str(refus.value) == "La commune « 75056 » n'est pas du territoire."


def test_rapports_et_densites_sans_denominateur() -> None:
    assert (rapport(3, 0), shannon([]), simpson([0]), pour_mille_habitants(5, None)) == (None, None, None, None)
    assert pour_mille_habitants(5, 2000) == Decimal("2.5")


@given(st.lists(st.integers(min_value=0, max_value=500), min_size=1, max_size=12))
def test_la_diversite_est_bornee(effectifs: list[int]) -> None:
    presents = [effectif for effectif in effectifs if effectif]
    h, melange = shannon(effectifs), simpson(effectifs)
    if not presents:
        assert h is None
        return
    assert h is not None
    assert melange is not None
    assert 0 <= float(h) <= log(len(presents)) + 1e-6
    assert 0 <= melange <= 1 - Decimal(1) / len(presents) + Decimal("1e-20")
