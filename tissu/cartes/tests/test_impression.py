"""La feuille imprimée : juste à la règle, lisible sans la voir, et rien de réservé."""

import io
import re
from datetime import date

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tissu.cartes.choices import Papier
from tissu.cartes.impression import Commande, composer
from tissu.cartes.impression.cadrage import Cadre, barre, cadrer, echelle_ronde
from tissu.cartes.impression.dessin import dessiner, rayon_des_points
from tissu.cartes.impression.etiquettes import Nom, couper, longueur, poser, se_touchent
from tissu.cartes.impression.feuille import Page, cadrer_la_carte, communes_du_territoire
from tissu.cartes.presentation import Presentation, presenter
from tissu.cartes.tests.exemple import ESSAI_LOCAUX, ESSAI_QUARTIERS
from tissu.comptes.choices import Role
from tissu.comptes.models import Acces
from tissu.comptes.tests.fabrique import personne

TERRE = pyproj.Geod(ellps="WGS84")
DIJON = (4.90, 47.21, 5.21, 47.40)
LE = date(2026, 11, 26)


# --- L'échelle ---


@pytest.mark.parametrize(
    ("besoin", "rond"),
    [(1000, 1000), (1001, 1250), (24_000, 25_000), (61_000, 75_000), (82_000, 100_000), (99e5, 10**7)],
)
def test_une_echelle_est_ronde_et_suffit(besoin, rond):
    assert echelle_ronde(besoin) == rond


@pytest.mark.parametrize("papier", list(Papier))
def test_la_barre_mesure_sur_le_papier_ce_qu_elle_annonce_sur_le_terrain(papier):
    page = Page.de(papier)
    cadre = cadrer(DIJON, *page.carte, agrandi=page.agrandi)
    trait = barre(cadre)
    millimetres = trait.longueur * page.agrandi
    assert millimetres * cadre.echelle / 1000 == pytest.approx(trait.metres)
    assert 15 <= millimetres / page.agrandi <= 45
    # Deux points distants de cette longueur, mesurés sur l'ellipsoïde, sont à cet écart sur la feuille.
    lon, lat, _ = TERRE.fwd(5.04, 47.32, 63, trait.metres)
    x, y = cadre.placer([5.04, lon], [47.32, lat])
    assert np.hypot(*np.diff([x, y]).ravel()) == pytest.approx(trait.longueur, rel=1e-4)


def test_les_graduations_se_lisent_a_la_francaise():
    assert barre(Cadre(200, 150, 5, 47, 150_000)).graduations == ["0", "2,5", "5\u00a0km"]
    assert barre(Cadre(200, 150, 5, 47, 10_000)).graduations == ["0", "100", "200\u00a0m"]


@given(
    st.floats(-5, 8),
    st.floats(42, 51),
    st.floats(0.001, 1),
    st.floats(0.001, 1),
    st.floats(80, 400),
    st.floats(80, 400),
)
@settings(max_examples=40)
def test_l_emprise_tient_toujours_dans_le_cadre(ouest, sud, large, haut, largeur, hauteur):
    emprise = (ouest, sud, ouest + large, sud + haut)
    cadre = cadrer(emprise, largeur, hauteur)
    x, y = cadre.placer(np.linspace(emprise[0], emprise[2], 9).repeat(2), np.tile([emprise[1], emprise[3]], 9))
    assert (x.min() >= 0, x.max() <= largeur, y.min() >= 0, y.max() <= hauteur) == (True,) * 4


def test_une_feuille_a3_est_une_feuille_a4_agrandie():
    petite, grande = Page.de(Papier.A4_PORTRAIT), Page.de(Papier.A3_PORTRAIT)
    assert ((petite.largeur, petite.hauteur), (grande.largeur, grande.hauteur)) == ((210, 297), (297, 420))
    assert grande.carte[0] / petite.carte[0] == pytest.approx(2**0.5, rel=0.01)


# --- Les noms ---


