"""Couper un texte en SMS : les cas de la norme, et 100 000 textes au hasard relus par un décodeur écrit ici."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from tissu.messages.rules.alphabet import BASE, EXTENSION
from tissu.messages.rules.segmentation import DATA_CODING, TexteRefuse, pdus, segmenter

CAS = Path(__file__).parent / "cas"

# L'alphabet recopié de la norme colonne par colonne (bits 7 à 5), d'une autre main que celui du code, rangé par ligne.
COLONNES = (
    "@£$¥èéùìòÇ\nØø\rÅå", "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ", " !\"#¤%&'()*+,-./", "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO", "PQRSTUVWXYZÄÖÑÜ§", "¿abcdefghijklmno", "pqrstuvwxyzäöñüà",
)  # fmt: skip
LECTURE = {16 * colonne + ligne: signe for colonne, signes in enumerate(COLONNES) for ligne, signe in enumerate(signes)}
LECTURE_ETENDUE = {
    "\n": "\f", "Λ": "^", "(": "{", ")": "}", "/": "\\", "<": "[", "=": "~", ">": "]", "¡": "|", "e": "€",
}  # fmt: skip
PAIRE = re.compile("\x1b(.?)", re.DOTALL)


def lire_gsm(octets: bytes) -> str:
    """Décode un segment seul : un échappement sans suite, ou suivi d'un inconnu, échoue."""
    return PAIRE.sub(lambda paire: LECTURE_ETENDUE[paire[1]], octets.decode("latin-1").translate(LECTURE))


def recevoir(envoyes: tuple[bytes, ...], data_coding: int) -> str:
    """Ce qu'affiche un téléphone : il range les segments par leur en-tête, décode chacun seul, et les joint."""
    lire = lire_gsm if data_coding == 0 else lambda octets: octets.decode("utf-16-be")
    if len(envoyes) == 1:
        assert place_en_octets(envoyes[0], 0, data_coding) <= 140
        return lire(envoyes[0])
    recus, references = {}, set()
    for pdu in envoyes:
        longueur = pdu[0] + 1
        element, taille = pdu[1], pdu[2]
        assert (element, taille, longueur) in {(0x00, 3, 6), (0x08, 4, 7)}
        *reference, total, rang = pdu[3:longueur]
        assert total == len(envoyes)
        assert rang not in recus
        assert place_en_octets(pdu[longueur:], longueur, data_coding) <= 140
        references.add((element, *reference))
        recus[rang] = lire(pdu[longueur:])
    assert len(references) == 1
    assert recus.keys() == set(range(1, len(envoyes) + 1))
    return "".join(recus[rang] for rang in sorted(recus))


