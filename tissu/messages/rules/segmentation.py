"""Couper un texte en SMS : l'alphabet, le nombre de segments, ce que chacun porte, les PDU à remettre à l'opérateur.

Un SMS porte 140 octets : 160 caractères de l'alphabet GSM-7, ou 70 unités d'UCS-2 dès qu'un seul caractère est hors de
cet alphabet. Un texte plus long se coupe en segments, dont l'en-tête (3GPP TS 23.040, § 9.2.3.24) prend de la place.
Le texte qui arrive est celui qu'on a donné : rien n'est tronqué, remplacé ni ajouté ; ce qui ne peut partir est refusé.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tissu.messages.rules.alphabet import ALPHABET, ECHAPPEMENT, en_septets

GSM, UCS2 = "GSM-7", "UCS-2"
DATA_CODING = {GSM: 0, UCS2: 8}
SEGMENTS_AU_PLUS = 255
"""Le nombre de segments s'écrit dans un octet de l'en-tête."""

# Par alphabet, les unités d'un segment selon les octets de la référence : 0 quand le SMS est seul, donc sans en-tête.
CAPACITES = {GSM: {0: 160, 1: 153, 2: 152}, UCS2: {0: 70, 1: 67, 2: 66}}
OCTETS_PAR_UNITE = {GSM: 1, UCS2: 2}
_ESC = ord(ECHAPPEMENT)
# Les caractères de commande, hors les trois de l'alphabet (ligne, retour, page), et les moitiés de paires UTF-16.
_NE_PART_PAS = re.compile("[\x00-\x09\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NOMS_DE_COMMANDES = {"\t": "la tabulation", "\x00": "le caractère nul"}


class TexteRefuse(ValueError):
    """Ce texte ne peut pas partir tel quel par SMS ; le message dit pourquoi, où, et quoi faire."""


@dataclass(frozen=True)
class Segment:
    """Ce que porte un SMS. `octets` : sans en-tête, un septet par octet en GSM-7, UTF-16 gros-boutiste en UCS-2."""

    texte: str
    octets: bytes
    unites: int


@dataclass(frozen=True)
class Segmentation:
    """Un texte coupé. `octets_de_reference` : 0 pour un SMS seul, sinon 1 ou 2."""

    encodage: str
    segments: tuple[Segment, ...]
    octets_de_reference: int

    @property
    def combien(self) -> int:
        """Le nombre de SMS : celui des PDU envoyés, donc de ce qui est facturé."""
        return len(self.segments)

    @property
    def unites(self) -> int:
        """Ce que le texte occupe, en places de son alphabet."""
        return sum(segment.unites for segment in self.segments)


def segmenter(texte: str) -> Segmentation:
    """Coupe un texte en aussi peu de SMS que possible ; refuse celui qui ne peut arriver tel quel.

    Référence sur deux octets (65 536 valeurs : deux textes ne se mêlent pas sur un téléphone), sauf si elle coûtait un
    SMS de plus que la référence d'un octet.
    """
    _verifier(texte)
    encodage = GSM if ALPHABET.issuperset(texte) else UCS2
    octets = en_septets(texte) if encodage == GSM else texte.encode("utf-16-be")
    reference, morceaux = _couper(encodage, octets)
    if len(morceaux) > SEGMENTS_AU_PLUS:
        raise _trop_long()
    textes = _textes_gsm(texte, morceaux) if encodage == GSM else (m.decode("utf-16-be") for m in morceaux)
    largeur = OCTETS_PAR_UNITE[encodage]
    segments = tuple(Segment(t, m, len(m) // largeur) for t, m in zip(textes, morceaux, strict=True))
    return Segmentation(encodage, segments, reference)


def pdus(segmentation: Segmentation, reference: int) -> tuple[bytes, ...]:
    """Le `short_message` de chaque PDU, son en-tête compris s'ils sont plusieurs (l'indicateur UDHI est alors à poser).

    `reference` distingue ce texte des autres envoyés au même téléphone : un compteur, dont on prend les octets de poids
    faible.
    """
    if segmentation.octets_de_reference == 0:
        return (segmentation.segments[0].octets,)
    if segmentation.octets_de_reference == 1:
        debut = bytes((0x05, 0x00, 0x03, reference % 256))
    else:
        debut = b"\x06\x08\x04" + (reference % 65536).to_bytes(2, "big")
    total = segmentation.combien
    return tuple(
        debut + bytes((total, rang)) + segment.octets for rang, segment in enumerate(segmentation.segments, start=1)
    )


def _verifier(texte: str) -> None:
    if not texte:
        raise TexteRefuse("Le texte est vide : un SMS dit au moins un caractère.")
    if len(texte) > SEGMENTS_AU_PLUS * CAPACITES[GSM][1]:
        raise _trop_long()
    trouve = _NE_PART_PAS.search(texte)
    if trouve is None:
        return
    caractere, rang = trouve[0], trouve.start() + 1
    code = f"U+{ord(caractere):04X}"
    if caractere >= "\ud800":
        raise TexteRefuse(f"Caractère {rang} : {code} est une moitié d'emoji, que rien ne peut afficher. Effacez-la.")
    nom = _NOMS_DE_COMMANDES.get(caractere, "ce caractère de commande")
    raise TexteRefuse(
        f"Caractère {rang} : {nom} ({code}) ne s'affiche pas sur un téléphone : mettez une espace, ou rien."
    )


def _trop_long() -> TexteRefuse:
    return TexteRefuse(
        f"Ce texte demande plus de {SEGMENTS_AU_PLUS} SMS, et un téléphone n'en réunit pas davantage. Raccourcissez-le."
    )


def _couper(encodage: str, octets: bytes) -> tuple[int, list[bytes]]:
    """Les octets de la référence, et ce que porte chaque segment."""
    largeur, capacites = OCTETS_PAR_UNITE[encodage], CAPACITES[encodage]
    if len(octets) <= capacites[0] * largeur:
        return 0, [octets]
    court, long = (list(_remplir(encodage, octets, capacites[reference] * largeur)) for reference in (1, 2))
    return (2, long) if len(long) == len(court) else (1, court)


def _remplir(encodage: str, octets: bytes, capacite: int) -> Iterator[bytes]:
    """Remplit chaque segment autant qu'il se peut sans couper un caractère : aucun découpage n'en demande moins."""
    debut, fin = 0, len(octets)
    while debut < fin:
        coupe = min(debut + capacite, fin)
        if coupe < fin:
            coupe -= _a_rendre(encodage, octets, coupe)
        yield octets[debut:coupe]
        debut = coupe


def _a_rendre(encodage: str, octets: bytes, coupe: int) -> int:
    """Les octets à laisser au segment suivant : un échappement ou une moitié d'emoji que la coupe prive de sa suite."""
    if encodage == GSM:
        return 1 if octets[coupe - 1] == _ESC else 0
    return 2 if 0xD8 <= octets[coupe - 2] <= 0xDB else 0


def _textes_gsm(texte: str, morceaux: list[bytes]) -> Iterator[str]:
    debut = 0
    for morceau in morceaux:
        fin = debut + len(morceau) - morceau.count(_ESC)
        yield texte[debut:fin]
        debut = fin
