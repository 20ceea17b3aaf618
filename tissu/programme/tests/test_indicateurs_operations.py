"""Mesurer sans rien effacer ; saisir, et valider par l'autre partenaire."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tissu.comptes.models import Personne
from tissu.programme.models import Critere, Fiche, Mesure
from tissu.programme.operations import mesures as operations
from tissu.programme.queries.indicateurs import etats_des_criteres
from tissu.programme.tests import fabrique
from tissu.socle.indicateurs import Indicateur, Preuves, Releve
from tissu.socle.periodes import Periode, mois, trimestre
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
AU = fabrique.AU


@pytest.fixture
def declarer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Des indicateurs d'essai à la place de ceux des actions."""

    def declarer(**mesures: Callable[..., Releve]) -> None:
        declares = {
            f"essai.{nom}": Indicateur(f"essai.{nom}", nom, "Définition.", "entreprises", "Essai", "1", mesurer)
            for nom, mesurer in mesures.items()
        }
        monkeypatch.setattr(operations, "indicateurs", lambda: declares)
        monkeypatch.setattr("tissu.programme.queries.indicateurs.indicateurs", lambda: declares)

    return declarer


def constante(valeur: int) -> Callable[..., Releve]:
    def mesurer(periode: Periode, *, au: datetime) -> Releve:
        preuves = Preuves((("jour", "Jour"),), [{"jour": periode.debut}])
        return Releve(Decimal(valeur), au.date(), effectif=valeur, preuves=preuves)

    return mesurer


def en_panne(periode: Periode, *, au: datetime) -> Releve:
    raise RuntimeError("fichier illisible")


def mesurer(au: datetime = AU) -> dict[str, Any]:
    return operations.mesurer(au=au, suivi=SansSuivi())


def test_une_valeur_inchangee_n_ajoute_rien_et_un_changement_garde_l_ancienne(
    fiche: Fiche, declarer: Callable[..., None]
) -> None:
    critere = fabrique.critere(fiche, indicateur="essai.compte")
    declarer(compte=constante(2))
    assert mesurer() == {"nouvelles": 6, "inchangees": 0, "erreurs": []}
    assert mesurer(AU + timedelta(days=1)) == {"nouvelles": 0, "inchangees": 6, "erreurs": []}
    declarer(compte=constante(3))
    assert mesurer(AU + timedelta(days=2))["nouvelles"] == 6
    janvier = Mesure.objects.filter(critere=critere, periode="2024-01").order_by("etablie_le")
    assert [(m.valeur, m.remplacee) for m in janvier] == [(Decimal(2), True), (Decimal(3), False)]
    etats = {
        jour: etats_des_criteres([fiche], au=jour)[fiche.pk][0].valeur_annee for jour in (AU.date(), date(2024, 6, 12))
    }
    assert list(etats.values()) == [Decimal(12), Decimal(18)]


def test_un_indicateur_en_panne_n_arrete_pas_les_autres(fiche: Fiche, declarer: Callable[..., None]) -> None:
    fabrique.critere(fiche, "casse", indicateur="essai.casse")
    fabrique.critere(fiche, "compte", indicateur="essai.compte")
    declarer(casse=en_panne, compte=constante(1))
    bilan = mesurer()
    assert (bilan["nouvelles"], len(bilan["erreurs"])) == (6, 6)
    assert bilan["erreurs"][0]["message"] == "RuntimeError : fichier illisible"


def test_deux_passages_a_la_fois_ne_laissent_qu_une_valeur_en_vigueur(
    fiche: Fiche, declarer: Callable[..., None]
) -> None:
    critere = fabrique.critere(fiche, indicateur="essai.compte")

    def pendant_un_autre(periode: Periode, *, au: datetime) -> Releve:
        if periode.code == "2024-01" and not Mesure.objects.filter(critere=critere).exists():
            declarer(compte=constante(5))
            mesurer()
        return constante(5)(periode, au=au)

    declarer(compte=pendant_un_autre)
    assert mesurer()["inchangees"] == 6
    assert Mesure.objects.filter(critere=critere).count() == 6


