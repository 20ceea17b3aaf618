"""La documentation suit le code : chaque action a sa page, dont l'en-tête est celui de sa porte."""

import re
from pathlib import Path

import pytest

from tissu.socle.action import Action, actions

RACINE = Path(__file__).resolve().parents[1]
LIEN = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def en_tete(action: Action) -> str:
    """Ce que la porte dit d'elle-même, tel que la page doit s'ouvrir."""
    liens = "".join(f"- {lien.titre}\n" for lien in action.liens)
    return f"# {action.titre}\n\nFiche {action.fiche}. {action.resume}\n\nDans la navigation :\n\n{liens}"


@pytest.mark.parametrize("action", actions(), ids=lambda action: action.slug)
def test_la_page_d_une_action_s_ouvre_sur_sa_porte(action: Action) -> None:
    page = RACINE / "docs" / "actions" / f"{action.slug}.md"
    assert page.read_text(encoding="utf-8").startswith(en_tete(action))


def test_chaque_lien_d_une_page_mene_a_un_fichier() -> None:
    pages = [*RACINE.glob("*.md"), *(RACINE / "docs").rglob("*.md")]
    morts = {
        f"{page.relative_to(RACINE)} → {cible}"
        for page in pages
        for cible in LIEN.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / cible).exists()
    }
    assert morts == set()
