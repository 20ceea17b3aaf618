"""Flux d'un mois sur la métropole entière : `python -m bench.flux` (registre du dossier TISSU_DONNEES).

Mesure ce que `tissu flux` calcule (totaux, événements, tendance et révisions en JSON), puis la page du rapport
entière, mois par mois, sans qu'aucun mois ne profite de la mémoire d'un autre.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

MOIS_MESURES = 12
PLAFOND_S = 0.3


def main() -> None:
    """Imprime les durées, et sort en erreur si la médiane dépasse le plafond promis."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")
    import django

    django.setup()
    from tissu.actions.fichier_entreprises.publications.donnees import donnees_flux
    from tissu.actions.fichier_entreprises.queries import cadre, flux
    from tissu.entrepot.instantane import courant
    from tissu.socle.periodes import mois_precedent

    instantane = courant()
    comptes = instantane.manifeste["comptes"]
    print(f"{comptes.get('etablissements', 0):,} établissements, {comptes.get('evenements', 0):,} événements")
    dernier = cadre.dernier_mois_complet(instantane)
    codes = [mois_precedent(dernier, rang).code for rang in range(MOIS_MESURES)]
    donnees_flux(mois_precedent(dernier, MOIS_MESURES).code, "tous")  # démarrage du moteur, hors mesure
    json_s = [_duree(lambda code=code: donnees_flux(code, "tous")) for code in codes]
    rapports_s = [_duree(lambda code=code: flux.rapport(code, "tous")) for code in codes]
    mediane = statistics.median(json_s)
    print(f"flux d'un mois (JSON)      médiane {mediane:.3f} s   pire {max(json_s):.3f} s")
    print(f"rapport entier (ventilé)   médiane {statistics.median(rapports_s):.3f} s   pire {max(rapports_s):.3f} s")
    if mediane > PLAFOND_S:
        sys.exit(f"La médiane dépasse {PLAFOND_S} s.")


def _duree(travail) -> float:  # type: ignore[no-untyped-def]
    debut = time.perf_counter()
    travail()
    return time.perf_counter() - debut


if __name__ == "__main__":
    main()
