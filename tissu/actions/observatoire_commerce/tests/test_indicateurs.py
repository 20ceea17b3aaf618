"""Les indicateurs de la fiche 5 que les locaux mesurent : valeur, dénominateur, date, lignes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from tissu.actions.observatoire_commerce.indicateurs import INDICATEURS
from tissu.locaux.choices import EtatLocal
from tissu.locaux.tests import fabrique
from tissu.socle.indicateurs import Indicateur, indicateurs
from tissu.socle.periodes import mois_de

pytestmark = pytest.mark.django_db
JUIN = mois_de(date(2024, 6, 1))
AU = datetime(2024, 6, 10, 9, 0, tzinfo=UTC)


def indicateur(nom: str) -> Indicateur:
    return indicateurs()[f"observatoire_commerce.{nom}"]


@pytest.fixture
def onze_locaux() -> list[str]:
    """Dix occupés et un vacant depuis trois ans, dont neuf relevés au printemps ; rend la référence du vacant."""
    for rang in range(10):
        fabrique.local(f"Enseigne {rang}", "bar", quartier="Centre", releve_le=date(2024, 5, 2) if rang < 8 else None)
    vide = fabrique.local(quartier="Centre", depuis=date(2021, 3, 1), releve_le=date(2024, 5, 2), numero="7")
    return [vide.reference]


def test_le_taux_de_vacance_et_ses_lignes(onze_locaux: list[str]) -> None:
    releve = indicateur("taux_vacance").relever(JUIN, au=AU)
    assert releve.valeur == Decimal(100) / 11
    assert (releve.numerateur, releve.denominateur, releve.effectif) == (1, 11, 11)
    assert releve.source_au == date(2024, 5, 2)
    assert releve.ventilation == [("Centre", Decimal(100) / 11)]
    assert releve.preuves.lignes == [
        {
            "id": onze_locaux[0], "lieu": "7 RUE DE LA LIBERTE", "quartier": "Centre", "commune": "Dijon",
            "vacant_depuis": "1er\xa0mars\xa02021", "adresse": f"/locaux/local/{onze_locaux[0]}/",
        }
    ]  # fmt: skip


def test_les_preuves_n_ont_que_les_colonnes_dites(onze_locaux: list[str]) -> None:
    for une in INDICATEURS:
        preuves = une.relever(JUIN, au=AU).preuves
        cles = {cle for cle, _ in preuves.colonnes} | {"adresse"}
        assert all(set(ligne) <= cles for ligne in preuves.lignes), une.code
        assert not cles & {"loyer_eur_m2_an", "enseigne", "siret", "contacts"}


def test_la_vacance_structurelle_au_seuil_du_jour(onze_locaux: list[str]) -> None:
    fabrique.local(etat=EtatLocal.VACANT, depuis=date(2024, 1, 1))
    releve = indicateur("vacance_structurelle").relever(JUIN, au=AU)
    assert (releve.valeur, [ligne["id"] for ligne in releve.preuves.lignes]) == (1, onze_locaux)


def test_les_locaux_a_jour_et_ceux_a_revoir(onze_locaux: list[str]) -> None:
    releve = indicateur("locaux_a_jour").relever(JUIN, au=AU)
    assert (releve.valeur, releve.numerateur) == (Decimal(900) / 11, 9)
    assert len(releve.preuves.lignes) == 2


def test_la_completude_est_la_moyenne_de_ses_champs(onze_locaux: list[str]) -> None:
    releve = indicateur("completude").relever(JUIN, au=AU)
    assert releve.valeur is not None
    parts = [part for _, part in releve.ventilation if part is not None]
    assert abs(releve.valeur - sum(parts) / len(parts)) < Decimal("1e-9")
    assert dict(releve.ventilation)["Enseigne"] == Decimal(1000) / 11


def test_l_adresse_de_geoshop_repond_des_qu_elle_a_de_quoi_montrer(client: Client) -> None:
    assert indicateur("geoshop").relever(JUIN, au=AU).valeur == 0
    fabrique.local(quartier="Centre")
    assert indicateur("geoshop").relever(JUIN, au=AU).valeur == 0, "un vacant que son propriétaire tait"
    fabrique.local("Enseigne", "bar", releve_le=date(2024, 5, 2))
    releve = indicateur("geoshop").relever(JUIN, au=AU)
    assert (releve.valeur, releve.source_au) == (1, date(2024, 5, 2))
    [ligne] = releve.preuves.lignes
    assert ligne["page"].endswith("/geoshop/")
    assert (ligne["locaux"], ligne["definitions"]) == (1, 5)
    assert client.get(ligne["adresse"]).status_code == 200


@pytest.mark.parametrize("une", [une for une in INDICATEURS if une.code != "observatoire_commerce.geoshop"],
                         ids=lambda une: une.code)  # fmt: skip
def test_sans_local_rien_ne_se_mesure(une: Indicateur) -> None:
    assert une.relever(JUIN, au=AU).valeur is None


def test_une_periode_a_venir_se_mesure_au_jour_du_calcul(onze_locaux: list[str]) -> None:
    fabrique.local(etat=EtatLocal.VACANT, depuis=date(2024, 6, 20), ouvert_le=date(2024, 6, 20))
    assert indicateur("taux_vacance").relever(JUIN, au=AU).numerateur == 1
