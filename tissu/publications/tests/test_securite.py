"""Ce qu'un texte hostile, un rôle étroit ou un curieux essaierait contre les publications."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation, Personne
from tissu.publications import graphiques, operations
from tissu.publications.contenu import (
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.models import Edition, GabaritDOrganisation, Publication
from tissu.publications.operations.gabarits import GabaritRefuse, verifier_diapositives
from tissu.publications.rendus import rendre
from tissu.publications.tests.fabrique import AU, HUMAIN, connecter, diffuser, personne, preparer

pytestmark = pytest.mark.django_db
BALISE = '"><img src=x onerror=alert(1)></text><script>alert(1)</script>'
TYPST = '#read("/etc/passwd") $x$ *gras* \\ ] ) " @ref // '
# Collé d'un traitement de texte : des signes que le XML n'admet pas.
DE_CONTROLE = "avant\x0b\x01\x1faprès"
FORMULE = '=HYPERLINK("https://ailleurs.example/"&A1)'


def hostile(texte: str) -> Document:
    """Un document dont chaque texte est hostile, jusqu'aux étiquettes de son graphique."""
    colonnes = [Colonne("a", texte), Colonne("n", texte, Nature.NOMBRE)]
    tableau = Tableau("t", texte, colonnes, [{"a": texte, "n": 1}, {"a": texte, "n": texte}],
                      total={"a": texte, "n": 1}, source=texte, note=texte)  # fmt: skip
    vide = Tableau("v", texte, colonnes, [], vide=texte)
    dessin = graphiques.barres([{"a": texte, "n": 3}, {"a": "b", "n": 4}], categorie="a", valeur="n")
    blocs = [
        Paragraphe(texte), Liste([texte]), Encadre(texte, [texte]),
        Chiffres([Chiffre(texte, texte, Nature.TEXTE, texte, texte, texte)]),
        Figure(texte, texte, dessin, texte, replace(tableau, identifiant="f"), texte), tableau, vide,
    ]  # fmt: skip
    return Document(
        titre=texte, sous_titre=texte, territoire=texte, periode=texte, source_au=date(2026, 11, 1), version=texte,
        sections=[Section("s", texte, blocs, notes=texte)], partenaires=[texte], methode=[texte],
    )  # fmt: skip


# --- Les textes hostiles ---


def test_aucun_texte_n_est_du_html(flux: Publication, mission: Personne, client: Client) -> None:
    organisation = mission.organisation
    assert organisation is not None
    organisation.nom = flux.titre = flux.resume = BALISE
    organisation.save()
    flux.save()
    edition = diffuser(preparer(flux, hostile(BALISE), mission, note=BALISE), mission)
    interne = connecter(Client(), mission)
    pages = [
        client.get(adresse).content.decode() for adresse in ("/publications/", "/publications/flux/1/", "/donnees/")
    ]
    pages += [interne.get(f"/publications/gestion/{suite}").content.decode() for suite in ("", f"{edition.pk}/")]
    operations.retirer(edition=edition, motif=BALISE, auteur=mission, au=timezone.now())
    pages += [client.get("/publications/flux/1/").content.decode()]
    for page in pages:
        assert re.findall(r"<img src=x|<script>alert|onerror=alert\(1\)>", page) == []
    assert all("&lt;script&gt;alert(1)" in page for page in pages[:2])


@pytest.mark.parametrize("texte", [TYPST, DE_CONTROLE, BALISE, FORMULE], ids=["typst", "contrôle", "balise", "formule"])
def test_chaque_rendu_dit_le_texte_sans_l_interpreter(texte: str) -> None:
    document = hostile(texte)
    propre = "".join(signe for signe in texte if signe.isprintable())
    serre = "".join(propre.split())
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(rendre(document, "pdf"))).pages)
    assert serre[:18] in "".join(pdf.split())
    assert "root:" not in pdf
    lignes = list(csv.reader(io.StringIO(rendre(document, "csv").decode("utf-8-sig")), delimiter=";"))
    assert lignes[0][0].strip("'")[:5] == texte[:5]
    assert not any(cellule.startswith(("=", "+", "-", "@")) for ligne in lignes for cellule in ligne)
    feuilles = load_workbook(io.BytesIO(rendre(document, "xlsx")))
    cellules = [cellule for feuille in feuilles for ligne in feuille.iter_rows() for cellule in ligne]
    assert [cellule for cellule in cellules if cellule.data_type == "f" or cellule.hyperlink] == []
    diapositives = Presentation(io.BytesIO(rendre(document, "pptx"))).slides
    textes = " ".join(f.text_frame.text for d in diapositives for f in d.shapes if f.has_text_frame)
    assert propre[:5] in textes


