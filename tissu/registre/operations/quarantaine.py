"""Rejouer des lignes de quarantaine une fois corrigées : un import de plus, journalisé comme les autres."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tissu.entrepot.emplacements import dossier_etapes
from tissu.entrepot.instantane import courant
from tissu.entrepot.lecture import reconnaitre
from tissu.registre.choices import NatureImport
from tissu.registre.models import Import, LigneRefusee
from tissu.registre.operations import composition
from tissu.registre.operations.importation import ImportRefuse, apres_import, mener
from tissu.registre.sources import formats_insee


def rejouer(*, corrections: dict[int, dict[str, str]], auteur: int | None, au: datetime, suivi: Any) -> Import:
    """Rejoue des lignes refusées : `corrections` va du numéro de la ligne à ses colonnes officielles corrigées.

    Les fichiers d'origine sont repris s'ils sont encore là ; sinon ce que le registre en a gardé, et les sources
    qui dépendent d'un établissement rejoué (ses périodes, son unité légale) n'y viendront qu'au prochain import.
    Une ligne encore fautive retourne en quarantaine, dans le nouvel import.

    :raises ImportRefuse: ligne inconnue, déjà rejouée, ou d'un autre territoire que le registre en place.
    :raises RegistreAbsent: aucun import n'a encore abouti.
    """
    lignes = list(LigneRefusee.objects.filter(pk__in=corrections, rejouee_le=None).order_by("pk"))
    if len(lignes) != len(corrections):
        raise ImportRefuse("Une des lignes à rejouer n'existe pas ou l'a déjà été : rechargez la quarantaine.")
    en_place = courant().manifeste
    territoire = composition.territoire_du_manifeste(en_place)
    sources = _sources_d_origine(en_place) or _sources_gardees(en_place)
    for sorte, fichier in _ecrire_corrigees(lignes, corrections, au).items():
        sources.setdefault(sorte, []).append(fichier)
    journal = mener(
        sources, nature=NatureImport.REJEU, dossier="", territoire=territoire, auteur=auteur, au=au, suivi=suivi,
        forcer=False,
    )  # fmt: skip
    LigneRefusee.objects.filter(pk__in=corrections).update(rejouee_le=au)
    if not journal.sans_changement:
        apres_import(au=au)
    return journal


def _sources_d_origine(en_place: dict[str, Any]) -> dict[str, list[Path]]:
    """Les fichiers du dernier import, s'ils sont tous encore là avec la même taille."""
    journal = Import.objects.filter(pk=en_place["importation"]).first()
    if journal is None or not journal.dossier or not Path(journal.dossier).is_dir():
        return {}
    sources = reconnaitre(Path(journal.dossier), formats_insee.FORMATS)
    tailles = {(s["fichier"], s["octets"]) for s in en_place["sources"]}
    presentes = {(c.name, c.stat().st_size) for chemins in sources.values() for c in chemins}
    return sources if presentes == tailles else {}


def _sources_gardees(en_place: dict[str, Any]) -> dict[str, list[Path]]:
    return {sorte: [dossier_etapes() / chemin] for sorte, chemin in en_place["etapes"].items()}


def _ecrire_corrigees(
    lignes: list[LigneRefusee], corrections: dict[int, dict[str, str]], au: datetime
) -> dict[str, Path]:
    """Un petit CSV aux colonnes officielles par sorte de source."""
    par_sorte: dict[str, list[dict[str, str]]] = defaultdict(list)
    for ligne in lignes:
        par_sorte[ligne.sorte].append({**ligne.brute, **corrections[ligne.pk]})
    dossier = dossier_etapes() / "rejeux"
    dossier.mkdir(parents=True, exist_ok=True)
    fichiers = {}
    for format_ in formats_insee.FORMATS:
        if format_.sorte not in par_sorte:
            continue
        fichier = dossier / f"{format_.sorte}-corrigees-{au:%Y%m%dT%H%M%S}.csv"
        with fichier.open("w", encoding="utf-8", newline="") as sortie:
            ecrivain = csv.DictWriter(sortie, format_.colonnes, extrasaction="ignore")
            ecrivain.writeheader()
            ecrivain.writerows(par_sorte[format_.sorte])
        fichiers[format_.sorte] = fichier
    return fichiers
