"""Contrôles ligne à ligne, écrits en SQL pour ne coûter que sur les lignes gardées.

Chaque contrôle rend la condition qui fait refuser la ligne. Une valeur absente n'est jamais refusée :
l'obligation porte sur les colonnes (voir `Format.obligatoires`) et sur `Present`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TAILLE_MAX_LIGNE = 20_000
"""Signes au-delà desquels une ligne n'est plus une fiche d'entreprise (les formats officiels tiennent en 2 000)."""

SIREN_LA_POSTE = "356000000"
"""Les établissements de La Poste suivent une clé propre : somme des chiffres multiple de 5 (INSEE)."""


def citer(nom: str) -> str:
    """Nom de colonne entre guillemets SQL."""
    return '"' + nom.replace('"', '""') + '"'


def litteral(valeur: str) -> str:
    """Texte entre apostrophes SQL."""
    return "'" + valeur.replace("'", "''") + "'"


def _somme_luhn(colonne: str, longueur: int) -> str:
    nombre = f"TRY_CAST({colonne} AS BIGINT)"
    termes = []
    for rang in range(longueur):
        chiffre = f"(({nombre} // {10**rang}) % 10)"
        if rang % 2:
            chiffre = f"(2 * {chiffre} // 10 + 2 * {chiffre} % 10)"
        termes.append(chiffre)
    return "(" + " + ".join(termes) + ")"


def _un_au_moins(*indicatrices: str) -> str:
    """Somme d'indicatrices plutôt que OR : le moteur ne partage pas les calculs à l'intérieur d'un OR ou d'un CASE."""
    return f"({' + '.join(indicatrices)} > 0)"


def une_au_moins(conditions: list[str]) -> str:
    """Condition vraie si l'une l'est ; une condition inconnue (valeur absente) compte pour fausse."""
    return _un_au_moins(*(f"(({c}) IS NOT DISTINCT FROM true)::INT" for c in conditions))


def _somme_chiffres(colonne: str, longueur: int) -> str:
    nombre = f"TRY_CAST({colonne} AS BIGINT)"
    return "(" + " + ".join(f"(({nombre} // {10**rang}) % 10)" for rang in range(longueur)) + ")"


@dataclass(frozen=True)
class Controle:
    """Un contrôle d'une colonne : son code, la phrase du motif, la condition de refus."""

    colonne: str
    code: str = field(default="", init=False)

    def refus(self) -> str:
        raise NotImplementedError

    def motif(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Present(Controle):
    code: str = field(default="valeur_absente", init=False)

    def refus(self) -> str:
        return f"{citer(self.colonne)} IS NULL"

    def motif(self) -> str:
        return f"La colonne {self.colonne} est vide alors qu'elle désigne la ligne."


@dataclass(frozen=True)
class Siret(Controle):
    code: str = field(default="siret_invalide", init=False)

    def refus(self) -> str:
        col = citer(self.colonne)
        hors_poste = (
            f"CASE WHEN starts_with({col}, '{SIREN_LA_POSTE}') THEN {_somme_chiffres(col, 14)} % 5 <> 0 ELSE true END"
        )
        return _un_au_moins(
            f"(NOT regexp_full_match({col}, '[0-9]{{14}}'))::INT",
            f"({_somme_luhn(col, 14)} % 10 IS DISTINCT FROM 0)::INT * ({hors_poste})::INT",
        )

    def motif(self) -> str:
        return (
            f"{self.colonne} n'est pas un SIRET : 14 chiffres dont la clé de contrôle est juste. "
            "Un tableur a pu ôter les zéros de tête ou arrondir le nombre."
        )


@dataclass(frozen=True)
class Siren(Controle):
    code: str = field(default="siren_invalide", init=False)

    def refus(self) -> str:
        col = citer(self.colonne)
        return _un_au_moins(
            f"(NOT regexp_full_match({col}, '[0-9]{{9}}'))::INT",
            f"({_somme_luhn(col, 9)} % 10 IS DISTINCT FROM 0)::INT",
        )

    def motif(self) -> str:
        return f"{self.colonne} n'est pas un SIREN : 9 chiffres dont la clé de contrôle est juste."


@dataclass(frozen=True)
class Commence(Controle):
    par: str = ""
    code: str = field(default="siren_different_du_siret", init=False)

    def refus(self) -> str:
        return f"NOT starts_with({citer(self.colonne)}, {citer(self.par)})"

    def motif(self) -> str:
        return f"{self.colonne} ne commence pas par {self.par} : les colonnes se contredisent."


@dataclass(frozen=True)
class CodeCommune(Controle):
    code: str = field(default="colonnes_decalees", init=False)

    def refus(self) -> str:
        return f"NOT regexp_full_match({citer(self.colonne)}, '[0-9][0-9AB][0-9]{{3}}|\\[ND\\]')"

    def motif(self) -> str:
        return f"{self.colonne} ne porte pas un code commune : les colonnes de la ligne sont sans doute décalées."


@dataclass(frozen=True)
class Parmi(Controle):
    valeurs: tuple[str, ...] = ()
    code: str = field(default="valeur_inconnue", init=False)

    def refus(self) -> str:
        liste = ", ".join(litteral(v) for v in self.valeurs)
        return f"{citer(self.colonne)} NOT IN ({liste})"

    def motif(self) -> str:
        return f"{self.colonne} prend une valeur inconnue ; valeurs admises : {', '.join(self.valeurs)}."


@dataclass(frozen=True)
class Jour(Controle):
    """Date ISO (AAAA-MM-JJ, suivie ou non d'une heure), entre l'an 1000 et l'an 2200."""

    code: str = field(default="date_impossible", init=False)

    def refus(self) -> str:
        col = citer(self.colonne)
        return (
            f"({col} <> '[ND]' AND (NOT regexp_matches({col}, '^[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}') "
            f"OR TRY_CAST({col} AS TIMESTAMP) IS NULL))"
        )

    def motif(self) -> str:
        return f"{self.colonne} ne porte pas une date possible, écrite AAAA-MM-JJ."


@dataclass(frozen=True)
class SansOctetNul(Controle):
    """Contrôle de toute la ligne : `colonnes` sont celles du format, `colonne` reste vide."""

    colonne: str = ""
    colonnes: tuple[str, ...] = ()
    code: str = field(default="octet_nul", init=False)

    def refus(self) -> str:
        return "(" + " OR ".join(f"coalesce(contains({citer(c)}, chr(0)), false)" for c in self.colonnes) + ")"

    def motif(self) -> str:
        return "La ligne contient un octet nul : le fichier a été abîmé pendant une copie."


@dataclass(frozen=True)
class TailleRaisonnable(Controle):
    """Contrôle de toute la ligne : `colonnes` sont celles du format, `colonne` reste vide."""

    colonne: str = ""
    colonnes: tuple[str, ...] = ()
    code: str = field(default="champ_demesure", init=False)

    def refus(self) -> str:
        somme = " + ".join(f"coalesce(strlen({citer(c)}), 0)" for c in self.colonnes)
        return f"({somme}) > {TAILLE_MAX_LIGNE}"

    def motif(self) -> str:
        return f"La ligne dépasse {TAILLE_MAX_LIGNE} signes : un champ est démesuré."
