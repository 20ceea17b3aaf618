"""Qui l'emporte quand deux sources disent l'activité d'un occupant."""

from tissu.locaux.choices import OrigineActivite

RANGS = (OrigineActivite.NAF, OrigineActivite.FICHIER, OrigineActivite.RELEVE, OrigineActivite.MAIN)


def l_emporte(origine: str, sur: str) -> bool:
    """La main l'emporte sur le relevé, le relevé sur le fichier, le fichier sur la NAF ; à rang égal, le dernier."""
    return RANGS.index(OrigineActivite(origine)) >= RANGS.index(OrigineActivite(sur))
