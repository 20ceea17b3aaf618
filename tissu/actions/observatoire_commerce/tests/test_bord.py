"""Le tableau de bord, sa part de la page d'accueil, et l'histoire qui s'interrompt où la méthode change."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tissu.actions.observatoire_commerce.accueil import accueil
from tissu.actions.observatoire_commerce.publications.histoire import evolution, histoire
from tissu.actions.observatoire_commerce.queries import vacance as lectures
from tissu.actions.observatoire_commerce.queries.definitions import definition
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.accueil import accueil as accueil_des_locaux
from tissu.locaux.choices import EtatCampagne, MotifSignalement, VerdictComparabilite
from tissu.locaux.models import Comparabilite, Signalement
from tissu.locaux.tests import fabrique
from tissu.publications.contenu import Figure

pytestmark = pytest.mark.django_db
PAGE = "/observatoire-commerce/"
Connecter = Callable[[Personne], Client]
AU = datetime(2026, 3, 2, 9, tzinfo=UTC)


def peupler(rues: int = 1) -> None:
    for rang in range(rues):
        fabrique.local(quartier="Centre", rue=f"RUE {rang}", releve_le=date(2026, 3, 1))
        for _ in range(11):
            fabrique.local("Enseigne", "bar", quartier="Centre", rue=f"RUE {rang}", releve_le=date(2026, 3, 1))


def lisible(texte: str) -> str:
    return texte.replace("\xa0", " ").replace("\u202f", " ").replace("−", "-")


@pytest.fixture
def trois_campagnes(db: None) -> None:
    """Deux campagnes que personne n'a comparées, puis une troisième comparable à la deuxième."""
    _, deux, trois = (fabrique.campagne(f"Campagne {an}", date(an, 2, 1)) for an in (2023, 2024, 2025))
    Comparabilite.objects.create(
        campagne=trois, reference=deux, verdict=VerdictComparabilite.OUI, motif="Même méthode", le=AU
    )


def test_le_bord_dit_l_essentiel_et_s_ouvre(mission: Personne, connecte: Connecter) -> None:
    peupler()
    reponse = connecte(mission).get(PAGE)
    dits = [(chiffre["titre"], lisible(chiffre["valeur"])) for chiffre in reponse.context["chiffres"]]
    assert dits == [
        ("Taux de vacance", "8,3 %"), ("Locaux vacants", "1"), ("Vacance structurelle", "0"),
        ("Locaux à jour", "100,0 %"),
    ]  # fmt: skip
    for chiffre in reponse.context["chiffres"][:3]:
        page = connecte(mission).get(chiffre["lien"]).context["page"]
        assert str(page.paginator.count) == ("0" if chiffre["titre"] == "Vacance structurelle" else "1")


def test_ce_qui_attend_un_agent_et_lui_seul(
    mission: Personne, elu: Personne, trois_campagnes: None, connecte: Connecter
) -> None:
    peupler()
    local = fabrique.local()
    Signalement.objects.create(local=local, motif=MotifSignalement.RELEVE_ANCIEN, ouvert_le=AU)
    ouverte = fabrique.campagne("Printemps", date(2026, 3, 1), etat=EtatCampagne.OUVERTE)
    titres = [(ligne.titre, ligne.url) for ligne in connecte(mission).get(PAGE).context["bord"].attentes]
    assert [(lisible(titre), url) for titre, url in titres] == [
        ("1 local à vérifier sur place", reverse("locaux:signalements")),
        ("Campagne ouverte : Printemps", reverse("locaux:campagne", args=[ouverte.pk])),
        ("« Campagne 2024 » et « Campagne 2023 » se comparent-elles ?", titres[2][1]),
    ]
    assert connecte(elu).get(PAGE).context["bord"].attentes == []


def test_un_ecart_ne_s_ecrit_qu_entre_campagnes_comparables(trois_campagnes: None) -> None:
    fabrique.local(depuis=date(2024, 9, 1))
    for _ in range(11):
        fabrique.local("Enseigne", "bar")
    etapes = lectures.histoire(Lieu(), timezone.localdate())
    assert lisible(evolution(etapes)) == "+8,3 pt depuis « Campagne 2024 »"
    assert evolution(etapes[:2]) == "pas d'écart : comparabilité à décider"
    assert evolution(etapes[:1]) == ""
    figure = histoire(Lieu(), timezone.localdate(), definition())[0]
    assert isinstance(figure, Figure)
    donnees: list[dict[str, Any]] = figure.graphique["data"]["values"]
    assert [(ligne["etape"], ligne["suite"], ligne["rupture"]) for ligne in donnees] == [
        ("févr. 2023", "0", ""), ("févr. 2024", "1", "à décider"), ("févr. 2025", "1", ""),
    ]  # fmt: skip
    assert "s'interrompt une fois" in figure.description


def test_deux_campagnes_dites_non_comparables_le_disent(trois_campagnes: None) -> None:
    Comparabilite.objects.update(verdict=VerdictComparabilite.NON, motif="Périmètre plus large")
    peupler()
    etapes = lectures.histoire(Lieu(), timezone.localdate())
    assert evolution(etapes) == "pas d'écart : Périmètre plus large"
    figure = histoire(Lieu(), timezone.localdate(), definition())[0]
    assert isinstance(figure, Figure)
    assert figure.graphique["data"]["values"][-1]["rupture"] == "rupture"


def test_l_accueil_ne_redit_pas_le_chiffre_des_locaux(mission: Personne) -> None:
    assert accueil(mission, au=timezone.now()) is None
    peupler()
    blocs = [accueil(mission, au=timezone.now()), accueil_des_locaux(mission, au=timezone.now())]
    libelles = [chiffre.libelle for bloc in blocs if bloc for chiffre in bloc.chiffres]
    assert libelles == ["Vacance structurelle", "Cellules vacantes"]
    assert accueil(fabrique.personne(Role.COURTIER), au=timezone.now()) is None


def test_sans_local_le_bord_dit_quoi_faire(mission: Personne, connecte: Connecter) -> None:
    assert "Aucun local recensé" in connecte(mission).get(PAGE).content.decode()


def test_trois_rues_ne_coutent_pas_plus_de_requetes_qu_une(mission: Personne, connecte: Connecter) -> None:
    client, comptes = connecte(mission), []
    for rues in (1, 3):
        peupler(rues)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as lues:
            client.get(PAGE)
        comptes.append(len(lues))
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize(
    ("role", "attendu"), [(Role.ELU, 200), (Role.LECTEUR, 200), (Role.AGENCE, 200), (Role.ENTREPRISE, 403)]
)
def test_qui_ouvre_le_bord(role: str, attendu: int, connecte: Connecter) -> None:
    assert connecte(fabrique.personne(role, organisation="metropole")).get(PAGE).status_code == attendu
