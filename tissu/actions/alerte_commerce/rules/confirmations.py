"""Demander à un commerce si un numéro est le sien : où en est la demande, et quels mots partent."""

from datetime import datetime, timedelta

from tissu.actions.alerte_commerce.choices import EtatNumero

ENVOIS_AU_PLUS = 2
"""La demande et sa relance ; au-delà, on téléphone."""


def etat(
    *, envois: int, dernier: datetime | None, confirme: bool, joignable: bool, au: datetime, silence: timedelta
) -> EtatNumero:
    """Où en est un numéro. `joignable` : on peut lui écrire, ou écrire à un autre moyen de joindre ce commerce."""
    if confirme:
        return EtatNumero.CONFIRME
    attend = dernier is not None and au < dernier + silence
    if envois >= ENVOIS_AU_PLUS:
        return EtatNumero.RELANCE if attend else EtatNumero.A_APPELER
    if not joignable:
        return EtatNumero.A_APPELER
    if dernier is None:
        return EtatNumero.A_DEMANDER
    return EtatNumero.DEMANDE if attend else EtatNumero.A_RELANCER


def sms_de_confirmation(lien: str, *, limite: str) -> str:
    """Un seul SMS : ce que l'on demande, jusqu'à quand, où."""
    return f"Alerte Commerce : ce mobile est-il à vous ? Confirmez-le et la charte avant le {limite} : {lien}"


def sms_a_revoir(lien: str, *, fin: str, limite: str) -> str:
    """À un autre numéro du commerce. `fin` : les deux derniers chiffres de celui qui ne marche plus."""
    return f"Alerte Commerce : le mobile finissant par {fin} ne marche plus. Donnez le bon avant le {limite} : {lien}"
