"""Le moteur sur des tables tenues en mémoire : ce que l'on compose s'exécute, de plusieurs fils à la fois."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from tissu.entrepot.moteur import lecture, table_en_memoire


def _comptes(lettres: list[str | None]) -> list[dict[str, object]]:
    table = pa.table({"lettre": pa.array(lettres, pa.string())})
    composee = table_en_memoire("lettres", table)
    comptes = composee.group_by("lettre").aggregate(combien=composee.count()).order_by("lettre")
    return lecture.en_memoire(comptes, {"lettres": table})


def test_une_expression_se_lit_sur_une_table_en_memoire() -> None:
    assert _comptes(["a", "b", "a", None]) == [
        {"lettre": "a", "combien": 2},
        {"lettre": "b", "combien": 1},
        {"lettre": None, "combien": 1},
    ]


def test_deux_fils_ne_se_voient_pas_leurs_tables() -> None:
    with ThreadPoolExecutor(4) as fils:
        resultats = list(fils.map(lambda rang: _comptes(["x"] * rang), range(1, 20)))
    assert resultats == [[{"lettre": "x", "combien": rang}] for rang in range(1, 20)]
