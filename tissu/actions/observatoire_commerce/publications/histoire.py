"""La vacance d'une campagne à l'autre : la ligne s'interrompt où deux campagnes ne se comparent pas."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.queries.vacance import Etape
from tissu.actions.observatoire_commerce.queries.vacance import histoire as etapes_de
from tissu.actions.observatoire_commerce.rules.vacance import Definition
from tissu.publications.contenu import (
    Bloc,
    Colonne,
    Figure,
    Nature,
    Paragraphe,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.publications.ruptures import suite_avec_ruptures
from tissu.socle.formats import MOIS_COURTS, pourcentage, variation

SOURCE = "Locaux de l'observatoire : fichiers des villes et relevés sur place"
RUPTURE, NON_DECIDE = "rupture", "à décider"


def histoire(lieu: Lieu, au: date, usuelle: Definition) -> list[Bloc]:
    """Une étape par campagne close qui a couvert le lieu."""
    etapes = etapes_de(lieu, au, usuelle.code)
    if not etapes:
        return [Paragraphe("Aucune campagne close n'a couvert ce lieu : il n'y a pas encore d'histoire à montrer.")]
    chiffrees = [etape for etape in etapes if etape.vacance.taux is not None]
    figures = [_figure(chiffrees)] if len(chiffrees) > 1 else []
    return [*figures, _tableau(etapes)]


def points(ecart: Decimal | None) -> str:
    """Un écart de taux, en points ; vide quand il ne s'écrit pas."""
    return "" if ecart is None else f"{variation(float(ecart) * 100, 1)} pt"


def evolution(etapes: Sequence[Etape]) -> str:
    """Ce que l'on peut dire des deux dernières campagnes : leur écart, ou pourquoi il ne s'écrit pas."""
    if len(etapes) < 2:
        return ""
    derniere, avant = etapes[-1], etapes[-2]
    if derniere.variation is not None:
        return f"{points(derniere.variation)} depuis « {avant.campagne} »"
    if derniere.comparaison is None or derniere.comparaison.permise:
        return "pas d'écart : trop peu de locaux pour un taux"
    return f"pas d'écart : {derniere.comparaison.motif if derniere.comparaison.verdict else 'comparabilité à décider'}"


def _figure(etapes: Sequence[Etape]) -> Figure:
    suite, noms = 0, _noms(etapes)
    lignes: list[dict[str, Any]] = []
    for rang, etape in enumerate(etapes):
        separee = bool(rang) and etape.variation is None
        suite += separee
        lignes.append({
            "etape": noms[rang], "taux": float(etape.vacance.taux or 0), "suite": str(suite),
            "rupture": _rupture(etape) if separee else "",
        })  # fmt: skip
    premiere, derniere = etapes[0], etapes[-1]
    ruptures = f" La ligne s'interrompt {'une fois' if suite == 1 else f'{suite} fois'} : les deux campagnes ne se "
    return Figure(
        _constat(etapes),
        "Taux de vacance au jour de chaque campagne, en nombre de locaux",
        _dessin(tuple(tuple(ligne.items()) for ligne in lignes)),
        f"De {pourcentage(premiere.vacance.taux)} à {pourcentage(derniere.vacance.taux)} en {len(etapes)} campagnes."
        + (f"{ruptures}comparent pas." if suite else "")
        + " Les valeurs sont dans le tableau qui suit.",
        source=SOURCE,
        # Des barres : une courbe modifiable relierait deux campagnes qui ne se comparent pas.
        natif=graphique_natif(
            lignes, SorteDeGraphique.BARRES, categorie="etape", valeurs={"taux": "Taux de vacance"}, nature=Nature.TAUX
        ),
    )


@lru_cache(maxsize=128)
def _dessin(lignes: tuple[tuple[tuple[str, Any], ...], ...]) -> dict[str, Any]:
    """La spécification, composée une fois par histoire : elle coûte plus que la page."""
    return suite_avec_ruptures(
        [dict(ligne) for ligne in lignes], etape="etape", valeur="taux", suite="suite", rupture="rupture", forme=".1%"
    )


def _noms(etapes: Sequence[Etape]) -> list[str]:
    """Le mois de chaque campagne ; son nom si deux tombent le même mois."""
    mois = [f"{MOIS_COURTS[etape.jour.month - 1]} {etape.jour.year}" for etape in etapes]
    return [
        nom if mois.count(nom) == 1 else str(etape.campagne) for nom, etape in zip(mois, etapes, strict=True)
    ]  # fmt: skip


def _rupture(etape: Etape) -> str:
    decidee = etape.comparaison is not None and etape.comparaison.verdict
    return RUPTURE if decidee else NON_DECIDE


def _constat(etapes: Sequence[Etape]) -> str:
    dernier = pourcentage(etapes[-1].vacance.taux)
    dite = evolution(etapes)
    return f"{dernier} à la dernière campagne, {dite}"


def _tableau(etapes: Sequence[Etape]) -> Tableau:
    lignes = [
        {
            "campagne": str(etape.campagne),
            "jour": etape.jour,
            "methode": etape.campagne.get_methode_display(),
            "cellules": etape.vacance.cellules,
            "vacantes": etape.vacance.vacantes,
            "taux": etape.vacance.taux,
            "ecart": points(etape.variation),
            "comparable": etape.comparaison.motif if etape.comparaison else "première campagne",
        }
        for etape in etapes
    ]
    return Tableau(
        "histoire", "La vacance au jour de chaque campagne",
        [
            Colonne("campagne", "Campagne"), Colonne("jour", "Au", Nature.DATE), Colonne("methode", "Méthode"),
            Colonne("cellules", "Locaux", Nature.NOMBRE), Colonne("vacantes", "Vacants", Nature.NOMBRE),
            Colonne("taux", "Taux", Nature.TAUX), Colonne("ecart", "Écart"),
            Colonne("comparable", "Se compare à la précédente ?"),
        ],
        lignes, source=SOURCE, cle_primaire=("campagne",),
        note="L'écart, en points, ne s'écrit qu'entre deux campagnes qu'une personne a dites comparables.",
    )  # fmt: skip
