"""Ce qu'une carte montre des locaux, et à qui ; ce que l'accueil et les autres pages en disent."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client

from tissu.cartes.couches import Demande
from tissu.locaux.accueil import accueil, fiche_etablissement
from tissu.locaux.choices import EtatLocal
from tissu.locaux.couches import GEOSHOP, LOCAUX, jours, lire_geoshop, lire_locaux
from tissu.locaux.models import ContactLocal, DonneeFiscale, Signalement
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU

pytestmark = pytest.mark.django_db
SECRETS = (
    "PROPRIETAIRESECRET",
    "0199009988",
    "LOYERSECRET",
    "LOCOMVACSECRET",
    "TEXTESECRET",
    "98765.43",
    "SIGNALESECRET",
)


def demande(personne: Any = None, au: date | None = None, **filtres: str) -> Demande:
    parametres = QueryDict(mutable=True)
    parametres.update(filtres)
    return Demande(parametres, personne or AnonymousUser(), au)


def decor() -> None:
    """Un restaurant, un vacant publiable, un vacant tu, un bureau ; et tout ce qui ne doit pas sortir."""
    restaurant = fabrique.local("Chez Léa", "restaurant", reference="L1", loyer_eur_m2_an=Decimal("98765.43"),
                                disponible_texte="TEXTESECRET")  # fmt: skip
    fabrique.local(reference="L2", accord_publication=True, disponible_texte="60 m² à louer", depuis=date(2020, 1, 1))
    tu = fabrique.local(reference="L3", disponible_texte="TEXTESECRET")
    fabrique.local("Un Bureau", "bureau_conseil", reference="L4", nature="bureau")
    fabrique.local(reference="L5", etat=EtatLocal.TRAVAUX)
    ContactLocal.objects.create(local=tu, role="Propriétaire", nom="PROPRIETAIRESECRET", telephone="0199009988")
    DonneeFiscale.objects.create(local=tu, millesime=2025, vacant=True, source="LOCOMVACSECRET")
    Signalement.objects.create(local=restaurant, motif="signale", texte="SIGNALESECRET", ouvert_le=AU)


def test_la_carte_publique_ne_montre_un_vacant_qu_avec_l_accord_du_proprietaire() -> None:
    decor()
    vus = {ligne["id"]: ligne for ligne in lire_geoshop(demande()).to_pylist()}
    assert {cle: (une["titre"], une["disponible_texte"]) for cle, une in vus.items()} == {
        "L1": ("Chez Léa", None), "L2": ("Local vacant", "60 m² à louer"),
    }  # fmt: skip
    champs = {champ.cle for champ in GEOSHOP.champs}
    assert champs.isdisjoint({"loyer_eur_m2_an", "siret", "a_verifier", "vacant_depuis"})
    # Un filtre des partenaires n'y agit pas : il dirait ce qu'ils ont à faire.
    assert lire_geoshop(demande(a_verifier="on")).num_rows == 2


def test_rien_de_reserve_ne_sort_de_la_carte_publique(client: Client) -> None:
    decor()
    for adresse in ("/cartes/geoshop/", "/cartes/geoshop/liste/", "/cartes/geoshop/objets/?id=L1&id=L2",
                    "/cartes/geoshop/description.json", "/cartes/geoshop/export.csv", "/cartes/geoshop/export.geojson",
                    "/cartes/geoshop/14/8421/5734.mvt"):  # fmt: skip
        reponse = client.get(adresse)
        assert reponse.status_code in (200, 204), adresse
        contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
        assert not [mot for mot in SECRETS if mot.encode() in contenu], adresse
    assert client.get("/cartes/locaux/").status_code in (302, 403, 404)


def test_le_loyer_n_est_qu_aux_agents_des_partenaires() -> None:
    decor()
    vus = []
    for roles, organisation in ((("charge_mission",), "cci"), (("charge_mission",), "agence"), (("lecteur",), "cci")):
        personne = fabrique.personne(*roles, organisation=organisation)
        table = lire_locaux(demande(personne))
        vus.append(
            (table["loyer_eur_m2_an"].to_pylist()[0], LOCAUX.partage(demande(personne)))  # type: ignore[misc]
        )
    assert vus == [(98765.43, True), (None, False), (None, False)]


def test_les_themes_disent_chaque_etat_et_chaque_duree() -> None:
    decor()
    lus = {une["id"]: une for une in lire_locaux(demande(fabrique.personne("lecteur"), date(2024, 6, 10))).to_pylist()}
    assert [(lus[cle]["etat_dit"], lus[cle]["duree_de_vacance"]) for cle in ("L1", "L2", "L3", "L5")] == [
        ("Occupé", None), ("Vacant, sans précision", "deux ans et plus"), ("Vacant, sans précision", "durée inconnue"),
        ("Travaux ou reprise annoncée", None),
    ]  # fmt: skip


def test_le_curseur_du_temps_s_arrete_a_chaque_campagne() -> None:
    fabrique.campagne("2014", date(2014, 5, 1))
    fabrique.campagne("2024", date(2024, 2, 7))
    assert list(jours())[:2] == [date(2014, 5, 1), date(2024, 2, 7)]
    assert len(jours()) == 3


def test_l_accueil_dit_la_vacance_et_ce_qui_attend_un_agent() -> None:
    decor()
    agent, lectrice = fabrique.personne("charge_mission"), fabrique.personne("lecteur")
    bloc = accueil(agent, au=AU)
    assert bloc is not None
    assert [(chiffre.valeur, chiffre.unite) for chiffre in bloc.chiffres] == [("50,0\u202f%", "2 sur 4")]
    assert [ligne.titre.replace("\xa0", " ") for ligne in bloc.attentes] == ["1 local à vérifier"]
    pour_lire = accueil(lectrice, au=AU)
    assert pour_lire is not None
    assert pour_lire.attentes == []
    assert accueil(fabrique.personne("entreprise", organisation="agence"), au=AU) is None


def test_la_page_d_un_etablissement_mene_a_son_local() -> None:
    fabrique.local("Chez Léa", "restaurant", reference="L1", siret="91000000900019")
    lectrice = fabrique.personne("lecteur")
    rendu = fiche_etablissement("91000000900019", lectrice)
    assert rendu is not None
    assert "/locaux/local/L1/" in rendu["html"]
    assert fiche_etablissement("91000001700012", lectrice) is None
