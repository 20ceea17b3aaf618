"""Étager une source : ses fichiers lus un à un, réunis, contrôlés et dédoublonnés en un seul Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from tissu.entrepot import moteur
from tissu.entrepot.lecture.controles import Controle, SansOctetNul, TailleRaisonnable, citer
from tissu.entrepot.lecture.fichiers import FichierRefuse, Limites
from tissu.entrepot.lecture.formats import Format
from tissu.entrepot.lecture.lecteur import BilanFichier, Filtre, lire_fichier
from tissu.entrepot.lecture.lignes import numeroter

PART_REFUSEE_MAX = 0.5
"""Au-delà de cette part de lignes refusées, ce n'est plus une ligne qui est fautive mais le fichier."""

VALEUR_GARDEE_MAX = 2_000
DEBUT_DE_FORMULE = "^[=+@\\t\\r]|^-[^0-9 ]"


class Suivi(Protocol):
    def avancer(self, part: float, message: str) -> None: ...


@dataclass(frozen=True)
class BilanEtape:
    """Ce qu'une source a donné, tous fichiers réunis."""

    sorte: str
    etape: Path
    fichiers: tuple[BilanFichier, ...]
    lues: int
    gardees: int
    refusees: int
    doublons_identiques: int
    formules: int
    colonnes_absentes: tuple[str, ...]
    colonnes_inconnues: tuple[str, ...]
    refus_par_fichier: dict[str, int] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def etager(
    chemins: Sequence[Path],
    format_: Format,
    *,
    filtre: Filtre,
    vers: Path,
    refus: Path,
    suivi: Suivi | None = None,
    limites: Limites | None = None,
    reserve: Path | None = None,
) -> BilanEtape:
    """Écrit `vers` (toutes les colonnes du format, en texte) et `refus` (une ligne JSON par ligne refusée).

    Chaque fichier n'est lu qu'une fois, en flux ; ce qu'un même fichier a déjà donné pour le même filtre est repris
    du dossier `reserve` (par défaut `parts`, à côté de `vers`).

    :raises FichierRefuse: un des fichiers est inutilisable ; rien n'est alors écrit.
    """
    vers.parent.mkdir(parents=True, exist_ok=True)
    reserve = reserve or vers.parent / "parts"
    signature = filtre.signature() if filtre else ""
    parts: list[Path] = []
    bilans: list[BilanFichier] = []
    for rang, chemin in enumerate(chemins):
        if suivi:
            suivi.avancer(rang / len(chemins), f"Lecture de {chemin.name}")
        part, bilan = lire_fichier(chemin, format_, filtre, signature, reserve, limites or Limites())
        parts.append(part)
        bilans.append(bilan)
    mal_decoupees = [ligne for bilan in bilans for ligne in bilan.mal_decoupees]
    with moteur.atelier() as connexion:
        reunion = _Reunion(connexion, format_, parts, [b.nom for b in bilans])
        refusees = mal_decoupees + reunion.refuser()
        _refuser_fichier_fautif(bilans, refusees)
        identiques, contradictoires = reunion.dedoublonner()
        refusees += contradictoires
        formules = reunion.compter_formules()
        gardees = reunion.ecrire(vers)
    numeroter(refusees, {c.name: c for c in chemins}, format_.cle)
    _ecrire_refus(refus, refusees)
    par_fichier: dict[str, int] = {b.nom: 0 for b in bilans}
    for ligne in refusees:
        par_fichier[ligne["fichier"]] += 1
    return BilanEtape(
        sorte=format_.sorte,
        etape=vers,
        fichiers=tuple(bilans),
        lues=sum(b.lues for b in bilans),
        gardees=gardees,
        refusees=len(refusees),
        doublons_identiques=identiques,
        formules=formules,
        colonnes_absentes=tuple(c for c in format_.colonnes if all(c in b.colonnes_absentes for b in bilans)),
        colonnes_inconnues=tuple(sorted({c for b in bilans for c in b.colonnes_inconnues})),
        refus_par_fichier=par_fichier,
        parts=tuple(part.name for part in parts),
    )