def place_en_octets(charge: bytes, en_tete: int, data_coding: int) -> int:
    """Ce qu'occupe le segment dans un SMS : en GSM-7, les septets tassés commencent au premier multiple de 7 bits."""
    if data_coding == 8:
        return en_tete + len(charge)
    bits_d_en_tete = -(-en_tete * 8 // 7) * 7
    return -(-(bits_d_en_tete + 7 * len(charge)) // 8)


def texte_du_cas(morceaux: list[list]) -> str:
    return "".join(signes * fois for signes, fois in morceaux)


@pytest.mark.parametrize(
    "cas", yaml.safe_load((CAS / "segmentation.yaml").read_text(encoding="utf-8")), ids=lambda cas: cas["cas"]
)
def test_cas(cas: dict) -> None:
    texte = texte_du_cas(cas["texte"])
    coupe = segmenter(texte)
    assert (coupe.encodage, coupe.octets_de_reference) == (cas["encodage"], cas["reference"])
    assert [segment.unites for segment in coupe.segments] == cas["unites"]
    assert (coupe.combien, coupe.unites) == (len(cas["unites"]), sum(cas["unites"]))
    assert recevoir(pdus(coupe, 7), DATA_CODING[coupe.encodage]) == texte


def test_l_alphabet_est_celui_de_la_norme() -> None:
    assert "".join(COLONNES) == BASE
    assert {chr(code) for code in EXTENSION.values()} == {chr(BASE.index(signe)) for signe in LECTURE_ETENDUE}
    assert {signe: BASE[code] for signe, code in EXTENSION.items()} == {v: k for k, v in LECTURE_ETENDUE.items()}


def test_les_octets_d_un_pdu() -> None:
    assert pdus(segmenter("@é\n€"), 1) == (b"\x00\x05\x0a\x1b\x65",)
    assert pdus(segmenter("ç😀"), 1) == (b"\x00\xe7\xd8\x3d\xde\x00",)
    longs = pdus(segmenter("a" * 161), 0xABCD)
    assert [pdu[:7] for pdu in longs] == [b"\x06\x08\x04\xab\xcd\x02\x01", b"\x06\x08\x04\xab\xcd\x02\x02"]
    # Une référence d'un octet garde le poids faible d'un compteur.
    assert [pdu[:6] for pdu in pdus(segmenter("a" * 306), 0xABCD)] == [
        b"\x05\0\x03\xcd\x02\x01",
        b"\x05\0\x03\xcd\x02\x02",
    ]


@pytest.mark.parametrize("texte", ["", "\ud83d", "été\ude00", "a\tb", "a\x1bb", "a\x7f", "\x00", "a\x85"])
def test_ce_qui_ne_peut_arriver_tel_quel_est_refuse(texte: str) -> None:
    with pytest.raises(TexteRefuse):
        segmenter(texte)


def test_le_refus_dit_ou_et_quoi_faire() -> None:
    with pytest.raises(TexteRefuse) as refus:
        segmenter("Vol 😀\tici")
    assert str(refus.value) == (
        "Caractère 6 : la tabulation (U+0009) ne s'affiche pas sur un téléphone : mettez une espace, ou rien."
    )


@pytest.mark.parametrize(("signe", "au_plus"), [("a", 255 * 153), ("ç", 255 * 67), ("€", 255 * 76), ("😀", 255 * 33)])
def test_255_segments_au_plus(signe: str, au_plus: int) -> None:
    assert segmenter(signe * au_plus).combien == 255
    with pytest.raises(TexteRefuse, match="plus de 255 SMS"):
        segmenter(signe * (au_plus + 1))


# La preuve au hasard

FRANCAIS = "esaitnrulodcpmvqfbghjxyzkw éèàùEAISÉÇ'.,:;!?\n\r0123456789()-/@"
HORS_ALPHABET = "çâêëîïôûœÀÂÈÊ«»’‘“”–—…\u00a0\u202f"
DOUBLES = "€[]{}~^|\\\f"
EMOJIS = "😀👮🚨🛒🏪💶🔫❤️👨\u200d👩\u200d👧🇫🇷👍🏽"
REGISTRES = tuple(
    np.array([ord(signe) for signe in signes], dtype="<u4")
    for signes in (
        FRANCAIS, FRANCAIS * 3 + DOUBLES, FRANCAIS + DOUBLES * 9, FRANCAIS * 9 + HORS_ALPHABET,
        FRANCAIS + HORS_ALPHABET + EMOJIS, FRANCAIS * 4 + EMOJIS, EMOJIS, DOUBLES,
    )
)  # fmt: skip
# Autour des longueurs où le nombre de SMS change, et partout entre 1 et 2 000.
SEUILS = (35, 66, 67, 70, 76, 132, 133, 134, 152, 153, 160, 304, 305, 306, 456, 459)


def textes_au_hasard(combien: int, graine: int) -> Iterator[str]:
    hasard = np.random.default_rng(graine)
    longueurs = np.exp(hasard.uniform(0, np.log(2001), combien)).astype(int)
    pres_des_seuils = hasard.choice(SEUILS, combien) + hasard.integers(-3, 4, combien)
    longueurs = np.where(hasard.random(combien) < 0.4, pres_des_seuils, longueurs)
    registres = hasard.integers(0, len(REGISTRES), combien)
    for longueur, registre in zip(longueurs.tolist(), registres.tolist(), strict=True):
        signes = REGISTRES[registre]
        yield signes[hasard.integers(0, len(signes), longueur)].tobytes().decode("utf-32-le")


def test_100_000_textes_arrivent_tels_quels() -> None:
    vus = {"GSM-7": 0, "UCS-2": 0}
    for rang, texte in enumerate(textes_au_hasard(100_000, graine=20261126)):
        coupe = segmenter(texte)
        envoyes = pdus(coupe, rang)
        # Lire chaque segment seul échoue s'il commence ou finit au milieu d'un caractère.
        assert recevoir(envoyes[::-1], DATA_CODING[coupe.encodage]) == texte
        assert coupe.combien == len(envoyes)
        assert "".join(segment.texte for segment in coupe.segments) == texte
        vus[coupe.encodage] += 1
    assert sum(vus.values()) == 100_000
    assert min(vus.values()) > 25_000


def au_moins(texte: str) -> tuple[int, int]:
    """Le plus petit nombre de SMS, par référence d'un octet puis de deux, caractère par caractère."""
    gsm = all(signe in "".join(COLONNES) or signe in LECTURE_ETENDUE.values() for signe in texte)
    if gsm:
        poids = [2 if signe in LECTURE_ETENDUE.values() else 1 for signe in texte]
    else:
        poids = [2 if ord(signe) > 0xFFFF else 1 for signe in texte]
    seul, court, long = (160, 153, 152) if gsm else (70, 67, 66)
    if sum(poids) <= seul:
        return 1, 1

    def compter(capacite: int) -> int:
        # Le moins de segments pour chaque début du texte : tous les découpages sont essayés.
        moins = [0] * (len(poids) + 1)
        for fin in range(1, len(poids) + 1):
            charge, meilleur = 0, fin
            for debut in range(fin - 1, -1, -1):
                charge += poids[debut]
                if charge > capacite:
                    break
                meilleur = min(meilleur, moins[debut] + 1)
            moins[fin] = meilleur
        return moins[-1]

    return compter(court), compter(long)


def test_aucun_decoupage_ne_demande_moins_de_sms() -> None:
    textes = [texte for texte in textes_au_hasard(900, graine=3) if len(texte) < 500]
    for texte in textes:
        coupe, (court, long) = segmenter(texte), au_moins(texte)
        assert coupe.combien == court
        attendue = 0 if court == long == 1 else 2 if court == long else 1
        assert coupe.octets_de_reference == attendue
    assert len(textes) > 500


def test_une_coupe_naive_casse_le_decodeur() -> None:
    """Le décodeur des essais mord : couper tous les 153 septets, ou tous les 134 octets, ne lui échappe pas."""
    septets = segmenter("a" * 152 + "€" + "a" * 152)
    tout = b"".join(segment.octets for segment in septets.segments)
    with pytest.raises(KeyError):
        recevoir((b"\x05\0\x03\x01\x02\x01" + tout[:153], b"\x05\0\x03\x01\x02\x02" + tout[153:]), 0)
    hasard = random.Random(1)
    emojis = ("ç" + "".join(hasard.choices("😀👮", k=40))).encode("utf-16-be")
    with pytest.raises(UnicodeDecodeError):
        recevoir((b"\x05\0\x03\x01\x02\x01" + emojis[:132], b"\x05\0\x03\x01\x02\x02" + emojis[132:]), 8)
