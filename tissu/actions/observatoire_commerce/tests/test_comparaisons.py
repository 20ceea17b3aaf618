"""Les comparaisons sur une vraie base : importer, corriger, juger, se placer, et les pages qui le montrent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tissu.actions.observatoire_commerce.models import (
    CriteresDeComparaison,
    ImportDeVilles,
    LigneEnQuarantaine,
    ValeurComparee,
    VilleComparee,
)
from tissu.actions.observatoire_commerce.operations import comparaisons as operations
from tissu.actions.observatoire_commerce.operations.refus import GesteRefuse
from tissu.actions.observatoire_commerce.publications.comparaisons import document_comparaison
from tissu.actions.observatoire_commerce.publications.modele_villes import modele_csv, modele_xlsx
from tissu.actions.observatoire_commerce.queries import comparaisons as lectures
from tissu.actions.observatoire_commerce.queries.notre_ville import notre_ville
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES
from tissu.actions.observatoire_commerce.tests.fabrique import AU, JOUR
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.choices import Independance, NatureLocal
from tissu.locaux.models import Campagne
from tissu.locaux.tests.fabrique import campagne, local, personne
from tissu.publications.contenu import Encadre, Figure

Connecter = Callable[[Personne], Client]
BASE = {
    "ville": "Alpha", "perimetre": "commune", "role": "prefecture_region", "population": "150000",
    "population_annee": "2021", "population_source": "Essai", "indicateur": "taux_vacance", "annee": "2025",
    "valeur": "8 %", "definition": "Vacants / locaux", "source": "Observatoire d'essai", "comparable": "oui",
}  # fmt: skip


def adresse(nom: str, *arguments: Any) -> str:
    return reverse(f"observatoire_commerce:{nom}", args=arguments)


def ecrire(dossier: Path, *lignes: dict[str, str], nom: str = "villes.csv") -> Path:
    """Un CSV de villes, chaque ligne disant ce qui change de la ligne de base."""
    chemin = dossier / nom
    entete = ";".join(colonne.titre for colonne in COLONNES)
    corps = [";".join((BASE | ligne).get(colonne.champ, "") for colonne in COLONNES) for ligne in lignes]
    chemin.write_text("\n".join([entete, *corps]), encoding="utf-8")
    return chemin


def importer(dossier: Path, auteur: Personne, *lignes: dict[str, str], nom: str = "villes.csv") -> operations.Bilan:
    return operations.importer_villes(chemin=ecrire(dossier, *lignes, nom=nom), nom=nom, auteur=auteur, au=AU)


def pairs(dossier: Path, auteur: Personne, combien: int, **change: str) -> None:
    """Des villes comparables, aux taux de 5 %, 6 %, 7 %…"""
    lignes = [{"ville": f"Ville {chr(65 + rang)}", "valeur": f"{5 + rang} %"} | change for rang in range(combien)]
    importer(dossier, auteur, *lignes, nom=f"pairs-{combien}.csv")


# --- L'import et sa quarantaine ---


def test_les_lignes_justes_entrent_les_autres_attendent(tmp_path: Path, mission: Personne) -> None:
    bilan = importer(
        tmp_path, mission, {}, {"ville": "Beta", "valeur": "huit"}, {"ville": "Gamma", "perimetre": "ville"},
        {"valeur": "9 %"},
    )  # fmt: skip
    importation = bilan.importation
    assert (importation.lignes, importation.ajoutees, importation.modifiees) == (4, 1, 0)
    assert ValeurComparee.objects.get().valeur == Decimal("0.08")
    assert [
        (q.ligne, [(d["champ"], d["valeur"]) for d in q.defauts]) for q in importation.quarantaine.order_by("ligne")
    ] == [(3, [("valeur", "huit")]), (4, [("perimetre", "ville")]), (5, [("indicateur", "taux_vacance")])]
    assert "la ligne 2 donne déjà cette valeur" in importation.quarantaine.get(ligne=5).defauts[0]["remede"]


def test_le_meme_fichier_ne_s_importe_qu_une_fois(tmp_path: Path, mission: Personne) -> None:
    importer(tmp_path, mission, {})
    with pytest.raises(GesteRefuse, match="a déjà été importé le"):
        importer(tmp_path, mission, {})


def test_une_nouvelle_version_change_et_le_dit(tmp_path: Path, mission: Personne) -> None:
    importer(tmp_path, mission, {}, {"ville": "Beta"})
    bilan = importer(
        tmp_path, mission, {"valeur": "9 %", "population": "151000"}, {"ville": "beta", "role": ""}, nom="v2.csv"
    )
    importation = bilan.importation
    assert (importation.ajoutees, importation.modifiees, importation.inchangees) == (0, 1, 1)
    assert bilan.avis == ["Alpha (commune), habitants : 150000 devient 151000."]
    valeur = ValeurComparee.objects.get(ville__nom="Alpha")
    assert [h.valeur for h in valeur.historique.order_by("history_id")] == [Decimal("0.08"), Decimal("0.09")]
    assert VilleComparee.objects.get(nom="Beta").role == "prefecture_region"


@pytest.mark.parametrize(
    ("contenu", "nom", "message"),
    [
        (b"Ville;Valeur\nAlpha;8 %\n", "villes.csv", "n'a pas de colonne Périmètre, Indicateur"),
        (b"pas un fichier", "villes.txt", "aucune ligne sous ses en-têtes"),
        (b"PK\x03\x04", "villes.xlsx", "n'est pas un classeur lisible"),
        (modele_csv(), "modele.csv", "ne contient que l'exemple du modèle"),
    ],
)
def test_un_fichier_illisible_dit_pourquoi(
    contenu: bytes, nom: str, message: str, tmp_path: Path, mission: Personne
) -> None:
    chemin = tmp_path / nom
    chemin.write_bytes(contenu)
    with pytest.raises(GesteRefuse, match=message):
        operations.importer_villes(chemin=chemin, nom=nom, auteur=mission, au=AU)
    assert ImportDeVilles.objects.count() == 0


def test_un_classeur_se_lit_comme_un_csv(tmp_path: Path, mission: Personne) -> None:
    chemin = tmp_path / "villes.xlsx"
    with xlsxwriter.Workbook(str(chemin)) as classeur:
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, [colonne.titre for colonne in COLONNES])
        nombres = {"population": 150000, "annee": 2025, "valeur": 0.0812}
        feuille.write_row(1, 0, [nombres.get(c.champ, BASE.get(c.champ, "")) for c in COLONNES])
    operations.importer_villes(chemin=chemin, nom="villes.xlsx", auteur=mission, au=AU)
    valeur = ValeurComparee.objects.get()
    assert (valeur.valeur, valeur.annee, valeur.ville.population) == (Decimal("0.0812"), 2025, 150_000)


def test_le_modele_se_remplit_et_se_relit(tmp_path: Path, mission: Personne) -> None:
    chemin = tmp_path / "modele.xlsx"
    chemin.write_bytes(modele_xlsx())
    with pytest.raises(GesteRefuse, match="ne contient que l'exemple"):
        operations.importer_villes(chemin=chemin, nom="modele.xlsx", auteur=mission, au=AU)


def test_une_ligne_se_corrige_et_entre(tmp_path: Path, mission: Personne) -> None:
    importation = importer(tmp_path, mission, {"valeur": "huit"}).importation
    ligne = LigneEnQuarantaine.objects.get()
    with pytest.raises(operations.LigneFautive) as faute:
        operations.reprendre_ligne(ligne=ligne, brute=ligne.brute | {"valeur": "80"}, auteur=mission, au=AU)
    assert [defaut.champ for defaut in faute.value.defauts] == ["valeur"]
    operations.reprendre_ligne(ligne=ligne, brute=ligne.brute | {"valeur": "8 %"}, auteur=mission, au=AU)
    ligne.refresh_from_db()
    importation.refresh_from_db()
    assert (ligne.etat, ligne.decide_par, importation.ajoutees) == ("reprise", mission, 1)
    for geste in (
        lambda: operations.reprendre_ligne(ligne=ligne, brute=ligne.brute, auteur=mission, au=AU),
        lambda: operations.ecarter_ligne(ligne=ligne, auteur=mission, au=AU),
    ):
        with pytest.raises(GesteRefuse, match="déjà « corrigée et reprise »"):
            geste()


def test_une_ligne_s_ecarte_sans_se_perdre(tmp_path: Path, mission: Personne) -> None:
    importer(tmp_path, mission, {"valeur": "huit"})
    ligne = LigneEnQuarantaine.objects.get()
    operations.ecarter_ligne(ligne=ligne, auteur=mission, au=AU)
    ligne.refresh_from_db()
    assert (ligne.etat, ligne.brute["valeur"], ValeurComparee.objects.count()) == ("ecartee", "huit", 0)


@pytest.mark.parametrize("role", [Role.ELU, Role.CHARGE_FILIERE, Role.LECTEUR, Role.ADMINISTRATEUR])
def test_les_comparaisons_se_tiennent_par_un_charge_de_mission(role: Role, tmp_path: Path, agence: Personne) -> None:
    for auteur in (personne(role), agence):
        with pytest.raises(GesteRefuse, match="se tiennent par un chargé de mission"):
            importer(tmp_path, auteur, {})


# --- Notre valeur ---


@pytest.fixture
def nos_dix_locaux(db: None) -> None:
    """Dix cellules à Dijon (deux vacantes), une à Chenôve, un bureau ; tout le territoire recensé."""
    campagne()
    for rang in range(8):
        statut = Independance.INDEPENDANT if rang < 3 else Independance.ENSEIGNE
        local(f"Enseigne {rang}", "epicerie", independance=statut if rang < 6 else Independance.INCONNUE,
              surface_vente_m2=100 if rang < 4 else None, releve_le=date(2026, 5, 1))  # fmt: skip
    local()
    local()
    local(code_commune="21166")
    local("Bureau", "epicerie", nature=NatureLocal.BUREAU)


def test_notre_valeur_est_celle_de_nos_locaux(nos_dix_locaux: None) -> None:
    dijon = notre_ville("commune", au=JOUR)
    assert (dijon.nom, dijon.population, dijon.annee) == ("Dijon", None, 2026)
    valeurs = {code: une.valeur for code, une in dijon.valeurs.items()}
    assert valeurs == {
        "taux_vacance": Decimal("0.2"), "vacants": Decimal(2), "locaux": Decimal(10),
        "surface_vente": Decimal("400.0"), "part_independants": Decimal("0.5"),
    }  # fmt: skip
    metropole = notre_ville("epci", au=JOUR)
    assert (metropole.population, metropole.valeurs["locaux"].valeur) == (257_193, Decimal(11))
    assert metropole.valeurs["taux_vacance"].valeur == Decimal(3) / 11
    assert notre_ville("hypercentre", au=JOUR).valeurs == {}


# --- Se comparer ---


def test_un_recensement_incomplet_se_montre_sans_se_comparer(
    tmp_path: Path, mission: Personne, nos_dix_locaux: None
) -> None:
    Campagne.objects.update(communes=["21231"])
    pairs(tmp_path, mission, 6, perimetre="epci")
    comparaison = lectures.comparaison("taux_vacance", "epci", au=JOUR)
    assert (comparaison.nous.manque, comparaison.notre_rapportee, comparaison.notre_place) == (
        "22 communes sur 23 non recensées", None, None,
    )  # fmt: skip
    notre = document_comparaison(comparaison).tableaux()[0].lignes[0]
    assert (notre["comparable"], notre["rang"]) == ("non", None)
    assert notre["raison"].startswith("22 communes sur 23 non recensées ; ")
    assert lectures.comparaison("taux_vacance", "commune", au=JOUR).nous.manque == ""


def test_on_ne_se_place_qu_avec_assez_de_villes(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 4)
    comparaison = lectures.comparaison("taux_vacance", "commune", au=JOUR)
    assert (comparaison.normalisee, comparaison.notre_place, comparaison.mediane) == (False, None, None)
    assert all(ligne.place is None for ligne in comparaison.lignes)
    pairs(tmp_path, mission, 5)
    comparaison = lectures.comparaison("taux_vacance", "commune", au=JOUR)
    place = comparaison.notre_place
    assert place is not None
    assert (place.rang, place.sur, place.quartile, comparaison.mediane) == (1, 6, 4, 0.07)
    assert [ligne.place.rang for ligne in comparaison.lignes if ligne.place] == [2, 3, 4, 5, 6]


def test_deux_perimetres_ne_se_melent_jamais(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 5)
    pairs(tmp_path, mission, 6, perimetre="epci")
    commune = lectures.comparaison("taux_vacance", "commune", au=JOUR)
    assert {ligne.ville.perimetre for ligne in commune.lignes} == {"commune"}
    assert len(commune.lignes) == 5
    assert len(lectures.comparaison("taux_vacance", "epci", au=JOUR).lignes) == 6
    assert lectures.comparaison("taux_vacance", "pole", au=JOUR).lignes == ()


def test_un_nombre_ne_se_rapporte_qu_a_une_population_connue(
    tmp_path: Path, mission: Personne, nos_dix_locaux: None
) -> None:
    pairs(tmp_path, mission, 5, indicateur="vacants", valeur="300")
    importer(
        tmp_path, mission,
        {"ville": "Sans population", "population": "", "population_source": "", "indicateur": "vacants", "valeur": "9"},
        nom="sans.csv",
    )  # fmt: skip
    comparaison = lectures.comparaison("vacants", "commune", au=JOUR)
    assert comparaison.notre_rapportee is None
    assert [ligne.rapportee for ligne in comparaison.retenues] == [20.0] * 5
    exclue = next(ligne for ligne in comparaison.lignes if ligne.ville.nom == "Sans population")
    assert (exclue.retenue, exclue.motif) == (False, "population inconnue : rien ne se rapporte aux habitants")


def test_les_criteres_ecartent_et_disent_pourquoi(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 5)
    criteres = CriteresDeComparaison(perimetre="commune", population_min=200_000, raison="Essai")
    operations.regler_criteres(criteres=criteres, auteur=mission, au=AU)
    comparaison = lectures.comparaison("taux_vacance", "commune", au=JOUR)
    assert (comparaison.retenues, comparaison.normalisee) == ([], False)
    raison = comparaison.lignes[0].ecarts[0].replace("\u202f", " ")
    assert raison == "population de 150 000 habitants, moins que 200 000"


def test_des_criteres_croises_sont_refuses(mission: Personne) -> None:
    croises = CriteresDeComparaison(perimetre="commune", population_min=2, population_max=1, raison="Essai")
    with pytest.raises(GesteRefuse, match="le minimum dépasse le maximum"):
        operations.regler_criteres(criteres=croises, auteur=mission, au=AU)
    with pytest.raises(GesteRefuse, match="Dites pourquoi ces critères"):
        operations.regler_criteres(criteres=CriteresDeComparaison(perimetre="epci"), auteur=mission, au=AU)


def test_les_criteres_se_proposent_autour_de_notre_population(db: None) -> None:
    proposes = lectures.criteres_proposes("epci", au=JOUR)
    assert (proposes.population_min, proposes.population_max) == (180_000, 334_000)
    assert lectures.criteres_proposes("commune", au=JOUR).population_min is None


def test_une_valeur_jugee_non_comparable_sort_du_rang(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 5)
    valeur = ValeurComparee.objects.get(ville__nom="Ville A")
    with pytest.raises(GesteRefuse, match="Dites pourquoi"):
        operations.juger_valeur(valeur=valeur, comparable="partiel", motif=" ", auteur=mission)
    operations.juger_valeur(valeur=valeur, comparable="partiel", motif="bureaux compris", auteur=mission)
    comparaison = lectures.comparaison("taux_vacance", "commune", au=JOUR)
    assert (len(comparaison.retenues), comparaison.normalisee) == (4, False)
    partielle = next(ligne for ligne in comparaison.lignes if ligne.ville.nom == "Ville A")
    assert (partielle.montree, partielle.retenue, partielle.motif) == (True, False, "bureaux compris")


# --- Le document ---


def test_la_definition_s_imprime_sous_le_graphique(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 5)
    document = document_comparaison(lectures.comparaison("taux_vacance", "commune", au=JOUR))
    blocs = document.sections[0].blocs
    rangs = [type(bloc) for bloc in blocs]
    assert rangs.index(Encadre) == rangs.index(Figure) + 1
    figure, encadre = blocs[rangs.index(Figure)], blocs[rangs.index(Encadre)]
    assert isinstance(figure, Figure) and isinstance(encadre, Encadre)
    assert figure.titre == "Taux de vacance : 1er sur 6, plus haut que la médiane des villes comparables"
    assert encadre.texte[1] == "Ville E, Ville D, Ville C, Ville B, Ville A : Vacants / locaux."
    assert len(document.tableaux()[0].lignes) == 6


def test_sous_le_minimum_ni_rang_ni_valeur_rapportee(tmp_path: Path, mission: Personne, nos_dix_locaux: None) -> None:
    pairs(tmp_path, mission, 4, indicateur="vacants", valeur="300")
    document = document_comparaison(lectures.comparaison("vacants", "commune", au=JOUR))
    tableau = document.tableaux()[0]
    assert {"rang", "score", "quartile", "rapportee"}.isdisjoint({colonne.cle for colonne in tableau.colonnes})
    assert not any(isinstance(bloc, Figure) for bloc in document.sections[0].blocs)
    assert "il faut 5 villes comparables, il y en a 4" in tableau.note


# --- Les écrans ---


def test_le_depot_se_fait_a_l_ecran_et_se_corrige(mission: Personne, connecte: Connecter, tmp_path: Path) -> None:
    client = connecte(mission)
    fichier = ecrire(tmp_path, {}, {"ville": "Beta", "valeur": "huit"})
    recu = client.post(
        adresse("villes_importer"), {"fichier": SimpleUploadedFile("villes.csv", fichier.read_bytes())}, follow=True
    )
    page = recu.content.decode()
    assert "« huit » : écrivez un taux avec son signe" in page.replace("\u202f", " ").replace("\u00a0", " ")
    ligne = LigneEnQuarantaine.objects.get()
    refus = client.post(adresse("villes_corriger", ligne.pk), ligne.brute | {"valeur": "80"})
    assert refus.status_code == 422
    assert 'value="80"' in refus.content.decode()
    client.post(adresse("villes_corriger", ligne.pk), ligne.brute | {"valeur": "7,5 %"})
    assert ValeurComparee.objects.get(ville__nom="Beta").valeur == Decimal("0.075")
    encore = client.post(
        adresse("villes_importer"), {"fichier": SimpleUploadedFile("villes.csv", fichier.read_bytes())}
    )
    assert encore.status_code == 422
    assert "a déjà été importé" in encore.content.decode()


def test_la_page_dit_le_constat_et_ce_qui_ne_se_compare_pas(
    tmp_path: Path, elu: Personne, mission: Personne, connecte: Connecter, nos_dix_locaux: None
) -> None:
    pairs(tmp_path, mission, 5)
    importer(tmp_path, mission, {"ville": "Zeta", "comparable": "non", "motif": "bureaux compris"}, nom="zeta.csv")
    page = connecte(elu).get(adresse("comparer")).content.decode()
    assert "1er sur 6, plus haut que la médiane des villes comparables" in page
    assert "Zeta : bureaux compris" in page
    assert "Importer des chiffres" not in page


@pytest.mark.parametrize("combien", [1, 12])
def test_la_page_se_lit_en_un_nombre_fixe_de_requetes(
    combien: int, tmp_path: Path, mission: Personne, connecte: Connecter, django_assert_max_num_queries: Any
) -> None:
    pairs(tmp_path, mission, combien)
    client = connecte(mission)
    client.get(adresse("comparer"))
    with django_assert_max_num_queries(9):
        client.get(adresse("comparer"))
    with django_assert_max_num_queries(7):
        client.get(adresse("villes"))
    with django_assert_max_num_queries(6):
        client.get(adresse("comparaisons_methode"))


@pytest.mark.parametrize(
    ("format_", "debut"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("pptx", b"PK"), ("csv", b"\xef\xbb\xbf")]
)
def test_une_comparaison_se_telecharge(
    format_: str, debut: bytes, tmp_path: Path, mission: Personne, connecte: Connecter, nos_dix_locaux: None
) -> None:
    pairs(tmp_path, mission, 5)
    recu = connecte(mission).get(f"{adresse('comparer_fichier', format_)}?indicateur=taux_vacance&perimetre=commune")
    assert recu.content.startswith(debut)
    attendu = f'attachment; filename="comparaison-taux-vacance-commune.{format_}"'
    assert recu.headers["Content-Disposition"] == attendu
