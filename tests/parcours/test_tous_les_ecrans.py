"""Chaque écran, pour chaque compte de démonstration : il s'ouvre, tient sur un téléphone et ne se plaint de rien.

axe le lit en entier, au bureau et au téléphone, chez le premier compte de `COMPTES` qui l'ouvre : c'est là qu'il a le
plus de boutons. Les autres comptes vérifient qu'il s'ouvre et tient.
"""

import io
import json
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.parcours.conftest import Demonstration, defauts_d_accessibilite
from tests.parcours.exemples import exemples_du_partenariat, variantes_des_revues
from tissu.actions.fichier_entreprises.models import EditionPlusDe50, FiliereExcellence, Piste, RegleDePiste, Veille
from tissu.cartes.couches import couches
from tissu.cartes.operations.perimetres import deposer_perimetre
from tissu.comptes.demo import PERSONNES
from tissu.comptes.models import Organisation, Personne
from tissu.comptes.queries import tableau_des_droits
from tissu.messages.choices import Canal
from tissu.messages.operations import deposer
from tissu.programme.messages import ResumeDeLaSemaine
from tissu.programme.queries.rappels import Resume
from tissu.registre.models import EditionConsulaire, Import, Zone
from tissu.registre.operations.recherches import deposer_liste
from tissu.socle.ecrans import Ecran
from tissu.socle.travaux import lancer

