"""Les portes : leurs promesses vérifiées au démarrage, et la navigation qu'elles font."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tissu.socle import action
from tissu.socle.action import Action, Lien, appeler_les_portes, contexte_navigation, portes, verifier_portes
from tissu.socle.ecrans import ecran


@ecran("Liste", roles={"lecteur"})
def liste(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@ecran("Imports", roles={"charge_mission"})
def imports(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def muette(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


ESSAI = [
    path("essai/", liste, name="liste"),
    path("essai/imports/", imports, name="imports"),
    path("essai/muette/", muette, name="muette"),
]
urlpatterns = [path("", include((ESSAI, "essai")))]


def porte(**champs: Any) -> Action:
    depart = {"slug": "essai", "titre": "Pièce d'essai", "titre_court": "Essai", "resume": "Une pièce."}
    return Action(**(depart | champs))


def reponse(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """Ce que la porte d'essai promet."""
    return (*args, kwargs)


def rien(*args: Any, **kwargs: Any) -> None:
    """Une porte qui n'a rien à dire."""


@pytest.fixture
def avec_portes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    settings.ROOT_URLCONF = __name__
    return lambda *pieces: monkeypatch.setattr(action, "portes", lambda: list(pieces))


def demande(chemin: str, *roles: str) -> Any:
    personne = SimpleNamespace(is_authenticated=True, roles_actifs=lambda action="": set(roles))
    return SimpleNamespace(user=personne, path=chemin)


def test_le_premier_segment_d_une_adresse_s_ecrit_avec_des_tirets() -> None:
    assert porte(slug="fichier_entreprises").chemin == "fichier-entreprises"


def test_les_portes_du_produit_tiennent_leurs_promesses() -> None:
    assert verifier_portes(None) == []


def test_le_socle_n_est_pas_une_porte() -> None:
    assert "socle" not in {piece.slug for piece in portes()}


@pytest.mark.parametrize(
    ("pieces", "defauts"),
    [
        ([porte(), porte(titre="La seconde")], ["tissu.E001"]),
        ([porte(accueil="tissu.nulle_part.accueil")], ["tissu.E002"]),
        ([porte(demo=f"{__name__}.absente")], ["tissu.E002"]),
        ([porte(liens=(Lien("Liste", "essai:inconnue"),))], ["tissu.E003"]),
        ([porte(accueil=f"{__name__}.reponse", liens=(Lien("Liste", "essai:liste"),))], []),
    ],
)
def test_une_porte_qui_promet_l_inexistant_arrete_le_demarrage(
    avec_portes: Any, pieces: list[Action], defauts: list[str]
) -> None:
    avec_portes(*pieces)

    assert [defaut.id for defaut in verifier_portes(None)] == defauts


def test_le_message_dit_quelle_porte_et_quelle_promesse(avec_portes: Any) -> None:
    avec_portes(porte(accueil="tissu.nulle_part.accueil"))

    assert [defaut.msg for defaut in verifier_portes(None)] == [
        "Action « essai » : la porte promet accueil = tissu.nulle_part.accueil, qui n'existe pas."
    ]


def test_appeler_les_portes_garde_les_reponses_qui_disent_quelque_chose(avec_portes: Any) -> None:
    bavarde, muette_, sans = (
        porte(accueil=f"{__name__}.reponse"),
        porte(slug="autre", accueil=f"{__name__}.rien"),
        porte(slug="troisieme"),
    )
    avec_portes(bavarde, muette_, sans)

    assert appeler_les_portes("accueil", "Ada", au=1) == [(bavarde, ("Ada", {"au": 1}))]


def test_une_promesse_non_faite_ne_repond_pas() -> None:
    assert porte().appeler("accueil") is None


def test_la_navigation_ne_montre_que_ce_qui_est_ouvert(avec_portes: Any) -> None:
    avec_portes(porte(liens=(Lien("Liste", "essai:liste"), Lien("Imports", "essai:imports"))))

    [groupe] = contexte_navigation(demande("/ailleurs/", "lecteur"))["navigation"]

    assert (groupe["titre"], [lien["titre"] for lien in groupe["liens"]]) == ("Essai", ["Liste"])


def test_les_fiches_d_abord_puis_les_services_du_plus_proche_du_metier(avec_portes: Any) -> None:
    liens = (Lien("Liste", "essai:liste"),)
    avec_portes(
        *(porte(slug=slug, titre_court=slug, fiche=fiche, liens=liens)
          for slug, fiche in (("comptes", None), ("registre", None), ("cinq", 5), ("trois", 3)))
    )  # fmt: skip

    navigation = contexte_navigation(demande("/essai/", "lecteur"))["navigation"]

    assert [groupe["titre"] for groupe in navigation] == ["trois", "cinq", "registre", "comptes"]


def test_seul_le_groupe_ou_l_on_est_se_deplie(avec_portes: Any) -> None:
    avec_portes(
        porte(slug="un", liens=(Lien("Liste", "essai:liste"),)),
        porte(slug="deux", liens=(Lien("Muette", "essai:imports"),)),
    )

    navigation = contexte_navigation(demande("/essai/imports/", "lecteur", "charge_mission"))["navigation"]

    assert [groupe["ouvert"] for groupe in navigation] == [True, False]


def test_une_porte_dont_rien_n_est_ouvert_n_a_pas_de_titre(avec_portes: Any) -> None:
    avec_portes(porte(liens=(Lien("Imports", "essai:imports"), Lien("Muette", "essai:muette"))))

    assert contexte_navigation(demande("/", "lecteur")) == {"navigation": []}


@pytest.mark.parametrize(
    ("chemin", "actif"), [("/essai/", "Liste"), ("/essai/imports/3/", "Imports"), ("/ailleurs/", None)]
)
def test_le_lien_actif_est_le_plus_precis(avec_portes: Any, chemin: str, actif: str | None) -> None:
    avec_portes(porte(liens=(Lien("Liste", "essai:liste"), Lien("Imports", "essai:imports"))))

    [groupe] = contexte_navigation(demande(chemin, "lecteur", "charge_mission"))["navigation"]

    assert [lien["titre"] for lien in groupe["liens"] if lien["actif"]] == ([actif] if actif else [])


def test_sans_personne_connectee_pas_de_navigation() -> None:
    inconnue = SimpleNamespace(is_authenticated=False)

    assert [contexte_navigation(SimpleNamespace(user=qui)) for qui in (None, inconnue)] == [{"navigation": []}] * 2
