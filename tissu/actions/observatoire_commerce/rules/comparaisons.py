"""Comparer des villes : lesquelles sont semblables, quelles valeurs se comparent, où la nôtre se place.

Rien ne se normalise sous un nombre minimal de villes comparables ; deux types de périmètre ne se mêlent jamais : ce que
l'on reçoit ici n'en a qu'un.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, pstdev, quantiles

from tissu.actions.observatoire_commerce.choices import IndicateurCompare, RoleDeVille
from tissu.locaux.choices import VerdictComparabilite
from tissu.socle.formats import nombre

POUR_HABITANTS = 10_000


@dataclass(frozen=True)
class Mesure:
    """Un indicateur que l'on compare. `par_habitant` : un nombre, qui ne se compare que rapporté aux habitants."""

    titre: str
    unite: str
    definition: str
    par_habitant: bool = False
    taux: bool = False


MESURES: Mapping[str, Mesure] = {
    IndicateurCompare.TAUX_VACANCE: Mesure(
        "Taux de vacance", "% des locaux", "Locaux vacants rapportés à tous les locaux commerciaux, en nombre.",
        taux=True,
    ),
    IndicateurCompare.VACANTS: Mesure(
        "Locaux vacants", "locaux", "Nombre de locaux commerciaux vacants.", par_habitant=True
    ),
    IndicateurCompare.LOCAUX: Mesure(
        "Locaux commerciaux", "locaux", "Nombre de locaux à vitrine ou accès clientèle, occupés ou non.",
        par_habitant=True,
    ),
    IndicateurCompare.SURFACE_VENTE: Mesure(
        "Surface de vente", "m²", "Somme des surfaces de vente connues des locaux occupés.", par_habitant=True
    ),
    IndicateurCompare.PART_INDEPENDANTS: Mesure(
        "Part des indépendants", "% des locaux", "Indépendants parmi les locaux occupés dont on sait s'ils le sont.",
        taux=True,
    ),
}  # fmt: skip


# --- Les villes semblables ---


@dataclass(frozen=True)
class Criteres:
    """Les bornes, comprises ; None ou vide : on ne trie pas là-dessus."""

    population_min: int | None = None
    population_max: int | None = None
    roles: frozenset[str] = frozenset()
    revenu_min_eur: int | None = None
    revenu_max_eur: int | None = None
    tourisme_min: Decimal | None = None
    tourisme_max: Decimal | None = None

    @property
    def vides(self) -> bool:
        return self == Criteres()


@dataclass(frozen=True)
class Ville:
    """Ce que l'on sait d'une ville pour la choisir ; None : inconnu."""

    nom: str
    population: int | None = None
    role: str = ""
    revenu_median_eur: int | None = None
    tourisme: Decimal | None = None


def ecarts(ville: Ville, criteres: Criteres) -> tuple[str, ...]:
    """Pourquoi cette ville n'est pas semblable ; vide si elle l'est. Ce qu'on ignore d'elle l'écarte, et se dit."""
    raisons = [
        _hors("population", ville.population, criteres.population_min, criteres.population_max, "habitants"),
        _hors("revenu médian", ville.revenu_median_eur, criteres.revenu_min_eur, criteres.revenu_max_eur, "€"),
        _hors("tourisme", ville.tourisme, criteres.tourisme_min, criteres.tourisme_max, "nuitées par habitant"),
    ]
    if criteres.roles and ville.role not in criteres.roles:
        raisons.append(f"rôle {RoleDeVille(ville.role).label.lower()}" if ville.role else "rôle inconnu")
    return tuple(raison for raison in raisons if raison)


def _hors(
    nom: str, valeur: int | Decimal | None, mini: int | Decimal | None, maxi: int | Decimal | None, unite: str
) -> str:
    if mini is None and maxi is None:
        return ""
    if valeur is None:
        return f"{nom} inconnue" if nom == "population" else f"{nom} inconnu"
    if mini is not None and valeur < mini:
        return f"{nom} de {_dit(valeur)} {unite}, moins que {_dit(mini)}"
    if maxi is not None and valeur > maxi:
        return f"{nom} de {_dit(valeur)} {unite}, plus que {_dit(maxi)}"
    return ""


