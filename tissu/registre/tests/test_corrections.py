"""Corrections locales : elles survivent à chaque import, et reviennent à une personne quand la source bouge."""

from datetime import date, timedelta

import pytest

from tissu.entrepot.instantane import courant
from tissu.registre.corrigeables import ValeurRefusee, lire_valeur
from tissu.registre.models import Correction, EtatCorrection
from tissu.registre.operations.corrections import changements, controler_apres_import, corriger, revoir
from tissu.registre.operations.importation import recomposer
from tissu.registre.queries.corrections import appliquees, appliquer, valeurs_de_la_source
from tissu.registre.tests.petit_registre import LE, SIRETS, fichiers, importer
from tissu.socle.travaux import SansSuivi

OUVERT, AUTRE, PROTEGE = SIRETS
AU = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def registre(petit):
    return petit


def poser(siret: str = OUVERT, **valeurs: str) -> Correction:
    return corriger(siret=siret, valeurs=valeurs, motif="Vu sur place", auteur=None, le=LE)[0]


def reimporter(dossier, **changements_de_lignes):
    importer(fichiers(dossier / "suite", **changements_de_lignes), le=LE + timedelta(days=30))
    return controler_apres_import(au=AU)


def lue(siret: str = OUVERT) -> dict:
    return courant().lignes("etablissements", "siret", [siret])[0]


def test_la_correction_retient_ce_que_la_source_disait(registre):
    correction = poser(enseigne="  Chez   Lise ")
    assert (correction.valeur, correction.valeur_source, correction.source_au) == (
        "Chez Lise", "L'ENSEIGNE", date(2026, 10, 20),
    )  # fmt: skip


def test_elle_se_voit_avant_la_recomposition_et_y_survit(registre):
    poser(enseigne="Chez Lise")
    assert lue()["enseigne"] == "L'ENSEIGNE"
    assert appliquer(lue(), appliquees(OUVERT))["enseigne"] == "Chez Lise"
    recomposer(suivi=SansSuivi(), au=LE + timedelta(hours=1))
    assert (lue()["enseigne"], lue()["corrections"]) == ("Chez Lise", ["enseigne"])


def test_un_import_qui_ne_change_rien_au_champ_garde_la_correction(registre):
    poser(enseigne="Chez Lise")
    assert reimporter(registre, **{f"s{OUVERT}": {"caractereEmployeurEtablissement": "O"}}) == 0
    assert (lue()["enseigne"], lue()["employeur"]) == ("Chez Lise", "O")


def test_la_source_qui_bouge_met_la_correction_a_revoir_sans_l_oter(registre):
    correction = poser(enseigne="Chez Lise")
    assert reimporter(registre, **{f"s{OUVERT}": {"enseigne1Etablissement": "LE BISTROT"}}) == 1
    correction.refresh_from_db()
    assert (correction.etat, correction.valeur_source, correction.nouvelle_source) == (
        EtatCorrection.A_REVOIR, "L'ENSEIGNE", "LE BISTROT",
    )  # fmt: skip
    assert lue()["enseigne"] == "Chez Lise"


def test_la_source_qui_rejoint_la_correction_la_confirme(registre):
    correction = poser(enseigne="LE BISTROT")
    assert reimporter(registre, **{f"s{OUVERT}": {"enseigne1Etablissement": "LE BISTROT"}}) == 0
    correction.refresh_from_db()
    assert correction.etat == EtatCorrection.CONFIRMEE


def test_la_source_qui_revient_en_arriere_leve_la_revue(registre):
    correction = poser(enseigne="Chez Lise")
    reimporter(registre, **{f"s{OUVERT}": {"enseigne1Etablissement": "LE BISTROT"}})
    assert reimporter(registre, **{f"s{OUVERT}": {"numeroVoieEtablissement": "13"}}) == 0
    correction.refresh_from_db()
    assert (correction.etat, correction.nouvelle_source) == (EtatCorrection.ACTIVE, "")


def test_un_point_deplace_est_a_revoir_quand_l_adresse_de_la_source_change(registre):
    poser(lon="5.0415", lat="47.3217")
    point = appliquer(lue(), appliquees(OUVERT))
    assert (point["lon"], point["lat"], point["origine_position"]) == (5.0415, 47.3217, "correction")
    assert reimporter(registre, **{f"s{OUVERT}": {"numeroVoieEtablissement": "99"}}) == 2


def test_une_echeance_passee_met_a_revoir(registre):
    correction = corriger(
        siret=OUVERT, valeurs={"enseigne": "Chez Lise"}, motif="Travaux", auteur=None, le=LE,
        expire_le=AU - timedelta(days=1),
    )[0]  # fmt: skip
    assert controler_apres_import(au=AU) == 1
    correction.refresh_from_db()
    assert correction.nouvelle_source == ""


