"""Le relevé sur place : sans réseau, onglet tué, réponse perdue, session fermée, conflit. Rien ne se perd ni ne double.

Le navigateur garde un profil sur le disque, comme un téléphone : on le ferme et on le rouvre.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.parcours.conftest import Demonstration, defauts_d_accessibilite
from tests.parcours.pages.terrain import (
    DEBORDEMENT,
    PAGE,
    Telephone,
    attendre_les_releves,
    connecter_et_emporter,
    file,
    ouvrir,
    reference,
    revenir_en_ligne,
    se_connecter,
)
from tissu.comptes.models import Personne
from tissu.locaux.choices import MethodeCampagne
from tissu.locaux.models import Campagne, Local, Photo, Releve, Tournee, Voie
from tissu.locaux.operations.campagnes import changer_l_etat_de, enregistrer_campagne
from tissu.locaux.operations.locaux import creer_local, modifier_local
from tissu.locaux.operations.tournees import confier_les_voies


@pytest.fixture
def telephone(
    navigateur: Browser, demonstration: Demonstration, tmp_path: Path
) -> Iterator[Callable[[str], Telephone]]:
    allumes: list[Telephone] = []

    def prendre(nom: str) -> Telephone:
        allumes.append(Telephone(navigateur, demonstration.adresse, tmp_path / nom))
        return allumes[-1]

    yield prendre
    for un in allumes:
        un.eteindre()
    assert [plainte for un in allumes for plainte in un.plaintes] == []


def personne(compte: str) -> Personne:
    return Personne.objects.get(courriel=f"{compte}@demo.example")


@pytest.fixture
def rue(demonstration: Demonstration, request: pytest.FixtureRequest) -> Tournee:
    """Une rue neuve de quatre locaux, confiée à la chargée de mission de la chambre."""
    au, qui = timezone.now(), personne("mission.cci")
    nom = f"RUE DE {request.node.name.upper()[:60]}"
    for rang, numero in enumerate(("1", "3", "2", "4")):
        creer_local(
            valeurs={"code_commune": "21231", "numero": numero, "lon": 5.04 + rang / 1000, "lat": 47.32},
            voie=nom, auteur=qui, au=au,
        )  # fmt: skip
    campagne = enregistrer_campagne(
        valeurs={"nom": nom.title(), "methode": MethodeCampagne.TERRAIN, "definition": "Toute cellule à vitrine.",
                 "perimetre": "Une rue", "debut": timezone.localdate()}, auteur=qui, au=au,
    )  # fmt: skip
    changer_l_etat_de(campagne=campagne, etat="ouverte", auteur=qui, au=au)
    voie = Voie.objects.get(nom=nom)
    return confier_les_voies(campagne=campagne, voies=[voie], releveur=qui, auteur=qui, au=au)[0]


def relever_sans_reseau(page: Page, rue: Tournee, image: Path) -> None:
    """Trois locaux et un nouveau : un inchangé, un occupé et photographié, un vacant, une découverte."""
    ouvrir(page, rue)
    page.get_by_role("link", name="Relever le suivant").click()
    page.get_by_role("heading", name=f"1 {rue.voie}").wait_for()
    page.get_by_role("button", name="Inchangé").click()
    page.get_by_role("heading", name=f"3 {rue.voie}").wait_for()
    expect(file(page)).to_contain_text("1 relevé à envoyer")
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Occupé").check()
    page.get_by_role("textbox", name="Enseigne").fill("Le Pain d'Essai")
    page.get_by_label("Chercher une activité").fill("boulan")
    page.get_by_role("button", name="Boulangerie, pâtisserie").click()
    page.get_by_label("Indépendant", exact=True).check()
    page.get_by_label("Surface (m²)").fill("45,5")
    page.get_by_label("Remarque").fill("Enseigne posée cette semaine")
    page.locator("input[type=file]").set_input_files(image)
    page.get_by_role("img", name="Photo 1").wait_for()
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("heading", name=f"2 {rue.voie}").wait_for()
    page.get_by_role("link", name="Modifier").click()
    page.get_by_text("Autre état").click()
    page.get_by_label("Vacant, commercialisé", exact=True).check()
    page.get_by_label("Ce que dit l'affiche").fill("À louer")
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("heading", name=f"4 {rue.voie}").wait_for()
    ouvrir(page, rue, "/nouveau")
    page.get_by_role("button", name="Prendre ma position").click()
    page.get_by_text("Position prise, à 8 m près").first.wait_for()
    page.get_by_label("Numéro", exact=True).fill("5 bis")
    page.get_by_label("Occupé").check()
    page.get_by_role("textbox", name="Enseigne").fill("La Découverte")
    page.get_by_role("button", name="Garder").click()
    expect(file(page)).to_contain_text("4 relevés à envoyer · hors ligne")


def test_une_rue_relevee_sans_reseau_arrive_une_fois(telephone: Any, rue: Tournee, tmp_path: Path) -> None:
    image = tmp_path / "vitrine.jpg"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(image, quality=95)
    un = telephone("camille")
    page = un.allumer()
    connecter_et_emporter(page, rue)
    un.reseau(False)
    relever_sans_reseau(page, rue, image)
    # Une saisie en cours, puis l'onglet meurt.
    ouvrir(page, rue, f"/{reference(rue, '4')}/modifier")
    page.get_by_label("Remarque").fill("Au milieu d'une phrase")
    page.wait_for_timeout(300)
    un.tuer_l_onglet(page)
    assert not Releve.objects.filter(campagne=rue.campagne).exists()

    page = un.allumer(reseau=False)
    page.goto(f"{PAGE}#/a-envoyer")
    expect(file(page)).to_contain_text("4 relevés à envoyer · hors ligne")
    expect(page.locator(".terrain__file-liste li strong")).to_have_text(
        [f"{numero} {rue.voie}" for numero in ("1", "3", "2", "5 bis")]
    )
    ouvrir(page, rue, f"/{reference(rue, '4')}/modifier")
    expect(page.get_by_label("Remarque")).to_have_value("Au milieu d'une phrase")
    with page.expect_download() as exporte:
        page.goto(f"{PAGE}#/a-envoyer")
        page.get_by_role("button", name="Exporter dans un fichier").click()
    secours = json.loads(Path(exporte.value.path()).read_text())
    assert [len(releve["photos"]) for releve in secours["releves"]] == [0, 1, 0, 0]

    # Le réseau revient, mais la première réponse se perd en route : le serveur a tout reçu, le téléphone l'ignore.
    perdues = []

    def perdre(route: Route) -> None:
        if perdues:
            route.continue_()
            return
        perdues.append(route.fetch().status)
        route.abort()

    assert un.contexte is not None
    un.contexte.route("**/terrain/releves/", perdre)
    # Le navigateur fermé, la session l'est aussi : on se reconnecte.
    revenir_en_ligne(un, page)
    expect(file(page)).to_contain_text("4 relevés à envoyer")
    file(page).get_by_role("link", name="Reconnectez-vous").click()
    se_connecter(page, "mission.cci")
    attendre_les_releves(page, rue, 4)
    page.goto(f"{PAGE}#/a-envoyer")
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(file(page)).to_have_text("Tout est envoyé")

    assert perdues == [200]
    locaux = {local.numero: local for local in Local.objects.filter(voie=rue.voie)}
    assert {numero: local.releves.count() for numero, local in locaux.items()} == {
        "1": 1, "3": 1, "2": 1, "4": 0, "5 bis": 1,
    }  # fmt: skip
    occupants = {numero: list(local.occupations.values_list("enseigne", "activite", "independance"))
                 for numero, local in locaux.items()}  # fmt: skip
    assert (occupants["3"], [enseigne for enseigne, _, _ in occupants["5 bis"]]) == (
        [("Le Pain d'Essai", "boulangerie", "independant")], ["La Découverte"],
    )  # fmt: skip
    photo = Photo.objects.get(local__voie=rue.voie)
    assert (photo.local, float(locaux["3"].surface_m2 or 0)) == (locaux["3"], 45.5)
    assert (locaux["2"].etats.get(fin=None).etat, locaux["2"].disponible_texte) == ("vacant_commercialise", "À louer")
    assert locaux["3"].signalements.get().texte == "Enseigne posée cette semaine"

    # Le fichier de secours se relit : tout repart, et rien n'entre une seconde fois.
    page.locator("#relire").set_input_files(exporte.value.path())
    page.get_by_text("4 relevés remis dans la file").wait_for()
    expect(file(page)).to_have_text("Tout est envoyé")
    assert Releve.objects.filter(campagne=rue.campagne).count() == 4
    assert Photo.objects.get(local__voie=rue.voie) == photo
    page.locator("#relire").set_input_files(autre_personne(secours, tmp_path))
    page.get_by_text("Ces relevés sont de Zoé Essai").wait_for()


def autre_personne(secours: dict[str, Any], dossier: Path) -> Path:
    """Le même fichier, exporté par quelqu'un d'autre."""
    fichier = dossier / "releves-de-zoe.json"
    fichier.write_text(json.dumps(secours | {"personne": {"id": 0, "nom": "Zoé Essai"}}), encoding="utf-8")
    return fichier


def test_un_conflit_se_montre_et_se_tranche_sur_le_telephone(telephone: Any, rue: Tournee) -> None:
    un = telephone("camille")
    page = un.allumer()
    connecter_et_emporter(page, rue)
    local = Local.objects.get(voie=rue.voie, numero="3")
    un.reseau(False)
    modifier_local(local=local, version=local.version, valeurs={"surface_m2": 60}, auteur=personne("mission.metropole"),
                   au=timezone.now())  # fmt: skip
    ouvrir(page, rue, f"/{local.reference}/modifier")
    page.get_by_label("Occupé").check()
    page.get_by_role("textbox", name="Enseigne").fill("Chez Deux")
    page.get_by_label("Surface (m²)").fill("70")
    page.get_by_role("button", name="Garder").click()
    expect(file(page)).to_contain_text("1 relevé à envoyer")
    revenir_en_ligne(un, page)
    expect(file(page)).to_contain_text("1 à revoir")
    local.refresh_from_db()
    assert (float(local.surface_m2 or 0), local.occupations.get().enseigne) == (60, "Chez Deux")
    page.goto(f"{PAGE}#/a-envoyer")
    page.get_by_role("link", name="Trancher").click()
    page.get_by_label("Déjà enregistré : 60").wait_for()
    assert (defauts_d_accessibilite(page), page.evaluate(DEBORDEMENT)) == ([], 0)
    page.get_by_label("Ce que j'ai vu : 70").check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(file(page)).to_have_text("Tout est envoyé")
    local.refresh_from_db()
    assert (float(local.surface_m2 or 0), Releve.objects.get(local=local).etat) == (70, "applique")


def test_un_refus_se_dit_et_un_local_deja_connu_se_reconnait(telephone: Any, rue: Tournee) -> None:
    un = telephone("camille")
    page = un.allumer()
    connecter_et_emporter(page, rue)
    un.reseau(False)
    ouvrir(page, rue, f"/{reference(rue, '1')}")
    page.get_by_role("button", name="Inchangé").click()
    page.get_by_role("heading", name=f"3 {rue.voie}").wait_for()
    Local.objects.filter(voie=rue.voie, numero="1").update(disparu_le=timezone.localdate())
    ouvrir(page, rue, "/nouveau")
    page.get_by_label("ou entre deux numéros").select_option(label=f"après 3 {rue.voie}")
    page.get_by_text(f"Placé après 3 {rue.voie}").first.wait_for()
    page.get_by_label("Numéro", exact=True).fill("3")
    page.get_by_label("Travaux ou reprise annoncée").check()
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("heading", name=str(rue.voie), exact=True).wait_for()
    revenir_en_ligne(un, page)
    expect(file(page)).to_contain_text("2 à revoir")

    page.goto(f"{PAGE}#/a-envoyer")
    page.get_by_text("n'existe plus depuis le").wait_for()
    assert defauts_d_accessibilite(page) == []
    page.get_by_role("link", name="Trancher").click()
    page.get_by_label(f"C'est 3 {rue.voie}").check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(file(page)).to_contain_text("1 à revoir")
    assert Releve.objects.get(campagne=rue.campagne).local == Local.objects.get(voie=rue.voie, numero="3")
    page.get_by_role("button", name="Abandonner", exact=True).click()
    page.get_by_role("button", name="Abandonner ce relevé").click()
    expect(file(page)).to_have_text("Tout est envoyé")
    ouvrir(page, rue)
    expect(page.locator(".terrain__porte strong")).to_have_text(["3", "2", "4"])


def test_session_fermee_puis_une_autre_personne_puis_la_premiere(telephone: Any, rue: Tournee) -> None:
    un = telephone("partage")
    page = un.allumer()
    connecter_et_emporter(page, rue)
    un.reseau(False)
    ouvrir(page, rue, f"/{reference(rue, '1')}")
    page.get_by_role("button", name="Inchangé").click()
    expect(file(page)).to_contain_text("1 relevé à envoyer")
    assert un.contexte is not None
    cle = next(temoin["value"] for temoin in un.contexte.cookies() if temoin["name"] == "tissu_session")
    Session.objects.filter(session_key=cle).delete()
    revenir_en_ligne(un, page)
    expect(file(page).get_by_role("link", name="Reconnectez-vous")).to_be_visible()
    expect(file(page)).to_contain_text("1 relevé à envoyer")

    # Quelqu'un d'autre se connecte sur ce téléphone : il ne voit ni la rue, ni le relevé, qui reste sous scellés.
    file(page).get_by_role("link", name="Reconnectez-vous").click()
    se_connecter(page, "elue")
    page.get_by_text("Aucune rue à relever").wait_for()
    expect(file(page)).to_contain_text("Tout est envoyé · 1 d'une autre personne")
    assert not Releve.objects.filter(campagne=rue.campagne).exists()
    page.goto("/comptes/deconnexion/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.locator("#id_login").wait_for()

    connecter_et_emporter(page, rue)
    expect(file(page)).to_have_text("Tout est envoyé")
    assert Releve.objects.get(campagne=rue.campagne).releveur == personne("mission.cci")


def test_se_deconnecter_efface_les_rues_et_previent(telephone: Any, rue: Tournee) -> None:
    un = telephone("camille")
    page = un.allumer()
    connecter_et_emporter(page, rue)
    assert un.contexte is not None
    un.contexte.route("**/terrain/jeton/", lambda route: route.abort())
    ouvrir(page, rue, f"/{reference(rue, '1')}")
    page.get_by_role("button", name="Inchangé").click()
    expect(file(page)).to_contain_text("1 relevé à envoyer")
    page.goto("/comptes/deconnexion/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Il reste ici 1 relevés ou photos").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Se déconnecter").click()
    page.locator("#id_login").wait_for()
    page.goto(PAGE)
    page.get_by_role("heading", name="Relevé sur place").wait_for()
    expect(file(page)).to_contain_text("1 d'une autre personne")
    assert page.get_by_role("link", name="Se connecter").get_attribute("href") == f"/comptes/connexion/?next={PAGE}"
    ouvrir(page, rue)
    page.get_by_role("heading", name="Ce n'est plus sur ce téléphone").wait_for()


@pytest.mark.parametrize("sombre", [False, True], ids=["clair", "sombre"])
def test_chaque_ecran_se_lit_et_tient(telephone: Any, rue: Tournee, sombre: bool) -> None:
    page = telephone("camille").allumer(sombre=sombre)
    connecter_et_emporter(page, rue)
    premier = reference(rue, "1")
    ecrans = {"": "Mes rues", f"#/rue/{rue.pk}": str(rue.voie), f"#/rue/{rue.pk}/{premier}": f"1 {rue.voie}",
              f"#/rue/{rue.pk}/{premier}/modifier": f"1 {rue.voie}", f"#/rue/{rue.pk}/nouveau": "Nouveau local",
              "#/a-envoyer": "À envoyer"}  # fmt: skip
    defauts: dict[str, Any] = {}
    for adresse, titre in ecrans.items():
        page.goto(PAGE + adresse)
        page.get_by_role("heading", name=titre, exact=True).wait_for()
        for largeur in (360, 390):
            page.set_viewport_size({"width": largeur, "height": 740})
            defauts[f"{titre} déborde à {largeur}"] = page.evaluate(DEBORDEMENT)
        defauts[titre] = defauts_d_accessibilite(page)
    assert {ou: quoi for ou, quoi in defauts.items() if quoi} == {}


def test_une_campagne_close_quitte_le_telephone(telephone: Any, rue: Tournee) -> None:
    page = telephone("camille").allumer()
    connecter_et_emporter(page, rue)
    campagne = Campagne.objects.get(pk=rue.campagne_id)
    changer_l_etat_de(campagne=campagne, etat="close", auteur=personne("mission.cci"), au=timezone.now())
    page.get_by_role("button", name="Mettre à jour mes rues").click()
    page.get_by_text("a quitté ce téléphone").wait_for()
    assert page.locator(f'a[href="#/rue/{rue.pk}"]').count() == 0
