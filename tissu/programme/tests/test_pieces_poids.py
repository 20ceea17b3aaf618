"""Une pièce trop lourde, sur une petite borne : chaque écran dit le poids et quoi faire, et garde ce qui est tapé."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tissu.programme.models import Piece
from tissu.programme.tests import fabrique
from tissu.programme.tests.scene import Scene

pytestmark = pytest.mark.django_db
TAPE = "Ce que j'ai tapé et ne veux pas perdre."


def formulaires(scene: Scene) -> dict[str, tuple[tuple[Any, ...], dict[str, Any]]]:
    """Par écran qui prend une pièce : ses clés, et un envoi qui n'a d'autre tort que le poids de sa pièce."""
    cout = {"ligne": scene.ligne.pk, "libelle": TAPE, "fournisseur": "x", "date_facture": "2024-06-01",
            "montant_eur": "70", "taxes": "ht"}  # fmt: skip
    return {
        "cout_nouveau": ((scene.signee.pk,), cout),
        "mesure_saisir": ((scene.a_mesurer.pk,), {"periode": "2024-S1", "valeur": "2", "source": "x", "texte": TAPE}),
        "compte_rendu": ((scene.reunion.pk,), {"texte": TAPE, "revision": scene.reunion.revision}),
        "livrable": ((scene.livrable.pk,), {"le": "2024-06-01", "note": TAPE, "revision": scene.livrable.revision}),
        "avenant_signer": ((scene.signee.pk, scene.avenant.pk), {"signe_le": "2024-07-01"}),
        "de_minimis": ((), {"fiche": scene.signee.pk, "siren": "552100554", "denomination": TAPE, "montant_eur": "10",
                            "octroyee_le": "2024-05-01", "autres_aides_eur": "0"}),
        "importer": ((), {}),
    }  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    settings.MEDIA_ROOT, settings.PIECE_OCTETS_MAX = tmp_path / "fichiers", 1_000
    monkeypatch.setenv("TISSU_DONNEES", str(tmp_path))
    return Scene()


@pytest.mark.parametrize(
    "nom", ["cout_nouveau", "mesure_saisir", "compte_rendu", "livrable", "avenant_signer", "de_minimis", "importer"]
)
def test_une_piece_trop_lourde_ne_perd_rien(nom: str, scene: Scene, tmp_path: Path) -> None:
    cles, donnees = formulaires(scene)[nom]
    client = fabrique.connecter(Client(), scene.cci)
    sorte = "programme.xlsx" if nom == "importer" else "piece.pdf"
    lourde = SimpleUploadedFile(sorte, b"%PDF-1.7" + b"0" * 2_000)
    reponse = client.post(reverse(f"programme:{nom}", args=cles), donnees | {"fichier": lourde})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "pèse 2,0\u00a0ko, pour 1,0\u00a0ko au plus" in page.replace("&nbsp;", "\u00a0")
    if TAPE in donnees.values():
        assert TAPE.replace("'", "&#x27;") in page
    assert not Piece.objects.exists()
    assert [chemin for chemin in tmp_path.rglob("*") if chemin.is_file()] == []


def test_le_navigateur_apprend_la_borne_avant_l_envoi(scene: Scene) -> None:
    client = fabrique.connecter(Client(), scene.cci)
    for nom, (cles, _) in formulaires(scene).items():
        page = client.get(reverse(f"programme:{nom}", args=cles)).content.decode()
        assert 'type="file"' in page, nom
        assert "data-poids-max=" in page.partition('type="file"')[2].partition(">")[0], nom
