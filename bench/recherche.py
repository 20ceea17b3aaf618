"""Recherche et pages du registre en place : `python -m bench.recherche`.

Deux cents questions tirées du registre lui-même (noms, deux mots, mot et commune, adresses, activités, numéros, et
une faute dans une sur quatre), puis les pages rendues entières : liste filtrée, établissement, unité légale.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

GRAINE = 7
QUESTIONS = 200
FICHES = 100
LETTRES = "abcdefghijklmnopqrstuvwxyz"
LISTES = (
    "", "commune=21231&etat=ouvert", "commune=21166&activite=G", "secteur=industrie&etat=ouvert&tri=-effectif",
    "mots=restauration&effectif_min=10", "niveau=naf&activite=62.01Z&tri=-creation", "tri=nom&page=300",
    "q=garage&etat=ouvert", "q=restauration&commune=21515&tri=-effectif", "forme=57&creation_du=2025-01-01",
)  # fmt: skip


def faute(mot: str, hasard: random.Random) -> str:
    """Le mot avec une lettre en moins, en trop, changée, ou permutée avec sa voisine."""
    rang = hasard.randrange(1, len(mot) - 1)
    avant, apres = mot[:rang], mot[rang:]
    return hasard.choice(
        (
            avant + apres[1:],
            avant + hasard.choice(LETTRES) + apres,
            avant + hasard.choice(LETTRES) + apres[1:],
            avant + apres[1:2] + apres[:1] + apres[2:],
        )
    )


def questions(lignes: list[dict[str, Any]], hasard: random.Random) -> list[str]:
    """Des questions comme on en pose, la même suite à chaque passage."""
    from tissu.registre.nomenclatures import libelle_naf
    from tissu.registre.recherche import normaliser

    posees = []
    for ligne in lignes:
        mots = [mot for mot in normaliser(ligne["nom"]).split() if len(mot) > 3] or ["garage"]
        activite = normaliser(libelle_naf(ligne["naf"], ligne["naf_nomenclature"])).split()
        question = hasard.choice(
            (
                ligne["nom"] or "boulangerie",
                " ".join(mots[:2]),
                f"{mots[-1]} {ligne['commune']}",
                ligne["adresse"] or "rue de la gare",
                f"{activite[0]} {ligne['commune']}",
                ligne["siret"],
                f"{ligne['siret'][:3]} {ligne['siret'][3:6]} {ligne['siret'][6:9]}",
            )
        )
        if hasard.random() < 0.25 and not question[0].isdigit():
            question = " ".join(faute(mot, hasard) if len(mot) > 4 else mot for mot in question.split()[:2])
        posees.append(question)
    return posees


def chronometrer(gestes: Iterable[Callable[[], Any]]) -> list[float]:
    """Le temps de chaque geste, en millisecondes."""
    temps = []
    for geste in gestes:
        depart = time.perf_counter()
        geste()
        temps.append((time.perf_counter() - depart) * 1000)
    return temps


def dire(quoi: str, temps: list[float]) -> None:
    """Une ligne : médiane, 95e centile, pire."""
    centiles = statistics.quantiles(temps, n=20)
    print(f"{quoi:<44} n={len(temps):<4} p50 {statistics.median(temps):6.1f} ms   p95 {centiles[18]:6.1f} ms   "
          f"max {max(temps):6.1f} ms")  # fmt: skip


def main() -> None:
    """Mesure sur le registre de `TISSU_DONNEES` ; sans registre, dit comment en avoir un."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")
    import django

    django.setup()
    from tissu.entrepot.instantane import RegistreAbsent, courant

    try:
        instantane = courant()
    except RegistreAbsent:
        print("Pas de registre dans TISSU_DONNEES : faites d'abord « make demo ».", file=sys.stderr)
        return
    from django.utils import timezone

    from tissu.registre.queries.recherche import Demande, rechercher

    hasard, au = random.Random(GRAINE), timezone.localdate()
    table = instantane.table("etablissements")
    colonnes = ("siret", "siren", "nom", "adresse", "commune", "naf", "naf_nomenclature")
    tous = instantane.executer(table.select(*colonnes).order_by("siret"))
    print(f"{len(tous)} établissements, version {instantane.version}")
    posees = questions(hasard.sample(tous, min(QUESTIONS, len(tous))), hasard)
    rechercher(Demande("garrage"), au=au)
    dire("Recherche (index et lignes de la page)", chronometrer(
        (lambda q=question: rechercher(Demande(q), au=au)) for question in posees
    ))  # fmt: skip
    mesurer_pages(hasard.sample(tous, min(FICHES, len(tous))))


def mesurer_pages(lignes: list[dict[str, Any]]) -> None:
    """Les pages entières, par le client d'essai de Django, avec une personne effacée ensuite."""
    from django.db import transaction
    from django.test import Client

    from tissu.comptes.models import Attribution, Personne

    with transaction.atomic():
        personne = Personne.objects.create_user("mesure@tissu.invalid", "mesure-sans-valeur")
        Attribution.objects.create(personne=personne, role="charge_mission")
        client = Client()
        client.force_login(personne)
        for adresse in LISTES:
            client.get(f"/registre/?{adresse}")
        for quoi, adresses in (
            ("Page de liste", [f"/registre/?{adresse}" for adresse in LISTES * 5]),
            ("Page d'un établissement", [f"/registre/etablissements/{ligne['siret']}/" for ligne in lignes]),
            ("Page d'une unité légale", [f"/registre/unites/{ligne['siren']}/" for ligne in lignes]),
        ):
            dire(quoi, chronometrer((lambda a=adresse: client.get(a)) for adresse in adresses))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