def test_aucun_nom_n_en_recouvre_un_autre_et_les_grands_passent_d_abord():
    alea = np.random.default_rng(4)
    noms = [
        Nom(f"Commune-{rang}-lès-Dijon", *alea.uniform(10, 90, 2), 3.0, float(alea.uniform(1, 100)))
        for rang in range(60)
    ]
    reserve = (0.0, 85.0, 40.0, 100.0)
    posees = poser(noms, 100, 100, reserves=[reserve])
    boites = [une.boite for une in posees]
    assert not any(se_touchent(a, b) for rang, a in enumerate(boites) for b in [*boites[rang + 1 :], reserve])
    assert all(boite[0] >= 0 and boite[1] >= 0 and boite[2] <= 100 and boite[3] <= 100 for boite in boites)
    assert 8 <= len(posees) < 60
    plus_grand = max(noms, key=lambda nom: nom.importance)
    assert posees[0].lignes == couper(plus_grand.texte)


@pytest.mark.parametrize(
    ("nom", "lignes"),
    [
        ("Dijon", ("Dijon",)),
        ("Fontaine-lès-Dijon", ("Fontaine-", "lès-Dijon")),
        ("Saint-Apollinaire", ("Saint-", "Apollinaire")),
        ("Centre ville historique", ("Centre ville", "historique")),
        ("Anticonstitutionnellement", ("Anticonstitutionnellement",)),
    ],
)  # fmt: skip
def test_un_long_nom_se_coupe_en_deux(nom, lignes):
    assert couper(nom) == lignes


def test_la_longueur_d_un_nom_suit_la_police():
    assert longueur("Dijon", 6) == pytest.approx(2 * longueur("Dijon", 3))
    assert longueur("Mmm", 3) > longueur("iii", 3)


# --- La carte et la feuille ---


@pytest.fixture
def montrer(couches_d_essai):
    def presente(adresse: str = "", couche=ESSAI_LOCAUX, qui=None) -> Presentation:
        return presenter(couche, QueryDict(adresse), qui or AnonymousUser())

    return presente


def dessin(montree: Presentation, emprise=None) -> str:
    page = Page.de(Papier.A4_PAYSAGE)
    communes = communes_du_territoire()
    cadre = cadrer_la_carte(montree, Commande(Papier.A4_PAYSAGE, emprise), page, communes)
    return dessiner(
        montree.jeu, montree.rangement, cadre, entier=montree.entier, territoire=communes, selection=montree.selection,
        barre=barre(cadre),
    )  # fmt: skip


def test_la_barre_dessinee_a_la_longueur_de_l_echelle_ecrite(montrer):
    svg = dessin(montrer())
    largeur = float(re.search(r'class="barre"[^>]*? width="([\d.]+)"', svg)[1])
    echelle = int(re.search(r"Échelle 1\u00a0:\u00a0([\d\u202f]+)", svg)[1].replace("\u202f", ""))
    bout = re.findall(r">([\d,]+)\u00a0(k?m)</text>", svg)[0]
    metres = float(bout[0].replace(",", ".")) * (1000 if bout[1] == "km" else 1)
    assert largeur * echelle / 1000 == pytest.approx(metres, rel=1e-4)


def test_chaque_objet_place_est_un_point_et_ce_que_la_selection_ecarte_est_en_gris(montrer):
    def points(svg: str) -> list[tuple[str, int]]:
        return [
            (teinte, trace.count("h0"))
            for trace, teinte in re.findall(r'<path d="(M[^"]*h0)"[^>]*stroke="(#\w+)"/>', svg)
        ]

    visibles = [(teinte, combien) for teinte, combien in points(dessin(montrer())) if teinte != "#ffffff"]
    assert sorted(visibles) == [("#00795c", 1), ("#0b5cad", 1), ("#d55e00", 2)]
    choisis = points(dessin(montrer("dans=rue:1"), DIJON))
    assert ("#cfcac4", 4) in choisis
    assert sorted(t for t, _ in choisis if t not in {"#ffffff", "#cfcac4"}) == ["#0b5cad", "#d55e00"]


def test_une_selection_se_dessine_pleine_ou_tiretee(montrer):
    svg = dessin(montrer("dans=cercle:5.0415,47.322,2000&hors=cercle:5.0415,47.322,30"))
    assert svg.count('stroke="#2f2c2a" stroke-width="0.5"') == 2
    assert svg.count("stroke-dasharray") == 1


