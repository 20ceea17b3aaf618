"""La page de la vacance : qui l'ouvre, ce qu'elle dit, ses fichiers, ses requêtes."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tissu.actions.observatoire_commerce.queries.definitions import definitions
from tissu.comptes.choices import Role
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.locaux.choices import EtatLocal
from tissu.locaux.tests import fabrique
from tissu.publications.rendus.page import contexte_page

pytestmark = pytest.mark.django_db
ADRESSE = "/observatoire-commerce/vacance/"


def lisible(texte: str) -> str:
    """Le texte avec des espaces ordinaires : ce que l'on compare, non sa typographie."""
    return texte.replace("\xa0", " ").replace("\u202f", " ")


def connecte(role: str = Role.CHARGE_MISSION, type_: str = "cci") -> Client:
    organisation = Organisation.objects.get_or_create(nom=f"Organisation {type_}", type=type_)[0]
    personne = Personne.objects.create_user(
        f"{role}@{type_}.example", "un-mot-de-passe-long", organisation=organisation
    )
    Attribution.objects.create(personne=personne, role=role)
    client = Client()
    client.force_login(personne)
    return client


def peupler(rues: int = 1) -> None:
    for rang in range(rues):
        fabrique.local(quartier="Centre", rue=f"RUE {rang}")
        for _ in range(11):
            fabrique.local("Enseigne", "bar", quartier="Centre", rue=f"RUE {rang}")


def test_la_page_dit_le_constat_et_mene_aux_lignes() -> None:
    peupler()
    reponse = connecte().get(ADRESSE)
    assert reponse.status_code == 200
    document = reponse.context["document"]
    assert lisible(document.sous_titre) == "1 local vacant sur 12, soit 8,3 % : une vacance élevée."
    chiffre = document.sections[0].blocs[0].chiffres[0]
    locaux = connecte(type_="metropole").get(chiffre.adresse)
    assert locaux.context["page"].paginator.count == 1


def test_chaque_nombre_d_un_tableau_vaut_ses_lignes() -> None:
    peupler(2)
    fabrique.local(etat=EtatLocal.TRAVAUX, quartier="Nord")
    fabrique.local(etat=EtatLocal.MUTATION, quartier="Nord")
    client = connecte()
    for code in definitions():
        document = client.get(ADRESSE, {"definition": code}).context["document"]
        [quartiers] = [t for t in document.tableaux() if t.identifiant == "quartiers"]
        for ligne in [*quartiers.lignes, quartiers.total]:
            for compte in ("cellules", "vacantes", "structurelles"):
                page = client.get(ligne[f"lien_{compte}"]).context["page"]
                assert page.paginator.count == ligne[compte], (code, ligne["titre"], compte)


def test_les_parties_font_l_ensemble_dans_chaque_tableau() -> None:
    peupler(3)
    fabrique.local("Seul", "bar", quartier="Nord")
    document = connecte().get(ADRESSE).context["document"]
    tableaux = [t for t in document.tableaux() if t.identifiant in {"quartiers", "rues"}]
    assert [t.identifiant for t in tableaux] == ["quartiers", "rues"]
    for tableau in tableaux:
        assert tableau.total is not None
        assert tableau.total["titre"] == "Ensemble"
        for colonne in ("cellules", "vacantes", "structurelles"):
            assert sum(ligne[colonne] for ligne in tableau.lignes) == tableau.total[colonne]


def test_une_definition_et_un_jour_se_choisissent_par_l_adresse() -> None:
    peupler()
    reponse = connecte().get(ADRESSE, {"definition": "commercialisee", "au": "2024-06-10", "quartier": "Centre"})
    assert lisible(reponse.context["document"].sous_titre) == "0 local vacant sur 12, soit 0,0 % : une vacance faible."
    assert lisible(reponse.context["document"].periode) == "Situation au 10 juin 2024"


@pytest.mark.parametrize(
    "parametres", [{"commune": "75056"}, {"voie": "999999"}, {"dans": "cercle:loin"}], ids=lambda p: next(iter(p))
)
def test_un_lieu_inconnu_est_une_page_absente(parametres: dict[str, str]) -> None:
    assert connecte().get(ADRESSE, parametres).status_code == 404


@pytest.mark.parametrize(("format_", "debut"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("pptx", b"PK")])
def test_les_fichiers(format_: str, debut: bytes) -> None:
    peupler()
    reponse = connecte().get(reverse("observatoire_commerce:vacance_fichier", args=[format_]), {"quartier": "Centre"})
    assert reponse.content.startswith(debut)
    assert reponse["Content-Disposition"].startswith('attachment; filename="vacance-')


@pytest.mark.parametrize(
    ("role", "attendu"),
    [(Role.CHARGE_MISSION, 200), (Role.ELU, 200), (Role.LECTEUR, 200), (Role.AGENCE, 200), (Role.POLICE, 403),
     (Role.COURTIER, 403), (Role.ENTREPRISE, 403)],
)  # fmt: skip
def test_qui_ouvre_la_page(role: str, attendu: int) -> None:
    assert connecte(role).get(ADRESSE).status_code == attendu


def test_sans_local_la_page_dit_quoi_faire() -> None:
    document = connecte().get(ADRESSE).context["document"]
    assert lisible(document.sous_titre) == "Aucun local commercial n'est recensé ici."
    assert contexte_page(document)["sections"]


def test_trois_rues_ne_coutent_pas_plus_de_requetes_qu_une() -> None:
    client = connecte()
    comptes = []
    for _ in range(2):
        peupler(len(comptes) * 2 + 1)
        client.get(ADRESSE)
        with CaptureQueriesContext(connection) as lues:
            client.get(ADRESSE)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]
