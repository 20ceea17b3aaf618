"""L'interface Sirene : pages, attentes, refus ; et ce qu'elle apporte fondu dans le registre."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from tissu.registre.sources.insee_api import ClientInsee, InseeInjoignable
from tissu.registre.tests.petit_registre import SIRETS
from tissu.registre.tests.serveur_local import Demande, Reponse, Serveur, servir

UN, DEUX, _ = SIRETS
AILLEURS = UN[:9] + "00027"
DU, AU = date(2026, 11, 20), date(2026, 11, 23)


def etablissement(siret: str, enseigne: str = "NOUVELLE", traite: str = "2026-11-21T04:00:00") -> dict:
    """Une réponse de l'interface, de notre main, dans sa forme."""
    commune = {
        "numeroVoieEtablissement": "3", "typeVoieEtablissement": "RUE", "libelleVoieEtablissement": "NEUVE",
        "codePostalEtablissement": "21000", "libelleCommuneEtablissement": "DIJON", "codeCommuneEtablissement": "21231",
    }  # fmt: skip
    periode = {
        "etatAdministratifEtablissement": "A", "activitePrincipaleEtablissement": "62.01Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2", "caractereEmployeurEtablissement": "O",
    }  # fmt: skip
    return {
        "siren": siret[:9], "nic": siret[9:], "siret": siret, "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2015-03-02", "dateDernierTraitementEtablissement": traite,
        "etablissementSiege": True, "nombrePeriodesEtablissement": 2, "uniteLegale": {"denominationUniteLegale": "X"},
        "adresseEtablissement": commune, "adresse2Etablissement": {"codeCommune2Etablissement": None},
        "periodesEtablissement": [
            periode | {"dateDebut": "2026-11-01", "dateFin": None, "enseigne1Etablissement": enseigne,
                       "changementEnseigneEtablissement": True},
            periode | {"dateDebut": "2015-03-02", "dateFin": "2026-10-31", "enseigne1Etablissement": "ANCIENNE"},
        ],
    }  # fmt: skip


def unite(siren: str) -> dict:
    return {
        "siren": siren, "statutDiffusionUniteLegale": "O", "dateCreationUniteLegale": "2015-03-02",
        "dateDernierTraitementUniteLegale": "2026-11-21T04:00:00",
        "periodesUniteLegale": [
            {"dateDebut": "2020-01-01", "dateFin": None, "etatAdministratifUniteLegale": "A",
             "denominationUniteLegale": "LA NOUVELLE RAISON", "categorieJuridiqueUniteLegale": "5710"},
        ],
    }  # fmt: skip


def page(cle: str, elements: list, curseur: str, suivant: str) -> Reponse:
    entete = {"statut": 200, "curseur": curseur, "curseurSuivant": suivant, "nombre": len(elements)}
    return Reponse(json.dumps({"header": entete, cle: elements}).encode())


def lien(predecesseur: str, successeur: str) -> dict:
    return {
        "siretEtablissementPredecesseur": predecesseur, "siretEtablissementSuccesseur": successeur,
        "dateLienSuccession": "2026-11-02", "transfertSiege": False, "continuiteEconomique": True,
        "dateDernierTraitementLienSuccession": "2026-11-21T04:00:00",
    }  # fmt: skip


def interface(
    *etablissements: dict,
    unites: list[dict] | None = None,
    ailleurs: list[dict] | None = None,
    liens: list | None = None,
) -> Callable[[Demande], Reponse]:
    """Une interface dont les établissements du territoire tiennent sur deux pages. Ce qui est vide répond 404."""

    def repondre(demande: Demande) -> Reponse:
        curseur = demande.parametres["curseur"]
        if demande.chemin.endswith("/siret") and "codeCommune" in demande.parametres["q"]:
            premiere = curseur == "*"
            lues = etablissements[:1] if premiere else etablissements[1:]
            return page("etablissements", list(lues), curseur, "suite")
        cle, elements = {
            "/siren": ("unitesLegales", [unite(UN[:9])] if unites is None else unites),
            "/siret": ("etablissements", ailleurs),
            "/siret/liensSuccession": ("liensSuccession", liens),
        }[demande.chemin]
        return page(cle, elements, curseur, curseur) if elements else Reponse(b"{}", 404)

    return repondre


def client(serveur: Serveur) -> ClientInsee:
    return ClientInsee("cle", adresse=serveur.adresse, intervalle_s=0, attendre=lambda secondes: None)


