"""Les écrans des fichiers, des anomalies, des campagnes et des files d'attente."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.locaux.choices import EtatImportLocaux
from tissu.locaux.models import Campagne, Comparabilite, CorrespondanceLocaux, ImportLocaux, Local, Rapprochement
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU
from tissu.locaux.tests.fichiers import commerce, deposer_octets, geojson, importer, vacant
from tissu.socle.models import Travail
from tissu.socle.travaux import executer_travail

pytestmark = pytest.mark.django_db
Connecter = Callable[[Personne], Client]
CSV = "Nom;Rue;N°;Insee;Occupation;Métier\nChez Léa;RUE NEUVE;3;21231;Occupé;Resto\n;RUE NEUVE;5;21231;Vacant;\n"
PLUS_TARD = datetime(2025, 3, 1, 9, tzinfo=UTC)


def deposer(client: Client, contenu: bytes, nom: str = "commerces.geojson", **autres: Any) -> Any:
    fichier = SimpleUploadedFile(nom, contenu)
    return client.post(reverse("locaux:imports"), {"fichier": fichier, **autres})


def test_deposer_apercevoir_appliquer(connecte: Connecter, agent: Personne) -> None:
    client = connecte(agent)
    reponse = deposer(client, geojson(commerce(), vacant(1, nom_quartier=None)))
    depose = ImportLocaux.objects.get()
    assert reponse.headers["Location"] == reverse("locaux:import", args=[depose.pk])
    apercu = client.get(reponse.headers["Location"])
    assert {compte["libelle"]: compte["valeur"] for compte in apercu.context["comptes"]} == {
        "Lignes lues": 2, "Locaux nouveaux": 2, "Anomalies": 1,
    }  # fmt: skip
    assert "Sans quartier" in apercu.content.decode()
    assert not Local.objects.exists()
    suite = client.post(reverse("locaux:import_appliquer", args=[depose.pk]))
    travail = Travail.objects.get()
    assert suite.headers["Location"] == reverse("travail", args=[travail.pk])
    executer_travail.call(str(travail.pk))
    travail.refresh_from_db()
    assert (Local.objects.count(), travail.etat, travail.retour) == (
        2, "reussi", reverse("locaux:import", args=[depose.pk]),
    )  # fmt: skip
    bilan = client.get(reverse("locaux:import", args=[depose.pk]))
    assert bilan.context["codes"] == [{"titre": "Sans quartier", "code": "sans_quartier", "nombre": 1, "a_decider": 1}]
    encore = deposer(client, geojson(commerce(), vacant(1, nom_quartier=None)))
    assert encore.headers["Location"] == reverse("locaux:import", args=[depose.pk])


@pytest.mark.parametrize(
    ("nom", "contenu", "refus"),
    [
        (
            "commerces.geojson",
            b'{"type": "FeatureCollection", "features": [',
            "ligne 1, caractère 44 : ce n&#x27;est pas",
        ),
        ("commerces.geojson", b'{"type": "Point"}', "FeatureCollection"),
        ("commerces.geojson", b'{"type": "FeatureCollection", "features": []}', "aucune entité"),
        ("commerces.doc", b"bonjour", "sont lus GeoJSON"),
        ("commerces.csv", b"Nom;Rue\n", "aucune ligne"),
        ("commerces.gpkg", b"pas un geopackage", "pas un GeoPackage lisible"),
        ("commerces.xlsx", b"pas un classeur", "pas un classeur lisible"),
    ],
)
def test_un_fichier_mal_forme_dit_ou_et_quoi_faire(
    connecte: Connecter, agent: Personne, nom: str, contenu: bytes, refus: str
) -> None:
    reponse = deposer(connecte(agent), contenu, nom)
    assert reponse.status_code == 200
    assert refus in reponse.content.decode()
    assert not ImportLocaux.objects.exists()


def test_les_colonnes_d_un_csv_se_devinent_se_reglent_et_se_gardent(connecte: Connecter, agent: Personne) -> None:
    client = connecte(agent)
    deposer(client, CSV.encode(), "releve.csv")
    depose = ImportLocaux.objects.get()
    assert depose.correspondance.colonnes == {
        "enseigne": "Nom", "vacance": "Occupation", "voie": "Rue", "code_commune": "Insee",
    }  # fmt: skip
    reglages = {
        **depose.correspondance.colonnes, "numero": "N°", "activite": "Métier", "nom": "Nos relevés",
        "libelles": ["Resto"], "libelle_0": "restaurant",
    }  # fmt: skip
    client.post(reverse("locaux:import_colonnes", args=[depose.pk]), reglages)
    gardee = CorrespondanceLocaux.objects.get(nom="Nos relevés")
    assert (gardee.colonnes["numero"], gardee.activites) == ("N°", {"Resto": "restaurant"})
    client.post(reverse("locaux:import_appliquer", args=[depose.pk]))
    executer_travail.call(str(Travail.objects.get().pk))
    assert [(str(local), local.occupations.filter(fin=None).values_list("activite", flat=True).first())
            for local in Local.objects.all()] == [("3 RUE NEUVE", "restaurant"), ("5 RUE NEUVE", None)]  # fmt: skip
    # Le fichier suivant, de mêmes colonnes, retrouve seul ses réglages.
    deposer(client, CSV.replace("Léa", "Zoé").encode(), "releve-suivant.csv")
    assert ImportLocaux.objects.get(nom="releve-suivant.csv").correspondance == gardee


@pytest.mark.parametrize("nom", ["import_colonnes", "import_appliquer", "import_abandonner"])
def test_un_lecteur_voit_les_imports_sans_pouvoir_en_faire(connecte: Connecter, lectrice: Personne, nom: str) -> None:
    depose = deposer_octets(geojson(commerce()))
    client = connecte(lectrice)
    assert "Déposer un fichier" not in client.get(reverse("locaux:imports")).content.decode()
    assert "Appliquer le fichier" not in client.get(reverse("locaux:import", args=[depose.pk])).content.decode()
    assert client.post(reverse(f"locaux:{nom}", args=[depose.pk])).status_code == 403


def test_un_agent_hors_des_partenaires_n_importe_pas(connecte: Connecter, agent_agence: Personne) -> None:
    depose = deposer_octets(geojson(commerce()))
    client = connecte(agent_agence)
    deposer(client, geojson(vacant()))
    client.post(reverse("locaux:import_abandonner", args=[depose.pk]))
    depose.refresh_from_db()
    assert (ImportLocaux.objects.count(), depose.etat) == (1, EtatImportLocaux.DEPOSE)
    client.post(reverse("locaux:import_appliquer", args=[depose.pk]))
    executer_travail.call(str(Travail.objects.get().pk))
    assert not Local.objects.exists()


def test_abandonner_un_fichier(connecte: Connecter, agent: Personne) -> None:
    depose = deposer_octets(geojson(commerce()))
    client = connecte(agent)
    client.post(reverse("locaux:import_abandonner", args=[depose.pk]))
    depose.refresh_from_db()
    assert depose.etat == EtatImportLocaux.ABANDONNE
    assert client.get(reverse("locaux:import", args=[depose.pk])).status_code == 200


def test_decider_de_plusieurs_anomalies(connecte: Connecter, agent: Personne, lectrice: Personne) -> None:
    applique = importer(commerce(0, nom_quartier=None), commerce(1, nom_quartier=None), commerce(2, surface=13082))
    adresse = reverse("locaux:anomalies", args=[applique.pk])
    choisies = [une.pk for une in applique.anomalies.filter(code="sans_quartier")]
    donnees = {"anomalies": choisies, "decision": "conserver", "commentaire": "La position suffit."}
    connecte(lectrice).post(adresse, donnees)
    assert not applique.anomalies.filter(decision="conserver").exists()
    connecte(agent).post(adresse + "?code=sans_quartier", donnees)
    decidees = applique.anomalies.filter(decision="conserver")
    assert [(une.code, une.decide_par, une.commentaire) for une in decidees] == [
        ("sans_quartier", agent, "La position suffit."), ("sans_quartier", agent, "La position suffit."),
    ]  # fmt: skip
    page = connecte(agent).get(adresse + "?decision=a_decider").context["page"]
    assert [une.code for une in page] == ["surface_invraisemblable"]
    ecarter = connecte(agent).post(adresse, {"anomalies": [page[0].pk], "decision": "fusionner"})
    assert (ecarter.status_code, "seul un doublon se fusionne" in ecarter.content.decode()) == (422, True)


def test_la_liste_des_anomalies_se_lit_en_un_nombre_fixe_de_requetes(
    connecte: Connecter, agent: Personne, django_assert_max_num_queries: Any
) -> None:
    client, comptes = connecte(agent), []
    for combien in (1, 3):
        applique = importer(*[commerce(rang, nom_quartier=None) for rang in range(combien)], au=PLUS_TARD)
        with django_assert_max_num_queries(20) as requetes:
            client.get(reverse("locaux:anomalies", args=[applique.pk]))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def test_une_campagne_se_cree_s_ouvre_et_se_compare(connecte: Connecter, agent: Personne) -> None:
    ancienne = fabrique.campagne("Relevé de 2014", date(2014, 5, 1))
    client = connecte(agent)
    valeurs = {"nom": "Relevé de 2024", "methode": "terrain", "definition": "Toute cellule.", "perimetre": "Dijon",
               "communes": ["21231"], "debut": "2024-05-01"}  # fmt: skip
    reponse = client.post(reverse("locaux:campagne_nouvelle"), valeurs)
    creee = Campagne.objects.get(nom="Relevé de 2024")
    adresse = reverse("locaux:campagne", args=[creee.pk])
    assert reponse.headers["Location"] == adresse
    client.post(reverse("locaux:campagne_etat", args=[creee.pk]), {"etat": "ouverte"})
    assert "Personne n&#x27;a dit que ces deux campagnes se comparent" in client.get(adresse).content.decode()
    client.post(adresse, {"reference": ancienne.pk, "verdict": "non", "motif": "Méthode trop différente."})
    page = client.get(adresse).content.decode()
    assert "Méthode trop différente." in page
    assert (Comparabilite.objects.get().verdict, Campagne.objects.get(pk=creee.pk).etat) == ("non", "ouverte")
    double = client.post(reverse("locaux:campagne_nouvelle"), valeurs)
    assert "s&#x27;appelle déjà" in double.content.decode()


def test_la_file_des_rapprochements_ne_montre_rien_de_masque(
    connecte: Connecter, agent: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    sur = Rapprochement.objects.create(local=local, siret="91000000900019", confiance=Decimal("0.95"), propose_le=AU,
                                       motifs=[{"code": "nom", "texte": "même nom", "poids": 0.5}])  # fmt: skip
    client = connecte(agent)
    page = client.get(reverse("locaux:rapprochements")).content.decode()
    assert all(mot in page for mot in ("Chez Léa", "même nom", "Absent du registre", "95"))
    assert client.get(reverse("locaux:rapprochements") + "?sures=1").context["page"].paginator.count == 1
    client.post(reverse("locaux:rapprochements_accepter"), {"rapprochements": [sur.pk]})
    sur.refresh_from_db()
    assert (sur.etat, local.occupations.get().siret) == ("confirme", sur.siret)
    client.post(reverse("locaux:rapprochement_decider", args=[sur.pk]), {"decision": "refuser"})
    assert local.occupations.get().siret == ""
