"""Les aides qui se calculent : PROTECT'EAU et Synergies (méthode, § 3.4). Montants en euros, taux de 0 à 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tissu.programme.rules.budget import somme
from tissu.socle.argent import arrondir
from tissu.socle.formats import euros_au_plus_court as euros

ZERO = Decimal(0)
REFERENCE_EAU = "Fiche 12 : 70 % de la communication, 50 % du salaire brut chargé (agence de l'eau)"
REFERENCE_SYNERGIES = "Fiche 11 : plafonds de l'Ademe et de la Région ; règle reconstituée, à confirmer"


@dataclass(frozen=True)
class PosteAide:
    """Une dépense vue par la règle. `etp` : part d'un équivalent temps plein sur l'année, pour un salaire.

    `montant_eur` None : le document ne l'écrit pas.
    """

    poste: str
    libelle: str
    montant_eur: Decimal | None
    etp: Decimal | None = None


@dataclass(frozen=True)
class Bareme:
    """Les taux et plafonds en vigueur à la date du calcul."""

    eau_communication: Decimal
    eau_salaire: Decimal
    synergies_etp_eur: Decimal
    synergies_externe: Decimal
    synergies_externe_eur: Decimal
    synergies_equipement_eur: Decimal


@dataclass(frozen=True)
class VerdictAide:
    """L'aide calculée, ce qui la compose, ce qui reste, et ce qui manque pour la tenir pour sûre.

    `reste_eur` : total des dépenses moins l'aide et moins les autres contributions. `a_confirmer` : la règle est
    reconstituée, aucun texte ne l'établit.
    """

    aide_eur: Decimal
    reste_eur: Decimal
    motifs: tuple[str, ...]
    references: tuple[str, ...]
    manques: tuple[str, ...] = ()
    a_confirmer: bool = False


def calculer_aide(
    regle: str, postes: Sequence[PosteAide], *, bareme: Bareme, autres_eur: Decimal = ZERO
) -> VerdictAide | None:
    """L'aide selon la règle de la fiche ; None si elle n'en a pas. `autres_eur` : contributions des autres partenaires.

    Lève `ValueError` sur une règle inconnue.
    """
    if not regle:
        return None
    if regle not in REGLES:
        raise ValueError(f"La règle d'aide « {regle} » n'existe pas.")
    composer, reference, a_confirmer = REGLES[regle]
    parts, manques = composer(postes, bareme)
    aide = somme(montant for _, montant in parts)
    absents = [f"Le montant de « {p.libelle} » n'est pas écrit." for p in postes if p.poste and p.montant_eur is None]
    return VerdictAide(
        aide_eur=aide,
        reste_eur=somme(p.montant_eur for p in postes) - aide - autres_eur,
        motifs=tuple(motif for motif, _ in parts),
        references=(reference,),
        manques=(*absents, *manques),
        a_confirmer=a_confirmer,
    )


Parts = tuple[list[tuple[str, Decimal]], list[str]]


def _assiette(postes: Sequence[PosteAide], nom: str) -> Decimal:
    return somme(p.montant_eur for p in postes if p.poste == nom)


def _eau(postes: Sequence[PosteAide], bareme: Bareme) -> Parts:
    parts = []
    for nom, libelle, taux in (
        ("communication", "communication", bareme.eau_communication),
        ("salaire", "salaire brut chargé", bareme.eau_salaire),
    ):
        assiette = _assiette(postes, nom)
        aide = arrondir(assiette * taux)
        parts.append((f"{_pourcent(taux)} de {euros(assiette)} de {libelle} = {euros(aide)}", aide))
    return parts, []


def _synergies(postes: Sequence[PosteAide], bareme: Bareme) -> Parts:
    salaire = _assiette(postes, "salaire")
    etps = [p.etp for p in postes if p.poste == "salaire"]
    plafond = arrondir(bareme.synergies_etp_eur * somme(etps))
    internes = min(plafond, salaire)
    externe = _assiette(postes, "externe") + _assiette(postes, "communication")
    externes = min(arrondir(externe * bareme.synergies_externe), bareme.synergies_externe_eur)
    equipement = _assiette(postes, "equipement")
    materiel = min(equipement, bareme.synergies_equipement_eur)
    parts = [
        (f"Salaire : le moindre de {euros(plafond)} ({euros(bareme.synergies_etp_eur)} × "
         f"{_nombre(somme(etps))} ETP) et {euros(salaire)} = {euros(internes)}", internes),
        (f"Dépenses externes : {_pourcent(bareme.synergies_externe)} de {euros(externe)}, au plus "
         f"{euros(bareme.synergies_externe_eur)} = {euros(externes)}", externes),
    ]  # fmt: skip
    if equipement:
        parts.append(
            (f"Équipement : {euros(equipement)}, au plus {euros(bareme.synergies_equipement_eur)} = "
             f"{euros(materiel)}", materiel)
        )  # fmt: skip
    manques = ["La part d'ETP du salaire n'est pas écrite : elle compte pour zéro."] if None in etps else []
    return parts, manques


REGLES = {
    "protect_eau": (_eau, REFERENCE_EAU, False),
    "synergies": (_synergies, REFERENCE_SYNERGIES, True),
}


def _pourcent(taux: Decimal) -> str:
    return f"{_nombre(taux * 100)}\u00a0%"


def _nombre(valeur: Decimal) -> str:
    return f"{valeur.normalize():f}".replace(".", ",")
