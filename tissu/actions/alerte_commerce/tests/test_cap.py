"""CAP 1.2 : ce que l'on écrit se relit à l'identique ; l'hostile et l'étranger se refusent ; un message se reprend."""

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte, OrigineCap
from tissu.actions.alerte_commerce.rules import cap
from tissu.comptes.models import Personne

CAS = Path(__file__).parent / "cas"
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
MILLIARD = "".join(
    ['<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "rire">',
     *(f'<!ENTITY l{rang} "{f"&l{rang - 1};" * 10}">' for rang in range(1, 10)), "]><alert>&l9;</alert>"]
)  # fmt: skip
FICHIER = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>'
DISTANTE = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://exemple.test/a.dtd"><alert/>'
ECRIT = cap.ecrire(MESSAGE).decode()


@pytest.mark.parametrize(("texte", "phrase"), [
    (BOMBE, "entités"), (MILLIARD, "entités"), (FICHIER, "entités"), (DISTANTE, "entités"), ("<alert", "bien écrit"),
    ("", "bien écrit"), ("du texte", "bien écrit"), ("<alert/>", "pas un message CAP 1.2"),
    ("<a>" * 100_000, "emboîte"), ("\0" * 10, "bien écrit"), (" " * 2_000_001, "trop gros"),
])  # fmt: skip
def test_l_hostile_se_refuse(texte: str, phrase: str) -> None:
    with pytest.raises(cap.CapRefuse, match=phrase):
        cap.lire(texte.encode())


@pytest.mark.parametrize(
    "cas", yaml.safe_load((CAS / "cap.yaml").read_text(encoding="utf-8")), ids=lambda cas: cas["nom"]
)
def test_ce_qui_se_lit_et_ce_qui_se_refuse(cas: dict[str, str]) -> None:
    assert cas["remplace"] in ECRIT
    octets = ECRIT.replace(cas["remplace"], cas["par"]).encode() if cas["remplace"] else ECRIT.encode()
    if not cas["refus"]:
        assert cap.lire(octets) == MESSAGE
        return
    with pytest.raises(cap.CapRefuse, match=cas["refus"]):
        cap.lire(octets)


def test_deux_mega_octets_se_lisent_en_peu_de_temps() -> None:
    gros = replace(MESSAGE, description="é" * ((cap.TAILLE_AU_PLUS - 4000) // 2))
    debut = time.perf_counter()
    assert cap.lire(cap.ecrire(gros)) == gros
    assert time.perf_counter() - debut < 2


def test_le_bloc_en_francais_passe_devant() -> None:
    anglais = (
        ECRIT.split("<info>")[1].split("</info>")[0].replace("fr-FR", "en-GB").replace("Deux individus", "Two men")
    )
    deux = ECRIT.replace("<info>", f"<info>{anglais}</info><info>")
    assert cap.lire(deux.encode()).description == "Deux individus"


def deposer(client: Client, octets: bytes) -> str:
    fichier = SimpleUploadedFile("alerte.xml", octets, "application/cap+xml")
    return client.post("/alerte-commerce/alertes/reprendre/", {"fichier": fichier}, follow=True).content.decode()


@pytest.mark.django_db
def test_un_message_repris_est_un_brouillon_puis_ressort(
    officier: Personne, connecte: Callable[[Personne], Client]
) -> None:
    client, fait = connecte(officier), timezone.now() - timedelta(minutes=10)
    message = replace(MESSAGE, fait_le=fait, envoye_le=fait, lieu="12 rue du Four")
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
def test_un_message_interdit_ne_se_reprend_pas(officier: Personne, connecte: Callable[[Personne], Client]) -> None:
    moment = timezone.now()
    message = replace(
        MESSAGE, lieu="12 rue du Four", envoye_le=moment, fait_le=moment, description="Fuite en AB-123-CD"
    )
    assert "immatriculation" in deposer(connecte(officier), cap.ecrire(message))
    assert (Alerte.objects.count(), OrigineCap.objects.count()) == (0, 0)