class _Reunion:
    """Les étapes des fichiers d'une source, réunies dans une table de travail `brut`."""

    def __init__(self, connexion, format_: Format, parts: list[Path], noms: list[str]) -> None:
        self.connexion, self.format, self.noms = connexion, format_, noms
        self.controles: list[Controle] = [
            SansOctetNul("_tout"),
            TailleRaisonnable("_tout"),
            *format_.controles,
        ]
        tout = ", ".join(f"coalesce({citer(c)}, '')" for c in format_.colonnes)
        choix = " UNION ALL BY NAME ".join(
            f"SELECT *, {rang} AS _fichier FROM {moteur.source_parquet([part])}"  # noqa: S608
            for rang, part in enumerate(parts)
        )
        cas = " ".join(f"WHEN {c.refus()} THEN {rang}" for rang, c in enumerate(self.controles))
        connexion.execute(
            "CREATE TEMP TABLE brut AS SELECT * EXCLUDE (_tout), row_number() OVER () AS _rang, "  # noqa: S608
            f"CASE {cas} END AS _controle FROM (SELECT *, concat_ws(chr(31), {tout}) AS _tout FROM ({choix}))"
        )

    def refuser(self) -> list[dict]:
        """Lignes qu'un contrôle refuse, ôtées de la table de travail."""
        resultat = self.connexion.execute("SELECT * FROM brut WHERE _controle IS NOT NULL ORDER BY _fichier, _ligne, _rang")
        refusees = [self._refusee(ligne) for ligne in self._lignes(resultat)]
        if refusees:
            self.connexion.execute("DELETE FROM brut WHERE _controle IS NOT NULL")
        return refusees

    def dedoublonner(self) -> tuple[int, list[dict]]:
        """Ôte les doublons : rend le nombre d'identiques et les contradictoires écartés au profit du plus récent."""
        cle = ", ".join(citer(c) for c in self.format.cle)
        if not cle:
            return 0, []
        colonnes = ", ".join(citer(c) for c in self.format.colonnes)
        remplies = " + ".join(f"({citer(c)} IS NOT NULL)::INT" for c in self.format.colonnes)
        recence = f"{citer(self.format.recence)} DESC NULLS LAST, " if self.format.recence else ""
        self.connexion.execute(
            f"CREATE TEMP TABLE doubles AS SELECT *, "  # noqa: S608
            f"row_number() OVER (PARTITION BY {cle} ORDER BY {recence}{remplies} DESC, hash({colonnes}), _rang) AS _place, "
            f"hash({colonnes}) = first(hash({colonnes})) OVER "
            f"(PARTITION BY {cle} ORDER BY {recence}{remplies} DESC, hash({colonnes}), _rang) AS _identique "
            f"FROM (SELECT brut.* FROM brut JOIN (SELECT {cle} FROM brut GROUP BY ALL HAVING count(*) > 1) AS c ON "
            + " AND ".join(f"brut.{citer(c)} IS NOT DISTINCT FROM c.{citer(c)}" for c in self.format.cle)
            + ")"
        )
        identiques = self.connexion.execute(
            "SELECT count(*) FROM doubles WHERE _place > 1 AND _identique"
        ).fetchone()[0]
        resultat = self.connexion.execute(
            "SELECT * EXCLUDE (_place, _identique) FROM doubles WHERE _place > 1 AND NOT _identique ORDER BY _fichier, _rang"
        )
        contradictoires = [self._contradictoire(ligne) for ligne in self._lignes(resultat)]
        if identiques or contradictoires:
            self.connexion.execute("DELETE FROM brut WHERE _rang IN (SELECT _rang FROM doubles WHERE _place > 1)")
        return identiques, contradictoires

    def compter_formules(self) -> int:
        """Lignes dont un nom commence comme une formule de tableur : gardées telles quelles, neutralisées à l'export."""
        if not self.format.noms:
            return 0
        motif = DEBUT_DE_FORMULE.replace("'", "''")
        condition = " OR ".join(f"regexp_matches({citer(c)}, '{motif}')" for c in self.format.noms)
        return self.connexion.execute(f"SELECT count(*) FROM brut WHERE {condition}").fetchone()[0]  # noqa: S608

    def ecrire(self, vers: Path) -> int:
        colonnes = ", ".join(citer(c) for c in self.format.colonnes)
        provisoire = vers.with_suffix(".tmp")
        gardees = self.connexion.execute(
            f"COPY (SELECT {colonnes} FROM brut) TO {moteur.litteral_chemin(provisoire)} "  # noqa: S608
            "(FORMAT parquet, COMPRESSION snappy)"
        ).fetchone()[0]
        provisoire.replace(vers)
        return gardees

    def _lignes(self, resultat) -> list[dict]:
        noms = [c[0] for c in resultat.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]

    def _refusee(self, ligne: dict) -> dict:
        controle = self.controles[ligne["_controle"]]
        champ = controle.colonne
        if champ == "_tout":
            champ = self._champ_en_cause(ligne, controle)
        return self._fiche(ligne, champ, controle.code, controle.motif())

    def _champ_en_cause(self, ligne: dict, controle: Controle) -> str:
        if isinstance(controle, SansOctetNul):
            return next(c for c in self.format.colonnes if "\0" in (ligne[c] or ""))
        return max(self.format.colonnes, key=lambda c: len(ligne[c] or ""))

    def _contradictoire(self, ligne: dict) -> dict:
        return self._fiche(
            ligne,
            self.format.cle[0],
            "doublon_contradictoire",
            f"Plusieurs lignes disent autre chose pour le même {' et la même '.join(self.format.cle)} : "
            "la plus récemment traitée est gardée.",
        )

    def _fiche(self, ligne: dict, champ: str, code: str, motif: str) -> dict:
        valeurs = {c: (ligne[c] or "")[:VALEUR_GARDEE_MAX] for c in self.format.colonnes if ligne[c] is not None}
        return {
            "fichier": self.noms[ligne["_fichier"]],
            "ligne": ligne["_ligne"],
            "champ": champ,
            "valeur": (ligne[champ] or "")[:200],
            "code": code,
            "motif": motif,
            "brute": valeurs,
        }


