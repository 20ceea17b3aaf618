"""Ce qu'un visiteur mal intentionné essaierait : l'objet d'un autre, une session close, un fichier piégé."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tissu.actions.fichier_entreprises.forms import VeilleForm
from tissu.actions.fichier_entreprises.models import Piste, RegleDePiste, Veille
from tissu.comptes import operations, queries
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.entrepot.lecture.classeurs import ClasseurDemesure, refuser_demesure
from tissu.programme.models import CoutDirect
from tissu.programme.operations import couts
from tissu.programme.operations.pieces import deposer_piece
from tissu.programme.tests import fabrique
from tissu.publications.models import GabaritDOrganisation
from tissu.publications.valeurs import pour_tableur
from tissu.registre.models import ListeDeSirets, RechercheEnregistree, Zone
from tissu.registre.operations.recherches import DepotRefuse, deposer_liste
from tissu.registre.operations.zones import exporter_cnig
from tissu.registre.sources.bodacc import BodaccIllisible, lire
from tissu.registre.sources.consulaire import FichierConsulaireRefuse, lire_tableau
from tissu.registre.tests.exemple import LE, TERRITOIRE, ZONE
from tissu.socle.formats import sans_formule
from tissu.socle.models import Travail

PORTE = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> None:
    cache.clear()


@pytest.fixture
def agent(db: None) -> Callable[..., Personne]:
    """Une personne de ce rôle, seule dans son organisation."""

    def creer(nom: str, role: Role = Role.CHARGE_FILIERE, **dates: date) -> Personne:
        chez, _ = Organisation.objects.get_or_create(nom=f"Chez {nom}", defaults={"type": "cci"})
        personne = Personne.objects.create_user(f"{nom}@essai.example", "un-mot-de-passe-long", organisation=chez)
        Attribution.objects.create(personne=personne, role=role, **dates)
        return personne

    return creer


def navigateur(personne: Personne) -> Client:
    client = Client()
    client.force_login(personne, backend=PORTE)
    return client


# --- L'objet d'un autre ---


def _objets(ada: Personne) -> dict[str, tuple[str, Any]]:
    """Par geste, l'adresse de ce qui est à Ada."""
    recherche = RechercheEnregistree.objects.create(nom="À moi", adresse="q=x", auteur=ada, cree_le=LE)
    liste = ListeDeSirets.objects.create(nom="À moi", auteur=ada, deposee_le=LE)
    veille = Veille.objects.create(nom="À moi", personne=ada, sirets=[], evenements=[], creee_le=LE)
    travail = Travail.objects.create(nom="registre.importer", libelle="À moi", auteur=ada, cree_le=LE)
    return {
        "effacer sa recherche": ("post", reverse("registre:supprimer", args=[recherche.pk])),
        "lire sa liste": ("get", reverse("registre:liste_deposee", args=[liste.pk])),
        "effacer sa veille": ("post", reverse("fichier_entreprises:veille_supprimer", args=[veille.pk])),
        "suivre son travail": ("get", reverse("travail", args=[travail.pk])),
    }


def test_l_objet_d_un_autre_n_existe_pas(agent: Any) -> None:
    objets, intrus = _objets(agent("ada")), navigateur(agent("bob"))
    codes = {geste: getattr(intrus, methode)(adresse).status_code for geste, (methode, adresse) in objets.items()}
    assert codes == dict.fromkeys(objets, 404)
    assert (RechercheEnregistree.objects.count(), Veille.objects.count()) == (1, 1)


def test_la_liste_d_un_autre_ne_se_choisit_pas_dans_une_veille(agent: Any) -> None:
    liste = ListeDeSirets.objects.create(nom="À Ada", auteur=agent("ada"), deposee_le=LE)
    form = VeilleForm({"nom": "x", "liste": liste.pk, "evenements": ["fermeture"]}, personne=agent("bob"))
    assert "liste" in form.errors


