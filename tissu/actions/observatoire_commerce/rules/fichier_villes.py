"""Le fichier des chiffres d'autres villes : ses colonnes, et la lecture d'une ligne, chaque défaut nommé."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tissu.actions.observatoire_commerce.choices import IndicateurCompare, RoleDeVille, TypePerimetre
from tissu.actions.observatoire_commerce.rules.comparaisons import MESURES
from tissu.locaux.choices import VerdictComparabilite
from tissu.socle.argent import MontantInvalide, lire_montant

ANNEE_MIN = 1990
VALEUR_MAX = Decimal(10) ** 9
PRECISION = Decimal("0.0001")
# Les mots que la colonne accepte, en code ou en clair.
COMPARABLE: Mapping[str, str] = {"oui": "oui", "partiel": "partiel", "en partie": "partiel", "non": "non"}


@dataclass(frozen=True)
class Colonne:
    """Une colonne du fichier : son titre, ce qu'on y écrit, et un exemple."""

    champ: str
    titre: str
    aide: str
    exemple: str
    requise: bool = False


COLONNES: tuple[Colonne, ...] = (
    Colonne("ville", "Ville", "Son nom.", "Exemple : Villefictive", requise=True),
    Colonne("perimetre", "Périmètre", "commune, epci, hypercentre ou pole.", "commune", requise=True),
    Colonne("perimetre_detail", "Ce que couvre le périmètre", "En une phrase.", "Toute la commune"),
    Colonne("role", "Rôle", "prefecture_region, ancienne_prefecture_region, prefecture ou autre.", "prefecture_region"),
    Colonne("population", "Habitants", "Du périmètre, au recensement.", "158000"),
    Colonne("population_annee", "Année de la population", "", "2021"),
    Colonne("population_source", "Source de la population", "", "Insee, recensement"),
    Colonne("revenu_median_eur", "Revenu médian (€)", "Par an et par unité de consommation.", "21500"),
    Colonne("tourisme", "Nuitées par habitant", "Par an.", "4,2"),
    Colonne("indicateur", "Indicateur", ", ".join(IndicateurCompare.values) + ".", "taux_vacance", requise=True),
    Colonne("annee", "Année", "De la valeur.", "2025", requise=True),
    Colonne("valeur", "Valeur", "Un taux s'écrit 7,4 % ou 0,074.", "7,4 %", requise=True),
    Colonne("definition", "Définition", "Celle de la source.", "Cellules vacantes / cellules", requise=True),
    Colonne("source", "Source", "Qui publie ce chiffre.", "Observatoire de Villefictive", requise=True),
    Colonne("comparable", "Comparable", "oui, partiel ou non.", "oui", requise=True),
    Colonne("motif", "Motif", "Pourquoi pas, ou pas tout à fait.", ""),
)
EXEMPLE = "exemple :"
PAR_TITRE = {colonne.titre.casefold(): colonne.champ for colonne in COLONNES} | {c.champ: c.champ for c in COLONNES}


@dataclass(frozen=True)
class Defaut:
    """Ce qui ne va pas dans une ligne : le champ, la valeur lue, et quoi faire."""

    champ: str
    valeur: str
    remede: str


@dataclass(frozen=True)
class LigneLue:
    """Une ligne juste : ce qu'elle dit de la ville, et sa valeur."""

    ville: Mapping[str, Any]
    valeur: Mapping[str, Any]


def colonnes_manquantes(entetes: Sequence[str]) -> list[str]:
    """Les titres des colonnes requises que le fichier n'a pas."""
    presents = {PAR_TITRE.get(entete.strip().casefold()) for entete in entetes}
    return [colonne.titre for colonne in COLONNES if colonne.requise and colonne.champ not in presents]


def nommer(entetes: Sequence[str], cellules: Sequence[str]) -> dict[str, str]:
    """Champ → texte lu, sans les colonnes que l'on ne connaît pas."""
    paires = zip(entetes, cellules, strict=False)
    lues = {PAR_TITRE[titre.strip().casefold()]: texte.strip() for titre, texte in paires
            if titre.strip().casefold() in PAR_TITRE}  # fmt: skip
    return {colonne.champ: lues.get(colonne.champ, "") for colonne in COLONNES}


def est_un_exemple(brute: Mapping[str, str]) -> bool:
    """La ligne du modèle, qui n'est jamais lue."""
    return brute["ville"].casefold().startswith(EXEMPLE)


