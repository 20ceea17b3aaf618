"""Faire confirmer huit cents numéros : ce qui attend, ce qui part une fois et se relance une fois, la réponse."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent, EtatNumero, MotifConfirmation
from tissu.actions.alerte_commerce.models import Adherent, Confirmation, ContactAdherent, EtapeAdherent
from tissu.actions.alerte_commerce.operations import confirmations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries import confirmations as lectures
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.queries.envoi_prevu import prevoir
from tissu.actions.alerte_commerce.rules import confirmations as regles
from tissu.actions.alerte_commerce.tasks import confirmer
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, mobile
from tissu.actions.alerte_commerce.tests.test_imports import ENTETE, applique, ligne
from tissu.comptes.models import Acces, Personne
from tissu.messages.choices import Canal, Priorite, SensDuChoix, SourceDuChoix
from tissu.messages.models import Choix, Envoi, Partie, Remise
from tissu.messages.operations import choisir
from tissu.messages.rules.segmentation import GSM, segmenter
from tissu.socle.models import Travail
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
CAS = Path(__file__).parent / "cas"
IMPORTE = MotifConfirmation.IMPORTE
Connecter = Callable[[Personne], Client]


@pytest.mark.parametrize(
    "cas", yaml.safe_load((CAS / "confirmations.yaml").read_text(encoding="utf-8")), ids=lambda cas: cas["nom"]
)
def test_ou_en_est_un_numero(cas: dict[str, Any]) -> None:
    dernier = AU - timedelta(days=cas["jours"]) if "jours" in cas else None
    trouve = regles.etat(
        envois=cas["envois"], dernier=dernier, confirme=cas.get("confirme", False),
        joignable=cas.get("joignable", True), au=AU, silence=timedelta(days=10),
    )  # fmt: skip
    assert trouve == cas["etat"]


@pytest.mark.parametrize("texte", [
    regles.sms_de_confirmation("https://alerte.exemple-de-metropole.fr/ac/12345-AbCdEfGhIjKlMnOp/", limite="26/12"),
    regles.sms_a_revoir("https://alerte.exemple-de-metropole.fr/ac/12345-AbCdEfGhIjKlMnOp/", fin="07", limite="26/12"),
])  # fmt: skip
def test_une_demande_tient_en_un_sms(texte: str) -> None:
    assert (segmenter(texte).combien, segmenter(texte).encodage) == (1, GSM)


def importer(*numeros: int, en_service: bool = True) -> list[Adherent]:
    """Un commerce par numéro, venus d'un fichier."""
    lignes = [ligne(f"Commerce {rang}", adresse=f"{rang} rue du Four", numero=f"063998{rang:04d}") for rang in numeros]
    applique(*lignes, en_service=en_service)
    return list(Adherent.objects.order_by("pk"))


def envoyer(au: datetime = AU, motif: str = IMPORTE, **options: Any) -> int:
    return confirmations.poursuivre(motif=motif, auteur=None, au=au, suivi=SansSuivi(), **options)


def etats(au: datetime = AU, motif: str = IMPORTE) -> list[str]:
    return [str(un.etat) for un in lectures.suivre(motif, au=au)]


def liens() -> list[str]:
    """Les adresses des liens envoyés, dans l'ordre, sans leur domaine."""
    textes = Remise.objects.order_by("pk").values_list("textes", flat=True)
    return [re.search(r"https?://[^/]+(/ac/\S+)", str(texte["sms"]))[1] for texte in textes]  # type: ignore[index]


def test_une_liste_en_service_recoit_et_reste_a_confirmer() -> None:
    importer(1, 2)
    assert [un.mobiles for un in adherents_joignables(AU)] == [(mobile(1),), (mobile(2),)]
    assert set(ContactAdherent.objects.values_list("verifie_le", "repris_le")) == {(None, AU)}
    assert etats() == ["a_demander"] * 2
    assert [(un.recoivent, un.sans_date) for un in lectures.par_fichier(lectures.suivre(IMPORTE, au=AU))] == [(2, 0)]


