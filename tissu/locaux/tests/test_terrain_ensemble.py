"""Le même relevé par plusieurs chemins au même instant, deux releveurs sur le même local : rien n'entre deux fois.

Chaque envoi passe par sa propre connexion, sur une vraie base de fichiers ou sur PostgreSQL.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tissu.locaux.models import Local, Releve, Signalement, Tournee
from tissu.locaux.operations.terrain import ReleveEnvoye, Reponse, recevoir_lot
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.locaux.tests import fabrique
from tissu.locaux.tests.fabrique import AU


@pytest.fixture
def tournee(transactional_db: None, tmp_path: Path) -> Iterator[Tournee]:
    """Une rue à relever, dans une base où plusieurs connexions écrivent."""
    origine, ancienne = connections.settings["default"], connections["default"]
    if connection.vendor == "sqlite":
        connections.settings["default"] = {**origine, "NAME": str(tmp_path / "base.sqlite3")}
        connections["default"] = connections.create_connection("default")
        call_command("migrate", run_syncdb=True, verbosity=0)
    ouverte = fabrique.campagne("Relevé en cours", fin=None, etat="ouverte")
    yield Tournee.objects.create(
        campagne=ouverte, voie=fabrique.voie("RUE A"), releveur=fabrique.personne("charge_mission")
    )
    if connections["default"] is not ancienne:
        connections["default"].close()
        connections.settings["default"], connections["default"] = origine, ancienne


def envoi(tournee: Tournee, local: Local | None, donnees: dict[str, Any]) -> ReleveEnvoye:
    return ReleveEnvoye(
        cle=uuid4(), campagne=tournee.campagne_id, tournee=tournee.pk, local=local.reference if local else None,
        releve_le=AU, version_vue=local.version if local else None, donnees=donnees,
        vues=valeurs_en_json(local) if local else {},
    )  # fmt: skip


def ensemble(*gestes: Callable[[], list[Reponse]]) -> list[str]:
    """Tous partent au même instant, chacun dans son fil ; l'état de ce que chacun a reçu."""
    depart, recus = threading.Barrier(len(gestes)), []

    def partir(geste: Callable[[], list[Reponse]]) -> None:
        depart.wait()
        try:
            recus.extend(str(une.releve.etat) if une.releve else une.motif for une in geste())
        finally:
            connection.close()

    fils = [threading.Thread(target=partir, args=[geste]) for geste in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=30)
    return sorted(recus)


def test_un_releve_envoye_par_quatre_chemins_n_entre_qu_une_fois(tournee: Tournee) -> None:
    local, qui = fabrique.local("Chez Léa", "restaurant", rue="RUE A"), tournee.releveur
    meme = envoi(tournee, local, {"etat": "vacant", "remarque": "Rideau forcé"})
    nouveau = envoi(tournee, None, {"code_commune": "21231", "voie": "RUE A", "numero": "99", "enseigne": "Zoé"})
    etats = ensemble(*[lambda: recevoir_lot(envoyes=[meme, nouveau], releveur=qui, au=AU)] * 4)
    assert etats == ["applique"] * 8
    local.refresh_from_db()
    assert (Releve.objects.count(), Local.objects.count(), local.version, local.etats.count()) == (2, 2, 2, 2)
    assert Signalement.objects.get().texte == "Rideau forcé"


def test_deux_releveurs_au_meme_instant_un_ecrit_l_autre_est_en_conflit(tournee: Tournee) -> None:
    local = fabrique.local("Chez Léa", "restaurant", rue="RUE A", surface_m2=50)
    local.refresh_from_db()
    qui = [tournee.releveur, fabrique.personne("charge_mission", organisation="metropole")]
    envois = [envoi(tournee, local, {"surface_m2": str(60 + rang)}) for rang in range(2)]
    etats = ensemble(
        lambda: recevoir_lot(envoyes=[envois[0]], releveur=qui[0], au=AU),
        lambda: recevoir_lot(envoyes=[envois[1]], releveur=qui[1], au=AU),
    )
    assert etats == ["applique", "conflit"]
    local.refresh_from_db()
    conflit = Releve.objects.get(etat="conflit").conflits[0]
    assert {str(local.surface_m2), f"{conflit['releve']}.00"} == {"60.00", "61.00"}
    assert conflit["actuel"] == str(local.surface_m2)
