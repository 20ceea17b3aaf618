"""Mise en forme française : nombres, dates, montants, identifiants. L'espace fine est insécable (U+202F)."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

FINE = "\u202f"
INSECABLE = "\u00a0"
HEURE_LOCALE = ZoneInfo("Europe/Paris")
MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
        "novembre", "décembre")  # fmt: skip
MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def nombre(valeur: float | int | Decimal | None, decimales: int = 0) -> str:
    """12480 → « 12 480 » ; None → « – ». Le demi s'arrondit vers le haut, comme on l'apprend à l'école."""
    if valeur is None:
        return "–"
    arrondi = _arrondi(valeur, decimales)
    texte = f"{arrondi:,.{decimales}f}".replace(",", FINE).replace(".", ",")
    return texte.replace("-", "−", 1) if texte.startswith("-") else texte


def _arrondi(valeur: float | int | Decimal, decimales: int) -> Decimal:
    """Par l'écriture du nombre, pour que 2,675 soit bien un demi ; ajouter zéro efface le signe de « −0 »."""
    return Decimal(str(valeur)).quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP) + 0


def variation(valeur: float | int | None, decimales: int = 0) -> str:
    """Un nombre avec son signe : « +12 », « −3 », « 0 »."""
    if valeur is None:
        return "–"
    return ("+" if _arrondi(valeur, decimales) > 0 else "") + nombre(valeur, decimales)


def pourcentage(taux: float | Decimal | None, decimales: int = 1) -> str:
    """0.074 → « 7,4 % »."""
    return "–" if taux is None else f"{nombre(Decimal(str(taux)) * 100, decimales)}{FINE}%"


def euros(montant: Decimal | int | float | None, decimales: int = 0) -> str:
    """1400 → « 1 400 € »."""
    return "–" if montant is None else f"{nombre(montant, decimales)}{INSECABLE}€"


def euros_au_plus_court(montant: Decimal) -> str:
    """« 10 900 € », « 681,25 € » : les centimes ne s'écrivent que s'il y en a."""
    return euros(montant, 0 if montant == montant.to_integral_value() else 2)


def date_courte(jour: date | datetime | None) -> str:
    """« 23 nov. 2026 »."""
    if jour is None:
        return "–"
    jour = _ici(jour)
    return f"{_quantieme(jour)}{INSECABLE}{MOIS_COURTS[jour.month - 1]}{INSECABLE}{jour.year}"


def date_longue(jour: date | datetime | None) -> str:
    """« 23 novembre 2026 »."""
    if jour is None:
        return "–"
    jour = _ici(jour)
    return f"{_quantieme(jour)}{INSECABLE}{MOIS[jour.month - 1]}{INSECABLE}{jour.year}"


def _ici(jour: date | datetime) -> date | datetime:
    """Un moment se date à l'heure d'ici : 23 h 30 à Londres le 31 est déjà le 1er à Paris."""
    return jour.astimezone(HEURE_LOCALE) if isinstance(jour, datetime) and jour.tzinfo else jour


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)


def mois_long(code: str) -> str:
    """« 2026-10 » → « octobre 2026 »."""
    return f"{MOIS[int(code[5:7]) - 1]}{INSECABLE}{code[:4]}"


def mois_court(code: str) -> str:
    """« 2026-10 » → « oct. 2026 »."""
    return f"{MOIS_COURTS[int(code[5:7]) - 1]}{INSECABLE}{code[:4]}"


def siren_lisible(siren: str | None) -> str:
    """« 552100554 » → « 552 100 554 »."""
    return "–" if not siren else FINE.join((siren[:3], siren[3:6], siren[6:9]))


def siret_lisible(siret: str | None) -> str:
    """« 55210055400013 » → « 552 100 554 00013 »."""
    return "–" if not siret else siren_lisible(siret[:9]) + FINE + siret[9:]


def octets(taille: int) -> str:
    """Une taille de fichier : « 1,4 Mo »."""
    if taille < 1000:
        return pluriel(taille, "octet")
    valeur, unite = taille / 1000, "ko"
    for plus_grande in ("Mo", "Go"):
        # 999,96 ko s'écrirait « 1 000,0 ko » : c'est déjà 1,0 Mo.
        if round(valeur, 1) >= 1000:
            valeur, unite = valeur / 1000, plus_grande
    return f"{nombre(valeur, 1)}{INSECABLE}{unite}"


def pluriel(combien: int, singulier: str, pluriel_: str = "") -> str:
    """« 3 établissements », « 1 établissement » : le nombre et le mot accordé."""
    mot = singulier if abs(combien) < 2 else (pluriel_ or singulier + "s")
    return f"{nombre(combien)}{INSECABLE}{mot}"


DECLENCHEURS_DE_FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Ces premiers signes feraient lire un texte comme une formule par un tableur ; les quatre derniers sont les formes
pleine chasse, qu'un tableur réglé pour l'Asie entend comme les premières."""


def sans_formule(texte: str) -> str:
    """Un texte de tableur sans danger : une apostrophe devant celui qui commence comme une formule."""
    return f"'{texte}" if texte.lstrip(" ").startswith(DECLENCHEURS_DE_FORMULE) else texte
