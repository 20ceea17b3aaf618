"""L'histoire dit aussi qui a changé les listes : maîtres d'ouvrage, pilotes, partenaires d'une convention."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Convention, Fiche
from tissu.programme.operations import edition
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.queries.historique import Changement, histoire_de, historique
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

pytestmark = pytest.mark.django_db


def _identite(fiche: Fiche, auteur: Personne, maitres: list[Any], pilotes: list[Any], **champs: Any) -> None:
    edition.enregistrer_identite(
        fiche=fiche, revision=Fiche.objects.get(pk=fiche.pk).revision, champs=champs, maitres=maitres,
        pilotes=pilotes, auteur=auteur, au=fabrique.AU,
    )  # fmt: skip


def _des_listes(changements: list[Changement], *champs: str) -> list[tuple[str, str, str, str]]:
    """(champ, qui, avant, après), du plus ancien au plus récent."""
    return [(un.champ, un.qui, un.avant, un.apres) for un in reversed(changements) if un.champ in champs]


@pytest.fixture
def changee(mission_cci: Personne, mission_metropole: Personne) -> Fiche:
    """Conduite par la chambre, puis à deux, puis par la métropole seule ; un pilote, puis un autre."""
    with time_machine.travel(fabrique.AU, tick=False) as horloge:
        fiche = fabrique.fiche(etat=EtatFiche.PREPARATION)
        cci, metropole = mission_cci.organisation, mission_metropole.organisation
        for maitres, pilotes in (
            ([cci], [mission_cci]),
            ([cci, metropole], [mission_cci]),
            # Un retrait et un ajout : deux gestes de la base, un seul changement.
            ([metropole], [mission_metropole]),
        ):
            horloge.shift(timedelta(hours=1))
            _identite(fiche, mission_cci, maitres, pilotes)
    return fiche


def test_les_maitres_d_ouvrage_et_les_pilotes_se_suivent(
    changee: Fiche, mission_cci: Personne, mission_metropole: Personne
) -> None:
    changements = historique(changee)
    cci, metropole, qui = "Chambre d'essai", "Métropole d'essai", str(mission_cci)
    assert _des_listes(changements, "Maîtrise d'ouvrage") == [
        ("Maîtrise d'ouvrage", "import", "", cci),
        ("Maîtrise d'ouvrage", qui, cci, f"{cci}, {metropole}"),
        ("Maîtrise d'ouvrage", qui, f"{cci}, {metropole}", metropole),
    ]
    assert _des_listes(changements, "Pilotes") == [
        ("Pilotes", qui, "", str(mission_cci)),
        ("Pilotes", qui, str(mission_cci), str(mission_metropole)),
    ]


def test_la_page_les_montre(changee: Fiche, elue: Personne, connecte: Callable[[Personne], Client]) -> None:
    lu = texte(connecte(elue).get(reverse("programme:historique", args=[changee.pk])))
    assert "Charge_Mission-Cci Essai Identité Maîtrise d'ouvrage Chambre d'essai, Métropole d'essai" in lu
    assert "Pilotes Charge_Mission-Cci Essai Charge_Mission-Metropole Essai" in lu


def test_rejouer_la_meme_identite_n_ajoute_rien(changee: Fiche, mission_metropole: Personne) -> None:
    avant = _des_listes(historique(changee), "Maîtrise d'ouvrage", "Pilotes")
    _identite(changee, mission_metropole, [mission_metropole.organisation], [mission_metropole], titre="Autre titre")
    assert _des_listes(historique(changee), "Maîtrise d'ouvrage", "Pilotes") == avant
    assert _des_listes(historique(changee), "Titre")[-1][3] == "Autre titre"


def test_autant_de_requetes_pour_peu_que_pour_beaucoup(changee: Fiche, mission_metropole: Personne) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            historique(changee)
        return len(requetes)

    peu = compter()
    for rang in range(5):
        _identite(changee, mission_metropole, [mission_metropole.organisation], [], titre=f"Titre {rang}")
        _identite(changee, mission_metropole, [mission_metropole.organisation], [mission_metropole])
    assert compter() == peu


def test_une_convention_dit_qui_a_change_ses_partenaires(
    convention: Convention, mission_cci: Personne, metropole: Any, cci: Any
) -> None:
    agence = fabrique.partenaire("agence")
    convention.titre = "Convention à trois"
    enregistrer_convention(
        convention=convention, partenaires=[cci, metropole, agence], auteur=mission_cci, au=fabrique.AU
    )
    derniers = _des_listes(histoire_de(convention), "Partenaires", "Titre")[-2:]
    noms = "Chambre d'essai, Métropole d'essai"
    assert sorted(derniers) == [
        ("Partenaires", str(mission_cci), noms, f"Agence d'essai, {noms}"),
        ("Titre", str(mission_cci), "Convention d'essai", "Convention à trois"),
    ]
