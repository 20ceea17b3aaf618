"""Le contour dessiné d'une alerte : ce qui se refuse, qui il touche, ce que l'écran en garde et en montre."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.forms.alertes import SUR_LA_CARTE
from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.actions.alerte_commerce.rules.contour import refus_d_un_contour
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent
from tissu.actions.alerte_commerce.tests.test_alertes import CHAMPS
from tissu.actions.alerte_commerce.tests.test_views_alertes import RACINE, saisie
from tissu.cartes.selection import Polygone, ecrire_forme
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.registre.models import Zone

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "contours.yaml").read_text(encoding="utf-8"))
CARRE = ((5.03, 47.31), (5.05, 47.31), (5.05, 47.33), (5.03, 47.33))
EN_U = ((5.03, 47.31), (5.06, 47.31), (5.06, 47.34), (5.05, 47.34), (5.05, 47.32), (5.04, 47.32), (5.04, 47.34),
        (5.03, 47.34))  # fmt: skip
SABLIER = ((5.03, 47.31), (5.05, 47.33), (5.05, 47.31), (5.03, 47.33))
Connecter = Callable[[Personne], Client]


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["nom"])
def test_ce_qu_un_contour_doit_etre(cas: dict[str, Any]) -> None:
    territoire = shapely.box(5.0, 47.3, 5.1, 47.4) if cas.get("territoire", True) else None
    sommets = [(lon, lat) for lon, lat in cas["sommets"]]
    refus = refus_d_un_contour(sommets, bornes=(3, 6), territoire=territoire, marge_m=500)
    assert refus.startswith(cas["refus"])
    assert bool(refus) == bool(cas["refus"])
    assert not refus or "redessinez" in refus


def touches(cible: Cible) -> list[str]:
    alerte = Alerte(redigee_le=AU, **CHAMPS | {"cible": cible.en_json()})
    return sorted(vise.commerce.nom for vise in apercu(alerte, au=AU).ciblage.vises)


@pytest.mark.django_db
def test_un_contour_touche_ceux_qu_il_contient_limite_comprise() -> None:
    for nom, lon, lat in (
        ("dedans", 5.04, 47.32), ("sur un côté", 5.05, 47.32), ("sur un sommet", 5.03, 47.31),
        ("dehors", 5.0501, 47.32), ("loin", 5.2, 47.5),
    ):  # fmt: skip
        adherent(nom, lon=lon, lat=lat)
    adherent("sans place", lon=None, lat=None)
    assert touches(Cible("polygone", polygone=CARRE)) == ["dedans", "sur un côté", "sur un sommet"]
    assert touches(Cible("polygone")) == []


@pytest.mark.django_db
def test_un_contour_rentrant_laisse_ce_qui_est_dans_son_creux() -> None:
    adherent("branche de gauche", lon=5.035, lat=47.335)
    adherent("branche de droite", lon=5.055, lat=47.335)
    adherent("dans le creux", lon=5.045, lat=47.335)
    adherent("au fond", lon=5.045, lat=47.315)
    assert touches(Cible("polygone", polygone=EN_U)) == ["au fond", "branche de droite", "branche de gauche"]


@pytest.mark.django_db
def test_une_zone_touche_ceux_de_son_contour_ou_de_sa_commune() -> None:
    zones = {"contour": {"geometrie": shapely.to_geojson(shapely.Polygon(EN_U))}, "commune": {"code_commune": "21171"}}
    for cle, champs in zones.items():
        Zone.objects.create(
            id=cle, nom=cle, type="quartier", source="Essai", date_source=date(2026, 1, 1), **champs
        )  # fmt: skip
    adherent("dans la zone", lon=5.035, lat=47.335)
    adherent("dans le creux", lon=5.045, lat=47.335)
    adherent("ailleurs", lon=5.045, lat=47.335, code_commune="21171")
    assert touches(Cible("zone", zone="contour")) == ["dans la zone"]
    assert touches(Cible("zone", zone="commune")) == ["ailleurs"]
    assert touches(Cible("zone", zone="inconnue")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sommets", "phrase"),
    [(SABLIER, "se croise"), (CARRE[:2], "2 sommets"), (((6, 48), (6.1, 48), (6.1, 48.1)), "sortent du territoire")],
)
def test_l_operation_refuse_ce_que_l_ecran_refuse(sommets: Any, phrase: str, officier: Personne) -> None:
    champs = CHAMPS | {"cible": Cible("polygone", polygone=tuple(sommets)).en_json()}
    with pytest.raises(alertes.AlerteRefusee, match=phrase):
        alertes.rediger(champs=champs, auteur=officier, au=AU)
    assert Alerte.objects.count() == 0


def ecrit(sommets: Any) -> str:
    return ecrire_forme(Polygone(tuple(sommets)))


@pytest.mark.django_db
def test_l_officier_dessine_relit_et_reprend_son_contour(officier: Personne, connecte: Connecter) -> None:
    adherent("dedans", lon=5.04, lat=47.32)
    adherent("dehors", lon=5.09, lat=47.32)
    client = connecte(officier)
    fragment = client.post(f"{RACINE}apercu/", saisie(sorte="polygone", contour=ecrit(CARRE)))
    vu = fragment.context["vu"]
    assert (vu.commerces, vu.lieu, vu.rayon) == (1, "5.040000,47.320000", 0)
    assert shapely.from_geojson(vu.trace).equals(shapely.Polygon(CARRE))
    client.post(f"{RACINE}nouvelle/", saisie(sorte="polygone", contour=ecrit(CARRE)))
    une = Alerte.objects.get()
    assert (une.etat, Cible.de_json(une.cible).polygone) == ("a_approuver", CARRE)
    page = client.get(f"{RACINE}{une.pk}/")
    assert "data-carte-cible" in page.content.decode() and page.context["vu"].commerces == 1
    client.post(f"{RACINE}{une.pk}/gestes/reprendre/")
    repris = client.get(f"{RACINE}{une.pk}/modifier/").context["formulaire"]
    assert (repris["contour"].value(), repris["sorte"].value()) == (ecrit(CARRE), "polygone")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contour", "phrase"),
    [
        ("", "Dessinez le contour sur la carte"), (ecrit(SABLIER), "se croise"), ("polygone:!", "illisible"),
        ("rue:12", "pas un contour dessiné"), (ecrit(((6, 48), (6.1, 48), (6.1, 48.1))), "sortent du territoire"),
    ],
)  # fmt: skip
def test_un_contour_fautif_se_dit_ne_vise_personne_et_ne_se_perd_pas(
    contour: str, phrase: str, officier: Personne, connecte: Connecter
) -> None:
    adherent(lon=5.04, lat=47.32)
    client = connecte(officier)
    fragment = client.post(f"{RACINE}apercu/", saisie(sorte="polygone", contour=contour))
    assert phrase in fragment.content.decode() and fragment.context["vu"].commerces == 0
    page = client.post(f"{RACINE}nouvelle/", saisie(sorte="polygone", contour=contour))
    assert (page.status_code, Alerte.objects.count()) == (422, 0)
    assert phrase in str(page.context["formulaire"].errors["sorte"])
    assert page.context["formulaire"]["contour"].value() == contour


@pytest.mark.django_db
def test_un_contour_ne_compte_que_si_on_le_choisit(officier: Personne, connecte: Connecter) -> None:
    client = connecte(officier)
    client.post(f"{RACINE}nouvelle/", saisie(sorte="commune", contour="polygone:!"))
    assert Cible.de_json(Alerte.objects.get().cible) == Cible("commune")


@pytest.mark.django_db
def test_la_portee_se_trace_selon_la_cible(officier: Personne, connecte: Connecter) -> None:
    client = connecte(officier)
    cercle = json.loads(client.post(f"{RACINE}apercu/", saisie(rayon_m="500")).context["vu"].trace)
    rayon = (max(lat for _, lat in cercle["coordinates"][0]) - 47.32) * 111_195
    assert abs(rayon - 500) < 2
    assert "Polygon" in client.post(f"{RACINE}apercu/", saisie(sorte="commune")).context["vu"].trace
    sans_lieu = saisie(sorte="tous", lieu="Nulle part", lon="", lat="")
    vu = client.post(f"{RACINE}apercu/", sans_lieu).context["vu"]
    assert (vu.trace, vu.lieu) == ("", "")


@pytest.mark.django_db
def test_une_adresse_ecrite_apres_un_point_touche_deplace_le_point(officier: Personne, connecte: Connecter) -> None:
    """Sauf si elle ne se situe pas : des mots disent alors le lieu du point."""
    locaux.local(rue="RUE DU BOURG", numero="7", lon=5.06, lat=47.34)
    client = connecte(officier)
    for situe, lieu, attendu in (
        (SUR_LA_CARTE, "devant la poste", "5.040000,47.320000"), (SUR_LA_CARTE, "7 rue du Bourg", "5.060000,47.340000"),
        ("7 rue du Bourg", "7 rue du Bourg", "5.040000,47.320000"), ("7 rue du Bourg", "ailleurs", ""),
        ("", "7 rue du Bourg", "5.040000,47.320000"),
    ):  # fmt: skip
        vu = client.post(f"{RACINE}apercu/", saisie(situe=situe, lieu=lieu)).context["vu"]
        assert vu.lieu == attendu, (situe, lieu)


@pytest.mark.django_db
def test_sans_carte_l_adresse_et_le_rayon_suffisent(officier: Personne, connecte: Connecter) -> None:
    locaux.local(rue="RUE DU BOURG", numero="7", lon=5.06, lat=47.34)
    ici = timezone.localtime() - timedelta(minutes=20)
    client = connecte(officier)
    client.post(f"{RACINE}nouvelle/", {
        "nature": "vol_etalage", "lieu": "7 rue du Bourg", "code_commune": "21231", "fait_a": f"{ici:%H:%M}",
        "appel_a": f"{ici:%H:%M}", "sorte": "rayon", "rayon_m": "500", "suite": "soumettre",
    })  # fmt: skip
    une = Alerte.objects.get()
    assert (une.etat, une.lon, une.lat, une.cible["rayon_m"]) == ("a_approuver", 5.06, 47.34, 500)


@pytest.mark.django_db
def test_la_carte_du_formulaire_a_ses_outils(officier: Personne, connecte: Connecter) -> None:
    page = connecte(officier).get(f"{RACINE}nouvelle/").content.decode()
    for outil in ("data-carte-point", "data-carte-cible", 'data-dessin-outil="polygone"', "data-dessin-finir",
                  "data-dessin-oter", "data-dessin-annuler", "data-dessin-effacer", 'name="contour"'):  # fmt: skip
        assert outil in page, outil
    assert "Ouvrir la carte entière" not in page
