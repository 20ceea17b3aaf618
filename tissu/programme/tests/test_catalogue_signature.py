"""Ce qui est chargé de l'écran se signe par l'autre partenaire, en une fois, et seulement tel qu'il l'a lu."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme.accueil import accueil
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Convention, Fiche, Reunion, TauxJour
from tissu.programme.operations import edition, etats
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.importation import importer_programme
from tissu.programme.queries.export import fiche_lue, programme_lu
from tissu.programme.queries.signatures import fiches_a_signer
from tissu.programme.sources.lecture import ReunionLue
from tissu.programme.sources.programme_yaml import lire_dossier
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

pytestmark = pytest.mark.django_db
Connecte = Callable[[Personne], Client]


@pytest.fixture
def chargee(settings: Any, mission_cci: Personne, mission_metropole: Personne) -> Convention:
    """Le vrai programme, chargé de l'écran par la chambre."""
    programme = lire_dossier(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme")
    rapport = importer_programme(programme=programme, auteur=mission_cci, au=fabrique.AU, signees=False)
    return rapport.convention


def _cases(convention: Convention) -> list[str]:
    return [f"{fiche.pk}-{fiche.revision}" for fiche in convention.fiches.order_by("pk")]


def _signer(client: Client, convention: Convention, cases: list[str]) -> Any:
    return client.post(reverse("programme:convention_signer", args=[convention.pk]), {"fiche": cases}, follow=True)


def test_l_autre_partenaire_signe_les_dix_huit_d_un_geste(
    chargee: Convention, mission_metropole: Personne, mission_cci: Personne, connecte: Connecte
) -> None:
    client, page = connecte(mission_metropole), reverse("programme:convention", args=[chargee.pk])
    lu = client.get(page)
    assert len(lu.context["par_moi"]) == len(lu.context["preparees"]) == 18
    assert lu.content.decode().count('name="fiche"') == 18
    # 295 550 € écrits en 2024, 84 700 € en 2023 ; les anomalies de ces dix-huit fiches.
    assert "Total, 18 fiches 380 250 € 35" in texte(lu)
    envoi = client.post(
        reverse("programme:convention_signer", args=[chargee.pk]), {"fiche": _cases(chargee)}, follow=True
    )
    assert "Accord donné sur 18 fiches, dont 18 signées par tous les partenaires." in texte(envoi)
    assert set(chargee.fiches.values_list("etat", flat=True)) == {EtatFiche.SIGNEE}
    versions = chargee.fiches.get(numero=9).versions.order_by("numero")
    assert [(une.motif, une.etablie_par) for une in versions] == [
        ("Fiche en préparation, telle qu'importée", mission_cci),
        ("Accord pour signature", mission_cci),
        ("Accord pour signature", mission_metropole),
        ("Fiche signée par les partenaires", mission_metropole),
    ]
    assert "Fiches à signer" not in texte(client.get(page))


def test_le_tableau_et_l_accueil_le_disent_a_qui_doit_signer(
    chargee: Convention, mission_metropole: Personne, mission_cci: Personne, elue: Personne
) -> None:
    def dit(qui: Personne) -> tuple[str | None, str | None]:
        client = fabrique.connecter(Client(), qui)
        tableau = client.get(reverse("programme:tableau"), {"convention": chargee.pk, "annee": 2024})
        bloc = accueil(qui, au=fabrique.AU)
        lieux = ([une["titre"] for une in tableau.context["attentes"]], [une.titre for une in bloc.attentes])
        trouves = [next((titre for titre in titres if "à signer" in titre), None) for titres in lieux]
        return trouves[0], trouves[1]

    a_signer = "fiches à signer par votre organisation"
    assert dit(mission_metropole) == (f"17\u00a0{a_signer}", f"18\u00a0{a_signer}")
    assert dit(mission_cci) == dit(elue) == (None, None)


def test_qui_a_charge_ne_signe_pas_deux_fois(chargee: Convention, mission_cci: Personne, connecte: Connecte) -> None:
    client = connecte(mission_cci)
    lu = client.get(reverse("programme:convention", args=[chargee.pk]))
    assert (lu.context["par_moi"], len(lu.context["preparees"])) == ([], 18)
    envoi = client.post(
        reverse("programme:convention_signer", args=[chargee.pk]), {"fiche": _cases(chargee)}, follow=True
    )
    assert "Votre organisation a déjà donné son accord" in texte(envoi)
    assert set(chargee.fiches.values_list("etat", flat=True)) == {EtatFiche.PREPARATION}


def test_une_fiche_changee_depuis_la_lecture_arrete_tout(
    chargee: Convention, mission_cci: Personne, mission_metropole: Personne, connecte: Connecte
) -> None:
    lues = _cases(chargee)
    neuf = chargee.fiches.get(numero=9)
    edition.enregistrer_textes(
        fiche=neuf, revision=neuf.revision, textes={"objectifs": "Relus."}, auteur=mission_cci, au=fabrique.AU
    )
    client = connecte(mission_metropole)
    envoi = _signer(client, chargee, lues)
    assert f"La fiche {neuf} a changé depuis" in texte(envoi)
    assert set(chargee.fiches.values_list("etat", flat=True)) == {EtatFiche.PREPARATION}
    # Corrigée, elle redemande l'accord de tous ; les autres n'attendent que la métropole.
    attendus = {une.fiche.numero: len(une.attendus) for une in fiches_a_signer(mission_metropole, [chargee])}
    assert {numero for numero, combien in attendus.items() if combien == 2} == {9}


@pytest.mark.parametrize("cases", [[], ["x-1"], ["999999-1"]])
def test_rien_de_coche_ne_signe_rien(
    chargee: Convention, mission_metropole: Personne, connecte: Connecte, cases: list[str]
) -> None:
    _signer(connecte(mission_metropole), chargee, cases)
    assert set(chargee.fiches.values_list("etat", flat=True)) == {EtatFiche.PREPARATION}


def test_un_redacteur_d_une_seule_action_ne_signe_que_la_sienne(chargee: Convention) -> None:
    neuf = chargee.fiches.get(numero=9)
    bornee = fabrique.personne("charge_mission", organisation="metropole", cle="bornee", action=neuf.action)
    assert [une.fiche for une in fiches_a_signer(bornee, [chargee]) if une.par_moi] == [neuf]
    lues = dict(chargee.fiches.values_list("pk", "revision"))
    with pytest.raises(ModificationRefusee, match="Seul un chargé de mission"):
        etats.signer_ensemble(convention=chargee, lues=lues, auteur=bornee, au=fabrique.AU)
    assert set(chargee.fiches.values_list("etat", flat=True)) == {EtatFiche.PREPARATION}


def test_la_page_coute_autant_pour_une_fiche_que_pour_toutes(
    chargee: Convention, mission_metropole: Personne, connecte: Connecte
) -> None:
    client, page = connecte(mission_metropole), reverse("programme:convention", args=[chargee.pk])

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(page).status_code == 200
        return len(requetes)

    compter()
    toutes = compter()
    Fiche.objects.exclude(numero=2).update(etat=EtatFiche.SIGNEE)
    assert compter() == toutes


def test_la_commande_charge_des_fiches_signees_et_le_dit(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("programme", "importer", str(Path(settings.TERRITOIRES) / "dijon_metropole" / "programme"))
    dit = capsys.readouterr().out.replace("\u00a0", " ")
    assert "18 fiches chargées" in dit and "Elles sont signées, comme la convention de papier" in dit
    assert set(Fiche.objects.values_list("etat", flat=True)) == {EtatFiche.SIGNEE}
    assert Fiche.objects.get(numero=9).versions.get().motif == "Fiche signée, telle qu'importée"


def test_l_import_pose_taux_etp_et_series(chargee: Convention) -> None:
    taux = {
        (un.fiche.numero, un.fiche.annee, un.ligne.libelle if un.ligne else ""): un.montant_eur
        for un in TauxJour.objects.select_related("fiche", "ligne")
    }
    propres = {cle: montant for cle, montant in taux.items() if cle[2]}
    # Les fiches 8 et 15 disent un autre prix ; la 12 est un salaire, la 7, la 10 et la 11 n'ont pas de ligne en jours.
    assert {(numero, montant) for (numero, _, _), montant in propres.items()} == {
        (8, Decimal("681.25")), (15, Decimal(750))}  # fmt: skip
    generaux = {cle[0] for cle in taux if not cle[2]}
    assert set(range(1, 18)) - generaux == {7, 10, 11, 12}
    assert set(TauxJour.objects.filter(ligne=None).values_list("montant_eur", flat=True)) == {Decimal(700)}
    onze = chargee.fiches.get(numero=11, annee=2024)
    assert [ligne.etp for ligne in onze.lignes.filter(nature="salaire")] == [Decimal("0.25")]
    series = list(onze.series.order_by("pk").values_list("titre", "frequence", "premiere_le"))
    assert series == [
        ("Point mensuel Synergies", "mensuelle", None), ("Comité de pilotage Synergies", "annuelle", None)]  # fmt: skip
    assert not Reunion.objects.exists()


def test_une_serie_datee_cree_ses_reunions_et_se_reexporte(chargee: Convention) -> None:
    lue = programme_lu(chargee)
    deux = next(fiche for fiche in lue.fiches if fiche.numero == 2)
    datee = ReunionLue("Point daté", "mensuelle", date(2024, 3, 12), time(14), date(2024, 5, 31))
    neuve = replace(deux, numero=30, reunions=(datee,))
    importer_programme(programme=replace(lue, fiches=(neuve,)), auteur=None, au=fabrique.AU, signees=True)
    fiche = chargee.fiches.get(numero=30)
    assert [timezone.localtime(une.debut).isoformat() for une in fiche.reunions.order_by("debut")] == [
        "2024-03-12T14:00:00+01:00", "2024-04-09T14:00:00+02:00", "2024-05-14T14:00:00+02:00"]  # fmt: skip
    assert fiche_lue(fiche).reunions == (datee,)
