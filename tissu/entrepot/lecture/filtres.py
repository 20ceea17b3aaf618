"""Quelles lignes d'un fichier national garder : celles du territoire, ou celles que d'autres sources appellent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tissu.entrepot import moteur
from tissu.entrepot.lecture.controles import citer, litteral


def empreinte(*morceaux: str) -> str:
    """Empreinte courte d'une suite de textes."""
    return hashlib.sha256("\x1f".join(morceaux).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ParmiValeurs:
    """Garde les lignes dont `colonne` prend une des `valeurs`."""

    colonne: str
    valeurs: frozenset[str]

    def signature(self) -> str:
        return empreinte(self.colonne, *sorted(self.valeurs))

    def condition(self) -> str:
        return f"{citer(self.colonne)} IN ({', '.join(litteral(v) for v in sorted(self.valeurs))})"

    def colonnes(self) -> tuple[str, ...]:
        return (self.colonne,)


@dataclass(frozen=True)
class ParmiEtape:
    """Garde les lignes dont l'une des `parmi` figure dans une colonne d'une source déjà étagée."""

    parmi: tuple[str, ...]
    etape: Path
    colonne_etape: str

    def signature(self) -> str:
        with moteur.atelier() as connexion:
            compte, somme = connexion.execute(
                f"SELECT count(*), bit_xor(hash(v)) FROM (SELECT DISTINCT {citer(self.colonne_etape)} AS v "  # noqa: S608
                f"FROM {moteur.source_parquet([self.etape])})"
            ).fetchone()
        return empreinte(*self.parmi, str(compte), str(somme))

    def condition(self) -> str:
        liste = (
            f"(SELECT DISTINCT {citer(self.colonne_etape)} FROM {moteur.source_parquet([self.etape])} "  # noqa: S608
            f"WHERE {citer(self.colonne_etape)} IS NOT NULL)"
        )
        return "(" + " OR ".join(f"{citer(c)} IN {liste}" for c in self.parmi) + ")"

    def colonnes(self) -> tuple[str, ...]:
        return self.parmi


@dataclass(frozen=True)
class UnDe:
    """Garde les lignes que l'un au moins des filtres garde."""

    filtres: tuple[ParmiEtape, ...]

    def signature(self) -> str:
        return empreinte(*(f.signature() for f in self.filtres))

    def condition(self) -> str:
        return "(" + " OR ".join(f.condition() for f in self.filtres) + ")"

    def colonnes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c for f in self.filtres for c in f.colonnes()))


Filtre = ParmiValeurs | ParmiEtape | UnDe | None
