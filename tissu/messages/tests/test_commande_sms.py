"""`tissu sms segmenter` : ce qu'elle dit d'un texte, et ce qu'elle refuse."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def segmenter(monkeypatch: pytest.MonkeyPatch):
    def appeler(entree: bytes, *options: str) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(entree)))
        sortie = io.StringIO()
        call_command("sms", "segmenter", *options, stdout=sortie)
        return sortie.getvalue()

    return appeler


def test_le_json_dit_l_alphabet_le_nombre_et_les_caracteres(segmenter) -> None:
    assert json.loads(segmenter("Ça coûte 12 € : 😀 où ? Ça coûte.\n".encode(), "--format", "json")) == {
        "encodage": "UCS-2",
        "segments": 1,
        "caracteres_couteux": [
            {"caractere": "û", "positions": [5, 28], "motif": "ucs2", "remplacement": "u"},
            {"caractere": "😀", "positions": [16], "motif": "ucs2", "remplacement": None},
        ],
    }


def test_le_texte_se_lit(segmenter) -> None:
    def rangs(premier: int) -> str:
        return ", ".join(str(premier + 7 * rang) for rang in range(20))

    assert segmenter(("l’été\u00ad " * 20 + "😀").encode()).splitlines() == [
        "3\u00a0SMS en UCS-2, 142\u00a0places.",
        f"’ (rang {rangs(2)}) impose 70 places par SMS ; remplacer par « ' ».",
        f"césure invisible (rang {rangs(6)}) impose 70 places par SMS ; il suffit de le retirer.",
        "😀 (rang 141) impose 70 places par SMS ; rien ne le remplace.",
        "Avec tous ces remplacements : 2\u00a0SMS.",
    ]
    assert segmenter(b"[oui]").splitlines() == [
        "1\u00a0SMS en GSM-7, 7\u00a0places.",
        "[ (rang 1) prend deux places ; remplacer par « ( ».",
        "] (rang 5) prend deux places ; remplacer par « ) ».",
    ]


@pytest.mark.parametrize(("fin", "segments"), [(b"", 1), (b"\n", 1), (b"\r\n", 1), (b"\n\n", 2), (b"\r", 2), (b" ", 2)])
def test_un_seul_retour_final_est_ote(segmenter, fin: bytes, segments: int) -> None:
    assert json.loads(segmenter(b"a" * 160 + fin, "--format", "json"))["segments"] == segments


@pytest.mark.parametrize(
    ("entree", "refus"),
    [
        (b"", "Le texte est vide : un SMS dit au moins un caractère."),
        (b"\n", "Le texte est vide : un SMS dit au moins un caractère."),
        (
            "œuf\tdur".encode(),
            "Caractère 4 : la tabulation (U+0009) ne s'affiche pas sur un téléphone : mettez une espace, ou rien.",
        ),
        (
            "été".encode("latin-1"),
            "L'entrée n'est pas de l'UTF-8 : l'octet 1 vaut 0xE9. Enregistrez le texte en UTF-8.",
        ),
        (
            b"a" * (153 * 255 + 1),
            "Ce texte demande plus de 255 SMS, et un téléphone n'en réunit pas davantage. Raccourcissez-le.",
        ),
    ],
)
def test_un_refus_se_dit(segmenter, entree: bytes, refus: str) -> None:
    with pytest.raises(CommandError) as dit:
        segmenter(entree, "--format", "json")
    assert str(dit.value) == refus


def test_elle_marche_sur_un_dossier_vide_et_n_y_cree_pas_de_base(tmp_path: Path) -> None:
    def lancer(entree: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tissu", "sms", "segmenter", "--format", "json"],
            input=entree, capture_output=True, text=True, encoding="utf-8", check=False,
            env={**os.environ, "TISSU_DONNEES": str(tmp_path)},
        )  # fmt: skip

    faite, refusee = lancer("a" * 152 + "€" + "a" * 152 + "\n"), lancer("")

    assert (faite.returncode, json.loads(faite.stdout)["segments"], faite.stderr) == (0, 3, "")
    assert (refusee.returncode, refusee.stdout) == (1, "")
    assert refusee.stderr.strip() == "CommandError: Le texte est vide : un SMS dit au moins un caractère."
    assert list(tmp_path.glob("*.sqlite3")) == []
