"""Le rapport du mois jusqu'à l'entreprise, la piste jusqu'à sa clôture."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Page

from tests.parcours.conftest import Demonstration
from tests.parcours.pages.fichier_entreprises import Pistes, RapportDuMois, TableauDeBord

MOIS = "2026-10"
HERON = "LOGICIELS DU HERON LUNAIRE"


def test_du_rapport_mensuel_a_l_entreprise(connecter: Callable[..., Page]) -> None:
    onglet = connecter("elue")
    rapport = TableauDeBord(onglet).aller().ouvrir_le_rapport()
    assert rapport.titre() == "Flux d'établissements, septembre 2026"

    compte, entreprises = rapport.aller(MOIS).ouvrir_le_chiffre("Création pure")
    assert compte > 0
    assert entreprises.compte().startswith(f"{compte} événements : {compte} établissements")
    assert len(entreprises.noms()) == compte
    fiche = entreprises.ouvrir(HERON)
    assert fiche.nom() == HERON
    assert "Création pure" in onglet.locator("#histoire").inner_text()


def test_un_graphique_ne_montre_que_le_dessin_fait_pour_l_ecran(connecter: Callable[..., Page]) -> None:
    for largeur, montre in ((1280, "large"), (390, "etroit")):
        onglet = connecter("elue", largeur=largeur)
        onglet.goto("/fichier-entreprises/")
        dessins = onglet.locator("svg.graphique").all()
        classes = {dessin.get_attribute("class").split("--")[1] for dessin in dessins if dessin.is_visible()}
        assert classes == {montre}


def test_le_rapport_se_telecharge(connecter: Callable[..., Page], tmp_path: Path) -> None:
    rapport = RapportDuMois(connecter("elue")).aller(MOIS)
    recus = {}
    for format in ("PDF", "XLSX", "CSV"):
        telechargement = rapport.telecharger(format)
        recus[format] = tmp_path / telechargement.suggested_filename
        telechargement.save_as(recus[format])

    assert [chemin.name for chemin in recus.values()] == [
        f"flux-{MOIS}-industrie-services.{suffixe}" for suffixe in ("pdf", "xlsx", "csv")
    ]
    assert recus["PDF"].read_bytes().startswith(b"%PDF-")
    assert len(openpyxl.load_workbook(recus["XLSX"], read_only=True).sheetnames) > 1
    assert HERON in recus["CSV"].read_text(encoding="utf-8-sig")


def test_une_piste_nait_d_une_regle_et_se_clot(connecter: Callable[..., Page], demonstration: Demonstration) -> None:
    onglet = connecter("filiere.numerique")
    onglet.get_by_role("link", name="1 nouvelle piste vous attend").click()
    pistes = Pistes(onglet)
    assert pistes.noms() == [HERON]
    piste = pistes.ouvrir(HERON)
    assert piste.raisons() == [
        "Création pure",
        "filière Numérique : programmation informatique (62.01Z)",
        "zone Valmy",
        "15 salariés déclarés au fichier consulaire",
    ]

    piste.prendre_en_charge()
    piste.noter_un_contact("Appel : visite des bureaux la semaine prochaine.")
    piste.clore()
    # Sans raison, rien ne se clôt.
    assert piste.etats() == ["Entreprise contactée"]
    piste.clore("Entreprise rencontrée", "Reçue le 24 novembre.")
    piste.close()
    assert piste.etats()[:2] == ["Close", "Entreprise rencontrée"]
    assert "Reçue le 24 novembre." in piste.journal()

    assert pistes.aller().noms() == []
    onglet.goto("/")
    assert onglet.get_by_text("nouvelle piste").count() == 0
