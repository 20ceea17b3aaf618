"""Rapprocher du registre : proposer, décider, aller vérifier ; et rien d'un établissement protégé n'entre ici."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from tissu.locaux.choices import EtatRapprochement
from tissu.locaux.models import Local, Rapprochement, Signalement
from tissu.locaux.operations import rapprochement
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.signalements import clore, signaler
from tissu.locaux.queries.situation import situation
from tissu.locaux.tests import fabrique
from tissu.registre.operations.importation import importer_sirene
from tissu.registre.tests import petit_registre
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
AU = datetime(2026, 11, 24, 9, tzinfo=UTC)
OUVERT, AUTRE, PROTEGE = petit_registre.SIRETS
TANNEURS = "RUE DES TANNEURS"


@pytest.fixture
def registre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trois établissements au 12 rue des Tanneurs : L'Enseigne ouverte, un garage ouvert, un protégé du même nom."""
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    importer(tmp_path)
    return tmp_path


def importer(dossier: Path, le: datetime = AU, **changements: dict[str, Any]) -> None:
    defauts = {
        f"s{OUVERT}": {"enseigne1Etablissement": "CHEZ LEA", "activitePrincipaleEtablissement": "56.10A"},
        f"s{AUTRE}": {"enseigne1Etablissement": "GARAGE DU PORT", "activitePrincipaleEtablissement": "45.20A"},
        f"s{PROTEGE}": {"enseigne1Etablissement": "ENSEIGNEPROTEGEE", "libelleVoieEtablissement": "RUEPROTEGEE"},
    }
    fusionnes = {siret: defauts[siret] | changements.get(siret, {}) for siret in defauts}
    importer_sirene(
        dossier=petit_registre.fichiers(dossier / f"source{le:%d%H}", **fusionnes),
        territoire=petit_registre.TERRITOIRE,
        auteur=None,
        au=le,
        suivi=SansSuivi(),
        forcer=True,
    )


def lea(**champs: Any) -> Local:
    return fabrique.local("Chez Léa", champs.pop("activite", "restaurant"), rue=TANNEURS, numero="12", lon=None,
                          lat=None, **champs)  # fmt: skip


def agent() -> Any:
    return fabrique.personne("charge_mission")


def test_le_bon_etablissement_est_propose_avec_ses_raisons(registre: Path) -> None:
    local, vide = lea(), fabrique.local(rue=TANNEURS, numero="12")
    assert rapprochement.proposer(au=AU) == {"locaux": 1, "proposes": 1}
    propose = Rapprochement.objects.get()
    assert (propose.local, propose.siret, propose.etat) == (local, OUVERT, EtatRapprochement.PROPOSE)
    assert propose.confiance >= Decimal("0.95")
    assert [motif["texte"] for motif in propose.motifs] == ["même nom", "même adresse", "même activité"]
    assert not vide.rapprochements.exists()
    # Rejoué, rien ne change ; refusé, il n'est plus proposé.
    assert rapprochement.proposer(au=AU) == {"locaux": 1, "proposes": 1}
    rapprochement.refuser(rapprochement=propose, auteur=agent(), au=AU)
    assert rapprochement.proposer(au=AU) == {"locaux": 1, "proposes": 0}
    assert Rapprochement.objects.get().etat == EtatRapprochement.REFUSE


def test_confirmer_pose_le_siret_et_ne_recopie_rien(registre: Path) -> None:
    local = lea(activite="")
    rapprochement.proposer(au=AU)
    rapprochement.confirmer(rapprochement=Rapprochement.objects.get(siret=OUVERT), auteur=agent(), au=AU)
    occupation = local.occupations.get()
    assert (occupation.siret, occupation.enseigne, occupation.activite, occupation.origine_activite) == (
        OUVERT, "Chez Léa", "restaurant", "naf",
    )  # fmt: skip
    assert set(local.rapprochements.exclude(siret=OUVERT).values_list("etat", flat=True)) <= {"refuse"}
    rapprochement.refuser(rapprochement=local.rapprochements.get(siret=OUVERT), auteur=agent(), au=AU)
    occupation.refresh_from_db()
    assert occupation.siret == ""


