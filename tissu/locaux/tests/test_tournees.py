"""Préparer une campagne : les rues se confient, se rangent, changent de mains, se retirent, sans que l'on s'écrase."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from tissu.locaux.models import Campagne, Tournee
from tissu.locaux.operations import tournees as operations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.releves import recevoir_releve
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
RUES = ("RUE A", "RUE B", "RUE C")


def signe() -> dict[str, Any]:
    return {"auteur": fabrique.personne("charge_mission"), "au": AU}


def lea() -> Any:
    return fabrique.personne("charge_filiere", cle="lea")


def zoe() -> Any:
    return fabrique.personne("lecteur", organisation="metropole", cle="zoe")


def campagne(**champs: Any) -> Campagne:
    return fabrique.campagne("Relevé de 2024", **({"fin": None, "etat": "ouverte"} | champs))


def confier(releveur: Any, *rues: str) -> dict[int, int]:
    """Confie ces rues, et rend ce que l'écran en montre : {tournée: version}."""
    voies = [fabrique.voie(rue) for rue in rues]
    creees = operations.confier_les_voies(campagne=campagne(), voies=voies, releveur=releveur, **signe())
    return {une.pk: une.version for une in creees}


def lues() -> list[tuple[Any, ...]]:
    return [
        (str(une.voie), une.releveur, une.ordre, une.finie_le)
        for une in Tournee.objects.select_related("voie", "releveur").order_by("releveur", "ordre")
    ]


def test_les_rues_se_confient_a_la_suite_des_siennes() -> None:
    confier(lea(), "RUE B")
    confier(lea(), "RUE A", "RUE C")
    assert lues() == [("RUE B", lea(), 1, None), ("RUE A", lea(), 2, None), ("RUE C", lea(), 3, None)]
    trace = Tournee.historique.get(voie=fabrique.voie("RUE A"))
    assert (trace.history_change_reason, trace.history_user) == (f"Rue confiée à {lea()}", signe()["auteur"])


@pytest.mark.parametrize(
    ("rues", "champs", "refus"),
    [
        ((), {}, "Choisissez au moins une rue"),
        (("RUE A",), {}, "« RUE A » est déjà dans la campagne"),
        (("RUE B",), {"communes": ["21166"]}, "Hors du périmètre de la campagne : RUE B"),
        (("RUE B",), {"etat": "close"}, "Cette campagne est close"),
    ],
)
def test_une_rue_mal_choisie_est_refusee(rues: tuple[str, ...], champs: dict[str, Any], refus: str) -> None:
    confier(lea(), "RUE A")
    Campagne.objects.update(**champs or {"etat": "ouverte"})
    with pytest.raises(LocalRefuse, match=refus):
        confier(zoe(), *rues)
    assert Tournee.objects.count() == 1


def test_on_ne_confie_qu_a_qui_peut_relever() -> None:
    partie = fabrique.personne("charge_mission", cle="partie")
    partie.is_active = False
    partie.save()
    for qui in (partie, fabrique.personne("charge_mission", organisation="agence"), fabrique.personne("courtier")):
        with pytest.raises(LocalRefuse, match="ne peut pas relever"):
            confier(qui, "RUE A")
    vues = confier(None, "RUE A")
    with pytest.raises(LocalRefuse, match="ne peut pas relever"):
        operations.changer_de_mains(campagne=campagne(), vues=vues, releveur=partie, **signe())
    assert lues() == [("RUE A", None, 1, None)]


def test_une_rue_change_de_mains_une_seule_fois() -> None:
    vues = confier(lea(), *RUES)
    premieres = dict(list(vues.items())[:2])
    confier(zoe(), "RUE D")
    assert operations.changer_de_mains(campagne=campagne(), vues=premieres, releveur=zoe(), **signe()) == 2
    assert {(rue, qui, ordre) for rue, qui, ordre, _ in lues()} == {
        ("RUE C", lea(), 3), ("RUE D", zoe(), 1), ("RUE A", zoe(), 2), ("RUE B", zoe(), 3),
    }  # fmt: skip
    # Une autre personne, dont la page n'était plus à jour.
    for geste in (
        lambda: operations.changer_de_mains(campagne=campagne(), vues=premieres, releveur=None, **signe()),
        lambda: operations.retirer(campagne=campagne(), vues=premieres, **signe()),
        lambda: operations.marquer_finies(campagne=campagne(), vues=premieres, finies=True, **signe()),
    ):
        with pytest.raises(LocalRefuse, match="Une autre personne vient de changer « RUE A »"):
            geste()
    assert Tournee.objects.filter(releveur=zoe(), finie_le=None).count() == 3


