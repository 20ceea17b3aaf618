"""Étager une source : ses fichiers lus un à un, réunis, contrôlés et dédoublonnés en un seul Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tissu.entrepot import moteur
from tissu.entrepot.lecture.controles import Controle, SansOctetNul, TailleRaisonnable, citer, une_au_moins
from tissu.entrepot.lecture.fichiers import FichierRefuse, Limites
from tissu.entrepot.lecture.filtres import Filtre
from tissu.entrepot.lecture.formats import Format
from tissu.entrepot.lecture.lecteur import BilanFichier, lire_fichier
from tissu.entrepot.lecture.lignes import numeroter

PART_REFUSEE_MAX = 0.5
"""Au-delà de cette part de lignes refusées, ce n'est plus une ligne qui est fautive mais le fichier."""

VALEUR_GARDEE_MAX = 2_000
DEBUT_DE_FORMULE = r"^[=+@\t\r]|^-[^0-9 ]"


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
    nets = tuple(replace(b, gardees=b.gardees - par_fichier[b.nom] + len(b.mal_decoupees)) for b in bilans)
    return BilanEtape(
        sorte=format_.sorte,
        etape=vers,
        fichiers=nets,
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
    """Les étapes des fichiers d'une source, vues comme une table `lu` ; on n'écrit que ce qu'il faut en ôter."""

    def __init__(self, connexion: Any, format_: Format, parts: list[Path], noms: list[str]) -> None:
        self.connexion, self.format, self.parts, self.noms = connexion, format_, parts, noms
        self.controles: list[Controle] = [
            SansOctetNul(colonnes=format_.colonnes),
            TailleRaisonnable(colonnes=format_.colonnes),
            *format_.controles,
        ]
        choix = " UNION ALL BY NAME ".join(
            f"SELECT * RENAME (file_row_number AS _rang), {rang} AS _fichier "  # noqa: S608
            f"FROM read_parquet({moteur.litteral_chemin(part)}, file_row_number = true)"
            for rang, part in enumerate(parts)
        )
        connexion.execute(f"CREATE TEMP VIEW lu AS {choix}")
        connexion.execute("CREATE TEMP TABLE ote (_fichier INTEGER, _rang BIGINT)")

    def refuser(self) -> list[dict]:
        """Lignes qu'un contrôle refuse."""
        cas = " ".join(f"WHEN {c.refus()} THEN {rang}" for rang, c in enumerate(self.controles))
        un_refus = une_au_moins([c.refus() for c in self.controles])
        resultat = self.connexion.execute(
            f"SELECT *, CASE {cas} END AS _controle FROM lu WHERE {un_refus} ORDER BY _fichier, _rang"  # noqa: S608
        )
        fautives = self._lignes(resultat)
        self._oter(fautives)
        return [self._refusee(ligne) for ligne in fautives]

    def dedoublonner(self) -> tuple[int, list[dict]]:
        """Ôte les doublons : rend le nombre d'identiques et les contradictoires écartés au profit du plus récent."""
        if not self.format.cle:
            return 0, []
        cle = ", ".join(citer(c) for c in self.format.cle)
        jointure = " AND ".join(f"lu.{citer(c)} IS NOT DISTINCT FROM c.{citer(c)}" for c in self.format.cle)
        colonnes = ", ".join(citer(c) for c in self.format.colonnes)
        remplies = " + ".join(f"({citer(c)} IS NOT NULL)::INT" for c in self.format.colonnes)
        recence = f"{citer(self.format.recence)} DESC NULLS LAST, " if self.format.recence else ""
        fenetre = f"(PARTITION BY {cle} ORDER BY {recence}{remplies} DESC, hash({colonnes}), _fichier, _rang)"
        resultat = self.connexion.execute(
            f"SELECT * FROM (SELECT *, row_number() OVER {fenetre} AS _place, "  # noqa: S608
            f"hash({colonnes}) = first(hash({colonnes})) OVER {fenetre} AS _identique "
            f"FROM (SELECT lu.* FROM lu JOIN (SELECT {cle} FROM lu GROUP BY ALL HAVING count(*) > 1) AS c "
            f"ON {jointure}) ANTI JOIN ote USING (_fichier, _rang)) WHERE _place > 1 ORDER BY _fichier, _rang"
        )
        en_trop = self._lignes(resultat)
        self._oter(en_trop)
        contradictoires = [self._contradictoire(ligne) for ligne in en_trop if not ligne["_identique"]]
        return len(en_trop) - len(contradictoires), contradictoires

    def _oter(self, lignes: list[dict]) -> None:
        if lignes:
            table = pa.table({c: pa.array([ligne[c] for ligne in lignes], pa.int64()) for c in ("_fichier", "_rang")})
            self.connexion.register("a_oter", table)
            self.connexion.execute("INSERT INTO ote SELECT _fichier, _rang FROM a_oter")
            self.connexion.unregister("a_oter")

    def compter_formules(self) -> int:
        """Lignes dont un nom commence comme une formule de tableur : gardées, neutralisées à l'export."""
        if not self.format.noms:
            return 0
        condition = " OR ".join(
            f"coalesce(regexp_matches({citer(c)}, '{DEBUT_DE_FORMULE}'), false)" for c in self.format.noms
        )
        return self.connexion.execute(
            f"SELECT count(*) FROM lu ANTI JOIN ote USING (_fichier, _rang) WHERE {condition}"  # noqa: S608
        ).fetchone()[0]

    def ecrire(self, vers: Path) -> int:
        """Écrit la source étagée et rend son nombre de lignes ; sans rien à ôter d'un fichier seul, c'est le même."""
        provisoire = vers.with_name(f".{vers.name}.provisoire")
        provisoire.unlink(missing_ok=True)
        otees = self.connexion.execute("SELECT count(*) FROM ote").fetchone()[0]
        if not otees and len(self.parts) == 1:
            os.link(self.parts[0], provisoire)
            gardees = self.connexion.execute("SELECT count(*) FROM lu").fetchone()[0]
        else:
            colonnes = ", ".join(citer(c) for c in self.format.colonnes)
            gardees = self.connexion.execute(
                f"COPY (SELECT {colonnes} FROM lu ANTI JOIN ote USING (_fichier, _rang)) "  # noqa: S608
                f"TO {moteur.litteral_chemin(provisoire)} (FORMAT parquet, COMPRESSION snappy)"
            ).fetchone()[0]
        # Renommer un lien vers le même contenu ne fait rien et laisserait le provisoire en place.
        vers.unlink(missing_ok=True)
        provisoire.replace(vers)
        return gardees

    def _lignes(self, resultat) -> list[dict]:
        noms = [c[0] for c in resultat.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]

    def _refusee(self, ligne: dict) -> dict:
        controle = self.controles[ligne["_controle"]]
        champ = controle.colonne
        if not champ:
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
    provisoire = refus.with_name(f".{refus.name}.provisoire")
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
