"""Demander, prouver son mobile, être accepté, recevoir le kit, partir : ce qui s'écrit et ce qui se refuse."""

from datetime import timedelta
from typing import Any

import pytest

from tissu.actions.alerte_commerce.choices import ALERTES, EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.models import (
    Adherent,
    CodeDeVerification,
    ContactAdherent,
    LienPersonnel,
    MouvementDeStock,
    Stock,
)
from tissu.actions.alerte_commerce.operations import adhesion, decisions, departs, fiche, liens, stock, verification
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.liens import adherent_du_lien, contact_du_depart, lien_de_depart
from tissu.actions.alerte_commerce.rules.codes import EtatDuCode
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, mobile, personne
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.tests import fabrique as locaux
from tissu.messages.choices import SensDuChoix
from tissu.messages.models import Choix, Coordonnee, Envoi
from tissu.socle.conflits import ConflitDeSaisie

pytestmark = pytest.mark.django_db
COMMERCE = {"nom": "Boutique d'essai", "adresse": "3 rue du Four", "code_commune": "21231", "activite": "alimentaire"}
CONTACT = {"nom": "Dominique Essai", "mobile": "06 39 98 00 01", "courriel": "Dominique@Exemple.Test"}
SIGNATURE = adhesion.Signature("2024-1", "Dominique Essai")


def demander(**champs: Any) -> ContactAdherent:
    contact = {**CONTACT, **champs.pop("contact", {})}
    signature = champs.pop("signature", SIGNATURE)
    return adhesion.demander_adhesion(commerce={**COMMERCE, **champs}, contact=contact, signature=signature, au=AU)


def code_recu() -> str:
    texte = Envoi.objects.filter(message="alerte_commerce.code").order_by("-pk")[0].textes["sms"]
    return "".join(signe for signe in texte.split("est ")[1][:6])


def verifier(contact: ContactAdherent) -> None:
    verification.envoyer_code(contact=contact, adresse_ip="192.0.2.1", au=AU)
    assert verification.verifier_code(contact=contact, code=code_recu(), au=AU).etat is EtatDuCode.JUSTE


def test_du_formulaire_a_l_alerte(mission: Personne) -> None:
    contact = demander()
    assert (contact.mobile, contact.courriel, contact.verifie_le) == ("+33639980001", "dominique@exemple.test", None)
    assert contact.adherent.etat == EtatAdherent.DEMANDE
    verifier(contact)
    un = Adherent.objects.get()
    assert (un.etat, un.charte_version, un.charte_signataire) == ("a_verifier", "2024-1", "Dominique Essai")
    assert adherents_joignables(AU) == []
    decisions.accepter(adherent=un, auteur=mission, au=AU)
    assert [ici.mobiles for ici in adherents_joignables(AU)] == [("+33639980001",)]
    choix = Choix.objects.get(finalite=ALERTES.slug, coordonnee__canal="sms")
    assert choix.preuve == "Charte 2024-1 signée le 23\xa0nov.\xa02026 par Dominique Essai"
    assert [etape.geste for etape in un.etapes.order_by("pk")] == ["demande", "code", "verifie", "accepte"]
    bienvenue = Envoi.objects.get(message="alerte_commerce.suite")
    assert [remise.canal for remise in bienvenue.remises.all()] == ["courriel"]


def test_la_meme_demande_reprise_n_en_fait_qu_une() -> None:
    demander()
    contact = demander(adresse="5 rue du Four", contact={"courriel": ""})
    assert Adherent.objects.get().adresse == "5 rue du Four"
    assert contact.courriel == ""


def test_un_local_donne_sa_position() -> None:
    local = locaux.local("Pain", "boulangerie", rue="RUE DU FOUR", numero="3")
    assert (demander().adherent.lon, demander(reference=local.reference).adherent.local) == (local.lon, local)


@pytest.mark.parametrize(
    ("faute", "phrase"),
    [
        ({"nom": " "}, "Donnez le nom"),
        ({"siret": "12345678901234"}, "n'est pas un SIRET juste"),
        ({"code_commune": "75056"}, "n'est pas une commune"),
        ({"activite": "piraterie"}, "famille d'activités"),
        ({"contact": {"mobile": "03 80 00 00 00"}}, "n'est pas"),
        ({"signature": adhesion.Signature("2019-1", "Moi")}, "La charte a changé"),
        ({"signature": adhesion.Signature("2024-1", "  ")}, "Écrivez votre nom"),
    ],
)
def test_une_demande_fautive_ne_s_ecrit_pas(faute: dict[str, Any], phrase: str) -> None:
    with pytest.raises(GesteRefuse, match=phrase):
        demander(**faute)
    assert Adherent.objects.count() == 0