def test_vingt_cinq_mille_points_restent_des_points():
    cadre = Cadre(200, 150, 5, 47, 100_000)
    assert rayon_des_points(25_000, cadre) == pytest.approx(0.3)
    assert rayon_des_points(10, cadre) == pytest.approx(1.35)


def texte_du_pdf(octets: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages))


def alternatives(octets: bytes) -> list[str]:
    """Les textes de remplacement des figures, dans l'arbre des balises."""
    trouves: list[str] = []

    def parcourir(noeud):
        noeud = noeud.get_object() if hasattr(noeud, "get_object") else noeud
        if isinstance(noeud, list):
            for un in noeud:
                parcourir(un)
        elif isinstance(noeud, dict):
            if "/Alt" in noeud:
                trouves.append(str(noeud["/Alt"]))
            parcourir(noeud.get("/K", []))

    parcourir(PdfReader(io.BytesIO(octets)).trailer["/Root"]["/StructTreeRoot"])
    return trouves


@pytest.mark.parametrize("papier", list(Papier))
def test_le_pdf_est_balise_tient_en_une_page_et_dit_tout(montrer, papier):
    montree = montrer("dans=zone:essai-quartiers/centre&activite=habillement&activite=restauration")
    octets = composer(montree, Commande(papier), le=LE, format_="pdf")
    pdf = PdfReader(io.BytesIO(octets))
    page = Page.de(papier)
    assert len(pdf.pages) == 1
    assert [float(cote) / 72 * 25.4 for cote in pdf.pages[0].mediabox[2:]] == pytest.approx(
        [page.largeur, page.hauteur], abs=0.1
    )
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert (pdf.trailer["/Root"]["/Lang"], pdf.metadata.title) == ("fr-FR", "Locaux d'essai")
    texte = texte_du_pdf(octets)
    for attendu in (
        "Dijon Métropole",
        "Locaux d’essai",
        "Par activité",
        "Restauration",
        "Habillement",
        "Choisi sur la carte",
        "dans Centre-ville",
        "Activité : habillement, restauration",
        "Source : Relevé d’essai",
        "Licence Ouverte 2.0",
        "Contours : communes de Dijon Métropole",
        "26 nov. 2026",
    ):
        assert attendu in texte.replace("'", "’"), attendu
    echelle = f"échelle 1\u00a0:\u00a0{_echelle(montree, papier)}"
    assert [une for une in alternatives(octets) if une.startswith("Carte")] == [
        f"Carte « Locaux d'essai » de Dijon Métropole, {echelle}. 2\u00a0locaux. "
        "Par activité : Restauration 1, Habillement 1, Services 0. Activité : habillement, restauration. "
        "Choisi sur la carte : dans Centre-ville. Situation au : 1er\u00a0janvier\u00a02026."
    ]


def _echelle(montree: Presentation, papier: Papier) -> str:
    cadre = cadrer_la_carte(montree, Commande(papier), Page.de(papier), communes_du_territoire())
    return f"{cadre.echelle:,}".replace(",", "\u202f")


def test_l_image_a_la_taille_du_papier_et_porte_les_couleurs_de_la_legende(montrer):
    octets = composer(montrer(), Commande(Papier.A4_PAYSAGE), le=LE, format_="png")
    image = Image.open(io.BytesIO(octets)).convert("RGB")
    assert image.size == pytest.approx((297 / 25.4 * 200, 210 / 25.4 * 200), abs=2)
    presentes = {couleur for _, couleur in image.getcolors(maxcolors=2**24)}
    assert {(0x0B, 0x5C, 0xAD), (0xD5, 0x5E, 0x00), (0x00, 0x79, 0x5C)} <= presentes
    apercu = composer(montrer(), Commande(Papier.A4_PAYSAGE), le=LE, format_="png", apercu=True)
    assert Image.open(io.BytesIO(apercu)).size[0] < image.size[0] / 2


def test_une_carte_de_surfaces_et_une_carte_vide_s_impriment(montrer):
    octets = composer(montrer(couche=ESSAI_QUARTIERS), Commande(Papier.A4_PAYSAGE), le=LE, format_="pdf")
    assert "Quartiers d" in texte_du_pdf(octets)
    vide = composer(
        montrer("activite=services&dans=cercle:5.0415,47.322,10"), Commande(Papier.A4_PAYSAGE), le=LE, format_="pdf"
    )
    assert "0 local" in texte_du_pdf(vide)