def test_la_date_de_la_charte_vient_du_fichier_ou_ne_s_invente_pas() -> None:
    entete = f"{ENTETE};Date de la charte"
    applique(
        f"{ligne('A', adresse='1 rue A', numero='0639980001')};03/02/2019",
        f"{ligne('B', adresse='2 rue B', numero='0639980002')};",
        f"{ligne('C', adresse='3 rue C', numero='0639980003', jour='')};", entete=entete,
    )  # fmt: skip
    dates = [un.charte_signee_le and un.charte_signee_le.date().isoformat() for un in Adherent.objects.order_by("nom")]
    assert dates == ["2019-02-03", "2020-01-15", None]
    preuves = list(Choix.objects.filter(coordonnee__canal=Canal.SMS).order_by("pk").values_list("preuve", flat=True))
    assert "signée le 3 févr. 2019" in preuves[0].replace("\xa0", " ")
    assert "de date inconnue" in preuves[2]
    [fichier] = lectures.par_fichier(lectures.suivre(IMPORTE, au=AU))
    assert (fichier.recoivent, fichier.sans_date) == (3, 1)


def test_une_liste_qui_n_est_pas_en_service_attend() -> None:
    importer(1, en_service=False)
    assert (adherents_joignables(AU), etats()) == ([], ["a_demander"])


def test_on_demande_une_fois_on_relance_une_fois_puis_on_appelle() -> None:
    importer(1, 2, 3)
    assert (envoyer(), envoyer()) == (3, 0)
    dix = AU + timedelta(days=10)
    assert (etats(dix - timedelta(hours=1)), etats(dix)) == (["demande"] * 3, ["a_relancer"] * 3)
    assert (envoyer(dix, relances_seules=True), envoyer(dix)) == (3, 0)
    assert (etats(dix), etats(dix + timedelta(days=10))) == (["relance"] * 3, ["a_appeler"] * 3)
    for jours in (10, 30, 400):
        assert envoyer(dix + timedelta(days=jours)) == 0
    assert Remise.objects.filter(canal=Canal.SMS).count() == 6
    assert len(set(liens())) == 3
    assert len(adherents_joignables(dix + timedelta(days=400))) == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(envois=3)


def test_ce_qui_part_ne_presse_pas_et_respecte_stop_et_la_nuit() -> None:
    importer(1, 2)
    choisir(canal=Canal.SMS, valeur=mobile(1), finalite="", sens=SensDuChoix.OPPOSE, source=SourceDuChoix.STOP,
            auteur=None, au=AU)  # fmt: skip
    assert etats() == ["a_appeler", "a_demander"]
    samedi_soir = datetime(2026, 11, 28, 21, tzinfo=AU.tzinfo)
    assert envoyer(samedi_soir) == 1
    envoi = Envoi.objects.get()
    assert (envoi.urgent, envoi.priorite, envoi.fondement) == (False, Priorite.CAMPAGNE, "opposition")
    parti = timezone.localtime(Partie.objects.get().due_le)
    assert (parti.isoweekday(), parti.hour) == (1, 8)


def test_un_numero_de_deux_commerces_ne_se_demande_qu_une_fois_et_vaut_pour_les_deux() -> None:
    importer(1)
    importation = ContactAdherent.objects.get().importation
    ContactAdherent.objects.create(
        adherent=adherent("Autre", mobiles=()), mobile=mobile(1), repris_le=AU, ajoute_le=AU, importation=importation
    )
    assert etats() == ["a_demander"] * 2
    assert (envoyer(timezone.now()), etats(timezone.now())) == (1, ["demande"] * 2)
    [lien] = liens()
    assert "Autre, Commerce 1" in Client().get(lien).content.decode()
    Client().post(lien, {"reponse": "oui"})
    assert not ContactAdherent.objects.filter(mobile=mobile(1), verifie_le=None).exists()


