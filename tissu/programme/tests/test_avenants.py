"""Un avenant signé ne change plus : ni par une opération, ni dans la base."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tissu.comptes.models import Personne
from tissu.programme.models import Avenant, Fiche
from tissu.programme.operations import etats
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.tests import fabrique

pytestmark = pytest.mark.django_db
EFFET = date(2024, 7, 1)


@pytest.fixture
def avenant(gardes: None, fiche: Fiche, mission_cci: Personne) -> Avenant:
    """Ouvert, pas encore signé."""
    return etats.ouvrir_avenant(
        fiche=fiche, objet="Un taux plus haut", texte="", effet_le=EFFET, auteur=mission_cci, au=fabrique.AU
    )


def signer(avenant: Avenant, auteur: Personne) -> None:
    etats.signer_avenant(avenant=avenant, signe_le=fabrique.JOUR, auteur=auteur, au=fabrique.AU)


def test_ouvert_il_se_reprend_et_se_signe_une_fois(avenant: Avenant, mission_cci: Personne) -> None:
    Avenant.objects.filter(pk=avenant.pk).update(objet="Un taux de 750 €")
    signer(avenant, mission_cci)
    avenant.refresh_from_db()
    assert (avenant.objet, avenant.signe_le) == ("Un taux de 750 €", fabrique.JOUR)
    with pytest.raises(ModificationRefusee, match="déjà signé"):
        signer(avenant, mission_cci)


REMPLACER = {
    "sqlite": "INSERT OR REPLACE INTO programme_avenant (id, fiche_id, numero, objet, texte, effet_le, cree_le) "
    "SELECT id, fiche_id, numero, 'Autre', texte, effet_le, cree_le FROM programme_avenant",
    "postgresql": "INSERT INTO programme_avenant (id, fiche_id, numero, objet, texte, effet_le, cree_le) "
    "SELECT id, fiche_id, numero, 'Autre', texte, effet_le, cree_le FROM programme_avenant "
    "ON CONFLICT (id) DO UPDATE SET objet = excluded.objet",
}
ORDRES = {
    "changer": "UPDATE programme_avenant SET objet = 'Autre'",
    "designer": "UPDATE programme_avenant SET signe_le = NULL",
    "effacer": "DELETE FROM programme_avenant",
    "remplacer": "",
}


@pytest.mark.parametrize("geste", ORDRES)
def test_signe_la_base_le_garde(geste: str, avenant: Avenant, mission_cci: Personne) -> None:
    signer(avenant, mission_cci)
    ordre = ORDRES[geste] or REMPLACER[connection.vendor]
    with pytest.raises(DatabaseError, match="figee"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    avenant.refresh_from_db()
    assert (avenant.objet, avenant.signe_le) == ("Un taux plus haut", fabrique.JOUR)


def test_un_second_avenant_s_ouvre_apres_la_signature(fiche: Fiche, avenant: Avenant, mission_cci: Personne) -> None:
    signer(avenant, mission_cci)
    fiche.refresh_from_db()
    second = etats.ouvrir_avenant(
        fiche=fiche, objet="Un mois de plus", texte="", effet_le=EFFET, auteur=mission_cci, au=fabrique.AU
    )
    assert (second.numero, fiche.avenants.count()) == (2, 2)