def test_en_nombre_ne_prend_que_le_sur(registre: Path) -> None:
    sur, douteux = lea(), fabrique.local("", "restaurant", rue=TANNEURS, numero="12", lon=None, lat=None)
    rapprochement.proposer(au=AU)
    with pytest.raises(LocalRefuse, match="pas assez sûre"):
        rapprochement.confirmer_en_nombre(rapprochements=Rapprochement.objects.all(), auteur=agent(), au=AU)
    assert not sur.occupations.exclude(siret="").exists()
    assert rapprochement.confirmer_en_nombre(rapprochements=sur.rapprochements.all(), auteur=agent(), au=AU) == 1
    assert (sur.occupations.get().siret, douteux.occupations.get().siret) == (OUVERT, "")
    with pytest.raises(LocalRefuse, match="Seuls les agents"):
        rapprochement.confirmer_en_nombre(rapprochements=[], auteur=fabrique.personne("lecteur"), au=AU)


def test_une_fermeture_demande_d_aller_voir_et_ne_fait_jamais_une_vacance(registre: Path) -> None:
    local = lea()
    rapprochement.proposer(au=AU)
    rapprochement.confirmer(rapprochement=Rapprochement.objects.get(), auteur=agent(), au=AU)
    assert rapprochement.signaler_les_fermetures(au=AU) == 0
    plus_tard = datetime(2026, 11, 25, 9, tzinfo=UTC)
    ferme = {"etatAdministratifEtablissement": "F", "dateDebut": "2026-11-20"}
    importer(registre, plus_tard, **{f"s{OUVERT}": ferme})
    # L'import du registre a lui-même appelé la porte des locaux.
    signalement = Signalement.objects.get()
    assert (signalement.local, signalement.siret) == (local, OUVERT)
    assert (local.etats.get().etat, local.etats.get().fin) == ("occupe", None)
    (ligne,) = situation(plus_tard.date()).to_pylist()
    assert (ligne["vacant"], ligne["a_verifier"]) == (False, True)
    # Rejoué, ou clos par une personne : la même fermeture ne se redit pas.
    clore(signalement=signalement, suite="Toujours ouvert, repris par le fils.", auteur=agent(), au=plus_tard)
    assert rapprochement.apres_import(au=plus_tard)["signalements"] == 0
    with pytest.raises(LocalRefuse, match="Une autre personne vient de clore"):
        clore(signalement=signalement, suite="vu", auteur=agent(), au=plus_tard)


def test_rien_d_un_etablissement_protege_n_entre_dans_les_locaux(registre: Path) -> None:
    # Au même point que les trois établissements du registre, sans adresse ni enseigne pour l'écarter.
    fabrique.local("", "restaurant", rue=TANNEURS, numero="", lon=5.03896, lat=47.31943)
    rapprochement.proposer(au=AU)
    assert set(Rapprochement.objects.values_list("siret", flat=True)) == {OUVERT}
    # Posé à la main : le SIRET reste à qui l'a écrit, et ne se montre pas à côté de l'enseigne.
    local = lea()
    rapprochement.rapprocher(local=local, siret=PROTEGE, auteur=agent(), au=AU)
    ligne = {une["id"]: une for une in situation(date(2026, 11, 24)).to_pylist()}[local.reference]
    assert (ligne["enseigne"], ligne["siret"]) == ("Chez Léa", None)
    tout = json.dumps([
        serializers.serialize("json", modele.objects.all())
        for modele in apps.get_app_config("locaux").get_models()
    ])  # fmt: skip
    assert "PROTEGEE" not in tout.upper()


def test_un_signalement_se_complete_au_lieu_de_se_repeter() -> None:
    local = fabrique.local("Chez Léa", "restaurant")
    for texte in ("Rideau baissé", "Rideau baissé", "Courrier qui déborde"):
        signaler(local=local, texte=texte, auteur=fabrique.personne("lecteur"), au=AU)
    assert Signalement.objects.get().texte == "Rideau baissé ; Courrier qui déborde"