def test_la_page_ne_confirme_rien_le_bouton_si() -> None:
    [un] = importer(1, en_service=False)
    envoyer(timezone.now())
    [lien] = liens()
    for client in (Client(), Client(headers={"purpose": "prefetch"})):
        page = client.get(lien).content.decode()
        client.head(lien)
    assert "06 •• •• •• 01" in page
    assert "Commerce 1" in page and "Je m’engage" in page and "0639980001" not in page
    assert (ContactAdherent.objects.get().verifie_le, Confirmation.objects.get().reponse) == (None, "")
    assert Client(enforce_csrf_checks=True).post(lien, {"reponse": "oui"}).status_code == 403
    assert "c’est confirmé" in Client().post(lien, {"reponse": "oui"}).content.decode()
    un.refresh_from_db()
    assert (un.charte_version, un.charte_signataire) == ("2024-1", "Dominique")
    assert un.historique.filter(charte_version="papier").exists()
    assert "acceptée d'un geste" in Choix.objects.get(coordonnee__valeur=mobile(1)).preuve
    assert [joint.mobiles for joint in adherents_joignables(timezone.now())] == [(mobile(1),)]
    assert etats(timezone.now()) == ["confirme"]
    assert "c’est confirmé" in Client().get(lien).content.decode()
    assert "déjà donnée" in Client().post(lien, {"reponse": "non"}).content.decode()
    assert ContactAdherent.objects.get().mobile == mobile(1)


@pytest.mark.parametrize("mail", ["", "d@exemple.test"])
def test_ce_n_est_pas_moi_retire_le_numero_et_garde_le_commerce(mail: str) -> None:
    applique(ligne(mail=mail))
    envoyer(timezone.now())
    assert "est retiré" in Client().post(liens()[0], {"reponse": "non"}).content.decode()
    assert not ContactAdherent.objects.exclude(mobile="").exists()
    assert list(ContactAdherent.objects.values_list("courriel", flat=True)) == ([mail] if mail else [])
    un = Adherent.objects.get()
    assert (un.etat, lectures.sans_numero()) == (EtatAdherent.ACTIF, [un])
    choix = Choix.objects.get(coordonnee__valeur=mobile(1), finalite="")
    assert (choix.sens, choix.source) == (SensDuChoix.OPPOSE, SourceDuChoix.LIEN)
    assert EtapeAdherent.objects.filter(geste="pas_moi").count() == 1
    assert Client().get(liens()[0]).status_code == 410


def test_un_lien_faux_d_un_autre_ou_expire_ne_montre_rien() -> None:
    importer(1, 2)
    envoyer(timezone.now())
    un, autre = (lien.strip("/").split("/")[1] for lien in liens())
    pk, sceau = un.split("-", 1)
    for faux in (f"{pk}-{autre.split('-', 1)[1]}", f"{pk}-", pk, f"{pk}-{sceau[:-1]}", f"x{un}", f"{'9' * 40}-{sceau}"):
        reponse = Client().post(f"/ac/{faux}/", {"reponse": "oui"})
        assert (reponse.status_code, "Commerce" in reponse.content.decode().split("<h1>")[1].split("</h1>")[0]) == (
            410, False,
        )  # fmt: skip
    ContactAdherent.objects.filter(mobile=mobile(2)).update(mobile=mobile(3))
    assert Client().get(f"/ac/{autre}/").status_code == 410
    Confirmation.objects.update(expire_le=timezone.now())
    assert Client().get(f"/ac/{un}/").status_code == 410
    assert not ContactAdherent.objects.filter(verifie_le__isnull=False).exists()


def test_l_ecran_compte_chiffre_et_envoie_en_travail_de_fond(
    mission: Personne, connecte: Connecter, settings: Any
) -> None:
    settings.OPERATEURS_SMS = "- {nom: essai, genre: fichier, cout: 0.05, debit: 25}"
    importer(1, 2, 3)
    client = connecte(mission)
    page = client.get("/alerte-commerce/gestion/numeros/")
    prevu = page.context["prevu"]
    assert (prevu.numeros, prevu.sms, prevu.compte.sms, f"{prevu.cout:.2f}", prevu.debit) == (3, 3, 1, "0.15", 25.0)
    assert "Reçoivent les alertes" in page.content.decode()
    envoi = "/alerte-commerce/gestion/numeros/importe/demander/"
    assert "rien n&#x27;est parti" in client.post(envoi, {"attendus": "2"}, follow=True).content.decode()
    assert Travail.objects.count() == 0
    assert client.post(envoi, {"attendus": "3"}).url.startswith("/travaux/")
    assert Travail.objects.get().arguments == {"motif": "importe", "personne": mission.pk}
    assert client.post("/alerte-commerce/gestion/numeros/autre/demander/").status_code == 404


