"""Changer d'état, d'occupant, de date ; scinder, fusionner, fermer : l'histoire tient, les totaux aussi."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tissu.locaux.choices import EtatLocal, NatureTransformation
from tissu.locaux.models import Local
from tissu.locaux.operations import histoire, transformations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.transformations import Partie
from tissu.locaux.queries.situation import oublier, situation
from tissu.locaux.rules.histoire import Tranche, sans_chevauchement
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU, JOUR
from tissu.socle.conflits import ConflitDeSaisie

pytestmark = pytest.mark.django_db
AVANT, LE = date(2024, 4, 30), date(2024, 5, 1)


def etats(local: Local) -> list[tuple[Any, ...]]:
    return list(local.etats.values_list("etat", "debut", "fin"))


def occupants(local: Local) -> list[tuple[Any, ...]]:
    return list(local.occupations.values_list("enseigne", "debut", "fin"))


def signe() -> dict[str, Any]:
    return {"auteur": fabrique.personne("charge_mission"), "au": AU}


def test_un_local_qui_se_vide_perd_son_occupant() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    histoire.changer_etat(local=local, version=1, etat=EtatLocal.VACANT_COMMERCIALISE, le=LE, **signe())
    assert etats(local) == [("occupe", None, AVANT), ("vacant_commercialise", LE, None)]
    assert (occupants(local), local.version) == ([("Chez Léa", None, AVANT)], 2)
    assert local.etats.last().historique.first().history_user == fabrique.personne("charge_mission")


def test_un_local_qui_recoit_un_occupant_est_occupe() -> None:
    local = fabrique.local()
    valeurs = {"enseigne": "Chez Léa", "activite": "restaurant"}
    histoire.changer_occupant(local=local, version=1, le=LE, valeurs=valeurs, **signe())
    assert (etats(local), occupants(local)) == (
        [("vacant", None, AVANT), ("occupe", LE, None)], [("Chez Léa", LE, None)],
    )  # fmt: skip
    occupation = local.occupations.get()
    assert (occupation.origine_activite, occupation.champs_tenus) == ("main", ["activite", "enseigne"])


def test_le_meme_etat_redit_est_constate_de_nouveau() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    histoire.changer_etat(local=local, version=1, etat=EtatLocal.OCCUPE, le=LE, **signe())
    assert (etats(local), local.etats.get().releve_le) == ([("occupe", None, None)], LE)


def test_deux_personnes_ne_s_ecrasent_pas() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    autre = Local.objects.get(pk=local.pk)
    histoire.changer_etat(local=local, version=1, etat=EtatLocal.TRAVAUX, le=LE, **signe())
    with pytest.raises(ConflitDeSaisie) as conflit:
        histoire.changer_etat(local=autre, version=1, etat=EtatLocal.VACANT, le=LE, **signe())
    assert (conflit.value.ancien, conflit.value.nouveau) == (
        {"état": "Travaux ou reprise annoncée"}, {"état": "Vacant, sans précision"},
    )  # fmt: skip
    assert len(etats(local)) == 2


@pytest.mark.parametrize(
    ("roles", "organisation"),
    [(("lecteur",), "cci"), (("elu",), "metropole"), (("charge_mission",), "agence"), (("administrateur",), "cci")],
)
def test_seuls_les_agents_des_partenaires_ecrivent(roles: tuple[str, ...], organisation: str) -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    with pytest.raises(LocalRefuse, match="Seuls les agents des deux partenaires"):
        histoire.changer_etat(
            local=local, version=1, etat=EtatLocal.VACANT, le=LE, au=AU,
            auteur=fabrique.personne(*roles, organisation=organisation),
        )  # fmt: skip
    assert etats(local) == [("occupe", None, None)]


@pytest.mark.parametrize(
    ("geste", "refus"),
    [
        (lambda local: histoire.changer_etat(
            local=local, version=1, etat="vacant", le=date(2024, 7, 1), **signe()), "ne peut pas être dans l'avenir"),
        (lambda local: histoire.changer_etat(local=local, version=1, etat="vacant", le=None, **signe()),
         "L'histoire de ce local dit déjà"),
        (lambda local: histoire.changer_occupant(local=local, version=1, le=LE, valeurs={}, **signe()),
         "Donnez au moins l'enseigne"),
        (lambda local: histoire.changer_occupant(
            local=local, version=1, le=LE, valeurs={"activite": "astrologie"}, **signe()), "n'est pas une activité"),
        (lambda local: histoire.changer_occupant(
            local=local, version=1, le=LE, valeurs={"enseigne": "X", "siret": "123"}, **signe()), "SIRET juste"),
        (lambda local: transformations.fermer(local=local, version=1, le=LE, motif=" ", **signe()),
         "Dites ce que ce local est devenu"),
        (lambda local: transformations.rouvrir(local=local, version=1, motif="erreur", **signe()), "n'a pas disparu"),
        (lambda local: transformations.scinder(
            local=local, version=1, le=LE, parties=[Partie()], motif="", **signe()), "au moins deux locaux"),
        (lambda local: transformations.fusionner(
            locaux=[local, local], versions=[1, 1], le=LE, garde=None, motif="", **signe()), "au moins deux locaux"),
    ],
)  # fmt: skip
def test_un_geste_impossible_dit_pourquoi_et_n_ecrit_rien(geste: Callable[[Local], Any], refus: str) -> None:
    local = fabrique.local("Chez Léa", "restaurant", depuis=date(2020, 1, 1))
    with pytest.raises(LocalRefuse, match=refus):
        geste(local)
    assert (etats(local), Local.objects.get().version) == ([("occupe", date(2020, 1, 1), None)], 1)


def test_corriger_une_date_puis_retirer_la_periode() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    histoire.changer_etat(local=local, version=1, etat=EtatLocal.VACANT, le=LE, **signe())
    vacance = local.etats.last()
    histoire.corriger_date(ligne=vacance, version=2, debut=date(2024, 3, 1), motif="bail résilié en février", **signe())
    assert etats(local) == [("occupe", None, date(2024, 2, 29)), ("vacant", date(2024, 3, 1), None)]
    histoire.retirer(ligne=vacance, version=3, motif="mauvais local", **signe())
    assert etats(local) == [("occupe", None, None)]


def test_fermer_puis_rouvrir_rend_l_etat_et_l_occupant() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    transformations.fermer(local=local, version=1, le=LE, motif="devenu logement", **signe())
    assert (etats(local), situation(JOUR).num_rows) == ([("occupe", None, AVANT)], 0)
    transformations.rouvrir(local=local, version=2, motif="c'était le voisin", **signe())
    assert (etats(local), occupants(local)) == ([("occupe", None, None)], [("Chez Léa", None, None)])


def test_une_scission_garde_l_occupant_d_un_cote_et_la_surface_des_deux() -> None:
    local = fabrique.local("Chez Léa", "restaurant", depuis=date(2015, 1, 1), surface_m2=Decimal(100))
    faite = transformations.scinder(
        local=local, version=1, le=LE, motif="bail divisé", **signe(),
        parties=[Partie(garde=True, mesures={"surface_m2": Decimal(60)}), Partie(numero="1 bis", etat="travaux")],
    )  # fmt: skip
    un, deux = faite.apres.all()
    assert (faite.nature, list(faite.avant.all())) == (NatureTransformation.SCISSION, [local])
    assert [(ne.surface_m2, ne.ouvert_le, etats(ne), occupants(ne)) for ne in (un, deux)] == [
        (60, LE, [("occupe", date(2015, 1, 1), None)], [("Chez Léa", date(2015, 1, 1), None)]),
        (40, LE, [("travaux", LE, None)], []),
    ]
    local.refresh_from_db()
    assert (local.disparu_le, occupants(local)) == (LE, [("Chez Léa", date(2015, 1, 1), AVANT)])
    with pytest.raises(LocalRefuse, match="scindé ou fusionné"):
        transformations.rouvrir(local=local, version=local.version, motif="erreur", **signe())


def test_une_vacance_qui_traverse_une_fusion_garde_sa_duree() -> None:
    un = fabrique.local(depuis=date(2021, 1, 1), surface_m2=Decimal(30))
    deux = fabrique.local(depuis=date(2023, 1, 1), surface_m2=Decimal(20))
    transformations.fusionner(locaux=[un, deux], versions=[1, 1], le=LE, garde=un, motif="même propriétaire", **signe())
    (ligne,) = situation(JOUR).to_pylist()
    assert (ligne["vacant_depuis"], ligne["structurel"], ligne["surface_m2"]) == (date(2021, 1, 1), True, 50)
    assert situation(AVANT).num_rows == 2


gestes = st.lists(
    st.tuples(
        st.sampled_from(["etat", "occupant", "scinder", "fusionner", "fermer"]),
        st.integers(0, 30), st.integers(1, 1200), st.sampled_from(["vacant", "travaux", "occupe"]),
    ),
    min_size=3, max_size=12,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(gestes)
def test_aucune_suite_de_gestes_ne_perd_ni_surface_ni_histoire(suite: list[tuple[str, int, int, str]]) -> None:
    oublier()
    with transaction.atomic():
        _jouer(suite)
        transaction.set_rollback(True)


def _jouer(suite: list[tuple[str, int, int, str]]) -> None:
    for rang in range(3):
        fabrique.local(f"Enseigne {rang}", "restaurant", depuis=date(2019, 1, 1), surface_m2=Decimal(90))
    jour, fermees = date(2020, 1, 1), Decimal(0)
    signature: dict[str, Any] = {"auteur": None, "au": AU}
    for geste, lequel, ecart, etat in suite:
        jour = min(date.fromordinal(jour.toordinal() + ecart), JOUR)
        vivants = list(Local.objects.filter(disparu_le__isnull=True).order_by("pk"))
        if not vivants:
            break
        local, voisin = vivants[lequel % len(vivants)], vivants[(lequel + 1) % len(vivants)]
        vise: dict[str, Any] = {"local": local, "version": local.version, "le": jour}
        try:
            if geste == "etat":
                histoire.changer_etat(**vise, etat=etat, **signature)
            elif geste == "occupant":
                histoire.changer_occupant(**vise, valeurs={"enseigne": f"Venu {jour}"}, **signature)
            elif geste == "scinder":
                parties = [Partie(garde=True), Partie(etat=etat, mesures={"surface_m2": Decimal(1)})]
                transformations.scinder(**vise, parties=parties, motif="", **signature)
            elif geste == "fusionner":
                transformations.fusionner(
                    locaux=[local, voisin], versions=[local.version, voisin.version], le=jour, garde=local, motif="",
                    **signature,
                )  # fmt: skip
            else:
                transformations.fermer(**vise, motif="démoli", **signature)
                fermees += local.surface_m2
        except LocalRefuse:
            continue
    for local in Local.objects.all():
        for lignes in (local.etats.all(), local.occupations.filter(accessoire=False)):
            tranches = [Tranche(une.debut, une.fin, str(une), une.pk) for une in lignes]
            assert sans_chevauchement(tranches)
            if local.disparu_le:
                assert all(une.fin and une.fin < local.disparu_le for une in tranches)
    vivants_ = Local.objects.filter(disparu_le__isnull=True)
    assert sum((local.surface_m2 for local in vivants_), Decimal(0)) + fermees == 270
    # Ce qui existait avant le premier geste se relit tel quel.
    avant = situation(date(2019, 6, 1)).sort_by("id").to_pylist()
    assert [(ligne["enseigne"], ligne["surface_m2"], ligne["etat"]) for ligne in avant] == [
        (f"Enseigne {rang}", 90, "occupe") for rang in range(3)
    ]