@pytest.mark.parametrize(
    ("decision", "valeur", "etat", "attendue"),
    [
        ("garder", "", EtatCorrection.ACTIVE, "Chez Lise"),
        ("modifier", "Chez Lise et Paul", EtatCorrection.ACTIVE, "Chez Lise et Paul"),
        ("reprendre", "", EtatCorrection.ABANDONNEE, "LE BISTROT"),
    ],
)
def test_la_revue_tranche(registre, decision, valeur, etat, attendue):
    correction = poser(enseigne="Chez Lise")
    reimporter(registre, **{f"s{OUVERT}": {"enseigne1Etablissement": "LE BISTROT"}})
    correction.refresh_from_db()
    revoir(correction=correction, decision=decision, valeur=valeur, auteur=None)
    assert correction.etat == etat
    recomposer(suivi=SansSuivi(), au=LE + timedelta(days=31))
    assert lue()["enseigne"] == attendue
    assert controler_apres_import(au=AU) == 0


def test_une_seconde_correction_du_meme_champ_remplace_la_premiere_et_l_histoire_reste(registre):
    premiere = poser(enseigne="Chez Lise")
    poser(enseigne="Chez Paul")
    premiere.refresh_from_db()
    assert premiere.etat == EtatCorrection.ABANDONNEE
    assert [etape.etat for etape in premiere.history.order_by("history_id")] == ["active", "abandonnee"]
    assert [correction.valeur for correction in appliquees(OUVERT)] == ["Chez Paul"]
    with pytest.raises(ValeurRefusee, match="n'est plus en vigueur"):
        revoir(correction=premiere, decision="garder", auteur=None)


def test_corriger_ne_devoile_rien_de_la_diffusion_partielle(registre):
    poser(PROTEGE, libelle_voie="RUE SECRETE", lon="5.04", lat="47.32")
    corrigee = appliquer(lue(PROTEGE), appliquees(PROTEGE))
    assert [corrigee[champ] for champ in ("libelle_voie", "adresse", "lon", "lat")] == [None] * 4
    assert appliquer(lue(PROTEGE), appliquees(PROTEGE), peut_voir=True)["libelle_voie"] == "RUE SECRETE"


def test_un_signalement_ne_change_pas_le_registre(registre):
    poser(signalement="Rideau baissé depuis mai")
    assert appliquer(lue(), appliquees(OUVERT)) == lue()
    assert controler_apres_import(au=AU) == 0


def test_seul_ce_qui_differe_de_l_affichage_est_corrige():
    assert changements({"enseigne": " A ", "naf": "62.01Z"}, {"enseigne": "A", "naf": "47.11F"}) == {"naf": "62.01Z"}
    assert changements({"lon": "5.0", "lat": "47.3"}, {"lon": "5.0", "lat": "47.2"}) == {"lon": "5.0", "lat": "47.3"}


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("naf", "99.99Z", "n'est pas un code de la NAF"),
        ("tranche_effectif", "7", "n'est pas une tranche"),
        ("annee_effectif", "26", "n'est pas une année"),
        ("code_postal", "2100", "cinq chiffres"),
        ("lat", "95", "entre −90 et 90"),
        ("lon", "est", "n'est pas un nombre de degrés"),
        ("employeur", "oui", "Répondez O"),
        ("siret", "1", "ne se corrige pas"),
        ("enseigne", "x" * 301, "300 signes au plus"),
    ],
)
def test_une_valeur_fausse_est_refusee_en_francais(champ, valeur, message):
    with pytest.raises(ValeurRefusee, match=message):
        lire_valeur(champ, valeur)


def test_sans_motif_ou_avec_une_demi_position_rien_n_est_pose(registre):
    with pytest.raises(ValeurRefusee, match="pourquoi"):
        corriger(siret=OUVERT, valeurs={"enseigne": "x"}, motif=" ", auteur=None, le=LE)
    with pytest.raises(ValeurRefusee, match="une longitude et une latitude"):
        poser(lon="5.0", lat="")
    assert not Correction.objects.exists()


def test_une_valeur_vide_efface_celle_de_la_source(registre):
    poser(enseigne="")
    recomposer(suivi=SansSuivi(), au=LE + timedelta(hours=1))
    assert lue()["enseigne"] is None


def test_la_source_se_lit_dans_les_fichiers_en_place(registre):
    valeurs, au = valeurs_de_la_source([OUVERT])
    assert au == date(2026, 10, 20)
    assert (valeurs[OUVERT]["naf"], valeurs[OUVERT]["numero"]) == ("62.01Z", "12")
    assert valeurs[OUVERT]["lon"].endswith("(12 RUE DES TANNEURS 21000 DIJON)")
