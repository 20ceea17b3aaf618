"""Les boucles d'envoi, contre un vrai serveur SMPP : partir une fois, savoir ce qui est reçu, ralentir, basculer."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import OperationalError
from django.utils import timezone

from tissu.messages.choices import Canal, EtatPartie, EtatRemise, SensDuChoix, SourceDuChoix
from tissu.messages.models import Choix, Coordonnee, Envoi, EtatOperateur, Partie, Remise, ReponseRecue
from tissu.messages.operations import deposer
from tissu.messages.tests.fabrique import Alerte, en_marche, numeros, par_smpp
from tissu.messages.tests.smsc import Smsc

T = TypeVar("T")
pytestmark = pytest.mark.django_db(transaction=True)


def patiemment(geste: Callable[[], T]) -> T:
    """La base d'essai est en mémoire, commune aux fils : un verrou s'y refuse au lieu de s'y attendre."""
    for _ in range(200):
        try:
            return geste()
        except OperationalError:
            time.sleep(0.02)
    return geste()


def deposer_ici(message: Alerte) -> Envoi:
    return patiemment(lambda: deposer(message, auteur=None, au=timezone.now()))


def attendre(vrai: Callable[[], bool], delai: float = 15.0) -> None:
    fin = time.monotonic() + delai
    while not patiemment(vrai):
        etats = patiemment(lambda: Counter(Partie.objects.values_list("etat", "motif")))
        assert time.monotonic() < fin, etats
        time.sleep(0.05)


def recues(combien: int) -> Callable[[], bool]:
    return lambda: Remise.objects.filter(etat=EtatRemise.RECUE).count() == combien


def test_une_alerte_part_une_fois_et_se_dit_recue(smsc: Smsc) -> None:
    deposer_ici(Alerte(numeros(120)))
    with en_marche(par_smpp(smsc.port)):
        attendre(recues(120))
    comptes = smsc.comptes("tissu")
    assert {numero: compte["pdu"] for numero, compte in comptes.items()} == {n[1:]: 1 for n in numeros(120)}
    partie = Partie.objects.select_related("remise").first()
    assert partie is not None and partie.identifiant and partie.prise_le <= partie.remise_le <= partie.accusee_le
    assert partie.remise.recue_le == partie.accusee_le
    assert Coordonnee.objects.filter(echecs_suite=0, recue_le__isnull=False).count() == 120


def test_un_long_sms_arrive_entier(smsc: Smsc) -> None:
    texte = "à" * 152 + "€" + "b" * 152
    deposer_ici(Alerte(numeros(3), texte=texte))
    assert set(Remise.objects.values_list("segments", flat=True)) == {3}
    with en_marche(par_smpp(smsc.port)):
        attendre(recues(3))
    telephones = smsc.telephones()
    assert [[message["texte"] for message in un["messages"]] for un in telephones] == [[texte]] * 3


def test_un_numero_injoignable_echoue_puis_se_suspend(smsc: Smsc) -> None:
    numero = numeros(1)[0]
    smsc.regler("tissu", numeros_en_echec=[numero[1:]])
    with en_marche(par_smpp(smsc.port)):
        for fois in range(1, 4):
            deposer_ici(Alerte((numero,), fait=str(fois)))
            attendre(lambda fois=fois: Remise.objects.filter(etat=EtatRemise.ECHOUEE).count() == fois)
    assert Coordonnee.objects.get().suspendue_le is not None
    deposer_ici(Alerte((numero,), fait="4"))
    assert Remise.objects.get(envoi__cle="essai.alerte:4").etat == EtatRemise.ECARTEE


def test_un_sms_de_deux_parties_injoignable_n_echoue_qu_une_fois(smsc: Smsc) -> None:
    numero = numeros(1)[0]
    smsc.regler("tissu", numeros_en_echec=[numero[1:]], delai_recu_ms=[50, 400])
    deposer_ici(Alerte((numero,), texte="a" * 200))
    with en_marche(par_smpp(smsc.port)):
        attendre(lambda: Partie.objects.filter(etat=EtatPartie.ECHOUEE).count() == 2)
    assert Coordonnee.objects.get().echecs_suite == 1


def test_stop_n_arrete_que_s_il_est_tout_le_message(smsc: Smsc) -> None:
    un, deux = numeros(2)
    deposer_ici(Alerte((un, deux)))
    with en_marche(par_smpp(smsc.port)):
        attendre(recues(2))
        smsc.repondre(un[1:], "Stop.")
        smsc.repondre(deux[1:], "Il y a un stop au bout de la rue")
        attendre(lambda: ReponseRecue.objects.count() == 2)
    choix = Choix.objects.get()
    assert (choix.coordonnee.valeur, choix.sens, choix.source) == (un, SensDuChoix.OPPOSE, SourceDuChoix.STOP)
    deposer_ici(Alerte((un, deux), fait="2"))
    assert Partie.objects.filter(remise__envoi__cle="essai.alerte:2").count() == 1


def test_l_operateur_qui_freine_est_ecoute(smsc: Smsc) -> None:
    smsc.regler("tissu", debit=20)
    deposer_ici(Alerte(numeros(60)))
    with en_marche(par_smpp(smsc.port)):
        attendre(recues(60), delai=30)
    assert all(compte["pdu"] == 1 for compte in smsc.comptes("tissu").values())


def test_la_ligne_coupee_laisse_au_plus_une_fenetre_incertaine(smsc: Smsc) -> None:
    smsc.regler("tissu", delai_reponse_ms=200)
    deposer_ici(Alerte(numeros(100)))
    with en_marche(par_smpp(smsc.port, fenetre=10)) as boucles:
        attendre(lambda: len(smsc.journal("tissu")) >= 20)
        boucles[0].arreter()
        smsc.couper("tissu")
        attendre(lambda: not Partie.objects.filter(etat=EtatPartie.EN_VOL).exists())
    assert Partie.objects.filter(etat=EtatPartie.INCERTAINE).count() <= 10


def test_l_operateur_absent_est_remplace(smsc: Smsc) -> None:
    smsc.regler("tissu", refuser_connexion=True)
    deposer_ici(Alerte(numeros(30)))
    with en_marche(par_smpp(smsc.port), par_smpp(smsc.port, "secours")):
        attendre(recues(30))
        attendre(lambda: EtatOperateur.objects.filter(nom="tissu", erreur__contains="refuse la liaison").exists())
    assert set(Partie.objects.values_list("operateur", flat=True)) == {"secours"}


def test_l_operateur_lent_passe_apres(smsc: Smsc) -> None:
    au = timezone.now()
    deposer_ici(Alerte(numeros(40), fait="hier"))
    Partie.objects.update(
        etat=EtatPartie.RECUE, operateur="tissu", remise_le=au - timedelta(minutes=10),
        accusee_le=au - timedelta(minutes=1),
    )  # fmt: skip
    with en_marche(par_smpp(smsc.port), par_smpp(smsc.port, "secours")):
        attendre(lambda: EtatOperateur.objects.filter(nom="tissu", lent_jusqu_a__gt=au).exists())
        attendre(lambda: EtatOperateur.objects.filter(nom="secours", ecoutee_depuis__isnull=False).exists())
        deposer_ici(Alerte(numeros(20), fait="maintenant"))
        attendre(recues(20))
    assert set(
        Partie.objects.filter(remise__envoi__cle="essai.alerte:maintenant").values_list("operateur", flat=True)
    ) == {"secours"}
    assert Canal.SMS in set(Partie.objects.values_list("canal", flat=True))