def lire_ligne(brute: Mapping[str, str], *, annee_max: int) -> tuple[LigneLue | None, list[Defaut]]:
    """La ligne comprise, ou tous ses défauts ensemble."""
    lecteur = _Lecteur(brute)
    for colonne in COLONNES:
        if colonne.requise and not brute[colonne.champ]:
            lecteur.relever(colonne.champ, "remplissez cette case.")
    indicateur = lecteur.choix("indicateur", {code: code for code in IndicateurCompare.values})
    ville = {
        "nom": brute["ville"],
        "perimetre": lecteur.choix("perimetre", {code: code for code in TypePerimetre.values}),
        "perimetre_detail": brute["perimetre_detail"],
        "role": lecteur.choix("role", {code: code for code in RoleDeVille.values}),
        "population": lecteur.entier("population", 1, 20_000_000),
        "population_annee": lecteur.entier("population_annee", ANNEE_MIN, annee_max),
        "population_source": brute["population_source"],
        "revenu_median_eur": lecteur.entier("revenu_median_eur", 1_000, 200_000),
        "tourisme": lecteur.nombre("tourisme", Decimal(500)),
    }
    valeur = {
        "indicateur": indicateur,
        "annee": lecteur.entier("annee", ANNEE_MIN, annee_max),
        "valeur": lecteur.valeur(indicateur),
        "definition": brute["definition"],
        "source": brute["source"],
        "comparable": lecteur.choix("comparable", COMPARABLE),
        "motif": brute["motif"],
    }
    if valeur["comparable"] not in {"", VerdictComparabilite.OUI} and not brute["motif"]:
        lecteur.relever("motif", "dites pourquoi cette valeur ne se compare pas tout à fait.")
    if ville["population"] and not brute["population_source"]:
        lecteur.relever("population_source", "dites qui donne cette population.")
    return (None if lecteur.defauts else LigneLue(ville, valeur)), lecteur.defauts


class _Lecteur:
    """Lit les cases d'une ligne en relevant chaque défaut au lieu de s'arrêter au premier."""

    def __init__(self, brute: Mapping[str, str]) -> None:
        self.brute = brute
        self.defauts: list[Defaut] = []

    def relever(self, champ: str, remede: str) -> None:
        if champ not in {defaut.champ for defaut in self.defauts}:
            self.defauts.append(Defaut(champ, self.brute[champ], remede))

    def choix(self, champ: str, permis: Mapping[str, str]) -> str:
        texte = self.brute[champ].casefold()
        if texte and texte not in permis:
            self.relever(champ, f"écrivez l'un de ces mots : {', '.join(dict.fromkeys(permis.values()))}.")
        return permis.get(texte, "")

    def nombre(self, champ: str, maxi: Decimal) -> Decimal | None:
        lu = self._chiffre(champ, lambda lu: 0 <= lu <= maxi, f"écrivez un nombre de 0 à {maxi}.")
        return None if lu is None else lu.quantize(Decimal("0.01"))

    def entier(self, champ: str, mini: int, maxi: int) -> int | None:
        lu = self._chiffre(
            champ,
            lambda lu: lu == lu.to_integral_value() and mini <= lu <= maxi,
            f"écrivez un nombre entier de {mini} à {maxi}.",
        )
        return None if lu is None else int(lu)

    def valeur(self, indicateur: str) -> Decimal | None:
        """Un taux va de 0 à 1, ou porte le signe %."""
        if indicateur and MESURES[indicateur].taux:
            remede, maxi = "écrivez un taux avec son signe (7,4 %) ou de 0 à 1.", Decimal(1)
        else:
            remede, maxi = "écrivez un nombre positif.", VALEUR_MAX
        lu = self._chiffre("valeur", lambda lu: 0 <= lu <= maxi, remede)
        return None if lu is None else lu.quantize(PRECISION)

    def _chiffre(self, champ: str, juste: Callable[[Decimal], bool], remede: str) -> Decimal | None:
        texte = self.brute[champ]
        if not texte:
            return None
        part = texte.endswith("%")
        try:
            lu = lire_montant(texte.removesuffix("%")) / (100 if part else 1)
        except MontantInvalide:
            self.relever(champ, remede)
            return None
        if not juste(lu):
            self.relever(champ, remede)
            return None
        return lu
