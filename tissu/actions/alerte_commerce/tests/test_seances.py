"""Le CPSQ : tenir une séance, n'y désigner personne, suivre ce qui est décidé, en sortir la fiche."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from tissu.actions.alerte_commerce import indicateurs
from tissu.actions.alerte_commerce.choices import EtatAdherent, EtatDecision, EtatSeance
from tissu.actions.alerte_commerce.models import DecisionCPSQ, SeanceCPSQ
from tissu.actions.alerte_commerce.operations import seances, stock
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.publications.cpsq import document_cpsq
from tissu.actions.alerte_commerce.queries.seances import a_suivre
from tissu.actions.alerte_commerce.tests.fabrique import AU, adherent, personne
from tissu.actions.alerte_commerce.tests.test_alertes import envoyee, remettre
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation
from tissu.locaux.tests import fabrique as locaux
from tissu.publications import operations as publications
from tissu.publications import queries as publies
from tissu.publications.models import Publication
from tissu.publications.rendus import rendre
from tissu.publications.sources import source
from tissu.socle.conflits import ConflitDeSaisie
from tissu.socle.periodes import mois

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
JOUR = AU.date()
RACINE = "/alerte-commerce/cpsq/"


def seance(mission: Personne, le: date = JOUR, **champs: Any) -> SeanceCPSQ:
    defauts: dict[str, Any] = {"le": le, "etat": EtatSeance.TENUE, "presents": ["Police nationale", "Ville d'essai"]}
    return seances.enregistrer_seance(
        seance=SeanceCPSQ(**defauts | champs), revision=0, auteur=mission, au=AU
    )  # fmt: skip


def decision(mission: Personne, de: SeanceCPSQ, texte: str = "Distribuer le guide") -> DecisionCPSQ:
    return seances.decider(seance=de, texte=texte, responsable="Chambre", echeance=None, auteur=mission)


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"presents": []}, "organisations"), ({"le": JOUR + timedelta(days=1)}, "à venir"),
        ({"etat": EtatSeance.NON_TENUE}, "pourquoi"), ({"notes": "M. Martin vole."}, "désigne une personne"),
        ({"notes": "Une Clio AB-123-CD."}, "immatriculation"), ({"presents": ["Camille Martin"]}, "désigne"),
        ({"etat": EtatSeance.NON_TENUE, "motif": "Un homme de 30 ans menaçait."}, "décrit une personne"),
    ],
)  # fmt: skip
def test_une_seance_se_refuse(mission: Personne, champs: dict[str, Any], motif: str) -> None:
    with pytest.raises(GesteRefuse, match=motif):
        seance(mission, **champs)
    assert SeanceCPSQ.objects.count() == 0


def test_une_seule_seance_par_jour_et_chacun_voit_l_autre(mission: Personne, voisine: Personne) -> None:
    une = seance(mission)
    with pytest.raises(GesteRefuse, match="déjà notée"):
        seance(mission)
    with pytest.raises(GesteRefuse, match="chambre"):
        seance(voisine, JOUR - timedelta(days=30))
    une.notes = "Deux alertes rue du Four."
    seances.enregistrer_seance(seance=une, revision=1, auteur=mission, au=AU)
    with pytest.raises(ConflitDeSaisie):
        seances.enregistrer_seance(seance=une, revision=1, auteur=mission, au=AU)


def test_une_decision_se_suit_d_une_seance_a_l_autre(mission: Personne) -> None:
    premiere = seance(mission, JOUR - timedelta(days=60))
    faite, ouverte = decision(mission, premiere), decision(mission, premiere, "Éclairer la rue du Four")
    deuxieme = seance(mission, JOUR - timedelta(days=30))
    seances.suivre_decision(decision=faite, etat=EtatDecision.FAITE, suite="", auteur=mission, au=AU)
    assert a_suivre(premiere) == []
    assert a_suivre(deuxieme) == [faite, ouverte]
    # Close après la deuxième séance, elle se dit à la troisième, et plus ensuite.
    assert a_suivre(seance(mission)) == [faite, ouverte]
    DecisionCPSQ.objects.filter(pk=faite.pk).update(close_le=JOUR - timedelta(days=40))
    assert a_suivre(SeanceCPSQ.objects.get(le=JOUR)) == [ouverte]
    rouverte = seances.suivre_decision(decision=faite, etat=EtatDecision.EN_COURS, suite="", auteur=mission, au=AU)
    assert rouverte.close_le is None


def test_une_decision_se_refuse(mission: Personne) -> None:
    prevue = seance(mission, JOUR + timedelta(days=3), etat=EtatSeance.PREVUE, presents=[])
    with pytest.raises(GesteRefuse, match="ne décide rien"):
        decision(mission, prevue)
    tenue = seance(mission)
    with pytest.raises(GesteRefuse, match="décrit une personne"):
        decision(mission, tenue, "Surveiller un homme en capuche noire")
    une = decision(mission, tenue)
    with pytest.raises(GesteRefuse, match="pourquoi"):
        seances.suivre_decision(decision=une, etat=EtatDecision.ABANDONNEE, suite=" ", auteur=mission, au=AU)
    with pytest.raises(GesteRefuse, match="n'est pas un état"):
        seances.suivre_decision(decision=une, etat="faux", suite="", auteur=mission, au=AU)


def fiche_de(une: SeanceCPSQ) -> tuple[str, int]:
    pages = PdfReader(io.BytesIO(rendre(document_cpsq(une, au=AU), "pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()), len(pages)


@pytest.fixture
def reseau(mission: Personne) -> SeanceCPSQ:
    """Un mois de novembre : trois commerces ouverts, deux adhérents dont un nouveau, un parti, trois alertes."""
    locaux.local("Un", "cafe_bar", numero="1")
    locaux.local("Deux", "cafe_bar", numero="2")
    locaux.local("Trois", "cafe_bar", numero="3")
    adherent("Un", adresse="1 rue de la Liberté", adhere_le=date(2026, 11, 3))
    adherent("Deux", adresse="2 rue de la Liberté")
    adherent("Ancien", etat=EtatAdherent.PARTI, parti_le=date(2026, 11, 20), adresse="9 rue Perdue")
    stock.mouvoir(article="guide", quantite=40, motif="Livraison", auteur=mission, au=AU)
    for rang in range(3):
        remettre(envoyee(lieu=f"{rang} rue du Four").envoi, AU + timedelta(seconds=30))  # type: ignore[arg-type]
    premiere = seance(mission, date(2026, 10, 6))
    decision(mission, premiere, "Éclairer la rue du Four")
    return seance(mission, date(2026, 12, 3), etat=EtatSeance.PREVUE, presents=[])


def test_la_fiche_dit_le_mois_et_ce_qui_avait_ete_decide(reseau: SeanceCPSQ) -> None:
    texte, pages = fiche_de(reseau)
    attendus = ("CPSQ du 3 décembre 2026", "novembre 2026", "Adhérents", "66,7", "2 commerces sur 3", "Vol à l'étalage",
                "La chaîne mesurée", "Éclairer la rue du Four", "À faire", "Guide de la sécurité : 40")  # fmt: skip
    assert [mot for mot in attendus if mot not in texte] == []
    assert pages <= 2


def test_moins_de_trois_alertes_ne_se_disent_pas(mission: Personne) -> None:
    adherent()
    for rang in range(2):
        envoyee(lieu=f"{rang} rue du Four")
    texte, _ = fiche_de(seance(mission, date(2026, 12, 3), etat=EtatSeance.PREVUE, presents=[]))
    assert ("secret" in texte, "Moins de trois alertes" in texte, "Vol à l'étalage" in texte) == (True, True, False)


def test_la_fiche_fait_autant_de_requetes_pour_vingt_que_pour_un(mission: Personne) -> None:
    une, comptes = seance(mission), []
    for combien in (1, 19):
        for _ in range(combien):
            adherent()
            locaux.local("Boutique", "cafe_bar")
            decision(mission, une)
        situation.oublier()
        suivante = SeanceCPSQ(le=JOUR + timedelta(days=30))
        with CaptureQueriesContext(connection) as lues:
            document_cpsq(suivante, au=AU)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


def test_l_indicateur_compte_les_seances_tenues(mission: Personne) -> None:
    assert indicateurs.cpsq(mois("2026-11"), au=AU).valeur is None
    seance(mission, date(2026, 11, 5))
    seance(mission, date(2026, 11, 12), etat=EtatSeance.NON_TENUE, motif="Salle fermée", presents=[])
    seance(mission, date(2026, 10, 5))
    releve = indicateurs.cpsq(mois("2026-11"), au=AU)
    assert (releve.valeur, [ligne["seance"] for ligne in releve.preuves.lignes]) == (Decimal(1), ["2026-11-05"])


def test_qui_lit_les_seances(mission: Personne, connecte: Connecter) -> None:
    une = seance(mission)
    for organisation, role, ouvert in (
        ("cci", Role.CHARGE_MISSION, True), ("metropole", Role.CHARGE_MISSION, True), ("police", Role.POLICE, True),
        ("agence", Role.CHARGE_MISSION, False), ("cci", Role.LECTEUR, False), ("metropole", Role.POLICE, False),
    ):  # fmt: skip
        client = connecte(personne(role, organisation=organisation))
        pages = (RACINE, f"{RACINE}{une.pk}/", f"{RACINE}{une.pk}/fiche.pdf")
        assert {client.get(page).status_code for page in pages} == {200 if ouvert else 403}, (organisation, role)


def test_de_l_ecran_a_la_fiche(mission: Personne, voisine: Personne, connecte: Connecter) -> None:
    client, saisie = connecte(mission), {
        "le": "2026-11-05", "lieu": "Hôtel de ville", "etat": "tenue", "motif": "", "revision": "1",
        "presents": "Police nationale\n\n Ville  d'essai \nPolice nationale", "notes": "Rien à signaler.",
    }  # fmt: skip
    refus = client.post(f"{RACINE}nouvelle/", saisie | {"notes": "Vu AB-123-CD."})
    assert (refus.status_code, "immatriculation" in refus.content.decode()) == (422, True)
    assert "Vu AB-123-CD." in refus.content.decode()
    client.post(f"{RACINE}nouvelle/", saisie)
    une = SeanceCPSQ.objects.get()
    assert (une.presents, une.auteur) == (["Police nationale", "Ville d'essai"], mission)
    assert client.post(f"{RACINE}{une.pk}/decisions/", {"texte": ""}).status_code == 422
    client.post(f"{RACINE}{une.pk}/decisions/", {"texte": "Distribuer le guide", "responsable": "Chambre"})
    decidee = DecisionCPSQ.objects.get()
    retour = client.post(f"{RACINE}decisions/{decidee.pk}/", {"etat": "faite", "suite": "Remis", "seance": une.pk})
    assert retour["Location"] == f"{RACINE}{une.pk}/"
    decidee.refresh_from_db()
    assert (decidee.etat, decidee.suite, decidee.close_le is None) == (EtatDecision.FAITE, "Remis", False)
    page = connecte(voisine).get(f"{RACINE}{une.pk}/").content.decode()
    assert ("Distribuer le guide" in page, "Ajouter une décision" in page, "Diffuser" in page) == (True, False, False)
    assert connecte(voisine).get(f"{RACINE}nouvelle/").status_code == 403
    assert "Hôtel de ville" in connecte(voisine).get(f"{RACINE}?annee=2026").content.decode()


def test_une_edition_se_lit_par_les_partenaires_et_la_police(mission: Personne, voisine: Personne, officier: Personne,
                                                             reseau: SeanceCPSQ) -> None:  # fmt: skip
    declaree = source("alerte_commerce.cpsq")
    document = declaree.document(str(reseau.pk), personne=mission, au=AU)
    suite = Publication.objects.create(
        slug="cpsq", titre=declaree.titre, resume=declaree.resume, nature=declaree.nature, source=declaree.cle,
        organisation=mission.organisation, periodicite=declaree.periodicite, origine=declaree.origine, creee_le=AU,
    )  # fmt: skip
    preparee = publications.preparer(publication=suite, document=document, periode="2026-12", auteur=mission, au=AU)
    edition = publications.diffuser(
        edition=preparee, audience="comite_pilotage", confirmee=True, auteur=mission, au=AU
    )  # fmt: skip
    lecteur = personne(Role.LECTEUR)
    lus = [publies.verdict(edition, qui, au=AU).fichiers for qui in (mission, voisine, officier, lecteur, None)]
    assert lus == [True, True, True, False, False]
