"""Le feu et l'arithmétique des critères, sans base ; les cas se relisent et se complètent sans programmer."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.rules import feu as feux
from tissu.programme.rules import indicateurs as regles
from tissu.socle.periodes import exercice

CAS = Path(__file__).parent / "cas"
FEUX = yaml.safe_load((CAS / "feu.yaml").read_text(encoding="utf-8"))
CRITERES = yaml.safe_load((CAS / "criteres.yaml").read_text(encoding="utf-8"))
SEUILS = feux.Seuils(**FEUX["seuils"])


def en_decimal(valeur: Any) -> Decimal | None:
    return None if valeur is None else Decimal(str(valeur))


@pytest.mark.parametrize("cas", [pytest.param(c, id=c["cas"]) for c in FEUX["feux"]])
def test_le_feu_dit_ses_motifs(cas: dict[str, Any]) -> None:
    parts = ("part_ecoulee", "avancement_resultats", "part_depensee")
    lue = {nom: en_decimal(v) if nom in parts else v for nom, v in cas["situation"].items()}
    verdict = feux.feu(feux.SituationDeFiche(**lue), SEUILS)
    motifs = [motif.replace("\u00a0", " ") for motif in verdict.motifs]
    assert (verdict.feu, motifs) == (cas["feu"], cas["motifs"])


def test_la_regle_imprime_les_seuils_en_vigueur() -> None:
    regle = feux.regle(feux.Seuils(11, 22, 33, 44))
    assert [
        seuil in regle for seuil in ("plus de 11 points", "plus de 22 points", "plus de 33 points", "44 jours")
    ] == [True] * 4


@pytest.mark.parametrize("cas", [pytest.param(c, id=c["cas"]) for c in CRITERES["avancements"]])
def test_l_avancement_vers_la_cible(cas: dict[str, Any]) -> None:
    trouve = regles.avancement(
        en_decimal(cas["valeur"]), cible=en_decimal(cas["cible"]), reference=en_decimal(cas.get("reference")),
        sens=cas["sens"], cumulatif=cas["cumulatif"],
    )  # fmt: skip
    assert trouve == en_decimal(cas["attendu"])


def valeur(mois: int, combien: Any, annee: int = 2024) -> regles.ValeurDePeriode:
    return regles.ValeurDePeriode(
        f"{annee}-{mois:02d}", date(annee, mois, 1), date(annee, mois, 28), en_decimal(combien)
    )


@given(st.lists(st.one_of(st.none(), st.decimals(-1000, 1000, places=2)), max_size=12))
def test_l_annee_est_la_somme_ou_la_derniere(montants: list[Decimal | None]) -> None:
    valeurs = [valeur(rang, montant) for rang, montant in enumerate(montants, start=1)]
    connues = [montant for montant in montants if montant is not None]
    melees = valeurs[::-1]
    assert regles.valeur_de_l_annee(melees, cumulatif=True) == (sum(connues) if connues else None)
    assert regles.valeur_de_l_annee(melees, cumulatif=False) == (connues[-1] if connues else None)


def test_la_tendance_compare_les_memes_periodes() -> None:
    avant = {"2023-01": Decimal(1), "2023-02": Decimal(1), "2023-03": Decimal(50)}
    valeurs = [valeur(1, 2), valeur(2, 3)]
    assert regles.tendance(valeurs, avant, cumulatif=True) == 3
    assert regles.tendance(valeurs, avant, cumulatif=False) == 2
    assert regles.tendance([*valeurs, valeur(4, 1)], avant, cumulatif=True) is None


def test_une_mesure_se_perime_au_plus_a_la_fin_de_l_exercice() -> None:
    fin = date(2024, 12, 31)
    assert regles.est_perimee(date(2024, 3, 31), au=date(2024, 7, 1), fin=fin, jours=60)
    assert not regles.est_perimee(date(2024, 12, 31), au=date(2026, 7, 1), fin=fin, jours=60)


def test_les_periodes_couvrent_l_exercice_sans_trou() -> None:
    for premier in (1, 4, 7):
        tout = exercice(2024, premier_mois=premier)
        for rythme in ("mois", "trimestre", "annee"):
            periodes = regles.periodes_de(2024, premier, rythme)
            assert (periodes[0].debut, periodes[-1].fin) == (tout.debut, tout.fin)
            assert sum((p.fin - p.debut).days + 1 for p in periodes) == (tout.fin - tout.debut).days + 1
    assert regles.periodes_de(2024, 6, "trimestre") == []
    assert [p.code for p in regles.periodes_de(2024, 7, "semestre")] == ["2024-S2", "2025-S1"]


def test_la_part_ecoulee_va_de_zero_a_un() -> None:
    annee = exercice(2024)
    parts = [regles.part_ecoulee(annee, au=jour) for jour in (date(2023, 5, 1), date(2024, 12, 31), date(2026, 1, 1))]
    assert parts == [0, 1, 1]


def test_un_taux_qui_tient_sa_cible_est_au_rythme() -> None:
    moyenne = regles.avancement_moyen(
        [(Decimal(1), False), (Decimal("0.5"), True), (None, True)], part_ecoulee=Decimal("0.5")
    )
    assert moyenne == Decimal("0.5")