def test_le_code_n_est_jamais_garde_en_clair_ni_l_adresse() -> None:
    contact = demander()
    verification.envoyer_code(contact=contact, adresse_ip="192.0.2.1", au=AU)
    garde = CodeDeVerification.objects.get()
    assert code_recu() not in garde.empreinte
    assert len(garde.empreinte) == len(garde.origine) == 64


def test_cinq_essais_puis_plus_aucun() -> None:
    contact = demander()
    verification.envoyer_code(contact=contact, adresse_ip="", au=AU)
    juste = code_recu()
    faux = f"{(int(juste) + 1) % 1_000_000:06d}"
    etats = [verification.verifier_code(contact=contact, code=faux, au=AU).etat for _ in range(5)]
    assert etats == [EtatDuCode.FAUX] * 4 + [EtatDuCode.EPUISE]
    assert verification.verifier_code(contact=contact, code=juste, au=AU).etat is EtatDuCode.EPUISE
    assert Adherent.objects.get().etat == EtatAdherent.DEMANDE


def test_un_code_expire_et_un_neuf_remplace_l_ancien() -> None:
    contact = demander()
    verification.envoyer_code(contact=contact, adresse_ip="", au=AU)
    premier = code_recu()
    plus_tard = AU + timedelta(minutes=10)
    assert verification.verifier_code(contact=contact, code=premier, au=plus_tard).etat is EtatDuCode.PERIME
    verification.envoyer_code(contact=contact, adresse_ip="", au=plus_tard)
    assert verification.verifier_code(contact=contact, code=code_recu(), au=plus_tard).etat is EtatDuCode.JUSTE
    assert verification.verifier_code(contact=contact, code=code_recu(), au=plus_tard).etat is EtatDuCode.UTILISE


def test_trois_codes_par_heure_a_un_numero_quel_que_soit_le_commerce() -> None:
    for rang in range(3):
        contact = demander(nom=f"Boutique {rang}")
        verification.envoyer_code(contact=contact, adresse_ip=f"192.0.2.{rang}", au=AU)
    with pytest.raises(GesteRefuse, match="Plusieurs codes"):
        verification.envoyer_code(contact=contact, adresse_ip="192.0.2.9", au=AU)


def test_vingt_codes_par_heure_d_une_meme_adresse() -> None:
    for rang in range(20):
        contact = demander(nom=f"Boutique {rang}", contact={"mobile": mobile(rang)})
        verification.envoyer_code(contact=contact, adresse_ip="192.0.2.1", au=AU)
    autre = demander(nom="De trop", contact={"mobile": mobile(50)})
    with pytest.raises(GesteRefuse, match="d'ici"):
        verification.envoyer_code(contact=autre, adresse_ip="192.0.2.1", au=AU)
    verification.envoyer_code(contact=autre, adresse_ip="192.0.2.2", au=AU)


def test_refuser_dit_pourquoi_et_efface_les_coordonnees(mission: Personne) -> None:
    contact = demander()
    verifier(contact)
    with pytest.raises(GesteRefuse, match="Dites pourquoi"):
        decisions.refuser(adherent=contact.adherent, motif=" ", auteur=mission, au=AU)
    decisions.refuser(adherent=contact.adherent, motif="Hors du territoire", auteur=mission, au=AU)
    un = Adherent.objects.get()
    assert (un.etat, un.motif, un.contacts.count()) == ("refuse", "Hors du territoire", 0)
    assert "Hors du territoire" in Envoi.objects.get(message="alerte_commerce.suite").textes["courriel"]


