"""Une fiche close ne bouge plus : la base refuse elle-même ses textes, son budget, ses temps et ses coûts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tissu.programme.choices import EtatFiche
from tissu.programme.intouchables import GARDES_DES_FICHES_CLOSES
from tissu.programme.models import AideDeMinimis, CoutDirect, Fiche, JourPasse, LigneDepense, TauxJour
from tissu.programme.tests import fabrique
from tissu.socle.intouchables import poser

pytestmark = pytest.mark.django_db
LE = date(2024, 5, 2)


@pytest.fixture
def gardes(db: None) -> None:
    with connection.cursor() as curseur:
        poser(GARDES_DES_FICHES_CLOSES)(None, SimpleNamespace(connection=connection, execute=curseur.execute))


def _jour(fiche: Fiche, **champs: Any) -> JourPasse:
    defauts = {"personne": fabrique.personne("charge_mission"), "jour": LE, "duree_jours": Decimal("0.5")}
    return JourPasse.objects.create(ligne=fiche.lignes.order_by("pk")[0], **(defauts | champs))


def _cout(fiche: Fiche) -> CoutDirect:
    return CoutDirect.objects.create(
        ligne=fiche.lignes.order_by("pk")[0], date_facture=LE, fournisseur="Imprimeur", libelle="Tirage",
        montant_eur=Decimal(600), saisi_le=fabrique.AU,
    )  # fmt: skip


def _aide(fiche: Fiche) -> AideDeMinimis:
    return AideDeMinimis.objects.create(
        fiche=fiche, siren="900000019", entreprise_unique="900000019", denomination="Boutique", octroyee_le=LE,
        montant_eur=Decimal(500), saisie_le=fabrique.AU,
    )  # fmt: skip


@pytest.fixture
def close(fiche: Fiche) -> Fiche:
    """La fiche 1, remplie puis close ; la fiche 2 reste signée."""
    fabrique.section(fiche)
    fabrique.contribution(fiche, "Métropole", 5000)
    fabrique.critere(fiche)
    _jour(fiche)
    _cout(fiche)
    _aide(fiche)
    Fiche.objects.filter(pk=fiche.pk).update(etat=EtatFiche.CLOSE)
    fabrique.fiche(2)
    return fiche


TABLES = (
    ("fiche", "titre_court = 'Intrus'"),
    ("fiche", "etat = 'signee'"),
    ("fiche_maitres_ouvrage", "organisation_id = organisation_id"),
    ("sectionredigee", "texte = 'Intrus'"),
    ("lignedepense", "montant_eur = 1"),
    ("tauxjour", "montant_eur = 1"),
    ("contribution", "montant_eur = 1"),
    ("critere", "cible = 1"),
    ("jourpasse", "duree_jours = 1"),
    ("coutdirect", "montant_eur = 1"),
    ("aidedeminimis", "montant_eur = 1"),
)


def _photo() -> dict[str, list[tuple[Any, ...]]]:
    with connection.cursor() as curseur:
        lues = {}
        for table in {table for table, _ in TABLES}:
            curseur.execute(f"SELECT * FROM programme_{table} ORDER BY id")
            lues[table] = curseur.fetchall()
    return lues


@pytest.mark.parametrize(("table", "change"), TABLES)
@pytest.mark.parametrize("geste", ["UPDATE programme_{table} SET {change}", "DELETE FROM programme_{table}"])
def test_la_base_refuse_de_changer_ou_d_effacer(
    close: Fiche, gardes: None, table: str, change: str, geste: str
) -> None:
    avant = _photo()
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(geste.format(table=table, change=change))
    assert _photo() == avant


def _taux(fiche: Fiche) -> None:
    TauxJour.objects.create(fiche=fiche, debut=date(2024, 9, 1), montant_eur=Decimal(750))


def _deplacer_un_jour(fiche: Fiche) -> None:
    autre = _jour(Fiche.objects.get(numero=2), jour=date(2024, 5, 3))
    JourPasse.objects.filter(pk=autre.pk).update(ligne=fiche.lignes.order_by("pk")[0])


AJOUTS: dict[str, Callable[[Fiche], Any]] = {
    "rubrique": lambda fiche: fabrique.section(fiche, "constat"),
    "ligne": lambda fiche: fabrique.ligne(fiche, "Intruse", 100),
    "taux": _taux,
    "financement": lambda fiche: fabrique.contribution(fiche, "Intrus", 100),
    "critere": lambda fiche: fabrique.critere(fiche, "intrus"),
    "jour": lambda fiche: _jour(fiche, jour=date(2024, 5, 3)),
    "jour venu d'une autre fiche": _deplacer_un_jour,
    "cout": _cout,
    "aide": _aide,
}


@pytest.mark.parametrize("ajouter", AJOUTS.values(), ids=AJOUTS)
def test_la_base_refuse_d_y_ajouter(close: Fiche, gardes: None, ajouter: Callable[[Fiche], Any]) -> None:
    avant = _photo()
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic():
        ajouter(close)
    assert _photo() == avant


def test_une_ligne_close_ne_se_remplace_pas_par_sa_cle(close: Fiche, gardes: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Remplacer une ligne par sa clé est un ordre de SQLite.")
    ligne = close.lignes.order_by("pk")[0]
    autre = Fiche.objects.get(numero=2)
    ordre = "REPLACE INTO programme_lignedepense (id, fiche_id, ordre, libelle, nature, note, poste_d_aide) "
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"{ordre} VALUES ({ligne.pk}, {autre.pk}, 1, 'Intruse', 'jours', '', '')")
    assert LigneDepense.objects.get(pk=ligne.pk).fiche_id == close.pk


def test_une_fiche_signee_vit_et_se_clot_encore(close: Fiche, gardes: None) -> None:
    signee = Fiche.objects.get(numero=2)
    signee.lignes.update(montant_eur=Decimal(1))
    _jour(signee, jour=date(2024, 5, 3)).delete()
    signee.maitres_ouvrage.clear()
    Fiche.objects.filter(pk=signee.pk).update(etat=EtatFiche.CLOSE)
    assert Fiche.objects.get(pk=signee.pk).etat == EtatFiche.CLOSE
