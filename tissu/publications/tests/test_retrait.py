"""Un retrait, un élargissement, une levée pendant que les fichiers se font : rien de retiré ne revient."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.publications import operations
from tissu.publications.contenu import Document
from tissu.publications.models import Edition, FichierDiffuse, Publication
from tissu.publications.operations.rendu import rendre_edition
from tissu.publications.tests.fabrique import HUMAIN, diffuser, formats, preparer, rendre
from tissu.socle.travaux import SansSuivi

pytestmark = pytest.mark.django_db
ADRESSE = "/publications/flux/1/fichier.{}"


def pendant(rang: int, geste: Callable[[], Any]) -> SansSuivi:
    """Le suivi d'un rendu, pendant lequel quelqu'un fait ce geste : au moment où le fichier de ce rang commence."""
    passages: list[float] = []

    def dire(part: float, message: str) -> None:
        passages.append(part)
        if len(passages) == rang + 1:
            geste()

    return SansSuivi(dire)


@pytest.fixture
def diffusee(flux: Publication, ouvert: Document, mission: Personne) -> Edition:
    """Diffusée au public ; ses fichiers ne sont pas encore faits."""
    edition = preparer(flux, ouvert, mission)
    return operations.diffuser(edition=edition, audience="public", confirmee=True, auteur=mission, au=timezone.now())


@pytest.mark.parametrize("rang", [0, 2, 4])
def test_un_rendu_qui_finit_apres_le_retrait_ne_remet_rien(
    rang: int, diffusee: Edition, mission: Personne, client: Client, django_capture_on_commit_callbacks: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    def retirer() -> None:
        operations.retirer(edition=diffusee, motif="Fausse.", auteur=mission, au=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        faits = rendre_edition(edition=diffusee.pk, suivi=pendant(rang, retirer), au=timezone.now())
    retiree = Edition.objects.get(pk=diffusee.pk)
    assert (faits, retiree.etat, retiree.rendue_le, formats(retiree)) == (rang, "retiree", None, [])
    assert [chemin for chemin in tmp_path.rglob("*") if chemin.is_file()] == []
    assert {client.get(ADRESSE.format(f), **HUMAIN).status_code for f in ("pdf", "pptx", "xlsx")} == {410}
    assert rendre_edition(edition=diffusee.pk, suivi=SansSuivi(), au=timezone.now()) == 0


def test_un_fichier_revenu_par_erreur_n_est_pas_servi(diffusee: Edition, mission: Personne, client: Client) -> None:
    rendue = rendre(diffusee)
    gardes = list(rendue.fichiers.values("pk", "fichier"))
    operations.retirer(edition=rendue, motif="Fausse.", auteur=mission, au=timezone.now())
    for garde in gardes:
        FichierDiffuse.objects.filter(pk=garde["pk"]).update(fichier=garde["fichier"])
    assert client.get(ADRESSE.format("pdf"), **HUMAIN).status_code == 410
    assert client.get("/publications/flux/1/donnees/lieux.csv", **HUMAIN).status_code == 410


def test_un_fichier_efface_du_disque_se_dit_introuvable(diffusee: Edition, client: Client) -> None:
    for fichier in rendre(diffusee).fichiers.all():
        Path(fichier.fichier.path).unlink()
    assert client.get(ADRESSE.format("pdf"), **HUMAIN).status_code == 404


def test_un_rendu_depasse_par_un_elargissement_laisse_la_place_au_suivant(
    flux: Publication, document: Document, mission: Personne
) -> None:
    edition = preparer(flux, document, mission)
    reservee = operations.diffuser(edition=edition, audience="comite_pilotage", auteur=mission, au=timezone.now())

    def elargir() -> None:
        operations.elargir(edition=reservee, audience="public", confirmee=True, auteur=mission, au=timezone.now())

    faits = rendre_edition(edition=reservee.pk, suivi=pendant(1, elargir), au=timezone.now())
    elargie = Edition.objects.get(pk=reservee.pk)
    # Le seul fichier déjà fait porte « réservé » : le travail mis en file par l'élargissement refait les trois.
    assert (faits, elargie.rendue_le, elargie.travail.nom) == (1, None, "publications.rendre")
    assert rendre_edition(edition=reservee.pk, suivi=SansSuivi(), au=timezone.now()) == 3


def test_lever_l_embargo_pendant_le_rendu_met_un_autre_rendu_en_file(
    flux: Publication, document: Document, mission: Personne
) -> None:
    edition = preparer(flux, document, mission)
    fin = timezone.now() + timedelta(days=2)
    sous = operations.diffuser(
        edition=edition, audience="partenaires", embargo_jusqu_au=fin, auteur=mission, au=timezone.now()
    )
    premier = sous.travail

    def lever() -> None:
        operations.lever_embargo(edition=sous, auteur=mission, au=timezone.now())

    premier.__class__.objects.update(etat="en_cours")
    assert rendre_edition(edition=sous.pk, suivi=pendant(2, lever), au=timezone.now()) == 2
    levee = Edition.objects.get(pk=sous.pk)
    assert levee.travail != premier
    assert formats(rendre(levee)) == ["pdf", "pdf", "pptx", "xlsx"]


def test_une_correction_sous_embargo_ne_s_annonce_pas(
    flux: Publication, document: Document, mission: Personne, client: Client
) -> None:
    premiere = diffuser(preparer(flux, document, mission), mission)
    corrigee = operations.corriger(edition=premiere, document=document, note="Une zone.", auteur=mission,
                                   au=timezone.now())  # fmt: skip
    fin = timezone.now() + timedelta(days=2)
    operations.diffuser(edition=corrigee, audience="public", confirmee=True, embargo_jusqu_au=fin, auteur=mission,
                        au=timezone.now())  # fmt: skip
    avant = client.get("/publications/flux/1/").content.decode()
    operations.lever_embargo(edition=corrigee, auteur=mission, au=timezone.now())
    apres = client.get("/publications/flux/1/").content.decode()
    assert ["Une édition corrigée existe" in page for page in (avant, apres)] == [False, True]
