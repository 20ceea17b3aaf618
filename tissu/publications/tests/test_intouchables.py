"""L'identité d'une édition diffusée : la base refuse de la changer, et laisse passer les seuls gestes permis."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.publications import operations
from tissu.publications.contenu import Document
from tissu.publications.intouchables import GARDES
from tissu.publications.models import ContenuFige, Edition, FichierDiffuse, Publication
from tissu.publications.tests.fabrique import AU, personne, preparer, rendre
from tissu.socle.intouchables import poser

pytestmark = pytest.mark.django_db
TARD = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def gardes(db: None) -> None:
    with connection.cursor() as curseur:
        poser(GARDES)(None, SimpleNamespace(connection=connection, execute=curseur.execute))


@pytest.fixture
def diffusee(flux: Publication, document: Document, mission: Personne) -> Edition:
    edition = preparer(flux, document, mission, note="Première.")
    fin = timezone.now() + timedelta(days=3)
    return operations.diffuser(
        edition=edition, audience="partenaires", embargo_jusqu_au=fin, auteur=mission, au=timezone.now()
    )


def refusee(edition: Edition, **champs: Any) -> bool:
    try:
        with transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(**champs)
    except DatabaseError as refus:
        assert "ne se modifie ni ne s efface" in str(refus)
        return True
    return False


IDENTITE: dict[str, Any] = {
    "numero": 9, "periode": "2026-11", "periode_libelle": "novembre", "donnees_au": None, "titre": "Autre",
    "sous_titre": "Autre", "version": "2", "empreinte": "0" * 64, "note_de_version": "", "preparee_le": TARD,
    "diffusee_le": TARD, "etat": "brouillon", "audience": "comite_pilotage", "embargo_jusqu_au": None,
}  # fmt: skip


@pytest.mark.parametrize("champ", [*IDENTITE, "embargo prolongé", "auteur", "publication", "remplace"])
def test_une_edition_diffusee_garde_son_identite(champ: str, diffusee: Edition, flux: Publication) -> None:
    autre = Publication.objects.create(slug="autre", titre="Autre", organisation=flux.organisation, creee_le=AU)
    particuliers = {
        "embargo prolongé": {"embargo_jusqu_au": TARD + timedelta(days=900)},
        "auteur": {"diffusee_par": personne("intrus", flux.organisation)},
        "publication": {"publication": autre},
        "remplace": {"remplace": diffusee},
    }
    avant = Edition.objects.filter(pk=diffusee.pk).values().get()
    assert refusee(diffusee, **particuliers.get(champ) or {champ: IDENTITE[champ]})
    assert Edition.objects.filter(pk=diffusee.pk).values().get() == avant


def test_les_gestes_permis_passent(diffusee: Edition, mission: Personne) -> None:
    """Élargir, finir l'embargo, suivre les fichiers, retirer ; et l'auteur s'efface avec son compte."""
    operations.elargir(edition=diffusee, audience="public", confirmee=True, auteur=mission, au=timezone.now())
    operations.lever_embargo(edition=diffusee, auteur=mission, au=timezone.now())
    finie = rendre(diffusee)
    assert (finie.audience, finie.rendue_le is not None) == ("public", True)
    assert not refusee(finie, preparee_par=None, diffusee_par=None)
    operations.retirer(edition=finie, motif="Fausse.", auteur=mission, au=timezone.now())
    assert Edition.objects.get(pk=finie.pk).etat == "retiree"


@pytest.mark.parametrize(
    "champs",
    [
        {"etat": "diffusee", "retiree_le": None, "motif_retrait": ""}, {"motif_retrait": "Autre."},
        {"retiree_le": TARD}, {"audience": "public"}, {"embargo_jusqu_au": AU}, {"titre": "Autre"},
    ],
)  # fmt: skip
def test_une_edition_retiree_ne_bouge_plus(champs: dict[str, Any], diffusee: Edition, mission: Personne) -> None:
    operations.retirer(edition=diffusee, motif="Fausse.", auteur=mission, au=timezone.now())
    assert refusee(diffusee, **champs)


def test_une_edition_diffusee_ne_s_efface_pas_et_ne_se_remplace_pas(diffusee: Edition, flux: Publication) -> None:
    contenu = ContenuFige.objects.get(edition=diffusee)
    brouillon = Edition.objects.create(
        publication=flux, numero=2, periode="x", periode_libelle="x", titre="x", empreinte="x", preparee_le=AU
    )
    ContenuFige.objects.create(edition=brouillon, texte="{}")
    gestes = {
        "effacer": lambda: Edition.objects.filter(pk=diffusee.pk).delete(),
        "effacer le contenu": contenu.delete,
        "glisser un autre contenu": lambda: ContenuFige.objects.filter(edition=brouillon).update(edition=diffusee),
        "remplacer par le numéro": lambda: Edition.objects.filter(pk=brouillon.pk).update(numero=diffusee.numero),
    }
    if connection.vendor == "sqlite":
        gestes["remplacer la ligne"] = lambda: _remplacer(diffusee)
    refuses = []
    for nom, geste in gestes.items():
        try:
            with transaction.atomic():
                geste()
        except DatabaseError:
            refuses.append(nom)
    assert refuses == list(gestes)
    assert Edition.objects.get(pk=diffusee.pk).titre == diffusee.titre


def _remplacer(edition: Edition) -> None:
    colonnes = ", ".join(champ.column for champ in Edition._meta.concrete_fields)
    valeurs = colonnes.replace("titre,", "'Intrus',", 1)
    with connection.cursor() as curseur:
        curseur.execute(
            f"INSERT OR REPLACE INTO publications_edition ({colonnes}) "
            f"SELECT {valeurs} FROM publications_edition WHERE id = %s",
            [edition.pk],
        )


def test_un_brouillon_se_modifie_et_s_efface(flux: Publication, document: Document, mission: Personne) -> None:
    brouillon = preparer(flux, document, mission)
    assert not refusee(brouillon, titre="Autre", audience="comite_pilotage")
    FichierDiffuse.objects.filter(edition=brouillon).delete()
    Edition.objects.filter(pk=brouillon.pk).delete()
    assert not Edition.objects.exists()
