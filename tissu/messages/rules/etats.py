"""Ce qu'une remise devient quand ses parties changent, et ce qu'un opérateur dit d'un message."""

from collections.abc import Iterable

from tissu.messages.choices import EtatPartie, EtatRemise

# La première règle qui vaut l'emporte : un SMS dont une partie échoue n'a pas été lu.
ORDRE = (
    (EtatPartie.ECHOUEE, EtatRemise.ECHOUEE),
    (EtatPartie.INCERTAINE, EtatRemise.INCERTAINE),
    (EtatPartie.EN_VOL, EtatRemise.EN_COURS),
)
DE_L_OPERATEUR = {
    "DELIVRD": EtatPartie.RECUE,
    "ACCEPTD": EtatPartie.REMISE,
    "ENROUTE": EtatPartie.REMISE,
    "SCHEDLD": EtatPartie.REMISE,
    "EXPIRED": EtatPartie.ECHOUEE,
    "DELETED": EtatPartie.ECHOUEE,
    "UNDELIV": EtatPartie.ECHOUEE,
    "REJECTD": EtatPartie.ECHOUEE,
}
"""Les états d'un message chez l'opérateur qui apprennent quelque chose (SMPP 3.4, §5.2.28)."""
MUET = "UNKNOWN"
"""L'état qui n'apprend rien."""
EN_MOTS = {
    "EXPIRED": "L'opérateur n'a pas pu le remettre à temps",
    "DELETED": "Effacé par l'opérateur",
    "UNDELIV": "Le numéro n'a pas pu être joint",
    "REJECTD": "Refusé par l'opérateur",
}
DERNIERS = frozenset({EtatPartie.RECUE, EtatPartie.ECHOUEE, EtatPartie.ARRETEE})
"""Les états d'où une partie ne bouge plus."""


def etat_de_remise(parties: Iterable[str]) -> EtatRemise:
    """L'état d'une remise d'après celui de ses parties."""
    etats = set(parties)
    for partie, remise in ORDRE:
        if partie in etats:
            return remise
    if etats == {EtatPartie.RECUE}:
        return EtatRemise.RECUE
    if etats <= {EtatPartie.RECUE, EtatPartie.REMISE}:
        return EtatRemise.REMISE
    if EtatPartie.ARRETEE in etats:
        return EtatRemise.PERIMEE
    return EtatRemise.ATTENTE if etats == {EtatPartie.ATTENTE} else EtatRemise.EN_COURS