def _refuser_fichier_fautif(bilans: list[BilanFichier], refusees: list[dict]) -> None:
    for bilan in bilans:
        siennes = [ligne for ligne in refusees if ligne["fichier"] == bilan.nom]
        candidates = bilan.gardees + len(bilan.mal_decoupees)
        if candidates >= 20 and len(siennes) > PART_REFUSEE_MAX * candidates:
            premiere = siennes[0]
            raise FichierRefuse(
                bilan.nom,
                f"plus de la moitié des lignes du territoire sont inutilisables ({len(siennes)} sur {candidates}). "
                f"Première cause : {premiere['motif']}",
                "Reprenez le fichier officiel sans passer par un tableur.",
            )


def _ecrire_refus(refus: Path, refusees: list[dict]) -> None:
    refus.parent.mkdir(parents=True, exist_ok=True)
    provisoire = refus.with_suffix(".tmp")
    with provisoire.open("w", encoding="utf-8") as sortie:
        for ligne in refusees:
            sortie.write(json.dumps(ligne, ensure_ascii=False) + "\n")
    provisoire.replace(refus)


def lire_refus(refus: Path) -> list[dict]:
    """Lignes refusées d'une étape, dans l'ordre du fichier."""
    if not refus.exists():
        return []
    with refus.open(encoding="utf-8") as source:
        return [json.loads(ligne) for ligne in source]


def resume(bilan: BilanEtape) -> dict:
    """Le bilan en valeurs simples, pour un journal ou un manifeste."""
    simple = asdict(bilan)
    simple["etape"] = bilan.etape.name
    for fichier in simple["fichiers"]:
        fichier["mal_decoupees"] = len(fichier["mal_decoupees"])
    return simple


