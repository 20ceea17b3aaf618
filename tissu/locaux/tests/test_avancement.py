"""L'avancement d'une campagne : chaque chiffre mène aux locaux qu'il compte, d'une rue, d'un releveur, du tout."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.locaux.models import Campagne, Local, Releve
from tissu.locaux.operations import locaux, tournees
from tissu.locaux.operations.releves import recevoir_releve, trancher_conflit
from tissu.locaux.queries.avancement import avancement
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.locaux.tests import fabrique

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
MAINTENANT = timezone.now()
HIER = MAINTENANT - timedelta(days=1)
IL_Y_A_UN_MOIS = MAINTENANT - timedelta(days=30)


def agent() -> Personne:
    return fabrique.personne("charge_mission")


def zoe() -> Personne:
    return fabrique.personne("lecteur", organisation="metropole", cle="zoe")


def recevoir(local: Local | None, donnees: dict[str, Any], **champs: Any) -> Releve:
    defauts: dict[str, Any] = {
        "campagne": fabrique.campagne("Automne"), "releve_le": HIER, "version_vue": local.version if local else None,
        "releveur": agent(), "au": MAINTENANT,
    }  # fmt: skip
    return recevoir_releve(cle=uuid4(), local=local, donnees=donnees, **(defauts | champs))


@pytest.fixture
def automne(db: None) -> Campagne:
    """RUE A (à Zoé) : deux relevés dont un en conflit, un nouveau, deux qui restent. RUE B (libre) : rien depuis
    longtemps. RUE C : relevée sans être de la campagne.
    """
    campagne = fabrique.campagne("Automne", fin=None, etat="ouverte", debut=timezone.localdate() - timedelta(days=40))
    rues = [fabrique.voie("RUE A"), fabrique.voie("RUE B")]
    for rue, releveur in zip(rues, (zoe(), None), strict=True):
        tournees.confier_les_voies(campagne=campagne, voies=[rue], releveur=releveur, auteur=agent(), au=IL_Y_A_UN_MOIS)
    for rang in range(1, 5):
        fabrique.local(f"Enseigne A{rang}", "restaurant", reference=f"A{rang}", numero=str(rang), rue=rues[0])
    fabrique.local("Enseigne B", "banque", reference="B1", rue=rues[1])
    ailleurs = fabrique.local("Enseigne C", "optique", reference="C1", rue="RUE C")
    parti = fabrique.local("Parti", "optique", reference="A9", rue=rues[0], disparu_le=date(2020, 1, 1))
    premier, deuxieme = Local.objects.get(reference="A1"), Local.objects.get(reference="A2")
    recevoir(premier, {"etat": "vacant"})
    vues = valeurs_en_json(deuxieme)
    locaux.modifier_local(local=Local.objects.get(pk=deuxieme.pk), version=1, valeurs={"surface_m2": 60},
                          auteur=None, au=MAINTENANT)  # fmt: skip
    recevoir(deuxieme, {"surface_m2": "70"}, vues=vues)
    recevoir(ailleurs, {"etat": "occupe"})
    recevoir(parti, {"etat": "occupe"})
    recevoir(None, {"code_commune": "21231", "voie": "RUE A", "numero": "80", "etat": "vacant"})
    return campagne


def references(client: Client, campagne: Campagne, **choix: Any) -> list[str]:
    page = client.get(f"{reverse('locaux:liste')}?{urlencode({'campagne': campagne.pk} | choix)}")
    return sorted(ligne["id"] for ligne in page.context["page"].object_list)


def test_chaque_chiffre_mene_aux_locaux_qu_il_compte(connecte: Connecter, automne: Campagne) -> None:
    client = connecte(agent())
    nouveau = Local.objects.get(numero="80").reference
    lu = avancement(automne, timezone.localdate())
    assert (len(lu.total.locaux), len(lu.total.faits), lu.total.conflits, len(lu.hors_tournee)) == (6, 3, 1, 1)
    assert references(client, automne) == sorted(["A1", "A2", "A3", "A4", "B1", nouveau])
    assert references(client, automne, releve="faits") == sorted(["A1", "A2", nouveau])
    assert references(client, automne, releve="restants") == ["A3", "A4", "B1"]
    assert references(client, automne, releve="nouveaux") == [nouveau]
    assert references(client, automne, releve="hors") == ["C1"]
    assert references(client, automne, releve="restants", voie=fabrique.voie("RUE A").pk) == ["A3", "A4"]
    assert references(client, automne, releve="restants", releveur=zoe().pk) == ["A3", "A4"]
    assert references(client, automne, releve="restants", releveur=0) == ["B1"]
    # La campagne se lit dans les filtres posés, et se retire ; une campagne qui n'existe pas ne filtre rien.
    page = client.get(f"{reverse('locaux:liste')}?campagne={automne.pk}&releve=restants&releveur={zoe().pk}")
    assert [puce["valeur"] for puce in page.context["puces"]] == [f"Automne, qui restent à relever, {zoe()}"]
    assert len(references(client, Campagne(pk=9_999))) == 7


def test_un_releve_tranche_reste_releve_et_un_local_cree_en_tranchant_est_nouveau(automne: Campagne) -> None:
    conflit = Releve.objects.get(etat="conflit")
    trancher_conflit(releve=conflit, choix={"surface_m2": "actuel"}, auteur=agent(), au=MAINTENANT)
    connu = Local.objects.get(reference="B1")
    vu = {"code_commune": "21231", "voie": connu.voie.nom, "numero": connu.numero, "enseigne": "Enseigne B",
          "lon": connu.lon, "lat": connu.lat}  # fmt: skip
    tournee = automne.tournees.get(voie=connu.voie)
    en_attente = recevoir(None, vu, tournee=tournee)
    total = avancement(automne, timezone.localdate()).total
    assert (en_attente.local, len(total.faits), total.conflits, len(total.nouveaux)) == (None, 3, 1, 1)
    trancher_conflit(releve=en_attente, choix={"local": "releve"}, auteur=agent(), au=MAINTENANT + timedelta(hours=1))
    total = avancement(automne, timezone.localdate()).total
    assert (len(total.locaux), len(total.faits), total.conflits, len(total.nouveaux)) == (7, 4, 0, 2)


def test_une_rue_est_sans_nouvelles_passe_le_delai(automne: Campagne) -> None:
    def dormantes(dans: int = 0) -> list[str]:
        jour = timezone.localdate() + timedelta(days=dans)
        return [str(rue.tournee.voie) for rue in avancement(automne, jour).rues if rue.dormante]

    assert (dormantes(), dormantes(13), sorted(dormantes(14))) == (["RUE B"], ["RUE B"], ["RUE A", "RUE B"])
    en_cours = automne.tournees.get(voie__nom="RUE B")
    tournees.marquer_finies(campagne=automne, vues={en_cours.pk: 1}, finies=True, auteur=agent(), au=MAINTENANT)
    assert dormantes() == []
    # À reprendre, elle l'est de nouveau ; passée à quelqu'un d'autre, on lui laisse le temps.
    tournees.marquer_finies(campagne=automne, vues={en_cours.pk: 2}, finies=False, auteur=agent(), au=MAINTENANT)
    assert dormantes() == ["RUE B"]
    tournees.changer_de_mains(campagne=automne, vues={en_cours.pk: 3}, releveur=zoe(), auteur=agent(), au=MAINTENANT)
    assert (dormantes(), sorted(dormantes(15))) == ([], ["RUE A", "RUE B"])
    Campagne.objects.update(etat="close")
    automne.refresh_from_db()
    assert dormantes(400) == []


def test_la_page_dit_tout_en_un_nombre_fixe_de_requetes(
    connecte: Connecter, automne: Campagne, django_assert_num_queries: Any
) -> None:
    client, page = connecte(fabrique.personne("lecteur")), reverse("locaux:avancement", args=[automne.pk])
    reponse = client.get(page)
    parts = [(part["titre"], len(part["compte"].restants), part["dormantes"]) for part in reponse.context["parts"]]
    assert parts == [("Zoe Essai", 2, 0), ("Rues libres", 1, 1)]
    assert "Préparer les tournées" not in reponse.text
    for _ in range(2):
        with django_assert_num_queries(7):
            client.get(page)
        voie = fabrique.voie(f"RUE {uuid4()}")
        fabrique.local("Autre", "banque", rue=voie)
        tournees.confier_les_voies(campagne=automne, voies=[voie], releveur=zoe(), auteur=agent(), au=MAINTENANT)


def test_le_tableur_a_une_ligne_par_rue(connecte: Connecter, automne: Campagne) -> None:
    reponse = connecte(agent()).get(f"{reverse('locaux:avancement', args=[automne.pk])}?format=csv")
    jour = timezone.localdate(HIER).isoformat()
    assert reponse.content.decode("utf-8-sig").splitlines() == [
        "Releveur;Ordre;Rue;Commune;Locaux;Relevés;Restent;Conflits;Nouveaux;Dernier relevé;Finie;Sans nouvelles",
        f"Zoe Essai;1;RUE A;21231;5;3;2;1;1;{jour};non;non",
        "Rues libres;1;RUE B;21231;1;0;1;0;0;;non;oui",
    ]


def test_la_carte_suit_la_campagne_et_la_carte_publique_l_ignore(connecte: Connecter, automne: Campagne) -> None:
    client = connecte(agent())
    for couche, attendu in (("locaux", 3), ("geoshop", 5)):
        export = client.get(f"{reverse('cartes:export', args=[couche, 'csv'])}?campagne={automne.pk}&releve=restants")
        lignes = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert len(lignes) - 1 == attendu, couche
    # Une rue qui s'ajoute se voit aussitôt, bien qu'aucun local n'ait changé.
    tournees.confier_les_voies(
        campagne=automne, voies=[fabrique.voie("RUE C")], releveur=None, auteur=agent(), au=MAINTENANT
    )
    export = client.get(f"{reverse('cartes:export', args=['locaux', 'csv'])}?campagne={automne.pk}")
    assert len(b"".join(export.streaming_content).splitlines()) - 1 == 7  # type: ignore[attr-defined]
