"""L'interface Sirene : pages, attentes, refus ; et ce qu'elle apporte fondu dans le registre."""

import json
from datetime import UTC, date, datetime

import pytest

from tissu.entrepot.instantane import courant
from tissu.registre.operations.mises_a_jour import mettre_a_jour
from tissu.registre.sources.insee_api import ClientInsee, InseeInjoignable
from tissu.registre.tests.petit_registre import SIRETS, fichiers, importer
from tissu.registre.tests.serveur_local import Demande, Reponse, servir
from tissu.socle.travaux import SansSuivi

UN, DEUX, _ = SIRETS
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


def interface(*etablissements: dict):
    """Une interface à deux pages d'établissements, puis une page vide au curseur immobile."""

    def repondre(demande: Demande) -> Reponse:
        curseur = demande.parametres["curseur"]
        if demande.chemin.endswith("/siren"):
            return page("unitesLegales", [unite(UN[:9])], curseur, curseur)
        if curseur == "*":
            return page("etablissements", list(etablissements[:1]), "*", "suite")
        return page("etablissements", list(etablissements[1:]), "suite", "suite")

    return repondre


def client(serveur) -> ClientInsee:
    return ClientInsee("cle", adresse=serveur.adresse, intervalle_s=0, attendre=lambda secondes: None)


def test_les_pages_se_suivent_par_le_curseur_et_gardent_les_noms_officiels():
    with servir(interface(etablissement(UN), etablissement(DEUX))) as serveur, client(serveur) as insee:
        recues = insee.modifications(du=DU, au=AU, communes=["21231", "21515"])
    premiere = serveur.demandes[0]
    assert premiere.entetes["x-insee-api-key-integration"] == "cle"
    assert premiere.parametres == {
        "q": "dateDernierTraitementEtablissement:[2026-11-20 TO 2026-11-23] AND "
        "codeCommuneEtablissement:(21231 OR 21515)",
        "nombre": "1000",
        "curseur": "*",
    }
    assert [ligne["siret"] for ligne in recues.etablissements] == [UN, DEUX]
    ligne = recues.etablissements[0]
    assert (ligne["dateDebut"], ligne["enseigne1Etablissement"], ligne["libelleVoieEtablissement"]) == (
        "2026-11-01", "NOUVELLE", "NEUVE",
    )  # fmt: skip
    assert "dateFin" not in ligne and "changementEnseigneEtablissement" not in ligne
    assert [(p["siret"], p["dateDebut"], p["dateFin"]) for p in recues.periodes[:2]] == [
        (UN, "2026-11-01", None), (UN, "2015-03-02", "2026-10-31"),
    ]  # fmt: skip
    assert recues.unites_legales[0]["denominationUniteLegale"] == "LA NOUVELLE RAISON"


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
    with servir(interface(etablissement(UN), etablissement(DEUX))) as serveur:
        with ClientInsee("cle", adresse=serveur.adresse, attendre=attentes.append) as insee:
            insee.modifications(du=DU, au=AU, communes=["21231"])
    assert len(attentes) == 2 and all(1.5 < attente <= 2.0 for attente in attentes)


@pytest.mark.parametrize(
    ("reponse", "message"),
    [
        (Reponse(b"{}", 401), "refuse la clé"),
        (Reponse(b"{}", 500), "ne répond pas après 5 essais"),
        (Reponse(b"<html>"), "autre chose que du JSON"),
        (Reponse(b'{"header": {"message": "q illisible"}}', 400), "q illisible"),
    ],
)
def test_chaque_refus_dit_quoi_faire(reponse, message):
    with servir(lambda d: reponse) as serveur, client(serveur) as insee:
        with pytest.raises(InseeInjoignable, match=message):
            insee.modifications(du=DU, au=AU, communes=["21231"])


def test_hors_ligne_et_sans_cle_le_message_est_clair():
    with servir(lambda d: Reponse()) as serveur:
        adresse = serveur.adresse
    with ClientInsee("cle", adresse=adresse, intervalle_s=0, attendre=lambda s: None) as insee:
        with pytest.raises(InseeInjoignable, match="Vérifiez le réseau"):
            insee.modifications(du=DU, au=AU, communes=["21231"])
    with pytest.raises(InseeInjoignable, match="TISSU_INSEE_CLE"):
        ClientInsee("")


@pytest.mark.django_db
def test_la_mise_a_jour_remplace_les_siret_recus_et_garde_les_autres(tmp_path, monkeypatch):
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path / "donnees"))
    importer(fichiers(tmp_path / "stock"))
    # Le second est plus ancien que ce qui est en place : il ne remplace rien.
    recus = [etablissement(UN), etablissement(DEUX, "PERIMEE", traite="2020-01-01T00:00:00")]
    with servir(interface(*recus)) as serveur, client(serveur) as insee:
        journal = mettre_a_jour(
            client=insee, depuis=DU, au=datetime(2026, 11, 23, 12, tzinfo=UTC), auteur=None, suivi=SansSuivi()
        )
    lignes = {ligne["siret"]: ligne for ligne in courant().lignes("etablissements", "siret", list(SIRETS))}
    assert journal is not None and journal.refusees == 0
    assert (lignes[UN]["enseigne"], lignes[UN]["libelle_voie"], lignes[UN]["denomination_unite"]) == (
        "NOUVELLE", "NEUVE", "LA NOUVELLE RAISON",
    )  # fmt: skip
    assert lignes[DEUX]["enseigne"] == "L'ENSEIGNE"
    assert len(lignes) == 3
    assert len(courant().lignes("periodes", "siret", [UN])) == 2
    # L'Insee n'a rien traité de plus : rien ne bouge.
    with servir(lambda d: Reponse(b"{}", 404)) as serveur, client(serveur) as insee:
        assert mettre_a_jour(
            client=insee, depuis=DU, au=datetime(2026, 11, 24, 12, tzinfo=UTC), auteur=None, suivi=SansSuivi()
        ) is None  # fmt: skip
