"""Écrire aux commerces : la sélection, les exclusions, les lettres, ce qui en reste noté."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from tissu.actions.alerte_commerce.choices import EtatAdherent, MotifHorsCourrier, NatureCommunication, UsageDuTexte
from tissu.actions.alerte_commerce.models import Communication, Publipostage, TexteImprime
from tissu.actions.alerte_commerce.operations import courriers, reseau
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries import prospection
from tissu.actions.alerte_commerce.queries.prospection import Criteres, approche
from tissu.actions.alerte_commerce.queries.textes import texte_imprime
from tissu.actions.alerte_commerce.rules import courriers as rules
from tissu.actions.alerte_commerce.tests.fabrique import adherent
from tissu.comptes.models import Personne
from tissu.locaux.queries import situation
from tissu.locaux.tests import fabrique as locaux
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.tests import petit_registre
from tissu.socle.conflits import ConflitDeSaisie
from tissu.socle.travaux import SansSuivi

Connecter = Callable[[Personne], Client]
CAS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cas" / "courriers.yaml").read_text(encoding="utf-8"))
PROTEGE = petit_registre.SIRETS[2]
RACINE = "/alerte-commerce/gestion/"


@pytest.fixture(autouse=True)
def fichiers(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def jour() -> Any:
    return timezone.localdate()


@pytest.mark.parametrize("cas", CAS["exclusions"], ids=lambda cas: cas["nom"])
def test_a_qui_ne_pas_ecrire(cas: dict[str, Any]) -> None:
    assert rules.motif_d_exclusion(rules.Candidat(**cas["candidat"])) == cas["motif"]


@pytest.mark.parametrize("cas", CAS["champs"], ids=lambda cas: cas["nom"])
def test_remplir_un_texte(cas: dict[str, Any]) -> None:
    valeurs = dict.fromkeys(rules.CHAMPS, "?") | {"commerce": "Café {date}", "commune": "Dijon"}
    assert (rules.remplir(cas["texte"], valeurs), rules.champs_inconnus(cas["texte"])) == (
        cas["rempli"], cas["inconnus"],
    )  # fmt: skip


@pytest.mark.parametrize("cas", CAS["adresses"], ids=lambda cas: cas["nom"])
def test_le_bloc_adresse(cas: dict[str, Any]) -> None:
    lignes = rules.bloc_adresse(*cas["de"])
    assert lignes == cas["lignes"]
    assert max(map(len, lignes)) <= rules.LIGNE_AU_PLUS


def demander(mission: Personne, criteres: Criteres = Criteres(), **champs: Any) -> Communication:  # noqa: B008
    defauts: dict[str, Any] = {"titre": "Essai", "criteres": criteres, "cle": uuid.uuid4()}
    return courriers.preparer_lettres(demande=courriers.Demande(**defauts | champs), auteur=mission, au=timezone.now())


def textes_des_lettres(action: Communication) -> list[str]:
    courriers.composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=timezone.now())
    with Publipostage.objects.get(communication=action).fichier.open("rb") as fichier:
        pages = PdfReader(io.BytesIO(fichier.read())).pages
        return [" ".join(page.extract_text().split()) for page in pages]


@pytest.fixture
def ville(db: None, tmp_path: Path, jour: Any) -> None:
    """Sept commerces : un adhérent, un protégé, un suspendu, un parti, un sans enseigne, et deux à qui écrire."""
    importer_sirene(
        dossier=petit_registre.fichiers(tmp_path / "source"), territoire=petit_registre.TERRITOIRE, auteur=None,
        au=timezone.now(), suivi=SansSuivi(), forcer=True,
    )  # fmt: skip
    for rang, (nom, champs) in enumerate(
        (("Adhérent", {}), ("Protégé", {"siret": PROTEGE}), ("Suspendu", {}), ("Parti", {}), ("", {}),
         ("Écrire à Nord", {"quartier": "Nord"}), ("Écrire à Sud", {"quartier": "Sud"})), start=1,
    ):  # fmt: skip
        locaux.local(nom, "cafe_bar", numero=str(rang), depuis=jour - timedelta(days=10 * rang), **champs)
    adherent("Adhérent", adresse="1 rue de la Liberté")
    adherent("Suspendu", adresse="3 rue de la Liberté", etat=EtatAdherent.SUSPENDU)
    adherent("Parti", adresse="4 rue de la Liberté", etat=EtatAdherent.PARTI, parti_le=jour)


@pytest.mark.usefixtures("ville")
def test_la_selection_dit_qui_et_pourquoi_pas_les_autres(jour: Any) -> None:
    trouves = approche(Criteres(), jour)
    assert [ligne["enseigne"] for ligne in trouves.retenus] == ["Écrire à Nord", "Écrire à Sud"]
    assert trouves.exclus == dict.fromkeys(
        (MotifHorsCourrier.PROTEGE, MotifHorsCourrier.EN_COURS, MotifHorsCourrier.PARTI,
         MotifHorsCourrier.SANS_ADRESSE), 1,
    )  # fmt: skip
    for criteres, attendus in (
        (Criteres(quartier="Sud"), ["Écrire à Sud"]), (Criteres(activite="alimentaire"), []),
        (Criteres(depuis=jour - timedelta(days=65)), ["Écrire à Nord"]),
    ):  # fmt: skip
        assert [ligne["enseigne"] for ligne in approche(criteres, jour).retenus] == attendus


@pytest.mark.usefixtures("ville")
def test_les_lettres_se_produisent_et_leurs_destinataires_se_gardent(mission: Personne) -> None:
    action = demander(mission, cout_eur=Decimal("12.50"))
    assert (action.nature, action.touches, action.auteur, action.cout_eur) == (
        NatureCommunication.LETTRE, 2, mission, Decimal("12.50"),
    )  # fmt: skip
    assert [(un.nom, un.quartier, un.local_id is None) for un in action.destinataires.all()] == [
        ("Écrire à Nord", "Nord", False), ("Écrire à Sud", "Sud", False),
    ]  # fmt: skip
    nord, sud = textes_des_lettres(action)
    assert ["21000 DIJON" in nord, "6 RUE DE LA LIBERTE" in nord, "Écrire à Nord est installé à Dijon" in nord] == [
        True, True, True,
    ]  # fmt: skip
    assert ("Écrire à Nord" in sud, "Protégé" in nord + sud, "{" in nord + sud) == (False, False, False)


@pytest.mark.usefixtures("ville")
def test_redemandees_avec_la_meme_cle_elles_ne_se_produisent_qu_une_fois(mission: Personne) -> None:
    cle = uuid.uuid4()
    assert demander(mission, cle=cle) == demander(mission, cle=cle)
    assert (Communication.objects.count(), Publipostage.objects.count()) == (1, 1)
    lettres = Publipostage.objects.get()
    for _ in range(2):
        assert courriers.composer_lettres(publipostage=lettres, suivi=SansSuivi(), au=timezone.now()) == 2
    assert [chemin.name for chemin in Path(lettres.fichier.path).parent.iterdir()] == [f"lettres-{lettres.pk}.pdf"]


@pytest.mark.usefixtures("ville")
def test_ce_qui_se_refuse(mission: Personne, voisine: Personne, officier: Personne) -> None:
    for qui in (voisine, officier):
        with pytest.raises(GesteRefuse, match="chambre"):
            demander(qui)
    with pytest.raises(GesteRefuse, match="élargissez"):
        demander(mission, Criteres(quartier="Ailleurs"))
    with pytest.raises(GesteRefuse, match="titre"):
        demander(mission, titre=" ")
    assert Communication.objects.count() == 0


@pytest.mark.django_db
def test_un_texte_se_garde_et_ne_porte_que_des_champs_connus(mission: Personne) -> None:
    lettre = texte_imprime(UsageDuTexte.LETTRE)
    lettre.corps = "Bonjour {prenom}."
    with pytest.raises(GesteRefuse, match=r"« \{prenom\} » ne se remplit pas"):
        courriers.enregistrer_texte(texte=lettre, revision=0, auteur=mission, au=timezone.now())
    lettre.corps = "Bonjour {commerce}."
    courriers.enregistrer_texte(texte=lettre, revision=0, auteur=mission, au=timezone.now())
    assert texte_imprime(UsageDuTexte.LETTRE).corps == "Bonjour {commerce}."
    with pytest.raises(ConflitDeSaisie):
        courriers.enregistrer_texte(texte=TexteImprime.objects.get(), revision=0, auteur=mission, au=timezone.now())
    depliant = texte_imprime(UsageDuTexte.DEPLIANT)
    depliant.accroche = "{commerce}"
    with pytest.raises(GesteRefuse, match="même pour tous"):
        courriers.enregistrer_texte(texte=depliant, revision=0, auteur=mission, au=timezone.now())


@pytest.mark.django_db
def test_autant_de_requetes_pour_vingt_que_pour_un(jour: Any) -> None:
    comptes = []
    for combien in (1, 19):
        for _ in range(combien):
            locaux.local("Boutique", "cafe_bar")
        situation.oublier()
        with CaptureQueriesContext(connection) as lues:
            prospection.approche(Criteres(), jour)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


@pytest.mark.usefixtures("ville")
def test_de_la_page_aux_lettres(mission: Personne, connecte: Connecter) -> None:
    client = connecte(mission)
    page = client.get(f"{RACINE}lettres/?quartier=Nord").content.decode()
    assert ("Produire 1" in page, "art. A123-96" in page, "Protégé" in page) == (True, False, False)
    toute = client.get(f"{RACINE}lettres/").content.decode()
    assert ("art. A123-96" in toute, "Protégé" in toute) == (True, False)
    cle = str(uuid.uuid4())
    saisie = {"titre": "Lettre au Nord", "cout_eur": "3", "cle": cle}
    assert client.post(f"{RACINE}lettres/?quartier=Nord", saisie | {"titre": ""}).status_code == 422
    reponse = client.post(f"{RACINE}lettres/?quartier=Nord", saisie)
    action = Communication.objects.get()
    assert reponse["Location"] == f"{RACINE}communications/{action.pk}/"
    fiche = client.get(reponse["Location"]).content.decode()
    assert ("Écrire à Nord" in fiche, "progression" in fiche, "lettres.pdf" in fiche) == (True, True, False)
    assert client.get(f"{RACINE}communications/{action.pk}/lettres.pdf").status_code == 404
    courriers.composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=timezone.now())
    lettres = client.get(f"{RACINE}communications/{action.pk}/lettres.pdf")
    assert (lettres["Content-Type"], lettres.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.usefixtures("ville")
def test_un_destinataire_devenu_protege_ne_se_montre_plus(mission: Personne, connecte: Connecter) -> None:
    action, client = demander(mission), connecte(mission)
    courriers.composer_lettres(publipostage=action.publipostage, suivi=SansSuivi(), au=timezone.now())
    action.destinataires.filter(quartier="Nord").update(siret=PROTEGE)
    page = client.get(f"{RACINE}communications/{action.pk}/").content.decode()
    assert ("Écrire à Nord" in page, "Écrire à Sud" in page) == (False, True)
    pages = PdfReader(io.BytesIO(client.get(f"{RACINE}communications/{action.pk}/lettres.pdf").content)).pages
    assert ["Écrire à Sud" in une.extract_text() for une in pages] == [True]


@pytest.mark.django_db
def test_le_texte_s_ecrit_a_l_ecran(mission: Personne, connecte: Connecter) -> None:
    client, adresse = connecte(mission), f"{RACINE}textes/lettre/"
    assert "{commerce}" in client.get(adresse).content.decode()
    saisie = {"titre": "Objet", "accroche": "", "corps": "À {quartier}.", "signature": "", "revision": "0"}
    assert client.post(adresse, saisie | {"corps": "{faux}"}).status_code == 422
    assert client.post(adresse, saisie)["Location"] == f"{RACINE}lettres/"
    conflit = client.post(adresse, saisie | {"corps": "Autre."})
    assert (conflit.status_code, "Autre." in conflit.content.decode()) == (409, True)
    assert client.get(f"{RACINE}textes/faux/").status_code == 404
    champs = [
        list(client.get(f"{RACINE}textes/{usage}/").context["formulaire"].fields) for usage in UsageDuTexte.values
    ]
    assert champs == [["titre", "corps", "signature"], ["titre", "accroche", "corps"]]


@pytest.mark.usefixtures("ville")
def test_une_action_se_corrige_sans_toucher_a_ses_destinataires(mission: Personne, connecte: Connecter) -> None:
    avec, client = demander(mission), connecte(mission)
    sans = reseau.noter_communication(
        communication=Communication(titre="Réunion", nature="reunion", le=timezone.localdate()), auteur=mission,
        au=timezone.now(),
    )  # fmt: skip
    saisie = {"titre": "Corrigée", "nature": "presse", "le": "2026-01-05", "fin": "2026-01-04", "cout_eur": "5",
              "touches": "9", "effet": "", "quartier": "Nord", "revision": "1"}  # fmt: skip
    adresse = f"{RACINE}communications/{sans.pk}/modifier/"
    assert client.post(adresse, saisie).status_code == 422
    assert client.post(adresse, saisie | {"fin": ""}).status_code == 302
    sans.refresh_from_db()
    assert (sans.titre, sans.nature, sans.quartier, sans.touches, sans.auteur) == (
        "Corrigée", "presse", "Nord", 9, mission,
    )  # fmt: skip
    assert client.post(adresse, saisie | {"fin": "", "titre": "Autre"}).status_code == 409
    client.post(f"{RACINE}communications/{avec.pk}/modifier/", saisie)
    avec.refresh_from_db()
    assert (avec.titre, avec.nature, avec.touches, avec.cout_eur) == (
        "Corrigée", NatureCommunication.LETTRE, 2, Decimal(5),
    )  # fmt: skip


@pytest.mark.usefixtures("ville")
def test_la_chambre_seule_ecrit(mission: Personne, voisine: Personne, officier: Personne, connecte: Connecter) -> None:
    action = demander(mission)
    pages = ("lettres/", "textes/lettre/", f"communications/{action.pk}/", f"communications/{action.pk}/modifier/",
             f"communications/{action.pk}/lettres.pdf", "communications/")  # fmt: skip
    for qui in (voisine, officier):
        assert {connecte(qui).get(RACINE + page).status_code for page in pages} == {403}
