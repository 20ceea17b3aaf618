"""Nombres, dates et identifiants, écrits comme une personne les lit en France."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template

from tissu.socle import formats

F = formats.FINE
I = formats.INSECABLE  # noqa: E741


@pytest.mark.parametrize(
    ("valeur", "decimales", "ecrit"),
    [
        (12480, 0, f"12{F}480"),
        (1_234_567.891, 2, f"1{F}234{F}567,89"),
        (Decimal("1400.50"), 2, f"1{F}400,50"),
        (0, 0, "0"),
        (999, 0, "999"),
        (-3, 0, "−3"),
        (-0.3, 0, "0"),
        (2.5, 0, "3"),
        (2.675, 2, "2,68"),
        (None, 0, "–"),
    ],
)
def test_un_nombre(valeur: Any, decimales: int, ecrit: str) -> None:
    assert formats.nombre(valeur, decimales) == ecrit


@pytest.mark.parametrize(("valeur", "ecrit"), [(12, "+12"), (-3, "−3"), (0, "0"), (0.3, "0"), (-0.3, "0"), (None, "–")])
def test_une_variation_porte_son_signe(valeur: Any, ecrit: str) -> None:
    assert formats.variation(valeur) == ecrit


@pytest.mark.parametrize(
    ("taux", "decimales", "ecrit"),
    [(0.074, 1, f"7,4{F}%"), (1, 0, f"100{F}%"), (0.145, 0, f"15{F}%"), (-0.02, 1, f"−2,0{F}%"), (None, 1, "–")],
)
def test_un_pourcentage(taux: Any, decimales: int, ecrit: str) -> None:
    assert formats.pourcentage(taux, decimales) == ecrit


def test_un_montant() -> None:
    assert [formats.euros(1400), formats.euros(Decimal("12.5"), 2), formats.euros(None)] == [
        f"1{F}400{I}€",
        f"12,50{I}€",
        "–",
    ]


def test_une_date() -> None:
    jour = date(2026, 11, 23)

    assert [formats.date_courte(jour), formats.date_longue(jour), formats.date_courte(None)] == [
        f"23{I}nov.{I}2026",
        f"23{I}novembre{I}2026",
        "–",
    ]


def test_le_premier_du_mois_se_dit_premier() -> None:
    assert formats.date_longue(date(2026, 8, 1)) == f"1er{I}août{I}2026"


def test_un_moment_se_date_a_l_heure_d_ici() -> None:
    soir_de_londres = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)

    assert formats.date_courte(soir_de_londres) == f"1er{I}août{I}2026"


def test_un_mois() -> None:
    assert [formats.mois_long("2026-10"), formats.mois_court("2026-02")] == [f"octobre{I}2026", f"févr.{I}2026"]


def test_un_siren_et_un_siret() -> None:
    assert [
        formats.siren_lisible("552100554"),
        formats.siret_lisible("55210055400013"),
        formats.siret_lisible(None),
    ] == [
        f"552{F}100{F}554",
        f"552{F}100{F}554{F}00013",
        "–",
    ]


@pytest.mark.parametrize(
    ("taille", "ecrit"),
    [
        (0, f"0{I}octet"),
        (1, f"1{I}octet"),
        (999, f"999{I}octets"),
        (1400, f"1,4{I}ko"),
        (999_960, f"1,0{I}Mo"),
        (1_400_000, f"1,4{I}Mo"),
        (2_500_000_000_000, f"2{F}500,0{I}Go"),
    ],
)
def test_une_taille_de_fichier(taille: int, ecrit: str) -> None:
    assert formats.octets(taille) == ecrit


@pytest.mark.parametrize(
    ("combien", "ecrit"),
    [(0, f"0{I}cheval"), (1, f"1{I}cheval"), (2, f"2{I}chevaux"), (1200, f"1{F}200{I}chevaux"), (-1, f"−1{I}cheval")],
)
def test_un_nombre_et_son_mot(combien: int, ecrit: str) -> None:
    assert formats.pluriel(combien, "cheval", "chevaux") == ecrit


def test_les_filtres_de_gabarit_portent_les_memes_noms() -> None:
    gabarit = Template(
        "{% load francais %}{{ n|nombre }} {{ n|pluriel:'firme' }} {{ t|pourcentage }} {{ j|date_courte }}"
    )

    assert gabarit.render(Context({"n": 1200, "t": 0.5, "j": date(2026, 1, 2)})) == (
        f"1{F}200 1{F}200{I}firmes 50,0{F}% 2{I}janv.{I}2026"
    )