def test_une_rue_relevee_ne_se_retire_pas() -> None:
    vues = confier(lea(), "RUE A", "RUE B", "RUE C")
    tournee = Tournee.objects.get(voie__nom="RUE B")
    a_part = {"campagne": campagne(), "version_vue": 1, "releveur": lea(), "au": AU, "releve_le": AU}
    recevoir_releve(cle=uuid4(), local=fabrique.local("Chez Léa", "restaurant", rue="RUE A"),
                    donnees={"etat": "vacant"}, **a_part)  # fmt: skip
    connu = fabrique.local("Zoé", "optique", numero="3", rue="RUE Z")
    ressemblant = {"code_commune": "21231", "voie": "RUE Z", "numero": "3", "enseigne": "Zoé", "lon": connu.lon,
                   "lat": connu.lat}  # fmt: skip
    en_attente = recevoir_releve(cle=uuid4(), local=None, donnees=ressemblant, tournee=tournee, **a_part)
    assert (en_attente.etat, en_attente.local) == ("conflit", None)
    with pytest.raises(LocalRefuse, match="reste dans la campagne : RUE A, RUE B"):
        operations.retirer(campagne=campagne(), vues=vues, **signe())
    vierge = {pk: version for pk, version in vues.items() if Tournee.objects.get(pk=pk).voie.nom == "RUE C"}
    assert operations.retirer(campagne=campagne(), vues=vierge, **signe()) == 1
    assert [rue for rue, *_ in lues()] == ["RUE A", "RUE B"]
    assert Tournee.historique.filter(history_type="-").get().history_change_reason == "Rue retirée de Relevé de 2024"
    with pytest.raises(LocalRefuse, match="vient de retirer une de ces rues"):
        operations.retirer(campagne=campagne(), vues=vierge, **signe())


def test_les_rues_d_un_releveur_se_rangent() -> None:
    vues = confier(lea(), *RUES)
    confier(zoe(), "RUE D")
    derniere = list(vues)[2]
    for rangs, attendu in ((-1, "ACB"), (-5, "CAB"), (-1, "CAB"), (2, "ABC"), (9, "ABC")):
        operations.ranger(campagne=campagne(), tournee=derniere, rangs=rangs, **signe())
        siennes = Tournee.objects.filter(releveur=lea())
        assert ("".join(une.voie.nom[-1] for une in siennes), [une.ordre for une in siennes]) == (attendu, [1, 2, 3])


def test_une_rue_finie_se_reprend_et_un_releveur_finit_les_siennes() -> None:
    vues = confier(zoe(), "RUE A")
    geste = {"campagne": campagne(), "au": AU}
    assert operations.marquer_finies(vues=vues, finies=True, auteur=zoe(), **geste) == 1
    assert lues() == [("RUE A", zoe(), 1, AU)]
    assert operations.marquer_finies(vues={next(iter(vues)): None}, finies=True, auteur=zoe(), **geste) == 0
    assert operations.marquer_finies(vues={next(iter(vues)): 2}, finies=False, **signe(), campagne=campagne()) == 1
    autre = confier(lea(), "RUE B")
    with pytest.raises(LocalRefuse, match="Seuls les agents"):
        operations.marquer_finies(vues=autre, finies=True, auteur=zoe(), **geste)


def test_qui_n_est_pas_agent_ne_prepare_rien() -> None:
    vues = confier(zoe(), "RUE A")
    geste: dict[str, Any] = {"campagne": campagne(), "auteur": zoe(), "au": AU}
    for essai in (
        lambda: operations.confier_les_voies(voies=[fabrique.voie("RUE B")], releveur=zoe(), **geste),
        lambda: operations.changer_de_mains(vues=vues, releveur=None, **geste),
        lambda: operations.retirer(vues=vues, **geste),
        lambda: operations.ranger(tournee=next(iter(vues)), rangs=1, **geste),
    ):
        with pytest.raises(LocalRefuse, match="Seuls les agents"):
            essai()
    assert lues() == [("RUE A", zoe(), 1, None)]


@pytest.mark.django_db(transaction=True)
def test_deux_personnes_confient_ensemble_la_meme_rue_et_une_seule_y_parvient() -> None:
    rue, ouverte, bureau, refus = fabrique.voie("RUE A"), campagne(), signe(), []
    releveurs = [lea(), zoe()]

    def confier_a(qui: Any) -> None:
        try:
            operations.confier_les_voies(campagne=ouverte, voies=[rue], releveur=qui, **bureau)
        except LocalRefuse as erreur:
            refus.append(str(erreur))

    def dans_un_fil(qui: Any) -> None:
        confier_a(qui)
        connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        for qui in releveurs:
            confier_a(qui)
    else:
        fils = [threading.Thread(target=dans_un_fil, args=[qui]) for qui in releveurs]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    gardee = Tournee.objects.select_related("releveur").get()
    assert refus == [f"« RUE A » est déjà dans la campagne (confiée à {gardee.releveur}) : relisez la page."]
