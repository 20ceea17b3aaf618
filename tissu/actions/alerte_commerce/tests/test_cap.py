"""CAP 1.2 : ce que l'on écrit se relit à l'identique ; l'hostile et l'étranger se refusent ; un message se reprend."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.rules import cap
from tissu.comptes.models import Personne

PARIS = ZoneInfo("Europe/Paris")
AU = datetime(2026, 11, 23, 10, 5, tzinfo=PARIS)
MESSAGE = cap.MessageCap(
    "a1b2", "tissu.example", AU, TypeAlerte.ALERTE, "Vol à l'étalage", "12 rue du Four <Dijon> & alentours",
    fait_le=AU - timedelta(minutes=20), titre="ALERTE", description="Deux individus", conseil="Surveillez",
    cercle=cap.Cercle(5.04, 47.32, 0.3), parametres={"nature": "vol_etalage", "direction": "à pied"},
)  # fmt: skip
CARRE = ((5.0, 47.3), (5.1, 47.3), (5.1, 47.4), (5.0, 47.4))


@pytest.mark.parametrize("message", [
    MESSAGE, replace(MESSAGE, cercle=None, polygone=CARRE),
    replace(MESSAGE, type=TypeAlerte.MISE_A_JOUR, references=(("tissu.example", "a0", AU), ("b", "c", AU))),
    replace(MESSAGE, type=TypeAlerte.ANNULATION), replace(MESSAGE, type=TypeAlerte.LEVEE),
    cap.MessageCap("a", "b", AU, TypeAlerte.ALERTE, "Fait", ""),
])  # fmt: skip
def test_ce_qui_s_ecrit_se_relit(message: cap.MessageCap) -> None:
    assert cap.lire(cap.ecrire(message)) == message


def test_la_forme_est_celle_de_la_norme() -> None:
    racine = ET.fromstring(cap.ecrire(replace(MESSAGE, polygone=CARRE)))
    assert [enfant.tag.split("}")[1] for enfant in racine] == [
        "identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "info",
    ]  # fmt: skip
    lus = {enfant.tag.split("}")[1]: enfant.text for enfant in racine.iter()}
    assert (lus["scope"], lus["category"], lus["sent"]) == ("Restricted", "Security", "2026-11-23T10:05:00+01:00")
    assert lus["circle"] == "47.32,5.04 0.3"
    assert lus["polygon"] is not None and lus["polygon"].split()[0] == lus["polygon"].split()[-1] == "47.3,5.0"


BOMBE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><alert>&c;</alert>'
FICHIER = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>'
ECRIT = cap.ecrire(MESSAGE).decode()


@pytest.mark.parametrize(("texte", "phrase"), [
    (BOMBE, "entités"), (FICHIER, "entités"), ("<alert", "bien écrit"), ("", "bien écrit"),
    ("<alert/>", "pas un message CAP 1.2"), (ECRIT.replace("Actual", "Exercise"), "« Exercise »"),
    (ECRIT.replace("Security", "Met"), "Security"), (ECRIT.replace("a1b2", ""), "identifier"),
    (ECRIT.replace("47.32,5.04 0.3", "ici"), "ne se lit pas"), (ECRIT.replace("+01:00", ""), "fuseau"),
    (ECRIT.replace(">Alert<", ">Ack<"), "« Ack »"), (" " * 200_001, "trop gros"),
])  # fmt: skip
def test_ce_qui_se_refuse(texte: str, phrase: str) -> None:
    with pytest.raises(cap.CapRefuse, match=phrase):
        cap.lire(texte.encode())


def deposer(client: Client, octets: bytes) -> str:
    fichier = SimpleUploadedFile("alerte.xml", octets, "application/cap+xml")
    return client.post("/alerte-commerce/alertes/reprendre/", {"fichier": fichier}, follow=True).content.decode()


@pytest.mark.django_db
def test_un_message_repris_est_un_brouillon_puis_ressort(
    officier: Personne, connecte: Callable[[Personne], Client]
) -> None:
    client, fait = connecte(officier), timezone.now() - timedelta(minutes=10)
    message = replace(MESSAGE, fait_le=fait, lieu="12 rue du Four", parametres=MESSAGE.parametres)
    deposer(client, cap.ecrire(message))
    alerte = Alerte.objects.get()
    assert (alerte.etat, alerte.nature, alerte.lieu, alerte.maniere, alerte.conseil, alerte.direction) == (
        "brouillon", "vol_etalage", "12 rue du Four", "Deux individus", "Surveillez", "à pied",
    )  # fmt: skip
    assert (alerte.lon, alerte.lat, alerte.cible["rayon_m"]) == (5.04, 47.32, 300)
    ressort = cap.lire(client.get(f"/alerte-commerce/alertes/{alerte.pk}/cap.xml").content)
    assert (ressort.cercle, ressort.lieu, ressort.conseil) == (message.cercle, message.lieu, message.conseil)
    assert ressort.identifiant == str(alerte.identifiant)


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "phrase"), [
    ({"description": "Fuite en AB-123-CD"}, "immatriculation"), ({"type": TypeAlerte.ANNULATION}, "annulez"),
])  # fmt: skip
def test_un_message_interdit_ne_se_reprend_pas(
    change: dict[str, str], phrase: str, officier: Personne, connecte: Callable[[Personne], Client]
) -> None:
    message = replace(MESSAGE, lieu="12 rue du Four", fait_le=timezone.now(), **change)  # type: ignore[arg-type]
    assert phrase in deposer(connecte(officier), cap.ecrire(message))
    assert Alerte.objects.count() == 0
