"""Lire les aides : le barème à une date, le calcul d'une fiche, les aides de minimis d'une entreprise."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tissu.comptes.choices import TypeOrganisation
from tissu.programme.models import AideDeMinimis, Fiche
from tissu.programme.queries.consommation import Consommation
from tissu.programme.rules.aides import Bareme, PosteAide, VerdictAide, calculer_aide
from tissu.programme.rules.budget import incomplet, somme
from tissu.programme.rules.deminimis import AideOctroyee, VerdictDeMinimis, verifier_octroi
from tissu.socle.parametres import parametre

ZERO = Decimal(0)


def _reglage(nom: str, au: date) -> Decimal:
    return Decimal(str(parametre(f"programme.{nom}", au=au)))


def bareme_au(jour: date) -> Bareme:
    """Les taux et plafonds des règles d'aide à cette date. Lève `ParametreInconnu` avant 2021."""
    return Bareme(
        eau_communication=_reglage("taux_agence_eau_communication", jour),
        eau_salaire=_reglage("taux_agence_eau_salaire", jour),
        synergies_etp_eur=_reglage("synergies_plafond_etp_eur", jour),
        synergies_externe=_reglage("synergies_taux_externe", jour),
        synergies_externe_eur=_reglage("synergies_plafond_externe_eur", jour),
        synergies_equipement_eur=_reglage("synergies_plafond_equipement_eur", jour),
    )


@dataclass(frozen=True)
class AideDeFiche:
    """L'aide d'une fiche : ce que la règle donne au prévu et au réel, et ce que le document écrit (ou rien)."""

    regle: str
    prevue: VerdictAide
    reelle: VerdictAide
    declaree_eur: Decimal | None


def aide_de(fiche: Fiche, consommation: Consommation) -> AideDeFiche | None:
    """Le calcul de l'aide d'une fiche qui a une règle. Les dépenses réelles sont les dépenses soumises et validées."""
    if not fiche.regle_d_aide:
        return None
    depenses = {ligne.pk: ligne.depense_eur for ligne in consommation.par_ligne}
    lignes = list(fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk"))
    contributions = list(fiche.contributions.select_related("organisation").order_by("ordre", "pk"))
    # Le maître d'ouvrage consulaire porte le reste : sa part n'en est pas déduite.
    autres = somme(c.montant_eur for c in contributions
                   if c.organisation and c.organisation.type != TypeOrganisation.CCI)  # fmt: skip
    tiers = [c.montant_eur for c in contributions if c.organisation is None]
    bareme = bareme_au(date(fiche.annee, fiche.premier_mois, 1))
    prevue, reelle = (
        calculer_aide(fiche.regle_d_aide, postes, bareme=bareme, autres_eur=autres)
        for postes in (
            [PosteAide(une.poste_d_aide, une.libelle, une.montant_eur, une.etp) for une in lignes],
            [PosteAide(une.poste_d_aide, une.libelle, depenses.get(une.pk, ZERO), une.etp) for une in lignes],
        )
    )
    if prevue is None or reelle is None:
        return None
    declaree = None if not tiers or incomplet(tiers) else somme(tiers)
    return AideDeFiche(fiche.get_regle_d_aide_display(), prevue, reelle, declaree)


def aides_de_minimis(entreprise_unique: str) -> list[AideDeMinimis]:
    """Les aides d'une entreprise unique, de la plus récente à la plus ancienne."""
    aides = AideDeMinimis.objects.filter(entreprise_unique=entreprise_unique)
    return list(aides.select_related("fiche", "declaration", "saisie_par").order_by("-octroyee_le", "-pk"))


def entreprise_unique_de(siren: str) -> str:
    """L'entreprise unique où ce SIREN a déjà été compté ; lui-même sinon."""
    connue = AideDeMinimis.objects.filter(siren=siren).order_by("-octroyee_le", "-pk").first()
    return connue.entreprise_unique if connue else siren


def compteur(aides: list[AideDeMinimis], *, montant_eur: Decimal, au: date, autres_eur: Any = None) -> VerdictDeMinimis:
    """Ce que permet le plafond ce jour-là. Sans déclaration nouvelle, la plus récente connue vaut."""
    declarees = autres_eur if autres_eur is not None else (aides[0].autres_aides_eur if aides else ZERO)
    return verifier_octroi(
        montant_eur,
        octroyee_le=au,
        aides=[AideOctroyee(aide.octroyee_le, aide.montant_eur) for aide in aides],
        autres_aides_eur=declarees,
        plafond_eur=_reglage("plafond_de_minimis_eur", au),
    )
