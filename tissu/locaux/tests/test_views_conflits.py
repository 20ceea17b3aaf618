"""La file des relevés en conflit et la page où l'on tranche, par le client de Django."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.locaux.accueil import accueil
from tissu.locaux.models import Local, Releve, Signalement, Tournee
from tissu.locaux.operations import locaux
from tissu.locaux.operations.releves import recevoir_releve
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
FILE = "/locaux/conflits/"


def en_conflit(reference: str = "L1", rue: str = "RUE A") -> Releve:
    """Un relevé dont la surface et l'activité contredisent ce qu'une autre personne a écrit entre-temps."""
    local = fabrique.local("Chez Léa", "restaurant", reference=reference, rue=rue, surface_m2=Decimal(50))
    vues = valeurs_en_json(local)
    locaux.modifier_local(local=Local.objects.get(pk=local.pk), version=1, valeurs={"surface_m2": Decimal(60)},
                          auteur=None, au=AU)  # fmt: skip
    local.occupations.update(activite="optique")
    return recevoir_releve(
        cle=uuid4(), campagne=fabrique.campagne(), local=local, releve_le=AU, version_vue=1, vues=vues,
        donnees={"surface_m2": "70", "activite": "banque"}, releveur=fabrique.personne("charge_filiere"), au=AU,
    )  # fmt: skip


def dit_nouveau(tournee: Tournee | None = None) -> Releve:
    connu = fabrique.local("Chez Zoé", "optique", reference="L9", numero="3", rue="RUE A")
    vu = {"code_commune": "21231", "voie": "RUE A", "numero": "3", "enseigne": "Chez Zoé", "lon": connu.lon,
          "lat": connu.lat, "surface_m2": 12}  # fmt: skip
    return recevoir_releve(
        cle=uuid4(), campagne=fabrique.campagne(), local=None, releve_le=AU, version_vue=None, donnees=vu, au=AU,
        releveur=fabrique.personne("charge_filiere"), tournee=tournee,
    )  # fmt: skip


def page(releve: Releve) -> str:
    return reverse("locaux:conflit", args=[releve.pk])


def dit(reponse: Any) -> list[str]:
    return [str(message) for message in get_messages(reponse.wsgi_request)]


def test_la_file_dit_ce_qui_se_contredit_et_suit_l_avancement(
    connecte: Connecter, agent: Personne, django_assert_num_queries: Any
) -> None:
    en_conflit(), en_conflit("L2", "RUE B")
    tournee = Tournee.objects.create(campagne=fabrique.campagne(), voie=fabrique.voie("RUE A"), releveur=agent)
    dit_nouveau(tournee)
    client, campagne = connecte(agent), fabrique.campagne().pk

    def lues(suite: str = "") -> list[tuple[str, str]]:
        return [(une["titre"], une["noms"]) for une in client.get(FILE + suite).context["lignes"]]

    assert [noms for _, noms in lues()] == [
        "surface (m²), activité", "surface (m²), activité", "local dit nouveau, qui ressemble à un local connu",
    ]  # fmt: skip
    assert len(lues(f"?campagne={campagne}&releveur={agent.pk}")) == 2
    assert len(lues(f"?campagne={campagne}&releveur=0")) == 0
    assert len(lues(f"?voie={fabrique.voie('RUE B').pk}")) == 1
    assert (lues("?campagne=9999"), lues("?campagne=x")) == ([], lues())
    with django_assert_num_queries(6):
        client.get(FILE)
    en_conflit("L3")
    with django_assert_num_queries(6):
        client.get(FILE)


def test_on_choisit_champ_par_champ_et_rien_n_est_choisi_d_avance(connecte: Connecter, agent: Personne) -> None:
    releve, client = en_conflit(), connecte(agent)
    lignes = client.get(page(releve)).context["lignes"]
    assert [(une["nom"], une["vu"], une["actuel"], une["releve"]) for une in lignes] == [
        ("Surface (m²)", "50", "60", "70"), ("Activité", "Restaurant", "Optique", "Banque, crédit"),
    ]  # fmt: skip
    assert [une["choix"].value() for une in lignes] == [None, None]
    incomplet = client.post(page(releve), {"surface_m2": "releve", "version": 3})
    assert (incomplet.status_code, incomplet.context["formulaire"]["surface_m2"].value()) == (422, "releve")
    assert dict(incomplet.context["formulaire"].errors) == {
        "activite": ["Activité : choisissez ce qu'il faut garder."]
    }  # fmt: skip
    client.post(page(releve), {"surface_m2": "releve", "activite": "actuel", "version": 3})
    releve.refresh_from_db()
    local = Local.objects.get(reference="L1")
    assert (local.surface_m2, local.occupations.get(fin=None).activite, releve.tranche_par) == (70, "optique", agent)
    assert (Signalement.objects.get().clos_par, client.get(FILE).context["lignes"]) == (agent, [])
    assert "Ce relevé est tranché" in client.get(page(releve)).text


def test_le_local_change_pendant_que_l_on_choisit(connecte: Connecter, agent: Personne) -> None:
    releve, client = en_conflit(), connecte(agent)
    locaux.modifier_local(local=Local.objects.get(), version=3, valeurs={"surface_m2": Decimal(65)}, auteur=None, au=AU)
    choix = {"surface_m2": "releve", "activite": "actuel", "version": 3}
    reponse = client.post(page(releve), choix)
    assert (reponse.status_code, reponse.context["lignes"][0]["actuel"], Local.objects.get().surface_m2) == (
        409, "65", 65,
    )  # fmt: skip
    suivante = reponse.context["formulaire"]["version"].value()
    client.post(page(releve), choix | {"version": suivante})
    assert (suivante, Local.objects.get().surface_m2) == ("4", 70)


@pytest.mark.parametrize(("choix", "combien", "surface"), [("L9", 1, 12), ("releve", 2, None)])
def test_un_local_dit_nouveau_est_le_connu_ou_un_autre(
    connecte: Connecter, agent: Personne, choix: str, combien: int, surface: int | None
) -> None:
    releve, client = dit_nouveau(), connecte(agent)
    choix_proposes = client.get(page(releve)).context["formulaire"].fields["local"].choices
    assert choix_proposes == [("L9", "C'est L9 : 3 RUE A, Chez Zoé"), ("releve", "C'est un autre local : le créer")]
    assert client.post(page(releve), {}).status_code == 422
    assert client.post(page(releve), {"local": "L1"}).status_code == 422
    client.post(page(releve), {"local": choix})
    connu = Local.objects.get(reference="L9")
    assert (Local.objects.count(), connu.surface_m2) == (combien, surface)


def test_une_autre_personne_a_tranche(connecte: Connecter, agent: Personne) -> None:
    releve, client = en_conflit(), connecte(agent)
    Releve.objects.update(etat="ecarte")
    reponse = client.post(page(releve), {"surface_m2": "releve", "activite": "actuel", "version": 3})
    assert reponse.context["formulaire"].non_field_errors() == [
        "Ce relevé n'est plus en conflit : une autre personne l'a tranché."
    ]


def test_qui_ne_modifie_pas_lit_sans_trancher(
    connecte: Connecter, lectrice: Personne, agent_agence: Personne, agent: Personne
) -> None:
    releve = en_conflit()
    assert "Trancher</a>" not in connecte(lectrice).get(FILE).text
    assert connecte(lectrice).get(page(releve)).status_code == 403
    lue = connecte(agent_agence).get(page(releve))
    assert ("Relevé sur place" in lue.text, 'type="radio"' in lue.text) == (True, False)
    refus = connecte(agent_agence).post(page(releve), {"surface_m2": "releve", "activite": "releve", "version": 3})
    assert (refus.status_code, Local.objects.get().surface_m2) == (422, 60)


def test_ce_qui_attend_se_compte_a_l_accueil_et_dans_a_verifier(connecte: Connecter, agent: Personne) -> None:
    en_conflit(), dit_nouveau()
    bloc = accueil(agent, au=AU)
    assert bloc is not None
    dits = [ligne.titre.replace("\N{NO-BREAK SPACE}", " ") for ligne in bloc.attentes]
    assert dits == ["1 local à vérifier", "2 relevés en conflit à trancher"]
    a_verifier = connecte(agent).get("/locaux/a-verifier/")
    assert a_verifier.context["vues"][2] == {
        "titre": "Relevés à trancher", "url": FILE, "actif": False, "compte": 2,
    }  # fmt: skip
    assert f"{FILE}?voie={Local.objects.get(reference='L1').voie_id}" in a_verifier.text