def test_les_pages_se_suivent_par_le_curseur_et_gardent_les_noms_officiels():
    reponses = interface(
        etablissement(UN), etablissement(DEUX), ailleurs=[etablissement(AILLEURS)], liens=[lien(AILLEURS, UN)]
    )
    with servir(reponses) as serveur, client(serveur) as insee:
        recues = insee.modifications(du=DU, au=AU, communes=["21515", "21231"])
    premiere = serveur.demandes[0]
    assert premiere.entetes["x-insee-api-key-integration"] == "cle"
    fenetre = "dateDernierTraitementEtablissement:[2026-11-20 TO 2026-11-23]"
    sirens, sirets = f"({UN[:9]} OR {DEUX[:9]})", f"({UN} OR {DEUX})"
    liens = f"siretEtablissementPredecesseur:{sirets} OR siretEtablissementSuccesseur:{sirets}"
    assert {d.parametres["nombre"] for d in serveur.demandes} == {"1000"}
    assert [(d.chemin, d.parametres["curseur"], d.parametres["q"]) for d in serveur.demandes] == [
        ("/siret", "*", f"{fenetre} AND codeCommuneEtablissement:(21231 OR 21515)"),
        ("/siret", "suite", f"{fenetre} AND codeCommuneEtablissement:(21231 OR 21515)"),
        ("/siren", "*", f"siren:{sirens}"),
        ("/siret", "*", f"{fenetre} AND siren:{sirens}"),
        ("/siret/liensSuccession", "*", liens),
    ]
    assert [ligne["siret"] for ligne in recues.etablissements] == [UN, DEUX]
    ligne = recues.etablissements[0]
    assert (ligne["dateDebut"], ligne["enseigne1Etablissement"], ligne["libelleVoieEtablissement"]) == (
        "2026-11-01", "NOUVELLE", "NEUVE",
    )  # fmt: skip
    assert "dateFin" not in ligne
    assert "changementEnseigneEtablissement" not in ligne
    # D'un établissement d'ailleurs, seules les périodes servent : elles disent d'où vient un transfert.
    assert {(p["siret"], p["dateDebut"], p["dateFin"]) for p in recues.periodes} == {
        (siret, *dates)
        for siret in (UN, DEUX, AILLEURS)
        for dates in (("2026-11-01", None), ("2015-03-02", "2026-10-31"))
    }
    assert [u["denominationUniteLegale"] for u in recues.unites_legales] == ["LA NOUVELLE RAISON"]
    assert recues.liens == [lien(AILLEURS, UN)]


def test_un_siret_vu_sur_deux_pages_ne_compte_qu_une_fois_au_plus_recent():
    ancien, recent = etablissement(UN, "AVANT", "2026-11-20T01:00:00"), etablissement(UN, "APRES")
    with servir(interface(recent, ancien)) as serveur, client(serveur) as insee:
        recues = insee.modifications(du=DU, au=AU, communes=["21231"])
    assert [ligne["enseigne1Etablissement"] for ligne in recues.etablissements] == ["APRES"]
    assert len(recues.periodes) == 2


def test_une_journee_vide_est_une_reponse_404():
    with servir(lambda d: Reponse(b"{}", 404)) as serveur, client(serveur) as insee:
        assert insee.modifications(du=DU, au=AU, communes=["21231"]).etablissements == []


def test_trop_de_demandes_attend_ce_que_l_interface_demande():
    reponses = [Reponse(b"{}", 429, {"Retry-After": "7"}), Reponse(b"{}", 503), Reponse(b"{}", 404)]
    attentes: list[float] = []
    with servir(lambda d: reponses.pop(0)) as serveur:
        insee = ClientInsee("cle", adresse=serveur.adresse, intervalle_s=0, attendre=attentes.append)
        with insee:
            insee.modifications(du=DU, au=AU, communes=["21231"])
    assert attentes == [7.0, 2.0]


def test_le_rythme_de_trente_demandes_par_minute_est_tenu():
    attentes: list[float] = []
    with (
        servir(interface(etablissement(UN), etablissement(DEUX))) as serveur,
        ClientInsee("cle", adresse=serveur.adresse, attendre=attentes.append) as insee,
    ):
        insee.modifications(du=DU, au=AU, communes=["21231"])
    assert len(attentes) == len(serveur.demandes) - 1
    assert all(1.0 < attente <= 2.0 for attente in attentes)


@pytest.mark.parametrize(
    ("reponse", "message"),
    [
        (Reponse(b"{}", 401), "refuse la clé"),
        (Reponse(b"{}", 500), "ne répond pas après 5 essais"),
        (Reponse(b"<html>"), "autre chose que du JSON"),
        (Reponse(b'{"header": {"message": "q illisible"}}', 400), "q illisible"),
        (Reponse(b"[]"), "sans explication"),
        (page("etablissements", [{"siren": "1"}], "*", "*"), "sa forme a changé"),
    ],
)
def test_chaque_refus_dit_quoi_faire(reponse, message):
    with servir(lambda d: reponse) as serveur, client(serveur) as insee, pytest.raises(InseeInjoignable, match=message):
        insee.modifications(du=DU, au=AU, communes=["21231"])


def test_hors_ligne_et_sans_cle_le_message_est_clair():
    with servir(lambda d: Reponse()) as serveur:
        adresse = serveur.adresse
    with (
        ClientInsee("cle", adresse=adresse, intervalle_s=0, attendre=lambda s: None) as insee,
        pytest.raises(InseeInjoignable, match="Vérifiez le réseau"),
    ):
        insee.modifications(du=DU, au=AU, communes=["21231"])


@pytest.mark.parametrize(
    ("cle", "adresse", "message"),
    [
        (" ", "http://127.0.0.1", r"portail-api\.insee\.fr.*TISSU_INSEE_CLE"),
        ("clé\nfausse", "http://127.0.0.1", "recopiez-la"),
        ("cle", "api.insee.fr/api-sirene", "TISSU_INSEE_ADRESSE est mal écrite"),
        ("cle", "http://", "TISSU_INSEE_ADRESSE est mal écrite"),
    ],
)
def test_une_cle_ou_une_adresse_inutilisable_dit_sa_variable(cle, adresse, message):
    with pytest.raises(InseeInjoignable, match=message):
        ClientInsee(cle, adresse=adresse)