def test_demander_une_precision_et_y_repondre(mission: Personne) -> None:
    contact = demander()
    verifier(contact)
    decisions.demander_precision(adherent=contact.adherent, question="Quel étage ?", auteur=mission, au=AU)
    lien = Envoi.objects.get(message="alerte_commerce.suite").textes["courriel"].split("espace/")[1].split("/")[0]
    assert adherent_du_lien(lien, au=AU) == contact.adherent
    assert adherent_du_lien(lien, au=AU + timedelta(hours=49)) is None
    decisions.repondre(adherent=contact.adherent, reponse="Le premier", au=AU)
    assert Adherent.objects.get().reponse == "Le premier"
    decisions.accepter(adherent=contact.adherent, auteur=mission, au=AU)
    with pytest.raises(GesteRefuse, match="n'est plus possible"):
        decisions.accepter(adherent=contact.adherent, auteur=mission, au=AU)


@pytest.mark.parametrize("organisation", ["metropole", "agence", "police"])
def test_seule_la_chambre_decide(organisation: str) -> None:
    auteur = personne(Role.CHARGE_MISSION, organisation=organisation)
    un = adherent(etat=EtatAdherent.A_VERIFIER)
    for geste in (
        lambda: decisions.accepter(adherent=un, auteur=auteur, au=AU),
        lambda: decisions.refuser(adherent=un, motif="x", auteur=auteur, au=AU),
        lambda: decisions.suspendre(adherent=un, motif="x", auteur=auteur, au=AU),
        lambda: fiche.envoyer_du_stock(adherent=un, articles={"kit": 1}, auteur=auteur, au=AU),
        lambda: stock.mouvoir(article="kit", quantite=3, motif="x", auteur=auteur, au=AU),
        lambda: departs.quitter(adherent=un, auteur=auteur, au=AU),
    ):
        with pytest.raises(GesteRefuse, match="la chambre"):
            geste()
    assert Adherent.objects.get().etat == EtatAdherent.A_VERIFIER


def test_partir_efface_tout_et_arrete_les_alertes() -> None:
    un = adherent(mobiles=(mobile(1), mobile(2)))
    liens.creer_lien(adherent=un, au=AU)
    departs.quitter(adherent=un, au=AU)
    departs.quitter(adherent=un, au=AU)
    parti = Adherent.objects.get()
    assert (parti.etat, parti.parti_le, parti.charte_version) == ("parti", AU.date(), "2024-1")
    assert (ContactAdherent.objects.count(), LienPersonnel.objects.count(), adherents_joignables(AU)) == (0, 0, [])
    assert set(Choix.objects.values_list("sens", flat=True)) == {SensDuChoix.OPPOSE}
    assert parti.etapes.filter(geste=GesteAdherent.PARTI).count() == 1


def test_un_numero_de_deux_boutiques_reste_joignable_a_l_autre() -> None:
    nord, sud = adherent("Nord", mobiles=(mobile(1),)), adherent("Sud", mobiles=(mobile(1),))
    departs.quitter(adherent=nord, au=AU)
    assert [un.pk for un in adherents_joignables(AU)] == [sud.pk]


def test_le_lien_de_depart_ne_se_devine_pas() -> None:
    contact = adherent().contacts.get()
    signe = lien_de_depart(contact.pk).rstrip("/").split("/")[-1]
    assert contact_du_depart(signe) == contact
    assert contact_du_depart(signe.replace(str(contact.pk), str(contact.pk + 1), 1)) is None


def test_retirer_un_numero_puis_le_dernier() -> None:
    un = adherent(mobiles=(mobile(1), mobile(2)))
    premier, second = un.contacts.order_by("pk")
    departs.retirer_contact(contact=premier, au=AU)
    assert [ici.mobiles for ici in adherents_joignables(AU)] == [(mobile(2),)]
    departs.retirer_contact(contact=second, au=AU)
    assert Adherent.objects.get().etat == EtatAdherent.PARTI


def test_un_numero_ajoute_ne_recoit_qu_apres_son_code() -> None:
    un = adherent(mobiles=(mobile(1),))
    nouveau = fiche.ajouter_numero(adherent=un, nom="Associé", mobile="0639980002", au=AU)
    assert [ici.mobiles for ici in adherents_joignables(AU)] == [(mobile(1),)]
    verifier(nouveau)
    assert [ici.mobiles for ici in adherents_joignables(AU)] == [(mobile(1), mobile(2))]
    with pytest.raises(GesteRefuse, match="déjà"):
        fiche.ajouter_numero(adherent=un, nom="", mobile="0639980002", au=AU)


