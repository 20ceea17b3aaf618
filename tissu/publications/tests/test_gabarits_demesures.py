"""Un gabarit ou un logo qui déplie bien plus qu'il ne pèse est refusé, avec une phrase."""

import io
import struct
import zipfile
import zlib

import pytest

from tissu.publications.operations.gabarits import GabaritRefuse, verifier_diapositives, verifier_logo


def test_un_diaporama_qui_deplie_trop_est_refuse() -> None:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("ppt/media/vide.bin", "w") as bloc:
        for _ in range(210):
            bloc.write(bytes(1024**2))
    with pytest.raises(GabaritRefuse, match="déplie"):
        verifier_diapositives(sortie.getvalue(), "gabarit.pptx")


def test_un_logo_de_milliards_de_points_est_refuse() -> None:
    entete = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    morceau = b"IHDR" + entete
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + morceau + struct.pack(">I", zlib.crc32(morceau))
    with pytest.raises(GabaritRefuse, match="image"):
        verifier_logo(png)
