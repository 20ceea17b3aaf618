"""Déposer, choisir, annuler, effacer : ce qui entre dans la boîte d'envoi, et ce qui en sort."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tissu.messages.canaux.ligne import Accepte
from tissu.messages.choices import Canal, EtatPartie, EtatRemise, MotifEcart, SensDuChoix, SourceDuChoix
from tissu.messages.contrat import Message
from tissu.messages.models import Coordonnee, Envoi, Partie, Poste, Remise, ReponseRecue
from tissu.messages.operations import (
    DepotRefuse,
    annuler,
    choisir,
    deposer,
    empreinte_de,
    suspendre,
    verifier_coordonnee,
)
from tissu.messages.operations.departs import prendre, relacher
from tissu.messages.operations.effacement import effacer
from tissu.messages.operations.postes import PostePerdu, PosteTenu, battre, ouvrir_poste
from tissu.messages.operations.retours import noter
from tissu.messages.tests.fabrique import Alerte, AvecAccord, Nouvelle, Personnelle, numeros

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUIT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
UN, DEUX = numeros(2)


def poser(message: Message, au: datetime = LUNDI) -> Envoi:
    return deposer(message, auteur=None, au=au)


def dire(numero: str, sens: SensDuChoix, finalite: str = "", au: datetime = LUNDI) -> None:
    choisir(
        canal=Canal.SMS, valeur=numero, finalite=finalite, sens=sens, source=SourceDuChoix.AGENT, auteur=None, au=au
    )


def poste() -> Poste:
    return ouvrir_poste(operateur="tissu", au=LUNDI)


def pris(un: Poste, places: int = 100, au: datetime = LUNDI) -> list[str]:
    return [depart.vers for depart in prendre(poste=un, canal=Canal.SMS, places=places, au=au).departs]


def partis(un: Poste, au: datetime = LUNDI, canal: Canal = Canal.SMS) -> list[str]:
    """Ce que le facteur prend, et que l'opérateur accepte aussitôt."""
    departs = prendre(poste=un, canal=canal, places=100, au=au).departs
    noter(poste=un, evenements=[Accepte(depart.partie, str(depart.partie)) for depart in departs], au=au)
    return [depart.vers for depart in departs]


def test_le_meme_fait_ne_depose_qu_un_envoi() -> None:
    assert poser(Alerte((UN,))) == poser(Alerte((UN, DEUX)))
    assert Partie.objects.count() == 1


def test_un_numero_en_double_ne_recoit_qu_une_fois() -> None:
    envoi = poser(Alerte((UN, DEUX, UN)))
    assert list(envoi.remises.order_by("pk").values_list("etat", "motif")) == [
        (EtatRemise.ATTENTE, ""), (EtatRemise.ATTENTE, ""), (EtatRemise.ECARTEE, MotifEcart.DOUBLON),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Remise.objects.filter(etat=EtatRemise.ECARTEE).update(etat=EtatRemise.ATTENTE)


def test_ce_qui_a_ete_montre_est_ce_qui_part() -> None:
    vue = empreinte_de(Alerte((UN,)))
    with pytest.raises(DepotRefuse, match="a changé depuis l'aperçu"):
        deposer(Alerte((UN, DEUX)), auteur=None, au=LUNDI, attendue=vue)
    assert not Envoi.objects.exists()
    assert deposer(Alerte((UN,)), auteur=None, au=LUNDI, attendue=vue).empreinte == vue


def test_un_texte_impossible_ne_depose_rien() -> None:
    with pytest.raises(DepotRefuse):
        poser(Alerte((UN,), texte="a\x00b"))
    assert not Envoi.objects.exists()


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        ([], MotifEcart.SANS_ACCORD),
        ([(SensDuChoix.ACCEPTE, "alertes")], ""),
        ([(SensDuChoix.ACCEPTE, "alertes"), (SensDuChoix.OPPOSE, "")], MotifEcart.OPPOSITION),
        ([(SensDuChoix.OPPOSE, ""), (SensDuChoix.ACCEPTE, "alertes")], ""),
        ([(SensDuChoix.ACCEPTE, "autre")], MotifEcart.SANS_ACCORD),
        ([(SensDuChoix.ACCEPTE, "")], MotifEcart.SANS_ACCORD),
    ],
)
def test_sans_accord_pas_de_message(choix: list[tuple[SensDuChoix, str]], attendu: str) -> None:
    for rang, (sens, finalite) in enumerate(choix):
        dire(UN, sens, finalite, LUNDI + timedelta(minutes=rang))
    assert poser(AvecAccord((UN,))).remises.get().motif == attendu


def test_l_opposition_d_apres_le_depot_est_entendue() -> None:
    envoi = poser(Alerte((UN, DEUX)))
    dire(UN, SensDuChoix.OPPOSE)
    assert pris(poste()) == [DEUX]
    assert envoi.remises.get(coordonnee__valeur=UN).etat == EtatRemise.ECARTEE


def test_une_adresse_suspendue_attend_d_etre_verifiee() -> None:
    poser(Alerte((UN,)))
    suspendre(coordonnee=Coordonnee.objects.get(), au=LUNDI)
    assert poser(Alerte((UN,), fait="2")).remises.get().motif == MotifEcart.SUSPENDUE
    verifier_coordonnee(canal=Canal.SMS, valeur=UN, au=LUNDI)
    assert poser(Alerte((UN,), fait="3")).remises.get().etat == EtatRemise.ATTENTE