def test_le_travail_depose_en_nombre_et_rejoue_ne_double_rien(mission: Personne) -> None:
    importer(*range(1, 251))

    class Suivi(SansSuivi):
        """S'arrête comme un exécutant tué, après un lot."""

        fois = 0

        def avancer(self, part: float, message: str = "") -> None:
            self.fois += 1
            if self.fois == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        confirmer(Suivi(), motif="importe", personne=mission.pk)
    assert Remise.objects.count() == 200
    assert confirmer(SansSuivi(), motif="importe", personne=mission.pk) == 50
    assert (Remise.objects.count(), Remise.objects.values("coordonnee").distinct().count()) == (250, 250)
    assert Envoi.objects.values_list("auteur", flat=True).distinct().get() == mission.pk


def test_le_prix_annonce_est_celui_de_ce_qui_part(settings: Any) -> None:
    settings.OPERATEURS_SMS = "- {nom: essai, genre: fichier, cout: 0.05}"
    importer(1, 2)
    prevu = prevoir(IMPORTE, lectures.a_envoyer(lectures.suivre(IMPORTE, au=AU)))
    envoyer()
    assert sum(Remise.objects.values_list("segments", flat=True)) == prevu.sms * prevu.compte.sms


def test_qui_n_a_pas_repondu_se_liste_et_s_exporte(mission: Personne, connecte: Connecter) -> None:
    importer(1, 2)
    passe = timezone.now() - timedelta(days=25)
    envoyer(passe)
    envoyer(passe + timedelta(days=10))
    client = connecte(mission)
    page = client.get("/alerte-commerce/gestion/numeros/")
    assert [un.contact.mobile for un in page.context["page"]] == [mobile(1), mobile(2)]
    fichier = client.get("/alerte-commerce/gestion/numeros-a-appeler.csv")
    texte = fichier.content.decode("utf-8-sig")
    assert "06 39 98 00 01" in texte and "Venu d'un fichier" in texte
    assert Acces.objects.filter(personne=mission, nature="export").count() == 1
    assert client.get("/alerte-commerce/gestion/numeros-a-appeler.pdf").status_code == 404


def test_la_commande_relance_et_ne_fait_jamais_la_premiere_demande() -> None:
    importer(1, 2)
    sortie = StringIO()
    call_command("adherents", "relancer", stdout=sortie)
    assert (sortie.getvalue().replace("\xa0", " "), Remise.objects.count()) == ("0 relance déposée.\n", 0)
    envoyer(timezone.now() - timedelta(days=11))
    for _ in range(2):
        call_command("adherents", "relancer", stdout=sortie)
    assert sortie.getvalue().replace("\xa0", " ").splitlines()[1:] == ["2 relances déposées.", "0 relance déposée."]


def test_seule_la_chambre_demande(voisine: Personne, officier: Personne, connecte: Connecter) -> None:
    importer(1)
    for qui in (voisine, officier):
        with pytest.raises(GesteRefuse, match="la chambre"):
            confirmations.demander(motif=IMPORTE, attendus=1, auteur=qui, au=AU)
        for page in ("numeros/", "numeros/a-revoir/", "numeros-a-appeler.csv"):
            assert connecte(qui).get(f"/alerte-commerce/gestion/{page}").status_code == 403


def test_huit_cents_numeros_coutent_autant_de_requetes_que_dix(mission: Personne, connecte: Connecter) -> None:
    client, comptes = connecte(mission), []
    for numeros in (range(1, 11), range(100, 160)):
        importer(*numeros)
        client.get("/alerte-commerce/gestion/numeros/")
        with CaptureQueriesContext(connection) as lues:
            client.get("/alerte-commerce/gestion/numeros/")
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


def test_un_commerce_parti_n_est_ni_demande_ni_montre() -> None:
    [un] = importer(1)
    Adherent.objects.filter(pk=un.pk).update(etat=EtatAdherent.PARTI, parti_le=AU.date())
    assert (etats(), envoyer()) == ([], 0)
    assert EtatNumero.A_DEMANDER == "a_demander"
