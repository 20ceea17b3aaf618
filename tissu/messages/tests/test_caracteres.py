"""Les caractères qui coûtent : lesquels, où, par quoi ; rien ne se remplace sans qu'on le choisisse."""

from pathlib import Path

import pytest
import yaml

from tissu.messages.rules.caracteres import (
    CaractereCouteux,
    Economie,
    caracteres_couteux,
    economie,
    nommer,
    remplacer,
)

CAS = yaml.safe_load((Path(__file__).parent / "cas" / "caracteres.yaml").read_text(encoding="utf-8"))
PROPOSITIONS = [(groupe["motif"], *paire) for groupe in CAS for paire in groupe["remplacements"].items()]


@pytest.mark.parametrize(("motif", "caractere", "remplacement"), PROPOSITIONS)
def test_proposition(motif: str, caractere: str, remplacement: str | None) -> None:
    texte = f"A {caractere} b {caractere}"
    assert caracteres_couteux(texte) == (CaractereCouteux(caractere, (2, 5 + len(caractere)), motif, remplacement),)
    if remplacement is None:
        with pytest.raises(ValueError, match="n'a pas de remplacement"):
            remplacer(texte, [caractere])
    else:
        assert remplacer(texte, [caractere]) == f"A {remplacement} b {remplacement}"


def test_un_texte_de_l_alphabet_ne_coute_rien() -> None:
    assert caracteres_couteux("Vol à l'arraché, où ? É, è, Ç, æ.\nAppelez le 17.") == ()


def test_hors_de_l_alphabet_un_double_ne_coute_pas() -> None:
    """En UCS-2, « € » ne compte qu'une fois ; il ne coûte qu'une fois « ç » remplacé."""
    assert [couteux.caractere for couteux in caracteres_couteux("Reçu 12 €")] == ["ç"]
    assert [couteux.caractere for couteux in caracteres_couteux("Recu 12 €")] == ["€"]


def test_seuls_les_choisis_sont_remplaces() -> None:
    texte = "Ça, c’est « l’œuvre »…"
    assert remplacer(texte, []) == texte
    assert remplacer(texte, ["’", "œ"]) == "Ça, c'est « l'oeuvre »…"


def test_un_caractere_pris_dans_un_autre_n_est_pas_remplace() -> None:
    """Le liant d'une famille n'est pas un liant seul, l'accent d'un « ô » décomposé n'est pas un « o »."""
    assert remplacer("a\u200db 👨\u200d👩\u200d👧", ["\u200d"]) == "a\u200db 👨\u200d👩\u200d👧"
    assert remplacer("°\u0302 °", ["°"]) == "°\u0302 o"


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("a" * 161, Economie(2, 2)),
        ("ç" + "a" * 159, Economie(3, 1)),
        ("[" * 10 + "a" * 145, Economie(2, 1)),
        # « ç » parti, « € » compte double : ce qui est promis est ce qui resterait.
        ("ç" + "€" * 80, Economie(2, 2)),
        # L'emoji reste : allonger « … » coûterait un SMS, ce n'est pas une économie.
        ("…" * 60 + "😀", Economie(1, 1)),
        # Il ne resterait rien à envoyer.
        ("\u200b" * 71, Economie(2, 2)),
    ],
)
def test_economie(texte: str, attendue: Economie) -> None:
    assert economie(texte) == attendue
    assert attendue.gain == attendue.maintenant - attendue.possible


def test_ce_qui_ne_se_voit_pas_a_un_nom() -> None:
    assert [nommer(signe) for signe in "\u00a0\u202f\u00adç"] == [
        "espace insécable", "espace fine insécable", "césure invisible", "ç",
    ]  # fmt: skip
