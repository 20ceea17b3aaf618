"""Les deux journaux : ce qui s'y écrit, et que rien ne s'en efface."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from tissu.comptes import queries
from tissu.comptes.choices import NatureAcces, Role, TypeEvenementDeCompte
from tissu.comptes.intouchables import GARDES
from tissu.comptes.models import Acces, EvenementDeCompte, JournalIntouchable, Personne
from tissu.comptes.operations import journaliser_acces, journaliser_evenement
from tissu.comptes.tests.fabrique import LUNDI, personne
from tissu.socle.intouchables import poser, retirer

pytestmark = pytest.mark.django_db
SIRET = "55210055400013"


@pytest.fixture
def camille() -> Personne:
    return personne("camille", Role.CHARGE_MISSION)


def consulter(qui: Personne, objet: Any = SIRET, **champs: Any) -> Acces:
    depart = {"nature": NatureAcces.CONTACTS, "au": LUNDI}
    return journaliser_acces(personne=qui, objet=objet, **(depart | champs))


@pytest.mark.parametrize(
    ("objet", "designe"),
    [
        (SIRET, ("etablissement", SIRET)),
        ("552100554", ("unite_legale", "552100554")),
        (("liste", "plus-de-50"), ("liste", "plus-de-50")),
    ],
)
def test_un_acces_dit_qui_quand_quoi_pourquoi(camille: Personne, objet: Any, designe: tuple[str, str]) -> None:
    ligne = consulter(camille, objet, motif="Visite du 24 novembre", adresse_ip="192.0.2.7")

    lue = Acces.objects.get()
    assert (lue.personne, lue.moment, lue.objet_type, lue.objet_id) == (camille, LUNDI, *designe)
    assert (lue.pk, lue.motif, lue.adresse_ip) == (ligne.pk, "Visite du 24 novembre", "192.0.2.7")


def test_un_enregistrement_se_designe_lui_meme(camille: Personne) -> None:
    assert (consulter(camille, camille).objet_type, Acces.objects.get().objet_id) == ("personne", str(camille.pk))


@pytest.mark.parametrize(("objet", "nature"), [("pas un siret", "contacts"), (SIRET, "inconnue")])
def test_un_acces_mal_dit_est_refuse(camille: Personne, objet: str, nature: str) -> None:
    with pytest.raises(ValueError, match=r"SIRET|inconnue"):
        consulter(camille, objet, nature=nature)


GESTES: dict[str, Callable[[Any], Any]] = {
    "enregistrer": lambda ligne: ligne.save(),
    "effacer": lambda ligne: ligne.delete(),
    "modifier en nombre": lambda ligne: type(ligne).objects.update(moment=LUNDI),
    "effacer en nombre": lambda ligne: type(ligne).objects.all().delete(),
    "modifier un filtre": lambda ligne: type(ligne).objects.filter(pk=ligne.pk).update(moment=LUNDI),
    "modifier par lot": lambda ligne: type(ligne).objects.bulk_update([ligne], ["moment"]),
}


@pytest.mark.parametrize("geste", GESTES.values(), ids=GESTES)
def test_une_ligne_ne_se_modifie_ni_ne_s_efface(camille: Personne, geste: Callable[[Any], Any]) -> None:
    acces = consulter(camille)
    evenement = journaliser_evenement(type=TypeEvenementDeCompte.CONNEXION, au=LUNDI, auteur=camille, personne=camille)
    avant = (Acces.objects.count(), EvenementDeCompte.objects.count())

    for ligne in (acces, evenement):
        with pytest.raises(JournalIntouchable):
            geste(ligne)

    assert (Acces.objects.count(), EvenementDeCompte.objects.count()) == avant


@pytest.mark.parametrize("table", [garde.table for garde in GARDES])
@pytest.mark.parametrize("ordre", ["UPDATE {} SET moment = '2000-01-01 00:00:00'", "DELETE FROM {}"])
def test_la_base_refuse_aussi(camille: Personne, table: str, ordre: str) -> None:
    consulter(camille)
    with connection.cursor() as curseur:
        atelier = SimpleNamespace(connection=connection, execute=curseur.execute)
        poser(GARDES)(None, atelier)
        try:
            with pytest.raises(DatabaseError, match="ne se modifie ni ne s efface"), transaction.atomic():
                curseur.execute(ordre.format(table))
            consulter(camille)
        finally:
            retirer(GARDES)(None, atelier)

    assert Acces.objects.count() == 2


def test_un_compte_qui_a_consulte_ne_s_efface_pas(camille: Personne) -> None:
    consulter(camille)

    with pytest.raises(DatabaseError), transaction.atomic():
        camille.delete()


# Lire le journal


def test_filtrer_par_personne_par_objet_par_nature_par_date(camille: Personne) -> None:
    noe = personne("noe", Role.CHARGE_MISSION)
    premier = consulter(camille)
    deuxieme = consulter(noe, "552100554", nature=NatureAcces.NON_DIFFUSIBLE)
    troisieme = consulter(noe, "73282932000074", au=LUNDI.replace(month=12))

    filtres: list[dict[str, Any]] = [
        {},
        {"personne": "camille"},
        {"personne": "noe@exemple.test"},
        {"objet": "552 100 554"},
        {"objet": SIRET},
        {"nature": "non_diffusible"},
        {"du": LUNDI.replace(month=12).date()},
        {"jusqu_au": LUNDI.date()},
    ]
    assert [list(queries.acces(**filtre)) for filtre in filtres] == [
        [troisieme, deuxieme, premier],
        [premier],
        [troisieme, deuxieme],
        [deuxieme, premier],
        [premier],
        [deuxieme],
        [troisieme],
        [deuxieme, premier],
    ]


@pytest.fixture
def ada(client: Client) -> Personne:
    qui = personne("ada", Role.ADMINISTRATEUR)
    client.force_login(qui)
    return qui


@pytest.mark.parametrize("combien", [1, 3])
def test_le_journal_se_lit_en_autant_de_requetes_quelle_que_soit_sa_longueur(
    client: Client, ada: Personne, camille: Personne, combien: int, django_assert_num_queries: Any
) -> None:
    for _ in range(combien):
        consulter(camille)

    # Session, personne, rôles, compte des lignes, lignes.
    with django_assert_num_queries(5):
        page = client.get("/journal/")

    assert page.context["page"].paginator.count == combien


def test_un_filtre_mal_ecrit_se_dit_sans_casser_la_page(client: Client, ada: Personne, camille: Personne) -> None:
    consulter(camille)

    page = client.get("/journal/", {"du": "hier", "objet": SIRET})

    assert (page.status_code, list(page.context["form"].errors), page.context["page"].paginator.count) == (
        200,
        ["du"],
        1,
    )


def test_le_fichier_du_journal_ne_porte_pas_de_formule(client: Client, ada: Personne, camille: Personne) -> None:
    consulter(camille, motif='=HYPERLINK("http://exemple.test")')
    consulter(personne("noe"), motif="autre")

    reponse = client.get("/journal/acces.csv", {"personne": "camille"})

    entete, ligne = b"".join(reponse.streaming_content).decode("utf-8").splitlines()
    assert entete == "\ufeffMoment;Personne;Adresse électronique;Organisation;Nature;Objet;Identifiant;Motif"
    assert ligne == (
        "23/11/2026 10:00:00;Camille Essai;camille@exemple.test;Chambre d'essai;"
        f"Contacts (dirigeant, téléphone, courriel);etablissement;{SIRET};"
        '"\'=HYPERLINK(""http://exemple.test"")"'
    )


def test_la_vie_des_comptes_se_filtre(client: Client, ada: Personne, camille: Personne) -> None:
    journaliser_evenement(type=TypeEvenementDeCompte.ECHEC_CONNEXION, au=timezone.now(), auteur=None, personne=camille)

    page = client.get("/journal/evenements/", {"type": "echec_connexion"})

    assert [(e.type, e.personne) for e in page.context["page"]] == [("echec_connexion", camille)]
