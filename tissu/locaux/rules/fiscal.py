"""Le local dont parle une ligne d'un fichier fiscal, par sa référence, son invariant, ou une adresse sans équivoque."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tissu.locaux.rules.adresses import cle_numero, cle_voie


@dataclass(frozen=True)
class Lieu:
    """Un local connu, tel qu'une ligne peut le désigner."""

    pk: int
    reference: str
    commune: str
    numero: str
    voie: str
    invariants: frozenset[str] = frozenset()


@dataclass
class Annuaire:
    """Les locaux connus, rangés par tout ce qui les désigne."""

    references: dict[str, Lieu] = field(default_factory=dict)
    invariants: dict[str, list[Lieu]] = field(default_factory=lambda: defaultdict(list))
    adresses: dict[tuple[str, str, str], list[Lieu]] = field(default_factory=lambda: defaultdict(list))


def annuaire(lieux: Iterable[Lieu]) -> Annuaire:
    rendu = Annuaire()
    for lieu in lieux:
        rendu.references[lieu.reference] = lieu
        rendu.adresses[lieu.commune, cle_voie(lieu.voie), cle_numero(lieu.numero)].append(lieu)
        for invariant in lieu.invariants:
            rendu.invariants[invariant].append(lieu)
    return rendu


def designer(
    connus: Annuaire, *, reference: str, invariant: str, commune: str, numero: str, voie: str
) -> tuple[Lieu | None, str]:
    """Le local désigné, ou pourquoi aucun ne l'est. Une référence donnée décide seule, même fausse."""
    if reference:
        lieu = connus.references.get(reference)
        return (lieu, "") if lieu else (None, f"Aucun local n'a la référence {reference}.")
    deja = connus.invariants.get(invariant, []) if invariant else []
    if len(deja) == 1:
        return deja[0], ""
    if not voie or not cle_numero(numero):
        return None, "Ni référence, ni adresse complète : il faut la commune, la voie et le numéro."
    if not commune:
        return None, "La commune manque : complétez la colonne."
    a_l_adresse = connus.adresses.get((commune, cle_voie(voie), cle_numero(numero)), [])
    if not a_l_adresse:
        return None, "Aucun local connu à cette adresse : créez-le, ou mettez la référence du bon."
    if len(a_l_adresse) > 1:
        choix = ", ".join(sorted(lieu.reference for lieu in a_l_adresse)[:6])
        return None, f"Plusieurs locaux à cette adresse : mettez la référence du bon ({choix})."
    return a_l_adresse[0], ""
