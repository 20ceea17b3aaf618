"""L'étude d'un projet : chaque chiffre est celui de ses lignes, et ce qu'on ne sait pas est dit."""

from datetime import date
from typing import Any

import pytest
import shapely
from django.test import Client

from tissu.actions.observatoire_commerce.publications.cdac import document_cdac
from tissu.actions.observatoire_commerce.queries import cdac as lectures
from tissu.actions.observatoire_commerce.queries.chalandise import Filtre, lignes
from tissu.actions.observatoire_commerce.tests.fabrique import JOUR, LAT, LON, METRE_EN_LATITUDE, local, projet
from tissu.comptes.models import Personne
from tissu.locaux.choices import NatureLocal
from tissu.locaux.models import Campagne
from tissu.locaux.tests.fabrique import campagne, voie
from tissu.publications.contenu import Chiffres, Liste, Tableau
from tissu.publications.rendus import rendre


@pytest.fixture
def quartier(db: None) -> None:
    """Dix locaux : quatre à moins de 300 m, trois à moins de 1 000 m, deux plus loin, un sans position."""
    campagne()
    rue, place = voie("RUE DE L'ESSAI"), voie("PLACE DE L'ESSAI")
    local(50, "Épicerie", "epicerie", rue=rue, surface_vente_m2=120)
    local(100, "Supermarché", "supermarche", rue=rue, surface_vente_m2=1400, surface_m2=2000)
    local(120, rue=rue, surface_m2=80)
    local(299, rue=rue)
    local(310, "Boulangerie", "boulangerie", rue=place, surface_m2=60)
    local(900, "Chaussures", "chaussures", rue=place, surface_vente_m2=90)
    local(950, rue=place, surface_m2=200)
    local(2000, "Supérette", "superette", rue=place)
    local(5000, "Primeur", "primeur", rue=place, surface_vente_m2=50)
    local(0, "Sans position", "epicerie", lon=None, lat=None)
    local(60, "Bureau", "epicerie", rue=rue, nature=NatureLocal.BUREAU)


def _etude(auteur: Personne, **champs: Any) -> lectures.Etude:
    return lectures.etude(projet(auteur, **champs), au=JOUR)


def test_chaque_anneau_compte_ses_locaux(mission: Personne, quartier: None) -> None:
    etude = _etude(mission)
    assert etude.zone is not None
    assert [anneau.libelle.replace("\u202f", " ").replace("\u00a0", " ") for anneau in etude.zone.anneaux] == [
        "moins de 300 m", "300 à 1 000 m", "1 000 à 3 000 m",
    ]  # fmt: skip
    comptes = [etude.par_anneau[rang] for rang in range(3)]
    assert [(c.locaux, c.occupes, c.vacants) for c in comptes] == [(4, 2, 2), (3, 2, 1), (1, 1, 0)]
    assert [(c.surface, c.mesures, c.surface_vacante, c.vacants_mesures) for c in comptes] == [
        (1600.0, 3, 80.0, 1), (350.0, 3, 200.0, 1), (0.0, 0, 0.0, 0),
    ]  # fmt: skip
    assert (etude.total.locaux, etude.total.vacants, etude.zone.sans_position) == (8, 3, 1)


def test_l_offre_se_lit_par_distance_et_par_taille(mission: Personne, quartier: None) -> None:
    etude = _etude(mission)
    famille = {cle: (v["locaux"], v["surface"]) for cle, v in etude.famille.items()}
    assert famille == {(0, "0"): (1, 120.0), (0, "2"): (1, 1400.0), (1, "0"): (1, 60.0), (2, "inconnue"): (1, 0.0)}
    assert {cle: v["locaux"] for cle, v in etude.activite.items()} == {(0, "2"): 1}


def test_la_vacance_se_lit_par_rue(mission: Personne, quartier: None) -> None:
    etude = _etude(mission)
    assert [(r.voie, r.comptes.vacants, r.comptes.locaux) for r in etude.par_rue] == [
        ("RUE DE L'ESSAI", 2, 4), ("PLACE DE L'ESSAI", 1, 4),
    ]  # fmt: skip


def test_chaque_chiffre_mene_a_ses_lignes(mission: Personne, quartier: None) -> None:
    etude = _etude(mission)
    assert etude.zone is not None
    for rang, comptes in etude.par_anneau.items():
        for quoi in ("locaux", "occupes", "vacants"):
            assert len(lignes(etude.zone, Filtre(quoi, anneau=rang))) == getattr(comptes, quoi)
    for (rang, tranche), offre in etude.famille.items():
        assert len(lignes(etude.zone, Filtre("offre", anneau=rang, tranche=tranche))) == offre["locaux"]
    for rue in etude.par_rue:
        assert len(lignes(etude.zone, Filtre("vacants", voie_id=rue.voie_id))) == rue.comptes.vacants
    proches = lignes(etude.zone, Filtre())
    assert [round(ligne["distance_m"] / 10) * 10 for ligne in proches] == [50, 100, 120, 300, 310, 900, 950, 2000]


def test_un_perimetre_fourni_remplace_le_plus_grand_anneau(mission: Personne, quartier: None) -> None:
    nord = LAT + 6000 * METRE_EN_LATITUDE
    carre = shapely.to_geojson(shapely.box(LON - 0.01, LAT + 250 * METRE_EN_LATITUDE, LON + 0.01, nord))
    etude = _etude(mission, perimetre=carre, perimetre_nom="Nord")
    assert etude.zone is not None
    assert [c.locaux for c in etude.par_anneau.values()] == [1, 3, 1, 1]
    assert etude.zone.anneaux[-1].libelle.replace("\u202f", " ").replace("\u00a0", " ") == "au-delà de 3 000 m"


