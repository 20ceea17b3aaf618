"""Deux partenaires donnent leur accord au même instant : un seul verrou, aucun accord perdu.

Chaque accord passe par sa propre connexion, sur une vraie base de fichiers ou sur PostgreSQL. L'essai tient d'abord la
main sur la revue, le temps que tous soient partis : sans verrou de ligne, chacun croirait être le premier.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from tissu.comptes.models import Personne
from tissu.programme.intouchables import GARDES
from tissu.programme.models import Fiche, Revue
from tissu.programme.operations import revues
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.tests import fabrique
from tissu.socle.intouchables import poser, retirer

LE = fabrique.LE_BILAN
ELAN = 0.5
"""Le temps, en secondes, que chaque accord arrive jusqu'à la revue que l'on tient."""


@pytest.fixture
def base_a_plusieurs(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Une base où plusieurs connexions écrivent : celle de PostgreSQL, ou un fichier SQLite réglé comme en service."""
    if connection.vendor == "postgresql":
        yield
        return
    origine, ancienne = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**origine, "NAME": str(tmp_path / "base.sqlite3")}
    connections["default"] = connections.create_connection("default")
    call_command("migrate", run_syncdb=True, verbosity=0)
    yield
    connections["default"].close()
    connections.settings["default"], connections["default"] = origine, ancienne


@pytest.fixture
def arretee(base_a_plusieurs: None) -> Iterator[Revue]:
    """Le bilan arrêté, prêt à signer, sous les gardes de la base, qui ne survivent pas à l'essai."""
    with connection.cursor() as curseur:
        atelier = SimpleNamespace(connection=connection, execute=curseur.execute)
        poser(GARDES)(None, atelier)
    fiche = fabrique.fiche()
    auteur = fabrique.personne("charge_mission")
    revue = fabrique.ouvrir_revue(fiche.convention, auteur)
    yield revues.arreter(revue=revue, auteur=auteur, au=LE)
    with connection.cursor() as curseur:
        atelier.execute = curseur.execute
        retirer(GARDES)(None, atelier)


def ensemble(revue: Revue, signataires: list[Personne]) -> dict[str, str]:
    """Tous signent au même instant, chacun dans son fil ; ce qu'il en est de chacun, par courriel."""
    depart, suites = threading.Barrier(len(signataires)), {}

    def signer(qui: Personne) -> None:
        depart.wait()
        try:
            revues.donner_accord(revue=revue, empreinte=revue.empreinte, auteur=qui, au=LE)
            suites[qui.courriel] = "donné"
        except ModificationRefusee as refus:
            suites[qui.courriel] = str(refus)
        finally:
            connection.close()

    fils = [threading.Thread(target=signer, args=[qui]) for qui in signataires]
    with transaction.atomic():
        Revue.objects.select_for_update().get(pk=revue.pk)
        for fil in fils:
            fil.start()
        time.sleep(ELAN)
        assert suites == {}
    for fil in fils:
        fil.join()
    return suites


def verrous(revue: Revue) -> int:
    return revue.historique.filter(history_change_reason__endswith=": revue verrouillée").count()


def test_deux_accords_au_meme_instant_font_un_seul_verrou(arretee: Revue) -> None:
    equipe = [fabrique.personne("charge_mission", organisation=cle) for cle in ("cci", "metropole")]
    assert ensemble(arretee, equipe) == {qui.courriel: "donné" for qui in equipe}
    relue = Revue.objects.get(pk=arretee.pk)
    assert (relue.etat, relue.accords.count(), verrous(relue)) == ("verrouillee", 2, 1)
    fiche = Fiche.objects.get()
    assert (fiche.etat, fiche.versions.filter(motif__startswith="Clôture").count()) == ("close", 1)


def test_deux_collegues_et_l_autre_partenaire_au_meme_instant(arretee: Revue) -> None:
    collegues = [fabrique.personne("charge_mission"), fabrique.personne("charge_mission", cle="collegue")]
    autre = fabrique.personne("charge_mission", organisation="metropole")
    suites = ensemble(arretee, [*collegues, autre])
    assert suites[autre.courriel] == "donné"
    des_leurs = sorted(suites[qui.courriel] == "donné" for qui in collegues)
    assert des_leurs == [False, True]
    relue = Revue.objects.get(pk=arretee.pk)
    assert (relue.etat, relue.accords.count(), verrous(relue)) == ("verrouillee", 2, 1)


def test_deux_collegues_seuls_ne_verrouillent_pas(arretee: Revue) -> None:
    collegues = [fabrique.personne("charge_mission"), fabrique.personne("charge_mission", cle="collegue")]
    suites = ensemble(arretee, collegues)
    assert sorted(suite == "donné" for suite in suites.values()) == [False, True]
    assert any("déjà donné son accord" in suite for suite in suites.values())
    relue = Revue.objects.get(pk=arretee.pk)
    assert (relue.etat, relue.accords.count(), verrous(relue)) == ("arretee", 1, 0)
