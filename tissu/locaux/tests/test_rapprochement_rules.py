"""La ressemblance d'un local et d'un établissement : cas écrits, et ce que l'on retient."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tissu.locaux.rules.rapprochement import Etablissement, Lieu, Occupant, Ressemblance, ressemblance, retenir

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "rapprochements.yaml").read_text(encoding="utf-8"))


def lieu(dit: dict[str, Any]) -> Lieu:
    return Lieu(dit.get("numero", ""), dit.get("voie", ""), dit.get("lon"), dit.get("lat"))


@pytest.mark.parametrize("cas", CAS["cas"], ids=lambda cas: cas["cas"])
def test_ressemblance(cas: dict[str, Any]) -> None:
    vu, connu = cas["vu"], cas["connu"]
    rendue = ressemblance(
        Occupant(vu["enseigne"], vu["activite"], vu["famille"], lieu(vu)),
        Etablissement("1" * 14, tuple(connu["noms"]), connu["activite"], connu["famille"], lieu(connu)),
        poids=CAS["poids"], rayon_m=CAS["rayon_m"],
    )  # fmt: skip
    if cas.get("rien"):
        assert rendue is None
        return
    assert rendue is not None
    assert [motif.texte.replace("\u202f", " ") for motif in rendue.motifs] == cas["motifs"]
    if "confiance" in cas:
        assert rendue.confiance == cas["confiance"]
    else:
        assert cas["mini"] <= rendue.confiance <= cas["maxi"]
    # Les raisons ne recopient rien du registre.
    dit = " ".join(motif.texte for motif in rendue.motifs)
    assert not any(nom.lower() in dit.lower() for nom in connu["noms"])


def test_on_retient_le_meilleur_et_ceux_qui_le_talonnent() -> None:
    notes = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.5}
    candidats = [(siret, Ressemblance(note, ())) for siret, note in notes.items()]
    assert [siret for siret, _ in retenir(candidats, seuil=0.55)] == ["a", "b"]
    assert retenir(candidats, seuil=0.95) == []