def test_une_fiche_close_se_mesure_encore_sans_que_l_on_y_saisisse(
    fiche: Fiche, mission_cci: Personne, declarer: Callable[..., None]
) -> None:
    fabrique.critere(fiche, indicateur="essai.compte")
    saisi = fabrique.critere(fiche, "saisi")
    declarer(compte=constante(1))
    Fiche.objects.update(etat="close")
    assert mesurer() == {"nouvelles": 6, "inchangees": 0, "erreurs": []}
    fiche.refresh_from_db()
    saisi.fiche = fiche
    with pytest.raises(operations.MesureRefusee, match="rectification dans la revue"):
        proposer(saisi, mission_cci)


def proposer(critere: Critere, auteur: Personne, **champs: Any) -> Mesure:
    saisie = operations.Saisie(**({"periode": mois("2024-02"), "valeur": Decimal(3)} | champs))
    return operations.saisir_mesure(critere=critere, saisie=saisie, auteur=auteur, au=AU)


def test_la_valeur_validee_remplace_la_precedente(
    fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    critere = fabrique.critere(fiche)
    for valeur in (3, 4):
        mesure = proposer(critere, mission_cci, valeur=Decimal(valeur))
        operations.valider_mesure(mesure=mesure, auteur=mission_metropole, au=AU)
    assert [(m.valeur, m.remplacee) for m in Mesure.objects.order_by("pk")] == [(3, True), (4, False)]


def test_ni_l_auteur_ni_les_siens_ne_valident(fiche: Fiche, mission_cci: Personne) -> None:
    mesure = proposer(fabrique.critere(fiche), mission_cci)
    collegue = fabrique.personne("charge_mission", organisation="cci", cle="collegue")
    with pytest.raises(operations.MesureRefusee, match="sa propre saisie"):
        operations.valider_mesure(mesure=mesure, auteur=mission_cci, au=AU)
    with pytest.raises(operations.MesureRefusee, match="l'autre partenaire"):
        operations.valider_mesure(mesure=mesure, auteur=collegue, au=AU)


def test_un_refus_veut_un_motif_et_ne_se_rejoue_pas(
    fiche: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    mesure = proposer(fabrique.critere(fiche), mission_cci)
    with pytest.raises(operations.MesureRefusee, match="Dites pourquoi"):
        operations.refuser_mesure(mesure=mesure, motif=" ", auteur=mission_metropole, au=AU)
    operations.refuser_mesure(mesure=mesure, motif="Doublon", auteur=mission_metropole, au=AU)
    with pytest.raises(operations.MesureRefusee, match="vient d'être"):
        operations.valider_mesure(mesure=mesure, auteur=mission_metropole, au=AU)
    assert etats_des_criteres([fiche], au=AU.date())[fiche.pk][0].mesure is None


def test_ce_qui_ne_se_saisit_pas(fiche: Fiche, mission_cci: Personne, elue: Personne) -> None:
    critere = fabrique.critere(fiche)
    proposer(critere, mission_cci)
    for motif, auteur, champs in (
        ("chargé de mission", elue, {}),
        ("comptée deux fois", mission_cci, {"periode": trimestre("2024-T1")}),
        ("pas dans l'exercice", mission_cci, {"periode": mois("2023-12")}),
        ("n'a pas commencé", mission_cci, {"periode": mois("2024-12")}),
        ("Écrivez une valeur", mission_cci, {"valeur": None}),
        ("n'est pas nul", mission_cci, {"valeur": None, "numerateur": Decimal(1), "denominateur": Decimal(0)}),
    ):
        with pytest.raises(operations.MesureRefusee, match=motif):
            proposer(critere, auteur, **champs)


def test_un_rapport_se_calcule_et_se_garde(fiche: Fiche, mission_cci: Personne) -> None:
    critere = fabrique.critere(fiche, unite="%", cumulatif=False)
    mesure = proposer(critere, mission_cci, valeur=None, numerateur=Decimal(5), denominateur=Decimal(6))
    assert (mesure.valeur, mesure.numerateur) == (Decimal("83.3333"), 5)


def test_les_etats_de_toutes_les_fiches_en_trois_requetes(django_assert_num_queries: Any) -> None:
    for numero in range(1, 6):
        fabrique.critere(fabrique.fiche(numero))
    fiches = list(Fiche.objects.order_by("pk"))
    for combien in (1, 5):
        with django_assert_num_queries(2):
            etats_des_criteres(fiches[:combien], au=AU.date())
    Fiche.objects.filter(pk=fiches[1].pk).update(precedente=fiches[0])
    fiches = list(Fiche.objects.order_by("pk"))
    with django_assert_num_queries(3):
        etats_des_criteres(fiches, au=AU.date())
