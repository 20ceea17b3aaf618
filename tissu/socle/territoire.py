"""Le territoire servi : un dossier de configuration, jamais du code (nom, communes, thème, paramètres locaux)."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings


class TerritoireInconnu(LookupError):
    """Aucun dossier de configuration ne porte ce nom."""


@dataclass(frozen=True)
class Population:
    """Les habitants d'une commune ou de tout le territoire (son `code`) au recensement d'une année, et qui le dit."""

    code: str
    annee: int
    habitants: int
    source: str


@dataclass(frozen=True)
class Territoire:
    """Un EPCI ou une liste de communes. `communes` va du code officiel géographique au nom ; `codes_postaux`, du même
    code au code postal principal, quand il est dit.

    `commune_centre` : le code de la ville que l'on compare à d'autres villes ; vide quand aucune ne s'impose.
    """

    slug: str
    nom: str
    code: str
    communes: dict[str, str]
    dossier: Path | None = None
    theme: dict[str, Any] = field(default_factory=dict)
    partenaires: tuple[str, ...] = ()
    parametres: dict[str, Any] = field(default_factory=dict)
    populations: tuple[Population, ...] = ()
    commune_centre: str = ""
    codes_postaux: dict[str, str] = field(default_factory=dict)

    def population(self, code: str, *, au: date) -> Population | None:
        """La population connue la plus récente à cette date ; None si le territoire n'en dit pas."""
        connues = [une for une in self.populations if une.code == code and une.annee <= au.year]
        return max(connues, key=lambda une: une.annee, default=None)

    @classmethod
    def de_communes(cls, codes: list[str]) -> "Territoire":
        """Un territoire improvisé d'une liste de codes de communes, sans configuration."""
        nom = "Commune " + codes[0] if len(codes) == 1 else "Communes " + ", ".join(codes)
        return cls(slug="-".join(codes), nom=nom, code="", communes={code: code for code in codes})


@lru_cache
def territoire(slug: str = "") -> Territoire:
    """Lit la configuration d'un territoire (celui des réglages par défaut).

    Lève `TerritoireInconnu` si le dossier n'existe pas.
    """
    slug = slug or settings.TERRITOIRE
    fichier = Path(settings.TERRITOIRES) / slug / "territoire.yaml"
    if not fichier.is_file():
        connus = sorted(chemin.parent.name for chemin in Path(settings.TERRITOIRES).glob("*/territoire.yaml"))
        raise TerritoireInconnu(
            f"Le territoire « {slug} » n'est pas configuré. Connus : {', '.join(connus) or 'aucun'}."
        )
    contenu = yaml.safe_load(fichier.read_text(encoding="utf-8"))
    return Territoire(
        slug=slug,
        nom=contenu["nom"],
        code=str(contenu.get("code", "")),
        communes={str(commune["code"]): commune["nom"] for commune in contenu["communes"]},
        codes_postaux={
            str(une["code"]): str(une["code_postal"]) for une in contenu["communes"] if "code_postal" in une
        },
        dossier=fichier.parent,
        theme=contenu.get("theme", {}),
        partenaires=tuple(contenu.get("partenaires", ())),
        parametres=contenu.get("parametres", {}),
        commune_centre=str(contenu.get("commune_centre", "")),
        populations=tuple(Population(**une) for une in contenu.get("populations", ())),
    )
