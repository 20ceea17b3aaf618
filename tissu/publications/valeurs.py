"""La valeur d'une cellule, mise en forme à la française selon la nature de sa colonne."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tissu.publications.contenu import Nature
from tissu.socle import formats

_FORMATS: dict[Nature, Callable[[Any], str]] = {
    Nature.NOMBRE: formats.nombre,
    Nature.DECIMAL: lambda valeur: formats.nombre(valeur, 1),
    Nature.VARIATION: formats.variation,
    Nature.TAUX: formats.pourcentage,
    Nature.EUROS: formats.euros,
    Nature.CENTIMES: lambda valeur: formats.euros(valeur, 2),
    Nature.CENTIEMES: lambda valeur: formats.nombre(valeur, 2),
    Nature.DATE: formats.date_courte,
    Nature.SIREN: formats.siren_lisible,
    Nature.SIRET: formats.siret_lisible,
}

NUMERIQUES = frozenset({
    Nature.NOMBRE, Nature.DECIMAL, Nature.VARIATION, Nature.TAUX, Nature.EUROS, Nature.CENTIMES, Nature.CENTIEMES,
})  # fmt: skip


def affichee(valeur: Any, nature: Nature) -> str:
    """Le texte à lire : « 12 480 », « 7,4 % », « 23 nov. 2026 » ; un tiret pour ce qui manque.

    Un texte dans une colonne de nombres dit pourquoi le nombre n'y est pas (« secret ») : il se lit tel quel.
    """
    if valeur is None or valeur == "":
        return "–"
    if isinstance(valeur, str) and numerique(nature):
        return valeur
    return _FORMATS.get(nature, str)(valeur)


def enchainer(*textes: str) -> str:
    """Une note, une source, un renvoi, l'un après l'autre : chacun fini par un point quand un autre le suit."""
    gardes = [texte.strip() for texte in textes if texte.strip()]
    finis = [texte if texte[-1] in ".!?…" else f"{texte}." for texte in gardes[:-1]]
    return " ".join([*finis, *gardes[-1:]])


def numerique(nature: Nature) -> bool:
    """Dit si la colonne s'aligne à droite."""
    return nature in NUMERIQUES


def pour_tableur(valeur: Any) -> str:
    """Le texte d'une cellule de CSV, sans danger dans un tableur : une formule y devient un texte.

    Les nombres gardent la virgule décimale et les dates la forme AAAA-MM-JJ.
    """
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, int | float) or hasattr(valeur, "quantize"):
        return str(valeur).replace(".", ",")
    if isinstance(valeur, date):
        return valeur.isoformat()
    return formats.sans_formule(str(valeur))


def numero_pour_tableur(numero: str) -> str:
    """Un SIREN ou un SIRET groupé par des espaces : nu, un tableur en ferait 1,23E+13."""
    return " ".join(filter(None, (numero[:3], numero[3:6], numero[6:9], numero[9:])))