def _dit(valeur: int | Decimal) -> str:
    return nombre(valeur, 0 if valeur == int(valeur) else 1)


def bande_de_population(habitants: int, ecart: float) -> tuple[int, int]:
    """Les bornes proposées autour de notre population, arrondies au millier."""
    return round(round(habitants * (1 - ecart)), -3), round(round(habitants * (1 + ecart)), -3)


# --- Les valeurs qui se comparent ---


def comparabilite(
    *, dite: str, motif: str, annee: int, notre_annee: int | None, ecart_annees: int, par_habitant: bool,
    population: int | None,
) -> tuple[str, str]:  # fmt: skip
    """Ce que vaut une valeur pour la comparaison, et pourquoi : jamais mieux que ce qu'une personne en a dit."""
    if dite == VerdictComparabilite.NON:
        return dite, motif
    if notre_annee is not None and abs(annee - notre_annee) > ecart_annees:
        return VerdictComparabilite.NON.value, f"valeur de {annee}, à plus de {ecart_annees} ans de la nôtre"
    if par_habitant and population is None:
        return VerdictComparabilite.NON.value, "population inconnue : rien ne se rapporte aux habitants"
    return dite, motif


def rapportee(valeur: Decimal, population: int | None, par_habitant: bool) -> float | None:
    """La valeur qui se compare : telle quelle pour un taux, pour 10 000 habitants pour un nombre."""
    if not par_habitant:
        return float(valeur)
    return float(valeur) / population * POUR_HABITANTS if population else None


# --- Se placer ---


@dataclass(frozen=True)
class Place:
    """La place d'une valeur parmi les villes comparables.

    `rang` : 1 pour la plus forte, les égales se le partagent ; `quartile` : 1 pour le quart le plus faible.
    `score` : écart à la moyenne des villes comparables, en écarts types ; None si elles ont toutes la même valeur.
    """

    rang: int
    sur: int
    score: float | None
    quartile: int


def placer(notre: float | None, autres: Mapping[str, float], *, minimum: int) -> dict[str, Place] | None:
    """La place de chaque ville (la nôtre sous la clé vide) ; None s'il y a moins de `minimum` villes comparables.

    La moyenne, l'écart type et les quartiles sont ceux des autres villes ; le rang compte la nôtre.
    """
    if len(autres) < minimum:
        return None
    reference = list(autres.values())
    moyenne, ecart = fmean(reference), pstdev(reference)
    bornes = quantiles(reference, n=4, method="inclusive") if len(reference) > 1 else [reference[0]] * 3
    toutes = dict(autres) | ({"": notre} if notre is not None else {})
    return {
        cle: Place(
            rang=1 + sum(autre > valeur for autre in toutes.values()),
            sur=len(toutes),
            score=(valeur - moyenne) / ecart if ecart else None,
            quartile=1 + sum(valeur > borne for borne in bornes),
        )
        for cle, valeur in toutes.items()
    }


def constat(notre: Place | None, valeur: float | None, mediane: float | None, *, titre: str) -> str:
    """Ce que le graphique montre, en une phrase : son titre."""
    if notre is None or valeur is None or mediane is None:
        return f"{titre} : les villes dont on a un chiffre"
    if valeur == mediane:
        return f"{titre} : nous sommes à la médiane des villes comparables"
    place = f"{nombre(notre.rang)}{'er' if notre.rang == 1 else 'e'} sur {nombre(notre.sur)}"
    sens = "plus haut" if valeur > mediane else "plus bas"
    return f"{titre} : {place}, {sens} que la médiane des villes comparables"


def mediane(valeurs: Sequence[float]) -> float | None:
    """La médiane des villes comparables."""
    if not valeurs:
        return None
    return quantiles(valeurs, n=2, method="inclusive")[0] if len(valeurs) > 1 else valeurs[0]