# Du compte qui peut le plus à celui qui peut le moins ; deux comptes de mêmes rôles voient la même chose.
COMPTES = ("mission.cci", "filiere.numerique", "administratrice", "elue", "responsable", "agence", "officier")
ROLES = {compte: set(roles) for compte, _, _, _, roles in PERSONNES}
DEBORDEMENT = "document.documentElement.scrollWidth - window.innerWidth"
BUREAU, TELEPHONE, PETIT_TELEPHONE = (
    {"width": largeur, "height": hauteur} for largeur, hauteur in ((1280, 900), (390, 844), (360, 740))
)
# Un jeton, une double authentification en cours, des paramètres, un morceau de page : essayés avec leur pièce.
SANS_EXEMPLE = {
    "alerte_commerce:alerte_lieux",
    "alerte_commerce:alerte_suivi",
    "cartes:liste",
    "cartes:objets",
    "comptes:invitation",
    "locaux:terrain_tournee",
    "programme:avenant_signer",
    "programme:calendrier_ics",
    "programme:etat_financeur_fichier",
    "account_reset_password_from_key",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
ECRANS_DE_CARTE = ("carte", "description", "tuile", "choisir", "dessin", "export", "imprimer", "feuille")
# Éprouvés par test_charpente, en clair et en sombre.
DEJA_VUS = ("/composants/",)


def test_chaque_role_de_demonstration_a_son_compte_ici() -> None:
    assert {frozenset(ROLES[compte]) for compte in COMPTES} == {frozenset(roles) for roles in ROLES.values()}


def exemples_pour(personne: Personne, cas: dict[str, str]) -> dict[str, str]:
    """De quoi remplir chaque adresse que cette personne ouvre : par argument, par écran, ou par « écran argument »."""
    siret, au = cas["piste_numerique_valmy"], timezone.now()
    liste = deposer_liste(nom="Mes entreprises", fichier=io.BytesIO(siret.encode()), auteur=personne, au=au)
    veilles = Veille.objects.filter(personne=personne)
    return exemples_du_partenariat() | {
        "siret": siret,
        "siren": siret[:9],
        "sujet": "adresse",
        "mois": "2026-10",
        "semestre": EditionPlusDe50.objects.order_by("-semestre").values_list("semestre", flat=True)[0],
        "format": "csv",
        "sorte": "csv",
        "zone_id": str(Zone.objects.filter(type="perimetre").order_by("pk")[0].pk),
        "edition_id": str(EditionConsulaire.objects.order_by("pk")[0].pk),
        "import_id": str(Import.objects.order_by("pk")[0].pk),
        "organisation_id": str(Organisation.objects.order_by("pk")[0].pk),
        "personne_id": str(personne.pk),
        "liste_id": str(liste.pk),
        "travail_id": str(lancer("registre.recomposer", unique=True).pk),
        **{f"cartes:{ecran} slug": "etablissements" for ecran in ECRANS_DE_CARTE},
        **{f"ogc:{ecran} slug": "etablissements" for ecran in ("collection", "objets", "objet")},
        "ogc:objet identifiant": siret,
        "perimetre_id": str(_perimetre(personne)),
        "messages:lire": str(_message(personne)),
        "fichier_entreprises:piste": str(Piste.objects.order_by("pk")[0].pk),
        "fichier_entreprises:regle": str(RegleDePiste.objects.order_by("pk")[0].pk),
        "fichier_entreprises:filiere": str(FiliereExcellence.objects.order_by("pk")[0].pk),
        "fichier_entreprises:veille": str(veilles[0].pk) if veilles else "1",
    }


def _message(personne: Personne) -> int:
    """Un message à cette personne, dans son espace."""
    au = timezone.now()
    envoi = deposer(ResumeDeLaSemaine(personne, Resume(personne, reunions=[], temps=3), au.date()), auteur=None, au=au)
    return envoi.remises.get(canal=Canal.ESPACE).pk


def _perimetre(personne: Personne) -> int:
    """Un périmètre à cette personne, pour qu'elle en voie un."""
    with tempfile.NamedTemporaryFile("w", suffix=".geojson") as fichier:
        anneau = [[5.02, 47.31], [5.06, 47.31], [5.06, 47.34], [5.02, 47.31]]
        contour = {"type": "Polygon", "coordinates": [anneau]}
        json.dump({"type": "Feature", "properties": {}, "geometry": contour}, fichier)
        fichier.flush()
        depose, _ = deposer_perimetre(
            fichier=Path(fichier.name), nom_fichier="coeur.geojson", nom=f"Cœur {uuid.uuid4()}", partage=True,
            auteur=personne, au=timezone.now(),
        )  # fmt: skip
    return depose.pk


def adresses(exemples: dict[str, str], cas: dict[str, str]) -> Iterator[tuple[str, Ecran]]:
    """Chaque adresse du produit, remplie, puis des variantes qui montrent autre chose."""
    ecrans = {}
    for adresse in tableau_des_droits():
        ecrans[adresse.nom] = adresse.ecran
        if adresse.nom in SANS_EXEMPLE or adresse.chemin.startswith(DEJA_VUS):
            continue
        propre = exemples.get(adresse.nom, "1")
        remplie = adresse.chemin
        for argument, nom in re.findall(r"(<(?:\w+:)?(\w+)>)", adresse.chemin):
            remplie = remplie.replace(argument, exemples.get(f"{adresse.nom} {nom}", exemples.get(nom, propre)))
        yield remplie, adresse.ecran
    for nom in ("deux_periodes_fermees", "p_personne_physique", "radiee_mais_active", "nom_tres_long"):
        yield f"/registre/etablissements/{cas[nom]}/", ecrans["registre:etablissement"]
    yield "/registre/?q=cadran&etat=ferme", ecrans["registre:liste"]
    yield "/registre/?q=introuvabletout", ecrans["registre:liste"]
    yield "/fichier-entreprises/flux/2026-09/?secteurs=tous", ecrans["fichier_entreprises:flux"]
    yield "/fichier-entreprises/flux/2026-10/lignes/?type=creation_pure", ecrans["fichier_entreprises:flux_lignes"]
    for carte in ("/cartes/communes/", "/cartes/zones/", "/cartes/flux/?au=2026-10-31", "/cartes/flux-communes/"):
        yield carte, ecrans["cartes:carte"]
    for slug in ("adherents-alerte-commerce", "couverture-communes"):
        yield f"/cartes/{slug}/", ecrans["cartes:carte"]
    for suite in ("choisir/?choix-sens=dans&choix-forme=polygone&choix-sommets=abc", "impression/?vue=47.32,5.04,12"):
        yield f"/cartes/etablissements/{suite}", ecrans["cartes:choisir"]
    yield "/registre/?affichage=carte&commune=21231", ecrans["registre:liste"]
    yield "/fichier-entreprises/pistes/?vue=toutes&etat=toutes", ecrans["fichier_entreprises:pistes"]
    for nom, remplie in variantes_des_revues():
        yield remplie, ecrans[nom]


def ouvre_la_carte(personne: Personne, adresse: str) -> bool:
    """Vrai si l'adresse n'est pas celle d'une carte, ou si cette personne a droit à sa couche : la vue en décide."""
    trouvee = re.match(r"/(?:cartes|ogc/collections)/([\w-]+)/", adresse)
    couche = couches().get(trouvee[1]) if trouvee else None
    return couche is None or couche.ouverte_a(personne)


@pytest.fixture(scope="module")
def pages_connues() -> dict[str, bool]:
    """Ce que l'on sait déjà d'une adresse, d'un compte à l'autre : rend-elle une page ?"""
    return {}


def est_une_page(onglet: Page, adresse: str, connues: dict[str, bool]) -> bool:
    """Vrai si l'adresse rend une page ; faux pour un fichier, une redirection, un refus ou ce qui veut un POST."""
    if adresse not in connues:
        reponse = onglet.request.get(adresse, max_redirects=0)
        assert reponse.status in {200, 302, 403, 405}, f"{adresse} répond {reponse.status}"
        connues[adresse] = reponse.status == 200 and reponse.headers["content-type"].startswith("text/html")
    return connues[adresse]


@pytest.mark.parametrize("compte", COMPTES)
def test_les_ecrans_d_un_compte(
    compte: str, connecter: Callable[..., Page], demonstration: Demonstration, pages_connues: dict[str, bool]
) -> None:
    onglet = connecter(compte)
    personne = Personne.objects.get(courriel=f"{compte}@demo.example")
    exemples = exemples_pour(personne, demonstration.cas)
    defauts: dict[str, object] = {}
    vues = 0
    for adresse, ecran in adresses(exemples, demonstration.cas):
        if not ecran.ouvert_a(ROLES[compte]) or not ouvre_la_carte(personne, adresse):
            continue
        if not est_une_page(onglet, adresse, pages_connues):
            continue
        vues += 1
        premier = next(qui for qui in COMPTES if ecran.ouvert_a(ROLES[qui]))
        onglet.set_viewport_size(BUREAU)
        reponse = onglet.goto(adresse)
        assert reponse and reponse.status == 200, f"{adresse} ne s'ouvre pas"
        if compte == premier:
            defauts[f"{adresse} au bureau"] = defauts_d_accessibilite(onglet)
            onglet.set_viewport_size(TELEPHONE)
            defauts[f"{adresse} au téléphone"] = defauts_d_accessibilite(onglet)
        onglet.set_viewport_size(PETIT_TELEPHONE)
        defauts[f"{adresse} déborde"] = onglet.evaluate(DEBORDEMENT)
    assert {ou: defaut for ou, defaut in defauts.items() if defaut} == {}
    assert vues > 10
