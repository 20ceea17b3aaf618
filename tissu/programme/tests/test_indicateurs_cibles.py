"""Les cibles des critères : qui les change, quand, sans rien perdre, et avec une trace."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Critere, Fiche
from tissu.programme.operations import edition, etats
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.edition import CibleSaisie
from tissu.programme.tests import fabrique
from tissu.programme.tests.test_fiches_ecrans import texte

pytestmark = pytest.mark.django_db
Connecte = Callable[[Personne], Client]


@pytest.fixture
def preparee(fiche: Fiche) -> Fiche:
    fiche.etat = EtatFiche.PREPARATION
    fiche.save()
    return fiche


@pytest.fixture
def critere(fiche: Fiche) -> Critere:
    return fabrique.critere(fiche)


def _saisie(critere: Critere, revision: int, **champs: str) -> dict[str, str]:
    defauts = {"cible": "12,5", "depart": "3", "depart_au": "2023-12-31"} | champs
    return {"revision": str(revision), **{f"{nom}-{critere.pk}": valeur for nom, valeur in defauts.items()}}


def test_la_grille_change_cible_et_depart(
    preparee: Fiche, critere: Critere, connecte: Connecte, mission_cci: Personne
) -> None:
    constat = fabrique.critere(preparee, "constat", libelle="Bilan écrit", qualitatif=True, cible=None)
    client, adresse = connecte(mission_cci), reverse("programme:cibles", args=[preparee.pk])
    page = client.get(adresse)
    assert f'name="cible-{constat.pk}"' not in page.content.decode()
    assert "Sans cible chiffrée, un constat s’y écrit : « Bilan écrit »." in texte(page)
    assert client.post(adresse, _saisie(critere, preparee.revision)).url == reverse(
        "programme:indicateurs", args=[preparee.pk]
    )
    critere.refresh_from_db()
    assert (critere.cible, critere.reference, critere.reference_au) == (Decimal("12.5"), Decimal(3), date(2023, 12, 31))
    lu = texte(client.get(reverse("programme:historique", args=[preparee.pk])))
    assert "Critère Entreprises suivies Cible 10 12,50" in lu
    assert "Critère Entreprises suivies Valeur de départ – 3" in lu


@pytest.mark.parametrize(
    ("champs", "faute"),
    [
        ({"cible": "beaucoup"}, "n'est pas un nombre"),
        ({"cible": "0,00001"}, "plus de quatre décimales"),
        ({"depart": "", "depart_au": "2023-12-31"}, "Écrivez la valeur de départ de cette date"),
    ],
)
def test_une_saisie_fausse_revient_telle_quelle(
    preparee: Fiche, critere: Critere, connecte: Connecte, mission_cci: Personne, champs: dict[str, str], faute: str
) -> None:
    refus = connecte(mission_cci).post(
        reverse("programme:cibles", args=[preparee.pk]), _saisie(critere, preparee.revision, **champs)
    )
    assert (refus.status_code, faute in texte(refus)) == (422, True)
    assert all(f'value="{valeur}"' in refus.content.decode() for valeur in champs.values() if valeur)
    critere.refresh_from_db()
    assert critere.cible == 10


def test_deux_personnes_voient_les_deux_versions(
    preparee: Fiche, critere: Critere, connecte: Connecte, mission_cci: Personne
) -> None:
    lue = preparee.revision
    edition.enregistrer_cibles(
        fiche=preparee, revision=lue, cibles={critere.pk: CibleSaisie(Decimal(11))}, auteur=mission_cci, au=fabrique.AU
    )
    conflit = connecte(mission_cci).post(reverse("programme:cibles", args=[preparee.pk]), _saisie(critere, lue))
    assert conflit.status_code == 409
    assert conflit.context["conflit"] == [
        {
            "nom": "Entreprises suivies",
            "ancien": "cible 11",
            "nouveau": "cible 12,5 · départ 3 au 31\u00a0déc.\u00a02023",
        }
    ]
    assert Critere.objects.get(pk=critere.pk).cible == 11


def test_signee_elle_demande_un_avenant_qui_garde_la_nouvelle_cible(
    fiche: Fiche, critere: Critere, mission_cci: Personne, mission_metropole: Personne
) -> None:
    nouvelle = {critere.pk: CibleSaisie(Decimal(15))}
    for auteur in (mission_cci, mission_metropole):
        with pytest.raises(ModificationRefusee):
            edition.enregistrer_cibles(
                fiche=fiche, revision=fiche.revision, cibles=nouvelle, auteur=auteur, au=fabrique.AU
            )
    avenant = etats.ouvrir_avenant(
        fiche=fiche, objet="Cible", texte="", effet_le=fabrique.JOUR, auteur=mission_cci, au=fabrique.AU
    )
    edition.enregistrer_cibles(
        fiche=fiche, revision=fiche.revision, cibles=nouvelle, auteur=mission_cci, au=fabrique.AU
    )
    etats.signer_avenant(avenant=avenant, signe_le=fabrique.JOUR, auteur=mission_cci, au=fabrique.AU)
    versions = fiche.versions.order_by("numero")
    assert [version.contenu["criteres"][0]["cible"] for version in versions] == ["10", "15"]


def test_une_cle_d_une_autre_fiche_est_ignoree(preparee: Fiche, critere: Critere, mission_cci: Personne) -> None:
    autre = fabrique.critere(fabrique.fiche(2))
    edition.enregistrer_cibles(
        fiche=preparee, revision=1, cibles={autre.pk: CibleSaisie(Decimal(99))}, auteur=mission_cci, au=fabrique.AU
    )
    assert Critere.objects.get(pk=autre.pk).cible == 10
