"""Les étages de la maison tiennent, et chaque contrat casse quand on le viole exprès."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[1]

# contrat → (fichier où l'on pose une ligne interdite, la ligne, fichiers à créer d'abord)
VIOLATIONS = {
    "etages": ("tissu/socle/argent.py", "import tissu.registre.apps", {}),
    "voisins": (
        "tissu/actions/voisine/__init__.py",
        "import tissu.actions.fichier_entreprises.apps",
        {"tissu/actions/voisine/__init__.py": ""},
    ),
    "lecture": (
        "tissu/actions/fichier_entreprises/choices.py",
        "import tissu.actions.fichier_entreprises.apps",
        {},
    ),
    "programme": ("tissu/programme/choices.py", "import tissu.registre.apps", {}),
    "regles": ("tissu/actions/fichier_entreprises/rules.py", "import django", {}),
    "moteur": ("tissu/registre/choices.py", "import duckdb", {}),
    "cercles": (
        "tissu/socle/cercle_un.py",
        "import tissu.socle.cercle_deux",
        {"tissu/socle/cercle_un.py": "", "tissu/socle/cercle_deux.py": "import tissu.socle.cercle_un"},
    ),
    "essais": (
        "tissu/registre/choices.py",
        "import tissu.registre.tests.exemple",
        {"tissu/registre/tests/exemple.py": ""},
    ),
    "services": ("tissu/comptes/choices.py", "import tissu.comptes.models", {}),
    "modeles": ("tissu/actions/fichier_entreprises/choices.py", "import tissu.registre.models", {}),
}


def verifier_les_etages(racine: Path, contrat: str = "") -> subprocess.CompletedProcess[str]:
    choix = ["--contract", contrat] if contrat else []
    executable = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([executable, "--no-cache", *choix], cwd=racine, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def maquette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une copie du code, où poser des violations sans toucher au vrai."""
    copie = tmp_path_factory.mktemp("maison")
    ignores = shutil.ignore_patterns("static", "templates", "__pycache__", "donnees")
    shutil.copytree(RACINE / "tissu", copie / "tissu", ignore=ignores)
    shutil.copy(RACINE / "pyproject.toml", copie)
    return copie


def test_tous_les_contrats_sont_tenus() -> None:
    resultat = verifier_les_etages(RACINE)
    assert resultat.returncode == 0, resultat.stdout


def test_chaque_contrat_a_sa_violation() -> None:
    import tomllib

    contrats = tomllib.loads((RACINE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contrat["id"] for contrat in contrats} == set(VIOLATIONS)


@pytest.mark.parametrize("contrat", VIOLATIONS)
def test_un_contrat_viole_expres_casse(maquette: Path, contrat: str) -> None:
    fichier, ligne, nouveaux = VIOLATIONS[contrat]
    crees = {maquette / nom: contenu for nom, contenu in nouveaux.items()}
    for chemin, contenu in crees.items():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(contenu)
    cible = maquette / fichier
    original = cible.read_text()
    cible.write_text(f"{original}\n{ligne}\n")
    try:
        resultat = verifier_les_etages(maquette, contrat)
    finally:
        cible.write_text(original)
        for chemin in crees:
            chemin.unlink()
    assert resultat.returncode == 1
    assert "BROKEN" in resultat.stdout


def test_aucune_piece_vide() -> None:
    """Un dossier du paquet sans code ni contenu promet ce qui n'existe pas."""
    vides = [
        dossier.relative_to(RACINE)
        for dossier in (RACINE / "tissu").rglob("*")
        if dossier.is_dir() and dossier.name != "__pycache__" and not any(dossier.iterdir())
    ]
    assert vides == []


def test_aucun_fichier_trop_long() -> None:
    """400 lignes au plus : au-delà, le fichier devient un paquet du même nom."""
    fichiers = [*(RACINE / "tissu").rglob("*.py"), *(RACINE / "tests").rglob("*.py"), *(RACINE / "bench").rglob("*.py")]
    longs = {
        str(fichier.relative_to(RACINE)): taille
        for fichier in fichiers
        if "migrations" not in fichier.parts and (taille := len(fichier.read_text().splitlines())) > 400
    }
    assert longs == {}


def test_aucun_fourre_tout() -> None:
    interdits = {"utils", "common", "core", "helpers", "legacy", "misc"}
    trouves = [
        str(chemin.relative_to(RACINE))
        for chemin in (RACINE / "tissu").rglob("*.py")
        if interdits & {chemin.stem, *chemin.relative_to(RACINE).parts}
    ]
    assert trouves == []