def test_la_piste_d_un_autre_ne_se_ferme_pas(agent: Any) -> None:
    regle = RegleDePiste.objects.create(nom="Règle", types=["creation_pure"], modifiee_le=LE)
    piste = Piste.objects.create(
        siret="99000001900014", siren="990000019", regle=regle, assignee=agent("ada"), type_evenement="creation_pure",
        date_evenement=date(2026, 10, 1), score=1, raisons=[], creee_le=LE,
    )  # fmt: skip
    navigateur(agent("bob")).post(reverse("fichier_entreprises:piste_fermer", args=[piste.pk]), {"motif": "sans_suite"})
    piste.refresh_from_db()
    assert (piste.etat, piste.assignee.courriel) == ("nouvelle", "ada@essai.example")


@pytest.mark.parametrize("nom", ["comptes:attribuer", "comptes:desactiver", "comptes:reactiver"])
def test_un_responsable_ne_touche_pas_aux_comptes_d_ailleurs(agent: Any, nom: str) -> None:
    ada = agent("ada")
    reponse = navigateur(agent("bob", Role.RESPONSABLE)).post(reverse(nom, args=[ada.pk]), {"role": "lecteur"})
    assert (reponse.status_code, Personne.objects.get(pk=ada.pk).is_active) == (404, True)


def test_un_responsable_ne_se_donne_pas_l_administration(agent: Any) -> None:
    rosa = agent("rosa", Role.RESPONSABLE)
    navigateur(rosa).post(reverse("comptes:attribuer", args=[rosa.pk]), {"role": "administrateur"})
    assert Personne.objects.get(pk=rosa.pk).roles_actifs() == {Role.RESPONSABLE}


@pytest.mark.parametrize("role", [Role.ADMINISTRATEUR, Role.RESPONSABLE])
def test_gerer_des_comptes_ne_se_borne_pas_a_une_action(agent: Any, role: Role) -> None:
    """Ces droits se lisent sans regarder l'action : borné, le rôle donnerait plus qu'il ne dit."""
    with pytest.raises(operations.OperationRefusee, match="ne se borne pas"):
        operations.attribuer_role(personne=agent("ada"), role=role, action="fichier_entreprises", auteur=None, au=LE)


# --- Le partenariat et les publications ---

# Chaque porte a ses propres essais : `programme/tests/test_intrus.py`, `test_hostile.py`, `publications/tests/`.

PUBLICS = {
    "programme:calendrier_ics", "publications:liste", "publications:publication", "publications:edition",
    "publications:fichier", "publications:donnees", "donnees:liste", "donnees:catalogue",
}  # fmt: skip


def test_rien_d_autre_du_partenariat_et_des_publications_n_est_public() -> None:
    ouvertes = {
        adresse.nom for adresse in queries.adresses()
        if adresse.nom.partition(":")[0] in {"programme", "publications", "donnees"} and adresse.ecran.public
    }  # fmt: skip
    assert ouvertes == PUBLICS


def _partenariat() -> dict[str, str]:
    """Par geste, l'adresse de ce qu'une tierce organisation ne doit ni lire, ni changer."""
    fiche = fabrique.fiche()
    mission = fabrique.personne("charge_mission", organisation="cci")
    piece = deposer_piece(
        fiche=fiche, fichier=ContentFile(b"%PDF-1.7 facture", name="facture.pdf"), auteur=mission, au=LE
    )
    donnees = {"ligne": fiche.lignes.order_by("pk")[0], "date_facture": LE.date(), "fournisseur": "x", "libelle": "x",
               "montant_eur": 10, "taxes": "ht", "paye_le": None}  # fmt: skip
    cout = couts.saisir_cout(fiche=fiche, donnees=donnees, auteur=mission, au=LE)
    CoutDirect.objects.filter(pk=cout.pk).update(piece=piece)
    CoutDirect.historique.filter(id=cout.pk).update(piece=piece)
    gabarit = GabaritDOrganisation.objects.create(
        organisation=mission.organisation, nom="x", depuis=LE.date(), logo=b"x", logo_nature="image/png",
        enregistre_le=LE,
    )  # fmt: skip
    return {
        "lire une facture": reverse("programme:piece", args=[piece.pk]),
        "lire un coût": reverse("programme:cout_modifier", args=[cout.pk]),
        "saisir un coût": reverse("programme:cout_nouveau", args=[fiche.pk]),
        "écrire la convention": reverse("programme:convention_modifier", args=[fiche.convention_id]),
        "voir un logo": reverse("publications:gabarit_logo", args=[gabarit.pk]),
    }


