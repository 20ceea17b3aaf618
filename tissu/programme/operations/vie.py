"""Ce que toute écriture de la vie d'une fiche vérifie d'abord, et comment elle s'enregistre."""

from datetime import datetime
from typing import Any

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Fiche
from tissu.programme.operations.conflits import ModificationRefusee


class VieRefusee(ModificationRefusee):
    """L'échéance, la réunion ou le livrable ne peut pas être écrit ; le message dit pourquoi."""


def exiger_redacteur(fiche: Fiche, auteur: Any) -> None:
    """La fiche n'est pas close et la personne est chargée de mission d'un partenaire. Lève `VieRefusee`."""
    if fiche.etat == EtatFiche.CLOSE:
        raise VieRefusee("Cette fiche est close : son calendrier se lit encore, mais ne s'écrit plus.")
    if not permissions.est_redacteur(auteur, fiche):
        raise VieRefusee("Seuls les chargés de mission des partenaires de la convention tiennent ce calendrier.")


def exiger_texte(texte: str, manque: str) -> str:
    """Le texte sans blancs autour. Lève `VieRefusee` avec ce message s'il est vide."""
    if not texte.strip():
        raise VieRefusee(manque)
    return texte.strip()


def enregistrer(objet: Any, *, auteur: Any, au: datetime) -> None:
    """Enregistre en datant la modification et en la signant dans l'historique."""
    date_de_modification = "modifie_le" if hasattr(objet, "modifie_le") else "modifiee_le"
    setattr(objet, date_de_modification, au)
    objet._history_user = auteur
    objet.save()