def test_la_densite_demande_une_population(mission: Personne, quartier: None) -> None:
    etude = _etude(mission, population_zone=10_000, population_zone_source="Dossier")
    zone, commune, metropole = etude.densites
    assert (zone.surface, zone.mesures, zone.locaux) == (1670.0, 4, 5)
    assert (zone.pour_mille(), zone.pour_mille(apres=True)) == (167.0, 287.0)
    assert (commune.lieu, commune.habitants.combien, commune.pour_mille()) == ("Dijon", None, None)
    assert (metropole.habitants.combien, metropole.surface) == (257_193, 1720.0)
    assert metropole.pour_mille() == pytest.approx(1720 / 257.193)
    assert [d.surface for d in etude.densites_famille] == [1580.0, 1630.0, 1630.0]


def test_la_densite_demande_que_tout_soit_recense(mission: Personne, quartier: None) -> None:
    Campagne.objects.update(communes=["21231"])
    commune, metropole = _etude(mission, population_commune=160_000).densites
    assert (commune.manque, metropole.manque) == ("", "22 communes sur 23 non recensées")
    assert commune.pour_mille() == 1720 / 160
    assert metropole.pour_mille() is None
    document = document_cdac(_etude(mission))
    phrases = [texte for s in document.sections for b in s.blocs if isinstance(b, Liste) for texte in b.elements]
    assert "Dijon Métropole : 22 communes sur 23 non recensées" in phrases
    assert "Dijon : population inconnue" in phrases


def test_la_population_de_la_commune_decide_de_la_saisine(mission: Personne) -> None:
    petit = {"surface_creee_m2": 800, "permis": True}
    assert not lectures.qualification(projet(mission, **petit)).saisine
    assert lectures.qualification(projet(mission, **petit, population_commune=14_000)).saisine
    assert not lectures.qualification(projet(mission, **petit, population_commune=150_000)).saisine


def test_sans_position_l_etude_le_dit(mission: Personne) -> None:
    etude = _etude(mission, lon=None, lat=None)
    document = document_cdac(etude)
    assert [section.identifiant for section in document.sections] == ["conclusion", "zone", "projet"]


def test_une_adresse_se_place_parmi_les_locaux_connus(quartier: None) -> None:
    numero = local(10, rue=voie("RUE DE L'ESSAI"), numero="77").numero
    trouve = lectures.situer(f"{numero} Rue de l’Essai", "21231", au=JOUR)
    assert trouve is not None
    assert trouve.precision == "Local connu au 77 RUE DE L'ESSAI"
    milieu = lectures.situer("999 rue de l'Essai", "21231", au=JOUR)
    assert milieu is not None
    assert milieu.precision == "Milieu des locaux connus de la rue (RUE DE L'ESSAI)"
    assert lectures.situer("1 rue inconnue", "21231", au=JOUR) is None
    assert lectures.situer("999 rue de l'Essai", "21166", au=JOUR) is None


def test_la_note_dit_a_confirmer_et_ses_totaux(mission: Personne, quartier: None) -> None:
    document = document_cdac(_etude(mission))
    assert document.sous_titre == "Création d'un magasin. À confirmer juridiquement."
    tableaux = {tableau.identifiant: tableau for tableau in document.tableaux()}
    assert tableaux["anneaux"].total is not None
    assert tableaux["anneaux"].total["locaux"] == 8
    assert tableaux["offre_famille"].total["total"] == 4
    chiffres = next(b for s in document.sections for b in s.blocs if isinstance(b, Chiffres)).chiffres
    assert [c.valeur for c in chiffres] == [8, 5, 3, 1950.0]
    delais = next(b for b in document.sections[0].blocs if isinstance(b, Tableau))
    assert [ligne["duree"] for ligne in delais.lignes] == ["2\u00a0mois", "1\u00a0mois"]


def test_le_classeur_porte_toutes_les_lignes(mission: Personne) -> None:
    for rang in range(40):
        local(10 + rang, f"Épicerie {rang}", "epicerie")
    etude = _etude(mission)
    note, classeur = document_cdac(etude), document_cdac(etude, complet=True)
    longueurs = [
        {tableau.identifiant: len(tableau.lignes) for tableau in document.tableaux()}["concurrents"]
        for document in (note, classeur)
    ]
    assert longueurs == [10, 40]
    assert rendre(classeur, "xlsx")[:2] == b"PK"
    assert rendre(note, "pdf")[:4] == b"%PDF"


def test_les_delais_suivent_le_dossier(mission: Personne) -> None:
    ouvert = projet(mission)
    ouvert.depot_le, ouvert.decision_le = date(2026, 9, 1), date(2026, 10, 20)
    assert [d.echeance for d in lectures.etude(ouvert, au=JOUR).delais] == [date(2026, 11, 1), date(2026, 11, 20)]


def test_une_densite_mene_a_ses_locaux(mission: Personne, quartier: None, client: Client) -> None:
    document = document_cdac(_etude(mission, population_zone=10_000, population_zone_source="Dossier"))
    liens = [ligne["lien"] for t in document.tableaux() if t.identifiant == "densite" for ligne in t.lignes]
    client.force_login(mission, backend="allauth.account.auth_backends.AuthenticationBackend")
    comptes = [client.get(lien).content.decode() for lien in liens]
    assert "5\u00a0locaux. Toute la zone." in comptes[0]
    assert liens[1].endswith("?etat=occupe&nature=cellule&commune=21231")
    assert all("7 locaux sur 11, " in page for page in comptes[1:])