def test_ce_qui_est_aux_partenaires_ne_s_ouvre_pas_a_une_tierce(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path
    adresses = _partenariat()
    codes = {}
    for cle in ("agence", "cci"):
        client = navigateur(fabrique.personne("charge_mission", organisation=cle))
        for geste, adresse in adresses.items():
            reponse = client.get(adresse)
            codes.setdefault(cle, {})[geste] = reponse.status_code
            fabrique.fermer(reponse)
    assert set(codes["agence"].values()) == {403, 404}
    assert codes["cci"] == dict.fromkeys(adresses, 200)


# --- La session ---


def test_un_compte_ferme_perd_sa_session_ouverte(agent: Any) -> None:
    ada = agent("ada")
    client = navigateur(ada)
    assert client.get(reverse("comptes:profil")).status_code == 200
    Personne.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get(reverse("comptes:profil")).status_code == 302


def test_un_role_fini_hier_ne_vaut_plus(agent: Any) -> None:
    hier = timezone.localdate() - timedelta(days=1)
    client = navigateur(agent("ada", debut=hier - timedelta(days=9), fin=hier))
    assert client.get(reverse("registre:recherches")).status_code == 403


def test_changer_de_mot_de_passe_ferme_les_sessions_volees(agent: Any) -> None:
    ada = agent("ada")
    client = navigateur(ada)
    ada.set_password("un-autre-mot-de-passe-long")
    ada.save()
    assert client.get(reverse("comptes:profil")).status_code == 302


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"])
def test_la_connexion_ne_mene_pas_ailleurs(agent: Any, suite: str) -> None:
    agent("ada")
    reponse = Client().post(
        reverse("account_login") + f"?next={suite}",
        {"login": "ada@essai.example", "password": "un-mot-de-passe-long", "next": suite},
    )
    assert (reponse.status_code, reponse["Location"]) == (302, "/")


def test_un_hote_inconnu_est_refuse(db: None) -> None:
    assert Client().get("/comptes/connexion/", headers={"host": "ailleurs.example"}).status_code == 400


def test_aucune_vue_ne_se_passe_du_jeton_des_formulaires() -> None:
    adresses = queries.adresses()
    assert len(adresses) > 50
    # Une passerelle de SMS signe son appel de son secret et le date.
    # Un logiciel de courriel n'a pas de cookie : le lien signé tient lieu de preuve (RFC 8058), et n'ouvre que l'arrêt.
    assert [a.nom for a in adresses if getattr(a.vue, "csrf_exempt", False)] == ["messages:accuses", "messages:arreter"]


def test_un_formulaire_sans_jeton_est_refuse(agent: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent("ada"), backend=PORTE)
    assert client.post(reverse("comptes:fermer_sessions")).status_code == 403


# --- Les fichiers piégés ---


def classeur_gonfle(octets: int) -> bytes:
    """Une archive de quelques kilo-octets qui en déplie beaucoup plus, et qui ment sur sa taille."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * octets)
    vrai, faux = octets.to_bytes(4, "little"), (10).to_bytes(4, "little")
    return sortie.getvalue().replace(vrai, faux)


def test_un_classeur_qui_deplie_trop_est_refuse(monkeypatch: pytest.MonkeyPatch, agent: Any, tmp_path: Path) -> None:
    gonfle = classeur_gonfle(3_000_000)
    assert len(gonfle) < 10_000
    with pytest.raises(ClasseurDemesure):
        refuser_demesure(io.BytesIO(gonfle), octets_max=2_000_000)
    refuser_demesure(io.BytesIO(gonfle), octets_max=4_000_000)
    monkeypatch.setattr(refuser_demesure, "__kwdefaults__", {"octets_max": 2_000_000})
    with pytest.raises(DepotRefuse, match="déplie plus"):
        deposer_liste(nom="x", fichier=io.BytesIO(gonfle), auteur=agent("ada"), au=LE)
    (tmp_path / "cci.xlsx").write_bytes(gonfle)
    with pytest.raises(FichierConsulaireRefuse, match="déplie plus"):
        lire_tableau(tmp_path / "cci.xlsx")


@pytest.mark.parametrize("encodage", ["utf-8", "utf-16"])
def test_un_bodacc_a_entites_est_refuse_sous_tout_encodage(tmp_path: Path, encodage: str) -> None:
    piege = f'<?xml version="1.0" encoding="{encodage}"?><!DOCTYPE a [<!ENTITY b "b">]><RCS-B><avis>&b;</avis></RCS-B>'
    (tmp_path / "RCS-B.xml").write_bytes(piege.encode(encodage))
    with pytest.raises(BodaccIllisible, match="entités"):
        list(lire(tmp_path / "RCS-B.xml"))


def test_un_envoi_demesure_est_refuse_sans_etre_garde(agent: Any, settings: Any) -> None:
    corps = {"login": SimpleUploadedFile("x", b"0" * (settings.ENVOI_ANONYME_OCTETS_MAX + 1))}
    assert Client().post(reverse("account_login"), corps).status_code == 413
    connecte = navigateur(agent("ada"))
    assert connecte.post(reverse("registre:deposer"), corps).status_code != 413
    settings.ENVOI_OCTETS_MAX = settings.ENVOI_ANONYME_OCTETS_MAX
    corps["login"].seek(0)
    assert connecte.post(reverse("registre:deposer"), corps).status_code == 413


# --- Ce qui s'écrit ---


@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " ="])
def test_un_texte_n_est_jamais_une_formule(debut: str) -> None:
    assert (sans_formule(f"{debut}1"), pour_tableur(f"{debut}1")) == (f"'{debut}1", f"'{debut}1")
    assert pour_tableur(-3) == "-3"


def test_l_export_des_zones_ne_porte_pas_de_formule() -> None:
    zone = Zone(**{**ZONE, "nom": "=HYPERLINK(1)", "proprietes": {"site_moa_nom": "@moi", "site_surf_utile": None}})
    csv = exporter_cnig([zone], territoire=TERRITOIRE, etablissements={})
    assert (";'=HYPERLINK(1);" in csv, ";'@moi;" in csv, ";=" in csv, "None" in csv) == (True, True, False, False)


def test_un_nom_n_est_jamais_du_html(agent: Any) -> None:
    ada = agent("ada", Role.ADMINISTRATEUR)
    ada.nom = "<img src=x onerror=alert(1)>"
    ada.save()
    for adresse in ("comptes:profil", "comptes:personnes", "accueil"):
        texte = navigateur(ada).get(reverse(adresse)).content.decode()
        assert ("<img src=x" in texte, "&lt;img src=x" in texte) == (False, True)


# --- En production ---


def tissu(*arguments: str, **environnement: str) -> subprocess.CompletedProcess[str]:
    reglages = {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("TISSU_")} | environnement
    return subprocess.run(
        [sys.executable, "-m", "tissu", *arguments], env=reglages, capture_output=True, text=True, check=False
    )


def test_la_production_refuse_la_demonstration_et_l_absence_de_secret(tmp_path: Path) -> None:
    commun = {"TISSU_MODE": "production", "TISSU_DONNEES": str(tmp_path)}
    sans = tissu("check", **commun)
    assert (sans.returncode != 0, "TISSU_SECRET manque" in sans.stderr) == (True, True)
    demo = tissu("demo", **commun, TISSU_SECRET="essai" * 12)
    assert (demo.returncode != 0, "production" in demo.stderr) == (True, True)
