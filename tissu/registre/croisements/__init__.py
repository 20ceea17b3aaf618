"""Croisements du registre : des fichiers officiels typés aux tables de l'instantané.

Mode d'emploi pour l'appelant (le moteur d'import) :

    from tissu.registre.croisements import ETAPES, SORTIES, Contexte

    contexte = Contexte.du_territoire(communes={"21231": "Dijon", ...}, source_au=date(2026, 11, 1),
                                      adresses_connues=True)
    tables = {...}                       # tables d'entrée, voir plus bas
    for etape in ETAPES:                 # dans cet ordre
        expression = etape.fonction(tables, contexte)      # expression Ibis
        tables[etape.nom] = <écrire l'expression en Parquet, puis relire ce Parquet en table Ibis>
    # instantané : les étapes dont etape.sortie est vrai (noms : SORTIES), colonnes dans l'ordre de SCHEMAS ;
    # les autres sont des étapes de travail, à effacer avec le dossier d'étapes.

Tables d'entrée (toutes facultatives sauf `sirene_etablissements` ; une colonne absente est lue comme NULL,
un texte vide et `[ND]` aussi ; toutes les colonnes officielles en VARCHAR sous leur nom de l'Insee) :

- `sirene_etablissements`   StockEtablissement. Lignes du territoire ; des lignes hors du territoire (même SIREN,
  ou liées par succession) sont permises et servent seulement à connaître leur adresse.
- `sirene_unites_legales`   StockUniteLegale des SIREN présents.
- `sirene_historique`       StockEtablissementHistorique de **tous** les établissements de ces SIREN et des SIRET
  liés par succession, dans et hors du territoire.
- `sirene_successions`      StockEtablissementLiensSuccession dont un bout au moins est dans le territoire.
- `sirene_geolocalisation`  fichier de géolocalisation de l'Insee (siret, qualite_xy, x_longitude, y_latitude).
- `corrections(siret, champ, valeur)`           une ligne par correction locale en vigueur, `champ` dans
  `choices.CHAMPS_CORRIGEABLES`, `valeur` en texte.
- `consulaire(siret, effectif, effectif_date, chiffre_affaires_eur, capital_eur)`
- `bodacc`                  annonces normalisées par `sources.bodacc` (schéma `sources.bodacc.SCHEMA`).
- `naf(code, section, a5, a10, a17, a38, a64, a88, a129, a138[, nomenclature])`   sans `nomenclature`, tout est
  NAFRev2 ; les codes sont acceptés avec ou sans point.
- `connu_le_precedent(siret, type, date_effet, connu_le)`   tirée des événements de l'instantané précédent.

Aucune fonction d'ici n'exécute quoi que ce soit : elles composent des expressions, sans `memtable`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from tissu.registre.croisements import (
    annonces,
    etablissements,
    evenements,
    mouvements,
    periodes,
    transferts,
    unites,
    zones,
)
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.schemas import SCHEMAS

__all__ = ["ETAPES", "SCHEMAS", "SORTIES", "Contexte", "Etape", "composer"]


@dataclass(frozen=True)
class Etape:
    """Une table à matérialiser. `sortie` : elle va dans l'instantané ; sinon c'est une étape de travail."""

    nom: str
    fonction: Callable[[Mapping[str, ir.Table], Contexte], ir.Table]
    sortie: bool


ETAPES: tuple[Etape, ...] = (
    Etape("periodes_connues", periodes.periodes_connues, sortie=False),
    Etape("sequences", periodes.sequences, sortie=False),
    Etape("vies", periodes.vies, sortie=False),
    Etape("etablissements", etablissements.etablissements, sortie=True),
    Etape("unites_legales", unites.unites_legales, sortie=True),
    Etape("periodes", periodes.periodes, sortie=True),
    Etape("etablissements_hors", periodes.etablissements_hors, sortie=True),
    Etape("successions", transferts.successions, sortie=True),
    Etape("ouvertures", mouvements.ouvertures, sortie=False),
    Etape("fermetures", mouvements.fermetures, sortie=False),
    Etape("transferts", transferts.transferts, sortie=False),
    Etape("annonces_connues", annonces.annonces_connues, sortie=False),
    Etape("annonces", annonces.annonces, sortie=True),
    Etape("evenements", evenements.evenements, sortie=True),
    Etape("etablissements_zones", zones.etablissements_zones, sortie=True),
)
"""La chaîne, dans l'ordre : chaque étape ne lit que les entrées et les étapes qui la précèdent."""

SORTIES: tuple[str, ...] = tuple(etape.nom for etape in ETAPES if etape.sortie)


def composer(brutes: Mapping[str, ir.Table], contexte: Contexte) -> dict[str, ir.Table]:
    """Toutes les tables de l'instantané sans rien matérialiser : pour de petites tables et les essais."""
    tables = dict(brutes)
    for etape in ETAPES:
        tables[etape.nom] = etape.fonction(tables, contexte)
    return {nom: tables[nom] for nom in SORTIES}
