"""L'alphabet de base des SMS et son extension, tels que la norme les donne (3GPP TS 23.038, § 6.2.1)."""

ECHAPPEMENT = "\x1b"
"""Le code 27 n'est pas un caractère : il annonce que le suivant se lit dans l'extension."""

BASE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ" + ECHAPPEMENT + "ÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Les 128 caractères, chacun à la place de son code."""

EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
"""Ceux-là prennent deux places : l'échappement, puis leur code."""

DOUBLES = frozenset(EXTENSION)
ALPHABET = frozenset(BASE) - {ECHAPPEMENT} | DOUBLES
_CODES = {ord(caractere): code for code, caractere in enumerate(BASE)} | {
    ord(caractere): ECHAPPEMENT + chr(code) for caractere, code in EXTENSION.items()
}


def en_septets(texte: str) -> bytes:
    """Les codes d'un texte écrit dans l'alphabet, un par octet, non tassés."""
    return texte.translate(_CODES).encode("latin-1")


def depuis_septets(octets: bytes) -> str:
    """Le texte de ces codes. Un code d'extension inconnu se lit dans l'alphabet de base (3GPP TS 23.038, § 6.2.1.1)."""
    extension = {code: caractere for caractere, code in EXTENSION.items()}
    lu, echappe = [], False
    for code in octets:
        if echappe:
            lu.append(extension.get(code, BASE[code % 128]))
            echappe = False
        elif BASE[code % 128] == ECHAPPEMENT:
            echappe = True
        else:
            lu.append(BASE[code % 128])
    return "".join(lu)
