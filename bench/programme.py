"""Les pages du partenariat à leur plus grande taille : `python -m bench.programme`.

Mesure le temps de serveur et le nombre de requêtes de chaque page, rapportés à la limite de 100 ms, dans une base neuve
et jetable (voir `bench.partenariat`). Le calcul est le temps du processeur : loin sous la durée, la machine était
occupée ailleurs.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from bench.base import base_jetable, comme_le_serveur
from bench.partenariat import Programme, remplir

LIMITE_MS = 100
PASSAGES = 40


def main() -> None:
    """Imprime les durées, et sort en erreur si le 95e centile d'une page dépasse la limite."""
    with base_jetable():
        from django.utils import timezone

        programme = remplir(au=timezone.now())
        comme_le_serveur()

        centiles = {titre: mesurer(titre, url, programme.personne) for titre, url in pages(programme)}
    trop_longues = [titre for titre, centile in centiles.items() if centile > LIMITE_MS]
    if trop_longues:
        sys.exit(f"Au-delà de {LIMITE_MS} ms : {', '.join(trop_longues)}.")


def pages(programme: Programme) -> list[tuple[str, str]]:
    """Le titre et l'adresse de chaque page mesurée."""
    from django.urls import reverse

    fiche, annee = programme.fiche.pk, programme.fiche.annee
    return [
        ("tableau", f"{reverse('programme:tableau')}?annee={annee}"),
        ("fiche", reverse("programme:fiche", args=[fiche])),
        ("budget", reverse("programme:budget", args=[fiche])),
        ("temps et coûts", reverse("programme:consommation", args=[fiche])),
        ("indicateurs", reverse("programme:indicateurs", args=[fiche])),
        ("critère", reverse("programme:critere", args=[programme.critere.pk])),
        ("calendrier", reverse("programme:calendrier_fiche", args=[fiche])),
        ("revue", reverse("programme:revue", args=[programme.revue.pk])),
        ("publications", reverse("publications:liste")),
        ("publication", reverse("publications:publication", args=[programme.publication.slug])),
    ]


def mesurer(titre: str, url: str, personne: Any) -> float:
    """Le 95e centile du temps de serveur d'une page, en millisecondes ; imprime aussi son nombre de requêtes."""
    from django.db import connection
    from django.test import Client

    client = Client()
    client.force_login(personne)
    requetes: list[str] = []
    with connection.execute_wrapper(lambda faire, sql, *reste: (requetes.append(sql), faire(sql, *reste))[1]):
        reponse = client.get(url)
    if reponse.status_code != 200:
        sys.exit(f"{url} répond {reponse.status_code}.")
    durees, calculs = [], []
    for _ in range(PASSAGES):
        depart, calcul = time.perf_counter(), time.thread_time()
        client.get(url)
        durees.append((time.perf_counter() - depart) * 1000)
        calculs.append((time.thread_time() - calcul) * 1000)
    centile = statistics.quantiles(durees, n=20)[-1]
    print(
        f"{titre:<16} médiane {statistics.median(durees):6.1f} ms (calcul {statistics.median(calculs):6.1f})   "
        f"95e centile {centile:6.1f} ms   {centile / LIMITE_MS:4.2f} de la limite   {len(requetes):3d} requêtes"
    )
    return centile


if __name__ == "__main__":
    main()
