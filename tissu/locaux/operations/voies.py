"""Retrouver ou créer la rue d'un local."""

from collections.abc import Iterable

from tissu.locaux.models import Voie
from tissu.locaux.rules.adresses import cle_voie


def voie_de(code_commune: str, nom: str) -> Voie | None:
    """La rue de ce nom dans cette commune, créée s'il le faut ; rien pour un nom vide."""
    cle = cle_voie(nom)
    return voies_de([(code_commune, nom)])[code_commune, cle] if cle else None


def voies_de(demandees: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Voie]:
    """Les rues de ces (commune, nom), créées s'il le faut, par (commune, nom normalisé)."""
    noms = {(code, cle_voie(nom)): nom for code, nom in demandees if cle_voie(nom)}
    communes = {code for code, _ in noms}
    connues = {
        (voie.code_commune, voie.nom_normalise): voie
        for voie in Voie.objects.filter(code_commune__in=communes).order_by("pk")
    }
    nouvelles = [
        Voie(code_commune=code, nom=nom[:200], nom_normalise=cle[:200])
        for (code, cle), nom in noms.items()
        if (code, cle) not in connues
    ]
    for voie in Voie.objects.bulk_create(nouvelles, batch_size=500):
        connues[voie.code_commune, voie.nom_normalise] = voie
    return connues
