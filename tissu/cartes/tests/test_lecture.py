"""Lire une couche : ce qui se garde, ce qui ne se partage pas, ce qu'une adresse peut demander."""

import threading
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from django.http import QueryDict

from tissu.cartes import lecture
from tissu.cartes.couches import Couche, Demande
from tissu.cartes.lecture import demander, lire, restreindre
from tissu.cartes.tests import exemple
from tissu.comptes.choices import Role

VISITEUR = SimpleNamespace(is_authenticated=False, pk=None)


def personne(pk: int, *roles: str) -> Any:
    return SimpleNamespace(is_authenticated=True, pk=pk, roles_actifs=lambda action="": set(roles))


@pytest.fixture
def lues(monkeypatch: pytest.MonkeyPatch) -> tuple[Couche, list[Demande]]:
    """Une couche qui note chaque lecture."""
    notees: list[Demande] = []

    def lire_et_noter(demande: Demande) -> pa.Table:
        notees.append(demande)
        return exemple.lire_locaux(demande)

    return replace(exemple.ESSAI_LOCAUX, lire=lire_et_noter), notees


def demande(couche: Couche, adresse: str = "", qui: Any = VISITEUR) -> Demande:
    return demander(couche, QueryDict(adresse), qui)


def test_la_meme_demande_ne_se_lit_qu_une_fois(lues: Any) -> None:
    couche, notees = lues
    premier = lire(couche, demande(couche, "activite=services"))
    assert lire(couche, demande(couche, "activite=services&page=3&theme=x&inconnu=1")) is premier
    assert len(notees) == 1


@pytest.mark.parametrize("autre", ["", "activite=habillement", "activite=services&au=2025-01-01"])
def test_une_autre_demande_se_lit_a_part(lues: Any, autre: str) -> None:
    couche, notees = lues
    premier = lire(couche, demande(couche, "activite=services"))
    second = lire(couche, demande(couche, autre))
    assert second is not premier and second.empreinte != premier.empreinte
    assert len(notees) == 2


def test_une_version_neuve_se_relit(lues: Any) -> None:
    couche, notees = lues
    premiere = lire(couche, demande(couche))
    neuve = lire(replace(couche, version=lambda: "2"), demande(couche))
    assert neuve.empreinte != premiere.empreinte and len(notees) == 2


def test_deux_personnes_ne_partagent_pas_une_lecture_sans_qu_on_le_dise(lues: Any) -> None:
    couche, notees = lues
    un, autre = personne(1, Role.LECTEUR), personne(2, Role.LECTEUR)
    assert lire(couche, demande(couche, qui=un)) is not lire(couche, demande(couche, qui=autre))
    partagee = replace(couche, partage=lambda demande: None)
    assert lire(partagee, demande(partagee, qui=un)) is lire(partagee, demande(partagee, qui=autre))
    assert len(notees) == 3


def test_un_role_perdu_relit(lues: Any) -> None:
    couche, notees = lues
    lire(couche, demande(couche, qui=personne(1, Role.LECTEUR, Role.CHARGE_MISSION)))
    lire(couche, demande(couche, qui=personne(1, Role.LECTEUR)))
    assert len(notees) == 2


def test_un_champ_reserve_n_entre_pas_dans_le_jeu_d_un_autre(lues: Any) -> None:
    couche, _ = lues
    colonnes = {
        qui: set(lire(couche, demande(couche, qui=personne(rang, qui))).table.column_names)
        for rang, qui in enumerate((Role.LECTEUR, Role.CHARGE_MISSION))
    }
    assert colonnes[Role.CHARGE_MISSION] - colonnes[Role.LECTEUR] == {"loyer"}


def test_partager_la_lecture_ne_partage_pas_les_champs(lues: Any) -> None:
    couche, _ = lues
    partagee = replace(couche, partage=lambda demande: None)
    agent = lire(partagee, demande(partagee, qui=personne(1, Role.CHARGE_MISSION)))
    visiteur = lire(partagee, demande(partagee))
    assert ("loyer" in agent.table.column_names, "loyer" in visiteur.table.column_names) == (True, False)


@pytest.mark.parametrize(
    ("adresse", "jour"),
    [("", date(2026, 1, 1)), ("au=2025-01-01", date(2025, 1, 1)), ("au=2025-06-01", date(2026, 1, 1)),
     ("au=n'importe quoi", date(2026, 1, 1))],
)  # fmt: skip
def test_une_date_que_la_couche_ne_propose_pas_est_la_plus_recente(lues: Any, adresse: str, jour: date) -> None:
    couche, _ = lues
    assert demande(couche, adresse).au == jour
    assert demande(replace(couche, dates=None), adresse).au is None


def test_seuls_les_filtres_de_la_couche_lui_parviennent(lues: Any) -> None:
    couche, _ = lues
    lue = demande(couche, "activite=services&activite=&vue=1,2,3&cadre=0,0,1,1&tri=nom&dans=cercle:1,2,3&x=1")
    assert lue.parametres.urlencode() == "activite=services"
    assert demande(replace(couche, slug="sans", filtres=None), "activite=services").parametres.urlencode() == ""


def test_la_memoire_est_bornee(lues: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    couche, notees = lues
    monkeypatch.setattr(lecture, "OCTETS_GARDES", 1)
    for activite in ("services", "habillement", "services"):
        lire(couche, demande(couche, f"activite={activite}"))
    assert len(notees) == 3


def test_une_lecture_qui_echoue_se_retente(lues: Any) -> None:
    couche, _ = lues
    refus = [RuntimeError("panne"), None]

    def tantot(demande: Demande) -> pa.Table:
        if (panne := refus.pop(0)) is not None:
            raise panne
        return exemple.lire_locaux(demande)

    fragile = replace(couche, lire=tantot)
    with pytest.raises(RuntimeError):
        lire(fragile, demande(fragile))
    assert lire(fragile, demande(fragile)).table.num_rows == 5


def test_des_demandes_simultanees_ne_lisent_qu_une_fois(lues: Any) -> None:
    couche, notees = lues
    attendre = threading.Barrier(4)
    jeux = []

    def lent(demande: Demande) -> pa.Table:
        threading.Event().wait(0.05)
        return couche.lire(demande)

    lente = replace(couche, lire=lent)

    def ouvrir() -> None:
        attendre.wait()
        jeux.append(lire(lente, demande(lente)))

    fils = [threading.Thread(target=ouvrir) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(notees) == 1 and len({id(jeu) for jeu in jeux}) == 1


def test_ce_qui_n_a_pas_de_position_est_la_sans_etre_place(lues: Any) -> None:
    couche, _ = lues
    jeu = lire(couche, demande(couche))
    assert dict(zip(jeu.table["id"].to_pylist(), jeu.places.tolist(), strict=True)) == {
        "L1": True, "L2": True, "L3": True, "L4": True, "L5": False,
    }  # fmt: skip


def test_une_selection_se_garde_et_change_l_empreinte(lues: Any) -> None:
    couche, _ = lues
    jeu = lire(couche, demande(couche))
    calculs = []

    def masque() -> Any:
        calculs.append(1)
        return jeu.table["id"].to_numpy() == "L2"

    reduit = restreindre(jeu, "marque", masque)
    assert (reduit.table["id"].to_pylist(), restreindre(jeu, "marque", masque) is reduit, len(calculs)) == (
        ["L2"], True, 1,
    )  # fmt: skip
    assert reduit.empreinte != jeu.empreinte
