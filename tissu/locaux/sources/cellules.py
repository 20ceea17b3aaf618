"""Une cellule d'un fichier de locaux devient une valeur, ou un défaut qui dit ce qu'elle n'est pas."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tissu.locaux.choices import EtatLocal, Independance
from tissu.registre.recherche import normaliser
from tissu.socle.identifiants import siret_valide

VACANTS = frozenset({"vacant", "vacante", "local vacant", "vide", "libre", "inoccupe", "inoccupee", "disponible",
                     "a louer", "a vendre", "ferme", "oui", "1", "vrai", "true"})  # fmt: skip
OCCUPES = frozenset({"en activite", "occupe", "occupee", "actif", "active", "ouvert", "ouverte", "vendu", "loue",
                     "indisponible", "non vacant", "non", "0", "faux", "false"})  # fmt: skip
ETATS = {normaliser(etat.label): etat for etat in EtatLocal} | {
    "vacant": EtatLocal.VACANT, "travaux": EtatLocal.TRAVAUX, "en travaux": EtatLocal.TRAVAUX,
    "reprise annoncee": EtatLocal.TRAVAUX, "ephemere": EtatLocal.EPHEMERE, "mutation": EtatLocal.MUTATION,
}  # fmt: skip
ENSEIGNES = frozenset({"enseigne", "franchise", "franchise ou succursale", "succursale", "reseau", "chaine", "non"})
INDEPENDANTS = frozenset({"independant", "independante", "oui"})


class CelluleIllisible(ValueError):
    """La cellule n'a pas la forme attendue ; le message dit laquelle."""


def texte(valeur: Any) -> str:
    """Le texte d'une cellule, blancs réduits ; un entier écrit comme un réel redevient un entier."""
    if valeur is None:
        return ""
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    return re.sub(r"\s+", " ", str(valeur)).strip()


def etat_dit(valeur: Any) -> EtatLocal | None:
    """L'état que dit une colonne de vacance ; None si elle ne dit rien que l'on comprenne."""
    mot = normaliser(texte(valeur))
    if mot in ETATS:
        return ETATS[mot]
    if mot in VACANTS:
        return EtatLocal.VACANT
    return EtatLocal.OCCUPE if mot in OCCUPES else None


def independance(valeur: Any) -> str:
    """Lève `CelluleIllisible` sur un mot inconnu."""
    mot = normaliser(texte(valeur))
    if not mot:
        return Independance.INCONNUE
    if mot in INDEPENDANTS:
        return Independance.INDEPENDANT
    if mot in ENSEIGNES:
        return Independance.ENSEIGNE
    raise CelluleIllisible("« indépendant » ou « enseigne » attendu")


def jour(valeur: Any) -> date | None:
    """La date d'une cellule, à l'heure qu'elle dit : « 2022-02-10T15:46:06+01:00 », « 10/02/2022 »."""
    dit = texte(valeur)
    if not dit:
        return None
    for forme in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(dit[:10], forme).date()  # noqa: DTZ007 - un jour, sans heure
        except ValueError:
            continue
    raise CelluleIllisible("date attendue : jj/mm/aaaa ou aaaa-mm-jj")


def decimal(maximum: Decimal) -> Callable[[Any], Decimal | None]:
    """Un nombre positif à deux décimales, inférieur à `maximum`."""

    def lire(valeur: Any) -> Decimal | None:
        dit = re.sub(r"[\s\u00a0\u202f]|m²|m2|€", "", texte(valeur)).replace(",", ".")
        if not dit:
            return None
        try:
            nombre = Decimal(dit)
        except InvalidOperation as erreur:
            raise CelluleIllisible("nombre attendu") from erreur
        if not nombre.is_finite() or not 0 <= nombre < maximum:
            raise CelluleIllisible(f"nombre entre 0 et {maximum} attendu")
        return nombre.quantize(Decimal("0.01"))

    return lire


def entier(minimum: int, maximum: int) -> Callable[[Any], int | None]:
    def lire(valeur: Any) -> int | None:
        dit = texte(valeur)
        if not dit:
            return None
        if not re.fullmatch(r"-?\d{1,9}", dit) or not minimum <= int(dit) <= maximum:
            raise CelluleIllisible(f"entier entre {minimum} et {maximum} attendu")
        return int(dit)

    return lire


def siret(valeur: Any) -> str:
    """Les quatorze chiffres d'un SIRET juste, ou rien ; un tableur en ôte les zéros de tête."""
    dit = re.sub(r"[\s\u00a0\u202f.]", "", texte(valeur))
    if not dit:
        return ""
    complet = dit.zfill(14) if re.fullmatch(r"\d{11,13}", dit) else dit
    if not siret_valide(complet):
        raise CelluleIllisible("quatorze chiffres et leur clé attendus")
    return complet


def position(valeur: Any) -> tuple[float, float] | None:
    """(longitude, latitude) d'un texte « latitude, longitude »."""
    dit = texte(valeur)
    if not dit:
        return None
    nombres = re.findall(r"-?\d+(?:\.\d+)?", dit)
    if len(nombres) != 2:
        raise CelluleIllisible("« latitude, longitude » attendu")
    return float(nombres[1]), float(nombres[0])


def coordonnee(valeur: Any) -> float | None:
    dit = texte(valeur).replace(",", ".")
    if not dit:
        return None
    try:
        return float(dit)
    except ValueError as erreur:
        raise CelluleIllisible("nombre attendu") from erreur
