"""L'effet d'une action de communication : deux groupes, un délai, des lignes derrière chaque chiffre."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.models import Communication
from tissu.actions.alerte_commerce.operations import courriers, reseau
from tissu.actions.alerte_commerce.queries.effets import mesure
from tissu.actions.alerte_commerce.queries.prospection import Criteres
from tissu.actions.alerte_commerce.rules import effets as rules
from tissu.actions.alerte_commerce.tests.fabrique import adherent
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation
from tissu.locaux.tests import fabrique as locaux

CAS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cas" / "effets.yaml").read_text(encoding="utf-8"))
RACINE = "/alerte-commerce/gestion/communications/"


@pytest.mark.parametrize("cas", CAS["effets"], ids=lambda cas: cas["nom"])
def test_mesurer_un_effet(cas: dict[str, Any]) -> None:
    lu = rules.mesurer(rules.Groupe(*cas["contactes"]), rules.Groupe(*cas["comparables"]), Decimal(cas["cout"]))
    assert (lu.ecart, str(lu.cout_eur) if lu.cout_eur is not None else None) == (cas["ecart"], cas["cout_eur"])


@pytest.mark.parametrize("cas", CAS["fenetres"], ids=lambda cas: cas["nom"])
def test_le_delai(cas: dict[str, Any]) -> None:
    assert list(rules.fenetre(cas["debut"], cas["fin"], cas["jours"])) == cas["bornes"]


@pytest.mark.parametrize("cas", CAS["mois"], ids=lambda cas: cas["nom"])
def test_les_adhesions_autour(cas: dict[str, Any]) -> None:
    lus = rules.par_mois(cas["jours"], pivot=cas["pivot"], autour=cas["autour"])
    assert [list(un) for un in lus] == cas["attendus"]


def commerce(nom: str, rang: int, quartier: str, **adhesion: Any) -> None:
    locaux.local(nom, "cafe_bar", numero=str(rang), quartier=quartier)
    if adhesion:
        adherent(nom, adresse=f"{rang} rue de la Liberté", **adhesion)


@pytest.fixture
def le(db: None) -> date:
    """Le jour de l'action, cent jours avant aujourd'hui : le délai est passé."""
    jour = timezone.localdate() - timedelta(days=100)
    commerce("Nord un", 1, "Nord", adhere_le=jour + timedelta(days=30))
    commerce("Nord deux", 2, "Nord")
    commerce("Nord trop tard", 3, "Nord", adhere_le=jour + timedelta(days=91))
    commerce("Nord le jour même", 4, "Nord", adhere_le=jour)
    commerce("Sud un", 5, "Sud", adhere_le=jour + timedelta(days=90))
    commerce("Sud deux", 6, "Sud")
    locaux.local("Sud, autre activité", "boulangerie", numero="7", quartier="Sud")
    return jour


def action(mission: Personne, le: date, **champs: Any) -> Communication:
    defauts: dict[str, Any] = {"titre": "Essai", "nature": "depliant", "le": le, "cout_eur": Decimal(60)}
    return reseau.noter_communication(
        communication=Communication(**defauts | champs), auteur=mission, au=timezone.now()
    )  # fmt: skip


def groupes(une: Communication) -> tuple[list[int], list[int], float | None, Decimal | None]:
    effet = mesure(une, timezone.localdate()).effet
    assert effet is not None
    return (
        [effet.contactes.commerces, effet.contactes.adhesions],
        [effet.comparables.commerces, effet.comparables.adhesions], effet.ecart, effet.cout_eur,
    )  # fmt: skip


def test_un_quartier_se_compare_aux_autres(mission: Personne, le: date) -> None:
    """Celui qui adhère le jour même était déjà du réseau ; celui qui vient après le délai ne compte pas."""
    assert groupes(action(mission, le, quartier="Nord")) == ([3, 1], [2, 1], -16.7, Decimal("60.00"))


def test_des_lettres_se_comparent_a_qui_n_en_a_pas_eu(mission: Personne, le: date) -> None:
    demande = courriers.Demande("Lettre", Criteres(quartier="Nord"), uuid.uuid4(), Decimal(60))
    moment = timezone.make_aware(datetime.combine(le, time(12)))
    assert groupes(courriers.preparer_lettres(demande=demande, auteur=mission, au=moment)) == (
        [3, 1], [2, 1], -16.7, Decimal("60.00"),
    )  # fmt: skip


def test_sans_lieu_ni_liste_l_effet_ne_se_compare_pas(mission: Personne, le: date) -> None:
    lue = mesure(action(mission, le), timezone.localdate())
    assert (lue.effet, lue.close, sum(combien for _, combien in lue.mois) >= 3) == (None, True, True)


def test_tant_que_le_delai_court_il_se_dit(mission: Personne, le: date) -> None:
    recente = mesure(action(mission, timezone.localdate() - timedelta(days=5), quartier="Nord"), timezone.localdate())
    assert (recente.close, recente.jusqu_au) == (False, timezone.localdate())


def test_autant_de_requetes_pour_vingt_que_pour_un(mission: Personne, le: date) -> None:
    une, comptes = action(mission, le, quartier="Nord"), []
    for combien in (1, 19):
        for rang in range(combien):
            commerce(f"Encore {combien}-{rang}", 100 + 20 * combien + rang, "Nord", adhere_le=le + timedelta(days=3))
        situation.oublier()
        with CaptureQueriesContext(connection) as lues:
            mesure(une, timezone.localdate())
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


def test_chaque_chiffre_mene_a_ses_lignes(
    mission: Personne, le: date, connecte: Callable[[Personne], Client]
) -> None:  # fmt: skip
    une, client = action(mission, le, quartier="Nord"), connecte(mission)
    page = client.get(f"{RACINE}{une.pk}/").content.decode()
    attendus = ("?lignes=contactes#effet", "?lignes=comparables#effet", f"?lignes={le:%Y-%m}")
    assert [lien for lien in attendus if lien not in page] == []
    assert ("Nord un" in page, "Sud un" in page) == (False, False)
    for lignes, presents in (
        ("contactes", (True, False)), ("comparables", (False, True)),
        (f"{le + timedelta(days=30):%Y-%m}", (True, False)),
        ("faux", (False, False)), ("2019-01", (False, False)),
    ):  # fmt: skip
        contenu = client.get(f"{RACINE}{une.pk}/", {"lignes": lignes}).content.decode()
        assert ("Nord un" in contenu, "Sud un" in contenu) == presents, lignes
