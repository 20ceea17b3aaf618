"""Ce qu'un commerce a choisi est tenu : sa distance, ses heures, ses refus, le plafond du mois ; l'ordre est juste."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.messages.alertes import apercu
from tissu.actions.alerte_commerce.models import Adherent, Alerte, ContactAdherent
from tissu.actions.alerte_commerce.operations import alertes, fiche
from tissu.actions.alerte_commerce.operations.departs import quitter
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.operations.liens import creer_lien
from tissu.actions.alerte_commerce.queries.ciblage import recues_ce_mois
from tissu.actions.alerte_commerce.rules.ciblage import Cible, Fait, cibler
from tissu.actions.alerte_commerce.tests.fabrique import AU, accorder, mobile
from tissu.actions.alerte_commerce.tests.test_alertes import adherent, auteur, envoyee, remettre, sms, soumise
from tissu.actions.alerte_commerce.tests.test_rules_alertes import Boutique
from tissu.messages.choices import SensDuChoix
from tissu.registre.models import Zone

pytestmark = pytest.mark.django_db
METRE = 1 / 111_320
LUNDI_10H = AU
"""Lundi 23 novembre 2026, dix heures à Dijon."""


def a_metres(nom: str, metres: float, **champs: Any) -> Adherent:
    """Un commerce à tant de mètres au nord du fait."""
    return adherent(nom, lat=47.32 + metres * METRE, **champs)


def vises(au: datetime = LUNDI_10H, **champs: Any) -> list[str]:
    """Les commerces qu'une alerte préviendrait, dans l'ordre."""
    return [vise.commerce.nom for vise in apercu(soumise(au, **champs), au=au).ciblage.vises]


def hors(au: datetime = LUNDI_10H, **champs: Any) -> dict[str, int]:
    return dict(apercu(soumise(au, **champs), au=au).ciblage.hors)


def par_son_espace(un: Adherent, **choix: Any) -> None:
    """Le commerce règle lui-même, dans son espace."""
    jeton = creer_lien(adherent=un, au=timezone.now())
    assert Client().post(f"/alerte-commerce/espace/{jeton}/regler/", choix).status_code == 302


# --- La distance ---


@pytest.mark.parametrize(("choisie", "metres", "vise"), [
    (None, 900, True), (None, 1100, False), (300, 250, True), (300, 350, False), (2000, 1900, True),
    (2000, 2100, False),
])  # fmt: skip
def test_sa_distance_passe_avant_celle_de_l_alerte(choisie: int | None, metres: int, vise: bool) -> None:
    un = a_metres("Boutique", metres)
    par_son_espace(un, rayon_m=str(choisie or ""))
    assert vises(cible={"sorte": "rayon", "rayon_m": 1000}) == (["Boutique"] if vise else [])


@pytest.mark.parametrize("cible", [
    {"sorte": "commune"}, {"sorte": "tous"}, {"sorte": "zone", "zone": "Z"},
    {"sorte": "polygone", "polygone": [[5.03, 47.31], [5.05, 47.31], [5.05, 47.335], [5.03, 47.335]]},
])  # fmt: skip
def test_sa_distance_vaut_pour_toute_cible(cible: dict[str, Any]) -> None:
    carre = {"type": "Polygon", "coordinates": [[[5.0, 47.3], [5.1, 47.3], [5.1, 47.4], [5.0, 47.4], [5.0, 47.3]]]}
    Zone.objects.create(pk="Z", nom="Z", type="quartier", geometrie=json.dumps(carre), date_source=AU.date())
    par_son_espace(a_metres("Près", 250), rayon_m="300")
    par_son_espace(a_metres("Loin", 900), rayon_m="300")
    a_metres("Sans choix", 1200)
    assert vises(cible=cible) == ["Près", "Sans choix"]
    assert hors(cible=cible) == {"distance": 1}


# --- Les heures ---


@pytest.mark.parametrize(("horaires", "quand", "vise"), [
    ({"lundi": "9h-12h"}, "2026-11-23T11:59", True), ({"lundi": "9h-12h"}, "2026-11-23T12:00", False),
    ({"lundi": "9h-12h, 14h-19h"}, "2026-11-23T13:00", False), ({"mardi": "9h-19h"}, "2026-11-23T10:00", False),
    ({"samedi": "18h-2h"}, "2026-11-29T01:30", True), ({"samedi": "18h-2h"}, "2026-11-29T02:30", False),
    ({}, "2026-11-22T03:00", True), ({"lundi": "9h-12h"}, "2026-06-22T11:30", True),
])  # fmt: skip
def test_ses_heures_sont_celles_d_ici_ete_comme_hiver(horaires: dict[str, str], quand: str, vise: bool) -> None:
    par_son_espace(a_metres("Boutique", 100), **horaires)
    au = timezone.make_aware(datetime.fromisoformat(quand)).astimezone(UTC)
    dates = {"fait_le": au - timedelta(minutes=20), "appel_17_le": au - timedelta(minutes=15)}
    ContactAdherent.objects.update(verifie_le=au - timedelta(days=1))
    cible = {"sorte": "rayon", "rayon_m": 1000, "ouverts": True}
    assert vises(au, cible=cible, **dates) == (["Boutique"] if vise else [])
    assert vises(au, cible=cible | {"ouverts": False}, **dates) == ["Boutique"]


# --- Les activités refusées ---


def test_une_activite_refusee_dans_son_espace_n_alerte_plus() -> None:
    un = a_metres("Boutique", 100)
    par_son_espace(un, refus_activites=["chr", "services"])
    un.refresh_from_db()
    assert un.refus_activites == ["chr", "services"]
    assert [vises(activite=activite) for activite in ("chr", "services", "alimentaire", "")] == [
        [], [], ["Boutique"], ["Boutique"],
    ]  # fmt: skip
    assert hors(activite="chr") == {"refus_activite": 1}
    par_son_espace(un)
    assert vises(activite="chr") == ["Boutique"]


def test_une_activite_inconnue_ne_se_refuse_pas() -> None:
    un = adherent()
    with pytest.raises(GesteRefuse, match="« bijoux » n'est pas une famille"):
        fiche.regler(adherent=un, preferences={"refus_activites": ["bijoux"]}, au=AU)
    jeton = creer_lien(adherent=un, au=timezone.now())
    assert Client().post(f"/alerte-commerce/espace/{jeton}/regler/", {"refus_activites": "bijoux"}).status_code == 422
    un.refresh_from_db()
    assert un.refus_activites == []


def test_ses_refus_ne_valent_que_pour_lui() -> None:
    par_son_espace(a_metres("Refuse", 100), refus_activites=["chr"], rayon_m="300")
    a_metres("Accepte", 200)
    assert vises(activite="chr") == ["Accepte"]


# --- Le plafond du mois ---


def test_le_plafond_est_par_commerce_et_par_mois_d_ici() -> None:
    touche, voisin = a_metres("Touché", 100), a_metres("Voisin", 900)
    # Le 1er décembre à 0 h 30 ici est encore novembre à l'heure universelle.
    fin = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
    debut = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    for rang in range(8):
        au = fin - timedelta(minutes=rang)
        _alerter(au, cible={"sorte": "rayon", "rayon_m": 300})
    assert recues_ce_mois(fin) == {touche.pk: 8}
    dates = {"fait_le": fin - timedelta(minutes=20), "appel_17_le": fin - timedelta(minutes=15)}
    assert vises(fin, **dates) == ["Voisin"]
    assert recues_ce_mois(debut) == {}
    dates = {"fait_le": debut - timedelta(minutes=20), "appel_17_le": debut - timedelta(minutes=15)}
    assert vises(debut, **dates) == ["Touché", "Voisin"]
    assert voisin.pk not in recues_ce_mois(fin)


def _alerter(au: datetime, **champs: Any) -> Alerte:
    return envoyee(au, fait_le=au - timedelta(minutes=20), appel_17_le=au - timedelta(minutes=15), **champs)


def test_les_suites_ne_comptent_pas_et_passent_malgre_le_plafond() -> None:
    un = a_metres("Boutique", 100)
    parties = [_alerter(AU + timedelta(minutes=rang)) for rang in range(8)]
    derniere = parties[-1]
    remettre(derniere.envoi)  # type: ignore[arg-type]
    alertes.lever(alerte=derniere, auteur=auteur(), au=AU + timedelta(hours=1))
    assert recues_ce_mois(AU + timedelta(hours=2)) == {un.pk: 8}
    assert len(sms("levee")) == 1


def test_une_alerte_annulee_avant_d_arriver_ne_compte_pas() -> None:
    a_metres("Boutique", 100)
    alertes.annuler(alerte=_alerter(AU), auteur=auteur(), au=AU)
    assert recues_ce_mois(AU) == {}


# --- L'ordre ---


def test_le_plus_proche_d_abord_puis_le_moins_prevenu_puis_le_plus_ancien() -> None:
    boutiques = [Boutique(pk=1), Boutique(pk=2), Boutique(pk=3), Boutique(pk=4, lat=47.3201), Boutique(pk=5, lat=None,
                 lon=None), Boutique(pk=6, lat=None, lon=None)]  # fmt: skip
    fait = Fait(5.04, 47.32, "21231", "", AU)
    rendu = cibler(boutiques, Cible("tous"), fait, recues={1: 3, 2: 1, 3: 1, 5: 2}, plafond=8)
    assert [vise.commerce.pk for vise in rendu.vises] == [2, 3, 1, 4, 6, 5]


def test_une_galerie_ou_tous_sont_a_la_meme_distance_tourne() -> None:
    """Douze commerces à la même adresse : celui que la dernière alerte a prévenu passe après les autres."""
    for rang in range(3):
        a_metres(f"Galerie {rang}", 100, mobiles=(mobile(rang),))
    premier = Adherent.objects.get(nom="Galerie 0")
    fiche.regler(adherent=premier, preferences={"refus_activites": []}, au=AU)
    for autre in ("Galerie 1", "Galerie 2"):
        fiche.regler(adherent=Adherent.objects.get(nom=autre), preferences={"refus_activites": ["chr"]}, au=AU)
    _alerter(AU, activite="chr")
    assert vises(AU + timedelta(minutes=5)) == ["Galerie 1", "Galerie 2", "Galerie 0"]


# --- Un numéro de plusieurs commerces ---


def test_un_numero_de_trois_boutiques_sonne_une_fois_au_plus_pres() -> None:
    a_metres("Nord", 800, mobiles=(mobile(1),))
    a_metres("Centre", 50, mobiles=(mobile(1), mobile(2)))
    a_metres("Sud", 400, mobiles=(mobile(3), mobile(1)))
    prete = soumise()
    assert apercu(prete, au=AU).message.numeros() == 3
    envoyee(lieu="14 rue du Four")
    assert sms() == [mobile(1), mobile(2), mobile(3)]


def test_un_numero_arrete_l_est_pour_toutes_ses_boutiques() -> None:
    a_metres("Nord", 100, mobiles=(mobile(1),))
    a_metres("Sud", 200, mobiles=(mobile(1), mobile(2)))
    accorder(mobile(1), SensDuChoix.OPPOSE)
    assert vises() == ["Sud"]


def test_une_boutique_partie_laisse_le_numero_a_l_autre() -> None:
    nord, _ = a_metres("Nord", 100, mobiles=(mobile(1),)), a_metres("Sud", 200, mobiles=(mobile(1),))
    quitter(adherent=nord, au=AU)
    assert vises() == ["Sud"]


def test_une_boutique_ecartee_laisse_sonner_par_l_autre() -> None:
    par_son_espace(a_metres("Nord", 100, mobiles=(mobile(1),)), refus_activites=["chr"])
    a_metres("Sud", 200, mobiles=(mobile(1),))
    assert vises(activite="chr") == ["Sud"]
