"""Un numéro que trois alertes n'ont pas joint : ses autres moyens sont sollicités, un code le rétablit, il reçoit."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatNumero, MotifConfirmation
from tissu.actions.alerte_commerce.models import Adherent, Confirmation, ContactAdherent
from tissu.actions.alerte_commerce.operations import confirmations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.confirmations import lien_de_confirmation, suivre
from tissu.actions.alerte_commerce.tests.fabrique import accorder, adherent, mobile
from tissu.actions.alerte_commerce.tests.test_alertes import envoyee
from tissu.actions.alerte_commerce.tests.test_imports import applique, ligne
from tissu.comptes.models import Personne
from tissu.messages.canaux.reglages import COURRIEL
from tissu.messages.choices import Canal, EtatPartie, EtatRemise
from tissu.messages.expedition.boucle import Boucle
from tissu.messages.models import Coordonnee, Envoi, Partie, Remise
from tissu.messages.operations import suspendre
from tissu.messages.tests.fabrique import par_smpp
from tissu.messages.tests.smsc import Smsc
from tissu.socle.travaux import SansSuivi

SUSPENDU = MotifConfirmation.SUSPENDU


@pytest.fixture(scope="module")
def smsc() -> Iterator[Smsc]:
    with Smsc({"tissu": {}}) as serveur:
        yield serveur


def remettre(smsc: Smsc) -> None:
    """Le facteur passe : les SMS chez l'opérateur, les courriels chez leur serveur, jusqu'à ce que tout soit su.

    L'essai peut tomber la nuit ou un dimanche, où une demande attendrait.
    """
    Envoi.objects.update(urgent=True)
    Partie.objects.filter(etat=EtatPartie.ATTENTE).update(due_le=timezone.now())
    for operateur, canal in ((par_smpp(smsc.port), Canal.SMS), (COURRIEL, Canal.COURRIEL)):
        Boucle(operateur, (operateur,), canal).tourner(jusqu_a_vide=True)


def alerter() -> Envoi:
    au = timezone.now()
    partie = envoyee(au, fait_le=au - timedelta(minutes=10), appel_17_le=au - timedelta(minutes=8))
    assert partie.envoi is not None
    return partie.envoi


def envoyer(motif: str = SUSPENDU) -> int:
    return confirmations.poursuivre(motif=motif, auteur=None, au=timezone.now(), suivi=SansSuivi())


def recus(smsc: Smsc, numero: str) -> list[str]:
    return [message["texte"] for un in smsc.telephones(numero[1:]) for message in un["messages"]]


@pytest.mark.django_db(transaction=True)
def test_trois_echecs_puis_un_code_et_les_alertes_reviennent(smsc: Smsc) -> None:
    un = adherent("Boutique", lon=5.04, lat=47.32, mobiles=(mobile(1), mobile(2)))
    smsc.regler("tissu", numeros_en_echec=[mobile(1)[1:]])
    for _ in range(3):
        alerter()
        remettre(smsc)
    assert Coordonnee.objects.get(valeur=mobile(1)).suspendue_le is not None
    assert [joint.mobiles for joint in adherents_joignables(timezone.now())] == [(mobile(2),)]
    [suivi] = suivre(SUSPENDU, au=timezone.now())
    assert (suivi.etat, suivi.mobiles, len(suivi.courriels)) == (EtatNumero.A_DEMANDER, (mobile(2),), 1)

    mail.outbox.clear()
    assert (envoyer(), envoyer()) == (1, 0)
    remettre(smsc)
    [courriel] = mail.outbox
    lien = re.search(r"https?://[^/]+(/ac/\S+)", courriel.body)[1]  # type: ignore[index]
    [sms] = [texte for texte in recus(smsc, mobile(2)) if "/ac/" in texte]
    assert lien in sms and "finissant par 01" in sms
    assert not [texte for texte in recus(smsc, mobile(1)) if "/ac/" in texte]

    smsc.regler("tissu", numeros_en_echec=[])
    client = Client()
    assert "06 •• •• •• 01" in client.get(lien).content.decode()
    suite = client.post(f"{lien}numero/", {"mobile": ""})
    assert suite.url.startswith(lien)
    remettre(smsc)
    code = re.search(r"\d{6}", recus(smsc, mobile(1))[-1])[0]  # type: ignore[index]
    contact = un.contacts.get(mobile=mobile(1))
    faux = client.post(f"{lien}numero/", {"numero": contact.pk, "code": "000000"}, follow=True)
    assert "pas le bon code" in faux.content.decode()
    assert Coordonnee.objects.get(valeur=mobile(1)).suspendue_le is not None
    assert "confirmé" in client.post(f"{lien}numero/", {"numero": contact.pk, "code": code}).content.decode()
    assert Coordonnee.objects.get(valeur=mobile(1)).suspendue_le is None
    assert (suivre(SUSPENDU, au=timezone.now()), Confirmation.objects.get().reponse) == ([], "oui")
    assert "reçoit de nouveau" in client.get(lien).content.decode()

    envoi = alerter()
    remettre(smsc)
    recues = Remise.objects.filter(envoi=envoi, canal=Canal.SMS, etat=EtatRemise.RECUE)
    assert set(recues.values_list("coordonnee__valeur", flat=True)) == {mobile(1), mobile(2)}


@pytest.mark.django_db(transaction=True)
def test_soixante_numeros_importes_recoivent_chacun_leur_lien_une_fois(smsc: Smsc) -> None:
    numeros = range(101, 161)
    lignes = [ligne(f"Commerce {rang}", adresse=f"{rang} rue Sud", numero=f"063998{rang:04d}") for rang in numeros]
    applique(*lignes)
    smsc.effacer()
    assert (envoyer(MotifConfirmation.IMPORTE), envoyer(MotifConfirmation.IMPORTE)) == (60, 0)
    remettre(smsc)
    textes = {numero: recus(smsc, numero) for numero in map(mobile, numeros)}
    assert {len(siens) for siens in textes.values()} == {1}
    liens = {numero: re.search(r"/ac/\S+", siens[0])[0] for numero, siens in textes.items()}  # type: ignore[index]
    assert len(set(liens.values())) == 60
    Client().post(liens[mobile(130)], {"reponse": "oui"})
    verifies = ContactAdherent.objects.filter(verifie_le__isnull=False).values_list("mobile", flat=True)
    assert list(verifies) == [mobile(130)]


def suspendu(**champs: object) -> Adherent:
    un = adherent("Boutique", mobiles=(mobile(1),), **champs)
    suspendre(coordonnee=Coordonnee.objects.get(valeur=mobile(1)), au=timezone.now())
    return un


@pytest.mark.django_db
def test_un_numero_neuf_prend_la_place_de_l_ancien() -> None:
    un = suspendu()
    courriel = un.contacts.get().courriel
    assert envoyer() == 1
    demande = Confirmation.objects.get()
    lien = re.sub(r"https?://[^/]+", "", lien_de_confirmation(demande))
    client = Client()
    assert client.post(f"{lien}numero/", {"mobile": "03 80 00 00 00"}).status_code == 422
    client.post(f"{lien}numero/", {"mobile": "06 39 98 00 05"})
    neuf = ContactAdherent.objects.get(mobile=mobile(5))
    code = re.search(r"\d{6}", Envoi.objects.filter(message="alerte_commerce.code").get().textes["sms"])[0]  # type: ignore[index]
    assert adherents_joignables(timezone.now()) == []
    assert "confirmé" in client.post(f"{lien}numero/", {"numero": neuf.pk, "code": code}).content.decode()
    assert list(un.contacts.values_list("mobile", "courriel")) == [(mobile(5), courriel)]
    assert [joint.mobiles for joint in adherents_joignables(timezone.now())] == [(mobile(5),)]
    assert client.get(lien).status_code == 410


@pytest.mark.django_db
def test_sans_autre_moyen_on_appelle() -> None:
    un = suspendu()
    un.contacts.update(courriel="")
    [suivi] = suivre(SUSPENDU, au=timezone.now())
    assert (suivi.etat, envoyer()) == (EtatNumero.A_APPELER, 0)
    assert suivi.que_faire.startswith("Appelez")


@pytest.mark.django_db
def test_un_courriel_ou_un_numero_opposes_ne_servent_pas() -> None:
    un = suspendu()
    ContactAdherent.objects.create(adherent=un, mobile=mobile(2), verifie_le=timezone.now(), ajoute_le=timezone.now())
    accorder(mobile(2))
    assert [suivi.mobiles for suivi in suivre(SUSPENDU, au=timezone.now())] == [(mobile(2),)]
    Coordonnee.objects.filter(valeur=mobile(2)).update(suspendue_le=timezone.now())
    assert [suivi.mobiles for suivi in suivre(SUSPENDU, au=timezone.now())] == [(), ()]


@pytest.mark.django_db
def test_le_lien_d_un_commerce_n_essaie_pas_le_numero_d_un_autre() -> None:
    suspendu()
    autre = adherent("Autre", mobiles=(mobile(9),)).contacts.get()
    envoyer()
    demande = Confirmation.objects.get()
    with pytest.raises(GesteRefuse, match="pas de ce commerce"):
        confirmations.prouver_un_numero(confirmation=demande, contact=autre, code="123456", au=timezone.now())
    lien = re.sub(r"https?://[^/]+", "", lien_de_confirmation(demande))
    Client().post(f"{lien}numero/", {"numero": autre.pk, "code": ""})
    assert not Envoi.objects.filter(message="alerte_commerce.code", remises__coordonnee__valeur=mobile(9)).exists()
    assert Client().post(lien, {"reponse": "oui"}).status_code == 200
    assert Coordonnee.objects.get(valeur=mobile(1)).suspendue_le is not None


@pytest.mark.django_db
def test_une_seconde_suspension_se_redemande() -> None:
    suspendu()
    assert (envoyer(), envoyer()) == (1, 0)
    Coordonnee.objects.filter(valeur=mobile(1)).update(suspendue_le=timezone.now() + timedelta(seconds=5))
    assert (envoyer(), Confirmation.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_l_ecran_dit_que_faire_et_envoie(mission: Personne, connecte: Callable[[Personne], Client]) -> None:
    suspendu()
    client = connecte(mission)
    page = client.get("/alerte-commerce/gestion/numeros/a-revoir/")
    assert (page.context["prevu"].courriels, page.context["prevu"].sms) == (1, 0)
    assert "Envoyez la demande" in page.content.decode()
    suite = client.post("/alerte-commerce/gestion/numeros/suspendu/demander/", {"attendus": "1"})
    assert suite.url.startswith("/travaux/")