def test_les_donnees_ouvertes_n_ont_pas_de_formule(flux: Publication, mission: Personne, client: Client) -> None:
    ouvert = Tableau("noms", "Noms", [Colonne("nom", "Nom"), Colonne("n", "N", Nature.NOMBRE)],
                     [{"nom": FORMULE, "n": -3}, {"nom": "Ordinaire", "n": "@secret"}], ouvert=True)  # fmt: skip
    document = Document("T", "", "L", "P", None, "", [Section("s", "S", [ouvert])])
    diffuser(preparer(flux, document, mission), mission)
    texte = client.get("/publications/flux/1/donnees/noms.csv", **HUMAIN).content.decode()
    assert list(csv.reader(io.StringIO(texte))) == [
        ["nom", "n", "n_note"], [f"'{FORMULE}", "-3", ""], ["Ordinaire", "", "'@secret"],
    ]  # fmt: skip
    # Le Parquet et le GeoJSON, que n'ouvre pas un tableur, gardent la valeur telle quelle.
    assert FORMULE.encode() in client.get("/publications/flux/1/donnees/noms.parquet", **HUMAIN).content


def test_le_compte_des_telechargements_n_a_pas_de_formule(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    flux.titre = FORMULE
    flux.save()
    diffuser(preparer(flux, document, mission), mission)
    client.get("/publications/flux/1/fichier.xlsx", **HUMAIN)
    texte = connecter(Client(), mission).get("/publications/gestion/telechargements.csv").content.decode("utf-8-sig")
    assert [ligne[0] for ligne in csv.reader(io.StringIO(texte), delimiter=";")] == ["Publication", f"'{FORMULE}"]


@pytest.mark.parametrize("periode", ['a"; filename="x.exe', "a\r\nX-Intrus: oui", "../../x", "a/b", "é 1"])
def test_un_nom_de_fichier_ne_sort_pas_de_son_en_tete(
    periode: str, flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    diffuser(preparer(flux, document, mission, periode=periode), mission)
    reponse = client.get("/publications/flux/1/fichier.xlsx", **HUMAIN)
    assert (reponse.status_code, "X-Intrus" in reponse) == (200, False)
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.xlsx"', reponse["Content-Disposition"])


@pytest.mark.parametrize("suite", ["../../../etc/passwd", "%2e%2e%2fsecret", "fichier.pdf%00.exe", "fichier.html"])
def test_aucune_adresse_ne_mene_hors_des_fichiers(
    suite: str, flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    diffuser(preparer(flux, document, mission), mission)
    assert client.get(f"/publications/flux/1/{suite}", **HUMAIN).status_code == 404
    assert client.get(f"/publications/flux/1/donnees/{suite}", **HUMAIN).status_code == 404


# --- Les gabarits ---


def gabarit_pptx(ajout: dict[str, bytes] | None = None, relation: str = "") -> bytes:
    """Un gabarit vide, et ce qu'on y glisse."""
    sortie, source = io.BytesIO(), io.BytesIO()
    Presentation().save(source)
    with zipfile.ZipFile(source) as lu, zipfile.ZipFile(sortie, "w") as ecrit:
        for nom in lu.namelist():
            octets = lu.read(nom)
            if nom.endswith("slideMaster1.xml.rels") and relation:
                octets = octets.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            ecrit.writestr(nom, octets)
        for nom, octets in (ajout or {}).items():
            ecrit.writestr(nom, octets)
    return sortie.getvalue()


IMAGE_DISTANTE = (
    '<Relationship Id="rId99" TargetMode="External" Target="https://ailleurs.example/pixel.png" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
)


@pytest.mark.parametrize(
    ("octets", "motif"),
    [
        (gabarit_pptx(relation=IMAGE_DISTANTE), "hors du fichier"),
        (gabarit_pptx({"ppt/vbaProject.bin": b"x"}), "macros"),
        (gabarit_pptx({"ppt/activeX/activeX1.bin": b"x"}), "macros"),
    ],
    ids=["image distante", "macro", "contrôle"],
)
def test_un_gabarit_qui_va_chercher_ou_execute_est_refuse(octets: bytes, motif: str) -> None:
    verifier_diapositives(gabarit_pptx(), "gabarit.pptx")
    with pytest.raises(GabaritRefuse, match=motif):
        verifier_diapositives(octets, "gabarit.pptx")


@pytest.fixture
def logo(mission: Personne) -> GabaritDOrganisation:
    return GabaritDOrganisation.objects.create(
        organisation=mission.organisation, nom="Essai", depuis=AU.date(), logo=b"\x89PNG", logo_nature="image/png",
        enregistre_le=AU,
    )  # fmt: skip


def test_le_logo_d_une_organisation_est_a_qui_tient_son_gabarit(logo: GabaritDOrganisation, mission: Personne) -> None:
    ailleurs = Organisation.objects.create(nom="Métropole", type="metropole")
    qui = {
        "mission": mission, "ailleurs": personne("ailleurs", ailleurs, Role.CHARGE_MISSION),
        "administration": personne("admin", ailleurs, Role.ADMINISTRATEUR),
        "lecture": personne("lecture", mission.organisation, Role.LECTEUR),
    }  # fmt: skip
    codes = {nom: connecter(Client(), une).get(f"/publications/gabarits/{logo.pk}/logo").status_code
             for nom, une in qui.items()}  # fmt: skip
    assert codes == {"mission": 200, "ailleurs": 404, "administration": 200, "lecture": 403}
    assert Client().get(f"/publications/gabarits/{logo.pk}/logo").status_code == 302


@pytest.mark.parametrize("cas", ["borné à une action", "d'ailleurs"])
def test_un_gabarit_ne_s_ecrit_pas_par_un_autre(cas: str, logo: GabaritDOrganisation, mission: Personne) -> None:
    ailleurs = Organisation.objects.create(nom="Métropole", type="metropole")
    intrus = {
        "borné à une action": personne("borne", mission.organisation, Role.CHARGE_MISSION, action="clubs"),
        "d'ailleurs": personne("ailleurs", ailleurs, Role.CHARGE_MISSION),
    }[cas]
    envoi = {"organisation": logo.organisation_id, "nom": "Intrus", "depuis": "2026-01-01", "accent": "#123456"}
    page = connecter(Client(), intrus).post("/publications/gabarits/", envoi | {
        "logo": SimpleUploadedFile("x.png", b"x")
    })  # fmt: skip
    assert page.status_code == 422
    assert list(GabaritDOrganisation.objects.values_list("nom", flat=True)) == ["Essai"]


# --- Les rôles étroits et les curieux ---


def test_un_role_borne_ne_suit_que_les_editions_de_son_action(
    flux: Publication, document: Document, mission: Personne
) -> None:
    flux.origine = "clubs"
    flux.save()
    edition = preparer(flux, document, mission)
    suivi, page = f"/publications/gestion/{edition.pk}/", "/publications/flux/1/"
    qui = {
        "mission": mission,
        "la sienne": personne("clubs", mission.organisation, Role.CHARGE_MISSION, action="clubs"),
        "une autre": personne("eau", mission.organisation, Role.CHARGE_MISSION, action="protect_eau"),
        "administration": personne("admin", None, Role.ADMINISTRATEUR),
    }
    vus = {}
    for nom, une in qui.items():
        client = connecter(Client(), une)
        liste = list(client.get("/publications/gestion/").context["page"])
        vus[nom] = (liste == [edition], client.get(suivi).status_code, client.get(page).status_code)
    assert vus == {
        "mission": (True, 200, 200), "la sienne": (True, 200, 200), "une autre": (False, 404, 404),
        "administration": (True, 200, 200),
    }  # fmt: skip
    flux.origine = ""
    flux.save()
    assert connecter(Client(), qui["la sienne"]).get(suivi).status_code == 404


def test_une_edition_reservee_ne_se_distingue_pas_d_une_absente(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    """Même page, même code : compter les réponses n'apprend ni qu'elle existe, ni combien il y en a."""
    operations.diffuser(edition=preparer(flux, document, mission), audience="comite_pilotage", auteur=mission,
                        au=timezone.now())  # fmt: skip
    adresses = [
        "/publications/flux/1/", "/publications/flux/2/", "/publications/flux/", "/publications/inconnu/",
        "/publications/flux/1/fichier.pdf", "/publications/inconnu/1/fichier.pdf",
        "/publications/flux/1/donnees/lieux.csv", "/publications/inconnu/9/donnees/lieux.csv",
    ]  # fmt: skip
    reponses = [client.get(adresse, **HUMAIN) for adresse in adresses]
    assert {reponse.status_code for reponse in reponses} == {404}
    corps = {re.sub(r'nonce="[^"]*"|X-CSRFToken": "[^"]*"|csrfmiddlewaretoken" value="[^"]*"', "", r.content.decode())
             for r in reponses}  # fmt: skip
    assert len(corps) == 1
    assert "Flux" not in client.get("/publications/").content.decode()


def test_les_gestes_de_diffusion_ne_se_font_pas_en_lisant(
    flux: Publication, document: Document, mission: Personne
) -> None:
    edition, client = preparer(flux, document, mission), connecter(Client(), mission)
    for geste in ("diffuser", "elargir", "lever", "corriger", "retirer"):
        assert client.get(f"/publications/gestion/{edition.pk}/{geste}/").status_code == 405
    assert Edition.objects.get().etat == "brouillon"
    sans_jeton = Client(enforce_csrf_checks=True)
    sans_jeton.force_login(mission, backend="allauth.account.auth_backends.AuthenticationBackend")
    adresse = f"/publications/gestion/{edition.pk}/diffuser/"
    assert sans_jeton.post(adresse, {"audience": "partenaires"}).status_code == 403
    assert Edition.objects.get().etat == "brouillon"