def test_un_numero_suspendu_revient_par_un_code() -> None:
    un = adherent(mobiles=(mobile(1),))
    Coordonnee.objects.filter(valeur=mobile(1)).update(suspendue_le=AU, echecs_suite=3)
    assert adherents_joignables(AU) == []
    verifier(un.contacts.get())
    assert [ici.pk for ici in adherents_joignables(AU)] == [un.pk]


def test_le_stock_ne_passe_jamais_sous_zero(mission: Personne) -> None:
    un = adherent()
    stock.mouvoir(article="vitrophanie", quantite=2, motif="Livraison", auteur=mission, au=AU)
    fiche.envoyer_du_stock(adherent=un, articles={"vitrophanie": 1, "guide": 0}, auteur=mission, au=AU)
    with pytest.raises(GesteRefuse, match="Il ne reste que 0 « Guide"):
        fiche.envoyer_du_stock(adherent=un, articles={"vitrophanie": 1, "guide": 1}, auteur=mission, au=AU)
    assert Stock.objects.get(article="vitrophanie").quantite == 1
    with pytest.raises(GesteRefuse, match="Il ne reste que 1"):
        stock.mouvoir(article="vitrophanie", quantite=-2, motif="Inventaire", auteur=mission, au=AU)
    assert list(MouvementDeStock.objects.order_by("pk").values_list("quantite", "adherent")) == [(2, None), (-1, un.pk)]


def test_regler_sa_distance() -> None:
    un = adherent()
    fiche.regler(adherent=un, preferences={"rayon_m": 500, "horaires": {"lundi": [["09:00", "19:00"]]}}, au=AU)
    [joignable] = adherents_joignables(AU)
    assert (joignable.rayon_m, joignable.horaires) == (500, {"lundi": [["09:00", "19:00"]]})
    with pytest.raises(GesteRefuse, match="se choisit parmi"):
        fiche.regler(adherent=un, preferences={"rayon_m": 12}, au=AU)


def test_deux_personnes_ne_s_effacent_pas(mission: Personne) -> None:
    un = adherent()
    fiche.modifier(adherent=un, version=1, champs={**COMMERCE, "nom": "Renommée"}, auteur=mission, au=AU)
    with pytest.raises(ConflitDeSaisie):
        fiche.modifier(adherent=un, version=1, champs=COMMERCE, auteur=mission, au=AU)
    assert Adherent.objects.get().nom == "Renommée"


def test_un_lien_part_a_qui_est_connu_et_a_lui_seul() -> None:
    un = adherent(mobiles=(mobile(1),))
    assert liens.envoyer_lien(coordonnee="06 39 98 00 01", au=AU) == 1
    assert liens.envoyer_lien(coordonnee=un.contacts.get().courriel.upper(), au=AU) == 1
    assert liens.envoyer_lien(coordonnee="06 39 98 77 77", au=AU) == 0
    assert liens.envoyer_lien(coordonnee="n'importe quoi", au=AU) == 0
    assert liens.envoyer_lien(coordonnee="0639980001", au=AU) == 1
    assert liens.envoyer_lien(coordonnee="0639980001", au=AU) == 0


def test_la_preuve_s_efface_apres_trois_ans() -> None:
    ancien = adherent("Ancien", etat=EtatAdherent.PARTI, parti_le=AU.date().replace(year=2023, month=10))
    recent = adherent("Récent", etat=EtatAdherent.PARTI, parti_le=AU.date().replace(year=2024))
    adherent("Délaissée", etat=EtatAdherent.DEMANDE, demande_le=AU - timedelta(days=31))
    assert departs.effacer_les_preuves(au=AU) == 2
    assert list(Adherent.objects.values_list("pk", flat=True)) == [recent.pk]
    assert not Adherent.historique.filter(id=ancien.pk).exists()


def test_codes_et_liens_expires_s_effacent() -> None:
    un = adherent(mobiles=(mobile(1),))
    verification.envoyer_code(contact=un.contacts.get(), adresse_ip="192.0.2.1", au=AU)
    liens.creer_lien(adherent=un, au=AU)
    departs.effacer_les_preuves(au=AU + timedelta(hours=23))
    assert (CodeDeVerification.objects.count(), LienPersonnel.objects.count()) == (1, 1)
    departs.effacer_les_preuves(au=AU + timedelta(days=3))
    assert (CodeDeVerification.objects.count(), LienPersonnel.objects.count()) == (0, 0)
