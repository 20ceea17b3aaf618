"""Les numéros de téléphone mobile, en forme internationale (E.164)."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

MOBILES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
FICTIFS = "+3363998"
"""Les mobiles que l'Arcep réserve aux œuvres de fiction : jamais attribués, ils servent à la démonstration."""


class NumeroRefuse(ValueError):
    """Le texte n'est pas un numéro où un SMS arrive ; le message dit pourquoi."""


def lire_mobile(texte: str, *, pays: str = "FR") -> str:
    """« 06 12 34 56 78 », « +33 6… », « 0033 6… » → « +33612345678 ». Lève `NumeroRefuse`."""
    try:
        numero = phonenumbers.parse(texte, pays)
    except NumberParseException as erreur:
        raise NumeroRefuse(f"« {texte} » n'est pas un numéro de téléphone.") from erreur
    ecrit = phonenumbers.format_number(numero, PhoneNumberFormat.E164)
    if ecrit.startswith(FICTIFS) and len(ecrit) == len(FICTIFS) + 4:
        return ecrit
    if not phonenumbers.is_valid_number(numero):
        raise NumeroRefuse(f"« {texte} » n'est pas un numéro en service : vérifiez ses chiffres.")
    if phonenumbers.number_type(numero) not in MOBILES:
        raise NumeroRefuse(f"« {texte} » n'est pas un mobile : il ne reçoit pas de SMS.")
    return ecrit


def mobile_lisible(numero: str) -> str:
    """« +33612345678 » → « 06 12 34 56 78 » ; un numéro d'ailleurs garde son indicatif."""
    lu = phonenumbers.parse(numero, None)
    forme = PhoneNumberFormat.NATIONAL if lu.country_code == phonenumbers.country_code_for_region("FR") else None
    return phonenumbers.format_number(lu, PhoneNumberFormat.INTERNATIONAL if forme is None else forme)
