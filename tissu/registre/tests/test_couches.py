"""Les cartes du registre : les mêmes établissements que la liste, jamais la place d'un protégé."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict

from tissu.cartes import tuiles
from tissu.cartes.couches import Demande, couches
from tissu.cartes.lecture import demander, lire
from tissu.cartes.tests.fabrique import relire
from tissu.entrepot.instantane import courant
from tissu.registre.couches import COUCHES, ETABLISSEMENTS, SECTEUR
from tissu.registre.models import Zone
from tissu.registre.tests import exemple as x

pytestmark = pytest.mark.usefixtures("registre_exemple")
COMMUNES, ZONES = COUCHES[1:]
PROTEGES = (x.PERSONNE_P, x.SOCIETE_P, x.SECONDAIRE_P)


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> None:
    cache.clear()


@pytest.fixture
def lecteur(personne: Any) -> Any:
    return personne("lecteur")


def lignes(couche: Any, qui: Any, adresse: str = "") -> dict[str, dict[str, Any]]:
    jeu = lire(couche, demander(couche, QueryDict(adresse), qui))
    return {ligne["id"]: ligne for ligne in jeu.table.to_pylist()}


@pytest.mark.parametrize(
    "adresse",
    ["", "commune=21515", "q=garage", "etat=ferme", "etat=fermeture_prevue", "secteur=commerce&commune=21231",
     "zone=parc-exemple", "q=boulangerie&etat=ouvert", "effectif_min=50"],
)  # fmt: skip
def test_la_carte_a_les_etablissements_de_la_liste(adresse: str, lecteur: Any, client: Any) -> None:
    client.force_login(lecteur)
    vus: set[str] = set()
    numero = 1
    while True:
        page = client.get(f"/registre/?{adresse}&page={numero}".replace("?&", "?")).context["page"]
        vus |= {ligne["siret"] for ligne in page}
        if not page.has_next():
            break
        numero += 1
    assert set(lignes(ETABLISSEMENTS, lecteur, adresse)) == vus


def test_un_protege_est_compte_sans_place_ni_adresse(lecteur: Any) -> None:
    lues = lignes(ETABLISSEMENTS, lecteur)
    assert {
        siret: (lues[siret]["lon"], lues[siret]["lat"], lues[siret]["adresse"], lues[siret]["commune"])
        for siret in PROTEGES
    } == dict.fromkeys(PROTEGES, (None, None, None, "Dijon"))
    assert lues[x.PERSONNE_P]["nom"] == "Non diffusible"


def test_aucune_tuile_ne_porte_un_protege(lecteur: Any, tmp_path: Path) -> None:
    jeu = lire(ETABLISSEMENTS, demander(ETABLISSEMENTS, QueryDict(), lecteur))
    objets = relire(tuiles.tuile(jeu, SECTEUR, 0, 0, 0), tmp_path, 0, 0, 0)["objets"]
    places = {ligne["siret"] for ligne in courant().executer(courant().table("etablissements")) if ligne["lon"]}
    assert {objet["id"] for objet in objets} == places
    assert places.isdisjoint(PROTEGES)


def test_les_mots_de_la_carte_sont_ceux_de_la_liste(lecteur: Any) -> None:
    garage = lignes(ETABLISSEMENTS, lecteur, f"siret={x.GARAGE}")[x.GARAGE]
    assert (garage["nom"], garage["commune"], garage["etat"], garage["siret"]) == (
        "GARAGE CENTRAL", "Quetigny", "Ouvert", x.GARAGE,
    )  # fmt: skip
    assert garage["secteur"] in {classe.libelle for classe in SECTEUR.classes}
    assert lignes(ETABLISSEMENTS, lecteur, f"siret={x.PREVUE}")[x.PREVUE]["etat"] == "Fermeture prévue"


def test_une_liste_de_siret_ne_se_partage_pas_entre_lecteurs(personne: Any) -> None:
    un, autre = (personne("lecteur", courriel=f"{nom}@essai.example") for nom in ("un", "autre"))
    partage = ETABLISSEMENTS.partage
    assert partage is not None
    cles = [partage(Demande(QueryDict(adresse), qui)) for adresse in ("liste=1", "q=x") for qui in (un, autre)]
    assert cles == [un.pk, autre.pk, None, None]


def test_chaque_commune_a_ses_actifs_et_sa_densite(lecteur: Any) -> None:
    actifs = [
        ligne["code_commune"] for ligne in courant().executer(courant().table("etablissements"))
        if ligne["etat"] == "A"
    ]  # fmt: skip
    lues = lignes(COMMUNES, lecteur)
    assert {code: lues[code]["actifs"] for code in ("21231", "21515")} == {
        code: actifs.count(code) for code in ("21231", "21515")
    }
    dijon = lues["21231"]
    assert dijon["densite"] == pytest.approx(dijon["actifs"] / dijon["surface_km2"])
    # Le contour du dossier : Dijon fait une quarantaine de kilomètres carrés.
    assert 20 < dijon["surface_km2"] < 80


def test_un_contour_importe_remplace_celui_du_dossier(lecteur: Any) -> None:
    Zone.objects.create(
        pk="commune-21231", nom="Dijon", type="commune", code_commune="21231", source="IGN",
        date_source=date(2026, 1, 1), geometrie=x.ZONE["geometrie"],
    )  # fmt: skip
    lues = lignes(COMMUNES, lecteur)
    assert (lues["21231"]["source"], len(lues)) == ("IGN", 23)
    assert "commune-21231" not in lignes(ZONES, lecteur)


def test_une_zone_a_ses_actifs_et_sa_page(lecteur: Any, client: Any) -> None:
    assert set(lignes(ZONES, lecteur)) == {"parc-exemple"}
    client.force_login(lecteur)
    assert 'href="/registre/zones/parc-exemple/"' in client.get("/cartes/zones/").content.decode()


def test_changer_une_zone_change_la_version(lecteur: Any) -> None:
    avant = ZONES.version()
    Zone.objects.filter(pk="parc-exemple").update(nom="Parc exemple renommé")
    assert ZONES.version() != avant


@pytest.mark.parametrize("role", ["lecteur", "elu", "police"])
def test_ces_cartes_s_ouvrent_a_qui_lit_le_registre(role: str, visiter: Any) -> None:
    client = visiter(role)
    attendu = 200 if role == "lecteur" else 403
    assert {client.get(f"/cartes/{couche.slug}/").status_code for couche in COUCHES} == {attendu}


def test_la_liste_et_sa_carte_portent_les_memes_filtres(visiter: Any) -> None:
    client = visiter("lecteur")
    seule = client.get("/registre/?commune=21515").content.decode()
    avec = client.get("/registre/?commune=21515&affichage=carte").content.decode()
    assert "data-carte=" not in seule and "affichage=carte" in seule
    assert "commune=21515" in avec.partition("data-carte=")[2] and f'data-objet="{x.GARAGE}"' in avec


def test_le_cadre_de_la_carte_reduit_la_liste_et_se_retire(visiter: Any) -> None:
    client = visiter("lecteur")
    situes = {
        ligne["siret"]: (ligne["lon"], ligne["lat"])
        for ligne in courant().executer(courant().table("etablissements"))
        if ligne["lon"]
    }
    siret, (lon, lat) = min(situes.items())
    page = client.get(f"/registre/?affichage=carte&cadre={lon - 1e-6},{lat - 1e-6},{lon + 1e-6},{lat + 1e-6}")
    attendus = {s for s, place in situes.items() if place == (lon, lat)}
    assert {ligne["siret"] for ligne in page.context["page"]} == attendus and siret in attendus
    assert [(p["titre"], p["valeur"]) for p in page.context["puces"]] == [("Carte", "ce qu'elle montre")]
    assert "cadre=" not in page.context["adresse"]


def test_sans_registre_la_carte_le_dit(visiter: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    couches.cache_clear()
    client = visiter("lecteur")
    assert "aucun import n&#x27;a encore abouti" in client.get("/cartes/etablissements/").content.decode()
    assert client.get("/cartes/etablissements/0/0/0.mvt").status_code == 404
