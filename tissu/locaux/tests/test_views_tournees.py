"""La page où l'on prépare une campagne, par le client de Django."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.locaux.models import Campagne, Tournee
from tissu.locaux.tests import fabrique

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]


@pytest.fixture
def campagne(db: None) -> Campagne:
    """Deux quartiers : RUE A et RUE B au centre (RUE B déborde), RUE C à la gare ; RUE X est hors du périmètre."""
    for rue, quartier, combien in (
        ("RUE A", "Centre", 2), ("RUE B", "Centre", 2), ("RUE B", "Gare", 1), ("RUE C", "Gare", 1), ("RUE D", "", 1),
    ):  # fmt: skip
        for _ in range(combien):
            fabrique.local("Ici", "banque", rue=rue, quartier=quartier)
    fabrique.local("Là", "banque", rue="RUE X", code_commune="21166", quartier="Autre")
    return fabrique.campagne("Automne", fin=None, etat="preparation", communes=["21231"])


def page(campagne: Campagne) -> str:
    return reverse("locaux:tournees", args=[campagne.pk])


def lues() -> list[tuple[str, Personne | None]]:
    return [(str(une.voie), une.releveur) for une in Tournee.objects.order_by("ordre", "voie")]


def dit(reponse: Any) -> list[str]:
    return [str(message) for message in get_messages(reponse.wsgi_request)]


def choisies(*rues: str) -> list[str]:
    return [f"{une.pk}-{une.version}" for une in Tournee.objects.filter(voie__nom__in=rues).order_by("pk")]


def test_les_rues_du_perimetre_se_choisissent_par_quartier_ou_une_a_une(
    connecte: Connecter, agent: Personne, campagne: Campagne
) -> None:
    client = connecte(agent)
    quartiers = client.get(page(campagne)).context["formulaire"].quartiers
    assert [(un.nom, [(rue.nom, rue.locaux) for rue in un.rues]) for un in quartiers] == [
        ("Centre", [("RUE A", 2), ("RUE B", 3)]), ("Gare", [("RUE C", 1)]), ("Sans quartier", [("RUE D", 1)]),
    ]  # fmt: skip
    choix = {"entiers": [quartiers[0].cle], "voies": [fabrique.voie("RUE D").pk], "releveur": agent.pk}
    assert client.post(page(campagne), choix).status_code == 302
    assert lues() == [("RUE A", agent), ("RUE B", agent), ("RUE D", agent)]
    # Un quartier entier ne reprend que ce qui n'est pas encore de la campagne ; sans releveur, la rue est libre.
    client.post(page(campagne), {"entiers": [un.cle for un in quartiers], "releveur": ""})
    assert Tournee.objects.get(voie__nom="RUE C").releveur is None
    assert client.get(page(campagne)).context["libres"] == 0


def test_une_rue_prise_entre_temps_est_dite_et_le_reste_demeure_coche(
    connecte: Connecter, agent: Personne, campagne: Campagne
) -> None:
    client, prise, autre = connecte(agent), fabrique.voie("RUE A"), fabrique.voie("RUE C")
    Tournee.objects.create(campagne=campagne, voie=prise)
    reponse = client.post(page(campagne), {"voies": [prise.pk, autre.pk], "releveur": agent.pk})
    erreurs = reponse.context["formulaire"].errors
    assert (reponse.status_code, dict(erreurs)) == (422, {"voies": ["L'une vient d'être prise : choisissez encore."]})
    cochees = [rue.nom for groupe in reponse.context["formulaire"].groupes() for rue, coche in groupe["rues"] if coche]
    assert (cochees, lues()) == (["RUE A", "RUE C"], [("RUE A", None)])
    vide = client.post(page(campagne), {"releveur": agent.pk})
    assert "Choisissez au moins une rue" in vide.text


def test_les_boutons_agissent_sur_les_rues_cochees(
    connecte: Connecter, agent: Personne, lectrice: Personne, campagne: Campagne
) -> None:
    client, changer = connecte(agent), reverse("locaux:tournees_changer", args=[campagne.pk])
    client.post(page(campagne), {"voies": [fabrique.voie(rue).pk for rue in ("RUE A", "RUE B", "RUE C")],
                                 "releveur": agent.pk})  # fmt: skip
    premieres = choisies("RUE A", "RUE B")
    client.post(changer, {"tournees": premieres, "geste": "confier", "releveur": lectrice.pk})
    assert sorted(lues()) == [("RUE A", lectrice), ("RUE B", lectrice), ("RUE C", agent)]
    perime = client.post(changer, {"tournees": premieres, "geste": "retirer"})
    assert dit(perime)[-1:] == ["Une autre personne vient de changer « RUE A » : relisez la page."]
    fini = client.post(changer, {"tournees": choisies("RUE A"), "geste": "finir"})
    assert dit(fini)[-1:] == ["Les rues sont dites finies."]
    client.post(changer, {"tournees": choisies("RUE C"), "geste": "retirer"})
    assert [(str(une.voie), une.finie_le is not None) for une in Tournee.objects.order_by("voie__nom")] == [
        ("RUE A", True), ("RUE B", False),
    ]  # fmt: skip
    client.post(changer, {"tournees": choisies("RUE A"), "geste": "reprendre"})
    descendre = reverse("locaux:tournee_ranger", args=[campagne.pk, Tournee.objects.get(voie__nom="RUE A").pk])
    assert (
        f'formaction="{descendre.removeprefix(page(campagne))}" name="vers" value="bas"'
        in client.get(page(campagne)).text
    )
    derniere = Tournee.objects.get(voie__nom="RUE B")
    client.post(reverse("locaux:tournee_ranger", args=[campagne.pk, derniere.pk]), {"vers": "haut"})
    assert (lues(), Tournee.objects.filter(finie_le=None).count()) == ([("RUE B", lectrice), ("RUE A", lectrice)], 2)


@pytest.mark.parametrize(
    ("demande", "attendu"),
    [
        ({"geste": "retirer"}, "Choisissez au moins une tournée."),
        ({"geste": "retirer", "tournees": ["x", "1-y"]}, "Une autre personne vient de retirer une de ces rues"),
        ({"geste": "danser"}, "Ce geste n'est pas possible sur des tournées."),
        ({"geste": "confier", "releveur": "999"}, "Choisissez une personne de la liste"),
    ],
)
def test_une_demande_fausse_est_dite(
    connecte: Connecter, agent: Personne, campagne: Campagne, demande: dict[str, Any], attendu: str
) -> None:
    reponse = connecte(agent).post(reverse("locaux:tournees_changer", args=[campagne.pk]), demande)
    assert dit(reponse)[0].startswith(attendu)


def test_on_ne_propose_que_qui_peut_relever(
    connecte: Connecter, agent: Personne, lectrice: Personne, agent_agence: Personne, campagne: Campagne
) -> None:
    fabrique.personne("elu", organisation="metropole"), fabrique.personne("administrateur", organisation="cci")
    parti = fabrique.personne("charge_filiere", cle="parti")
    parti.attributions.update(fin=parti.attributions.get().debut)
    proposes = connecte(agent).get(page(campagne)).context["selection"].releveurs
    assert set(proposes) == {str(agent.pk), str(lectrice.pk)}


def test_qui_ne_prepare_pas_lit_sans_boutons(
    connecte: Connecter, lectrice: Personne, agent_agence: Personne, campagne: Campagne
) -> None:
    Tournee.objects.create(campagne=campagne, voie=fabrique.voie("RUE A"))
    for qui in (lectrice, agent_agence):
        client = connecte(qui)
        lue = client.get(page(campagne))
        assert ("RUE A" in lue.text, "Ajouter des rues" in lue.text, 'name="geste"' in lue.text) == (True, False, False)
        client.post(page(campagne), {"voies": [fabrique.voie("RUE C").pk]})
    assert connecte(lectrice).post(reverse("locaux:tournees_changer", args=[campagne.pk])).status_code == 403
    assert lues() == [("RUE A", None)]


def test_la_page_se_lit_en_un_nombre_fixe_de_requetes(
    connecte: Connecter, agent: Personne, campagne: Campagne, django_assert_num_queries: Any
) -> None:
    client = connecte(agent)
    client.get(page(campagne))
    for rang in range(3):
        Tournee.objects.create(campagne=campagne, voie=fabrique.voie(f"RUE {rang}"), releveur=agent if rang else None)
        fabrique.local("Ici", "banque", rue=f"RUE {rang}", quartier=f"Quartier {rang}")
        fabrique.personne("lecteur", cle=f"lecteur-{rang}")
        with django_assert_num_queries(10):
            client.get(page(campagne))
