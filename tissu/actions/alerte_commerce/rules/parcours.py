"""D'où un adhérent peut aller : chaque geste, les états d'où il part, celui où il mène."""

from collections.abc import Mapping

from tissu.actions.alerte_commerce.choices import EtatAdherent, GesteAdherent

E, G = EtatAdherent, GesteAdherent
PASSAGES: Mapping[GesteAdherent, tuple[frozenset[EtatAdherent], EtatAdherent]] = {
    G.VERIFIE: (frozenset({E.DEMANDE}), E.A_VERIFIER),
    G.ACCEPTE: (frozenset({E.A_VERIFIER}), E.ACTIF),
    G.REFUSE: (frozenset({E.DEMANDE, E.A_VERIFIER}), E.REFUSE),
    G.SUSPENDU: (frozenset({E.ACTIF}), E.SUSPENDU),
    G.REPRIS: (frozenset({E.SUSPENDU}), E.ACTIF),
    G.PARTI: (frozenset({E.DEMANDE, E.A_VERIFIER, E.ACTIF, E.SUSPENDU}), E.PARTI),
}


def suite(etat: str, geste: GesteAdherent) -> EtatAdherent | None:
    """L'état où mène ce geste ; None s'il n'est pas possible d'ici."""
    depuis, vers = PASSAGES[geste]
    return vers if etat in depuis else None