def test_un_titre_hostile_reste_un_texte(montrer):
    octets = composer(montrer(), Commande(Papier.A4_PAYSAGE, titre="#strong[*Titre*] <b>&"), le=LE, format_="pdf")
    assert "#strong[*Titre*] <b>&" in texte_du_pdf(octets)


def test_des_filtres_interminables_ne_debordent_pas_sur_une_seconde_page(montrer):
    formes = "&".join(f"dans=cercle:5.0{rang}15,47.322,{rang}50" for rang in range(1, 18))
    for papier in (Papier.A4_PAYSAGE, Papier.A4_PORTRAIT):
        octets = composer(montrer(formes), Commande(papier), le=LE, format_="pdf")
        assert len(PdfReader(io.BytesIO(octets)).pages) == 1


def test_ce_qui_est_loin_du_territoire_ne_l_ecrase_pas(montrer):
    montree = montrer()
    loin = montree.jeu.table.slice(0, 1).set_column(
        montree.jeu.table.column_names.index("lon"), "lon", pa.array([-61.5], pa.float64())
    )
    table = pa.concat_tables([montree.jeu.table, loin])
    egare = type(montree.jeu)(montree.jeu.couche, montree.jeu.champs, table, "x", montree.jeu.au)
    page = Page.de(Papier.A4_PAYSAGE)
    communes = communes_du_territoire()
    cadre = cadrer_la_carte(
        type(montree)(**{**vars(montree), "jeu": egare}), Commande(Papier.A4_PAYSAGE), page, communes
    )
    assert cadre.echelle < 400_000
    assert shapely.box(*shapely.total_bounds([forme for _, forme in communes])).contains(
        shapely.Point(cadre.lon, cadre.lat)
    )


# --- Les écrans ---


def client_de(role: Role) -> Client:
    client = Client()
    client.force_login(personne(role.value, role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
@pytest.mark.usefixtures("couches_d_essai")
def test_la_page_garde_ce_que_la_carte_montre():
    page = Client().get("/cartes/essai-locaux/impression/?activite=services&dans=rue:2&vue=47.3,5.0,12&theme=activite")
    assert page.status_code == 200
    assert page.context["apercu"] == (
        "/cartes/essai-locaux/impression.png?activite=services&dans=rue:2&theme=activite&au=2026-01-01"
        "&vue=47.3,5.0,12&apercu=oui"
    )
    assert set(page.context["form"].fields) == {"papier", "cadrage"}
    assert "titre" in client_de(Role.ELU).get("/cartes/essai-locaux/impression/").context["form"].fields
    assert Client().get(page.context["apercu"])["Content-Type"] == "image/png"


@pytest.mark.django_db
@pytest.mark.usefixtures("couches_d_essai")
@pytest.mark.parametrize(
    ("adresse", "code"),
    [
        ("essai-locaux/impression.pdf", 200),
        ("essai-locaux/impression.pdf?papier=a3-portrait&cadrage=vue&vue=47.3,5,13", 200),
        ("essai-locaux/impression.pdf?vue=x&cadrage=vue", 200),
        ("essai-locaux/impression.svg", 404),
        ("essai-locaux/impression.pdf?papier=a0", 400),
        ("essai-locaux/impression.pdf?dans=carre:1", 400),
        ("essai-locaux/impression/?dans=carre:1", 400),
        ("essai-reservee/impression.pdf", 403),
        ("rien/impression.pdf", 404),
    ],
)  # fmt: skip
def test_la_feuille_repond_ou_dit_pourquoi(adresse, code):
    assert Client().get(f"/cartes/{adresse}").status_code == code


@pytest.mark.django_db
@pytest.mark.usefixtures("couches_d_essai")
def test_un_visiteur_ne_change_pas_le_titre():
    adresse = "/cartes/essai-locaux/impression.pdf?titre=Fermeture+annonc%C3%A9e"
    titres = [PdfReader(io.BytesIO(c.get(adresse).content)).metadata.title for c in (Client(), client_de(Role.ELU))]
    assert titres == ["Locaux d'essai", "Fermeture annoncée"]
    assert not Acces.objects.exists()
