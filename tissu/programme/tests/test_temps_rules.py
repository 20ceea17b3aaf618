"""Durées, semaines, fêtes, taux datés, parts des financeurs : les règles du temps et des coûts."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.rules import consommation as c
from tissu.programme.rules import temps

EUROS = st.decimals(min_value=0, max_value=100_000, places=2, allow_nan=False)
JOURS = st.dates(date(2025, 1, 1), date(2025, 1, 20))


@pytest.mark.parametrize(
    ("texte", "duree"),
    [("", "0"), ("0", "0"), ("½", "0.5"), ("1/2", "0.5"), ("0,5", "0.5"), (".5", "0.5"), ("0.25", "0.25"),
     ("¾", "0.75"), (" 1 j", "1"), ("1,00", "1")],
)  # fmt: skip
def test_une_duree_se_lit_comme_elle_s_ecrit(texte: str, duree: str) -> None:
    assert temps.lire_duree(texte) == D(duree)


@pytest.mark.parametrize("texte", ["un", "2", "0,3", "-1", "1,25", "1;", "NaN"])
def test_une_duree_illisible_est_refusee(texte: str) -> None:
    with pytest.raises(temps.DureeIllisible):
        temps.lire_duree(texte)


def test_les_semaines_iso() -> None:
    assert temps.lire_semaine("2026-S47") == date(2026, 11, 16)
    assert temps.code_de_semaine(date(2027, 1, 1)) == "2026-S53"
    assert temps.lire_semaine("2026-S53") == date(2026, 12, 28)
    for faux in ("2026-47", "2026-S54", "2026-S00", "x"):
        with pytest.raises(temps.SemaineInvalide):
            temps.lire_semaine(faux)


def test_plus_d_une_journee_par_jour() -> None:
    durees = {(1, date(2026, 11, 16)): D("0.75"), (2, date(2026, 11, 16)): D("0.5"), (1, date(2026, 11, 17)): D(1)}
    assert temps.jours_depasses(durees) == {date(2026, 11, 16): D("1.25")}


def test_le_taux_change_en_cours_d_annee_sans_changer_le_passe() -> None:
    taux = [c.TauxDate(date(2025, 1, 1), D(700), fin=date(2025, 12, 31)),
            c.TauxDate(date(2025, 7, 1), D(750), ligne=2), c.TauxDate(date(2026, 1, 1), D(725))]  # fmt: skip
    assert c.taux_au(date(2025, 12, 31), ligne=1, taux=taux) == D(700)
    assert c.taux_au(date(2026, 1, 1), ligne=1, taux=taux) == D(725)
    assert c.taux_au(date(2025, 6, 30), ligne=2, taux=taux) == D(700)
    assert c.taux_au(date(2025, 7, 1), ligne=2, taux=taux) == D(750)
    assert c.taux_au(date(2024, 12, 31), ligne=1, taux=taux) is None
    assert c.changements_de_taux(taux) == [date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1)]
    # 2,5 jours au taux de 2025 et 1 jour au taux de 2026.
    assert c.valoriser(D("2.5"), D(700)) + c.valoriser(D(1), D(725)) == D("2475.00")


def test_de_deux_taux_du_meme_jour_le_dernier_donne_vaut() -> None:
    taux = [c.TauxDate(date(2025, 1, 1), D(700)), c.TauxDate(date(2025, 1, 1), D(710))]
    assert c.taux_au(date(2025, 1, 1), ligne=1, taux=taux) == D(710)


@given(st.lists(st.tuples(JOURS, st.none() | JOURS, st.sampled_from([None, 1, 2])), max_size=5), JOURS)
def test_le_prix_ne_bouge_pas_entre_deux_changements(
    ecrits: list[tuple[date, date | None, int | None]], jour: date
) -> None:
    ranges = sorted(ecrits, key=lambda un: un[0])
    taux = [c.TauxDate(debut, D(rang), ligne, fin) for rang, (debut, fin, ligne) in enumerate(ranges)]
    repere = max(un for un in [date.min, *c.changements_de_taux(taux)] if un <= jour)
    for ligne in (1, 2):
        assert c.taux_au(jour, ligne=ligne, taux=taux) == c.taux_au(repere, ligne=ligne, taux=taux)


def test_soixante_quarante_au_centime() -> None:
    ecrites = [c.ContributionEcrite("Métropole", D(600)), c.ContributionEcrite("CCI", D(400))]
    parts = c.parts_des_financeurs({1: D("333.33")}, prevus={1: D(1000)}, contributions=ecrites)
    assert [(p.financeur, p.depense_eur) for p in parts] == [("Métropole", D("200.00")), ("CCI", D("133.33"))]


def test_une_contribution_non_precisee_ne_vaut_jamais_zero() -> None:
    ecrites = [c.ContributionEcrite("Agence de l'eau", D(6000)), c.ContributionEcrite("Métropole", None)]
    parts = c.parts_des_financeurs({1: D("5600.00")}, prevus={1: D(11200)}, contributions=ecrites)
    assert [(p.financeur, p.prevu_eur, p.depense_eur, p.affecte) for p in parts] == [
        ("Agence de l'eau", D(6000), D("3000.00"), True),
        ("Métropole", None, None, True),
        (c.NON_AFFECTE, D(5200), D("2600.00"), False),
    ]


def test_une_contribution_liee_a_une_ligne_ne_paie_qu_elle() -> None:
    ecrites = [c.ContributionEcrite("Région", D(800), ligne=1), c.ContributionEcrite("CCI", D(1200))]
    parts = c.parts_des_financeurs(
        {1: D("500.00"), 2: D("100.00")}, prevus={1: D(1000), 2: D(1000)}, contributions=ecrites
    )
    assert [(p.financeur, p.depense_eur) for p in parts] == [("Région", D("400.00")), ("CCI", D("200.00"))]


def test_sans_contribution_tout_reste_a_affecter() -> None:
    parts = c.parts_des_financeurs({1: D("70.00")}, prevus={1: D(100)}, contributions=[])
    assert parts == (c.PartDeFinanceur(c.NON_AFFECTE, D(100), D("70.00"), affecte=False),)


@given(
    depenses=st.dictionaries(st.integers(1, 4), EUROS, max_size=4),
    prevus=st.dictionaries(st.integers(1, 4), st.none() | EUROS, max_size=4),
    apports=st.lists(st.tuples(st.sampled_from("ABC"), st.none() | EUROS, st.none() | st.integers(1, 4)), max_size=5),
)
def test_les_parts_somment_toujours_a_la_depense(
    depenses: dict[int, D], prevus: dict[int, D | None], apports: list[tuple[str, D | None, int | None]]
) -> None:
    ecrites = [c.ContributionEcrite(nom, montant, ligne) for nom, montant, ligne in apports]
    parts = c.parts_des_financeurs(depenses, prevus=prevus, contributions=ecrites)
    assert sum((p.depense_eur for p in parts if p.depense_eur is not None), D(0)) == sum(depenses.values(), D(0))


def test_les_alertes_disent_la_ligne_et_l_ecart() -> None:
    phrases = c.alertes_de_depense(
        lignes=[("Entretiens", D("1.2")), ("Synthèse", D(1)), ("Débours", None)], part=D("0.6"), resultats=D("0.4"),
        ecart_points=15,
    )  # fmt: skip
    assert len(phrases) == 2
    assert "Entretiens" in phrases[0]
    assert "20 points" in phrases[1]
    assert c.alertes_de_depense(lignes=[], part=D("0.55"), resultats=D("0.4"), ecart_points=15) == []
    assert c.alertes_de_depense(lignes=[], part=D(1), resultats=None, ecart_points=15) == []
