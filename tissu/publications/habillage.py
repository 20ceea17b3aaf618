"""L'habillage d'un document : ce qui vient de l'organisation et de la diffusion, jamais du contenu."""

from dataclasses import dataclass
from datetime import datetime

from tissu.publications.choices import Audience
from tissu.socle.formats import HEURE_LOCALE, INSECABLE, date_longue


@dataclass(frozen=True)
class Habillage:
    """Le gabarit d'une organisation et les mentions d'une édition, pour les rendus PDF et diaporama.

    `diapositives` : les octets du gabarit PPTX du partenaire, ou None. `embargo` et `reserve` s'impriment sur chaque
    page quand ils ne sont pas vides ; `edition` dit le numéro et la date de diffusion.
    """

    organisation: str = ""
    accent: str = ""
    pied: str = ""
    logo: bytes = b""
    diapositives: bytes | None = None
    edition: str = ""
    embargo: str = ""
    reserve: str = ""


def mention_d_embargo(jusqu_au: datetime | None) -> str:
    """« Sous embargo jusqu'au 1er décembre 2026 à 8 h 00 — comité de pilotage » ; vide sans embargo."""
    if jusqu_au is None:
        return ""
    ici = jusqu_au.astimezone(HEURE_LOCALE)
    heure = f"{ici.hour}{INSECABLE}h{INSECABLE}{ici.minute:02d}"
    return f"Sous embargo jusqu'au {date_longue(ici)} à {heure} — comité de pilotage"


def mention_de_reserve(audience: str) -> str:
    """Ce qu'un document non public dit de qui peut le lire ; vide s'il est public."""
    if audience == Audience.PUBLIC:
        return ""
    return f"Diffusion réservée : {Audience(audience).label.lower()}"