def test_la_nuit_l_urgent_part_le_reste_attend() -> None:
    poser(Alerte((UN,)), NUIT)
    poser(Nouvelle((DEUX,)), NUIT)
    un = poste()
    assert pris(un, au=NUIT) == [UN]
    assert pris(un, au=datetime(2026, 11, 24, 7, 0, tzinfo=UTC)) == [DEUX]


def test_le_budget_d_une_adresse_vaut_pour_toutes_les_actions() -> None:
    for rang in range(3):
        poser(Nouvelle((UN,), fait=str(rang)))
    un = poste()
    assert pris(un) == [UN, UN]
    assert pris(un, au=LUNDI + timedelta(hours=1)) == []
    assert pris(un, au=LUNDI + timedelta(days=1, minutes=1)) == [UN]
    poser(Alerte((UN,)), LUNDI + timedelta(days=1))
    assert pris(un, au=LUNDI + timedelta(days=1, minutes=2)) == [UN]


def test_le_budget_est_celui_de_la_personne_par_tous_ses_canaux() -> None:
    for rang in range(3):
        poser(Personnelle((UN,), fait=str(rang), courriels=("lea@boutique.example",)))
    un = poste()
    # Le même message par deux canaux n'en fait qu'un ; le troisième attend sur les deux.
    assert partis(un) == [UN, UN]
    assert partis(un, canal=Canal.COURRIEL) == ["lea@boutique.example"] * 2
    demain = LUNDI + timedelta(days=1, minutes=1)
    assert [partis(un, canal=canal, au=demain) for canal in (Canal.SMS, Canal.COURRIEL)] == [
        [UN], ["lea@boutique.example"],
    ]  # fmt: skip


def test_changer_d_adresse_n_agrandit_pas_le_budget() -> None:
    for rang, numero in enumerate((UN, UN, DEUX)):
        poser(Personnelle((numero,), fait=str(rang)))
    un = poste()
    assert partis(un) == [UN, UN]
    assert partis(un, au=LUNDI + timedelta(days=1, minutes=1)) == [DEUX]


def test_deux_envois_de_meme_priorite_avancent_du_meme_pas() -> None:
    poser(Alerte(numeros(50)[:20], fait="grand"))
    poser(Alerte(numeros(50)[20:23], fait="petit"))
    assert sorted(pris(poste(), places=6)) == sorted([*numeros(50)[:3], *numeros(50)[20:23]])


def test_trop_tard_rien_ne_part() -> None:
    envoi = poser(Alerte((UN,)))
    assert pris(poste(), au=LUNDI + timedelta(hours=7)) == []
    assert envoi.remises.get().etat == EtatRemise.PERIMEE


def test_annuler_retient_ce_qui_n_est_pas_parti() -> None:
    envoi = poser(Alerte(numeros(5)))
    assert len(pris(poste(), places=2)) == 2
    assert annuler(envoi=envoi, au=LUNDI) == 3
    assert Partie.objects.filter(etat=EtatPartie.EN_VOL).count() == 2


def test_relache_il_repart() -> None:
    poser(Alerte((UN,)))
    un = poste()
    pris(un)
    relacher(poste=un, parties=list(Partie.objects.values_list("pk", flat=True)), au=LUNDI)
    assert pris(un) == [UN]


def test_un_poste_ne_relache_pas_ce_qu_un_autre_a_repris() -> None:
    poser(Alerte((UN,)))
    endormi = poste()
    pris(endormi)
    suivant = ouvrir_poste(operateur="tissu", au=LUNDI + timedelta(minutes=1))
    Partie.objects.update(etat=EtatPartie.ATTENTE, poste=None)
    pris(suivant)
    relacher(poste=endormi, parties=list(Partie.objects.values_list("pk", flat=True)), au=LUNDI)
    assert Partie.objects.get().etat == EtatPartie.EN_VOL


def test_une_ligne_n_a_qu_un_poste() -> None:
    un = poste()
    with pytest.raises(PosteTenu):
        ouvrir_poste(operateur="tissu", au=LUNDI + timedelta(seconds=1))
    poser(Alerte((UN,)))
    pris(un)
    plus_tard = LUNDI + timedelta(minutes=1)
    ouvrir_poste(operateur="tissu", au=plus_tard)
    assert Partie.objects.get().etat == EtatPartie.INCERTAINE
    with pytest.raises(PostePerdu):
        battre(poste=un, ecoutee_depuis=None, au=plus_tard)


def test_les_textes_s_effacent_les_comptes_restent() -> None:
    envoi = poser(Alerte((UN,)))
    ReponseRecue.objects.create(operateur="tissu", numero=UN, texte="merci", recue_le=LUNDI)
    assert effacer(au=LUNDI + timedelta(days=1)) == 0
    assert effacer(au=LUNDI + timedelta(days=366)) == 1
    envoi.refresh_from_db()
    assert (envoi.textes, envoi.segments, envoi.remises.get().nom) == ({}, 1, "")
    assert not ReponseRecue.objects.exists()
