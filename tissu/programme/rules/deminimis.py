"""Le plafond de minimis : trois ans glissants au jour de l'octroi, par entreprise unique (règlement (UE) 2023/2831)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tissu.programme.rules.budget import somme
from tissu.socle.formats import euros_au_plus_court as euros

ZERO = Decimal(0)
FIN_DES_EXERCICES = date(2023, 12, 31)


@dataclass(frozen=True)
class AideOctroyee:
    """Une aide déjà octroyée à l'entreprise unique, en euros, brute."""

    octroyee_le: date
    montant_eur: Decimal


@dataclass(frozen=True)
class VerdictDeMinimis:
    """`permis` faux : l'octroi dépasserait le plafond. `reste_eur` : ce qui peut encore être octroyé avant lui."""

    permis: bool
    plafond_eur: Decimal
    cumul_eur: Decimal
    reste_eur: Decimal
    debut: date
    motifs: tuple[str, ...]


def debut_de_la_periode(jour: date) -> date:
    """Le premier jour compté : trois ans en arrière, au lendemain de la même date ; avant 2024, trois exercices.

    Un octroi du 15 mars 2024 ne compte donc plus le 15 mars 2027. Les exercices d'avant 2024 sont pris civils.
    """
    if jour <= FIN_DES_EXERCICES:
        return date(jour.year - 2, 1, 1)
    bissextil = (jour.month, jour.day) == (2, 29)
    trois_ans_avant = date(jour.year - 3, 2, 28) if bissextil else jour.replace(year=jour.year - 3)
    return trois_ans_avant + timedelta(days=1)


def verifier_octroi(
    montant_eur: Decimal,
    *,
    octroyee_le: date,
    aides: Sequence[AideOctroyee],
    autres_aides_eur: Decimal,
    plafond_eur: Decimal,
) -> VerdictDeMinimis:
    """Dit si l'aide tient sous le plafond le jour de son octroi.

    `aides` : toutes celles que la plateforme connaît ; `autres_aides_eur` : ce que l'entreprise déclare d'ailleurs sur
    la même période. Une aide postérieure à l'octroi ne compte pas.
    """
    debut = debut_de_la_periode(octroyee_le)
    comptees = [aide for aide in aides if debut <= aide.octroyee_le <= octroyee_le]
    cumul = somme(aide.montant_eur for aide in comptees) + autres_aides_eur
    reste = max(plafond_eur - cumul, ZERO)
    permis = montant_eur <= reste
    motifs = [
        f"Période comptée : du {debut:%d/%m/%Y} au {octroyee_le:%d/%m/%Y}.",
        f"{len(comptees)} aide(s) connue(s) et {euros(autres_aides_eur)} déclarés d'ailleurs : {euros(cumul)} sur "
        f"{euros(plafond_eur)}.",
    ]
    if not permis:
        motifs.append(
            f"Octroyer {euros(montant_eur)} porterait le cumul à {euros(cumul + montant_eur)}, au-delà du plafond : "
            f"il reste {euros(reste)}. Réduisez l'aide, attendez, ou changez de régime."
        )
    return VerdictDeMinimis(permis, plafond_eur, cumul, reste, debut, tuple(motifs))
