"""De quoi établir l'état des dépenses pour un financeur : le validé seul, et ce qui manque pour le justifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from tissu.programme.choices import EtatTemps
from tissu.programme.models import Contribution, CoutDirect, Fiche, LigneDepense, Piece
from tissu.programme.queries.depenses import Depenses, TempsValorise, depenses_de
from tissu.programme.rules.budget import somme
from tissu.programme.rules.consommation import ContributionEcrite, parts_des_financeurs

ZERO = Decimal(0)


@dataclass(frozen=True)
class EtatDesDepenses:
    """L'état d'un financeur. `parts_eur` : sa part par fiche, None si sa contribution n'est pas précisée.

    `numeros` : le numéro de pièce de chaque coût qui en a une, dans l'ordre de l'état.
    """

    financeur: str
    annee: int
    fiches: tuple[Fiche, ...]
    depenses: Depenses
    numeros: dict[int, int]
    pieces: tuple[Piece, ...]
    par_ligne: tuple[tuple[LigneDepense, Decimal, Decimal], ...]
    parts_eur: dict[int, Decimal | None]
    manques: tuple[str, ...]

    @property
    def temps_eur(self) -> Decimal:
        return somme(un.valeur_eur for un in self.depenses.temps)

    @property
    def couts_eur(self) -> Decimal:
        return somme(un.montant_eur for un in self.depenses.couts)

    def par_personne(self) -> list[tuple[str, list[TempsValorise]]]:
        """Les temps de chacun, par nom puis par jour."""
        noms = {un.personne.pk: str(un.personne) for un in self.depenses.temps}
        ordonnes = sorted(self.depenses.temps, key=lambda un: (noms[un.personne.pk], un.personne.pk, un.jour))
        return [(noms[pk], list(siens)) for pk, siens in groupby(ordonnes, key=lambda un: un.personne.pk)]


def financeurs_et_annees() -> tuple[list[str], list[int]]:
    """Les financeurs écrits dans les fiches, et les années qui ont des fiches, la dernière d'abord."""
    noms = Contribution.objects.order_by("financeur").values_list("financeur", flat=True).distinct()
    annees = Fiche.objects.order_by("-annee").values_list("annee", flat=True).distinct()
    return list(noms), list(annees)


def fiches_du_financeur(financeur: str, annee: int) -> list[Fiche]:
    """Les fiches de l'année où ce financeur est écrit."""
    cles = Contribution.objects.filter(financeur=financeur).values("fiche")
    return list(Fiche.objects.filter(annee=annee, pk__in=cles).order_by("numero", "pk"))


def etat_des_depenses(*, financeur: str, annee: int, fiches: Sequence[Fiche], au: date) -> EtatDesDepenses:
    """Établit l'état des dépenses validées de ces fiches à cette date. Douze requêtes au plus."""
    depenses = depenses_de(fiches, au=au, etats=[EtatTemps.VALIDE])
    en_attente = depenses_de(fiches, au=au, etats=[EtatTemps.SOUMIS])
    pieces = [cout for cout in depenses.couts if cout.piece is not None]
    lignes = list(LigneDepense.objects.filter(fiche__in=fiches).select_related("fiche")
                  .order_by("fiche__numero", "fiche", "ordre", "pk"))  # fmt: skip
    depensees = depenses.par_ligne()
    par_ligne = tuple((ligne, *depensees.get(ligne.pk, (ZERO, ZERO))) for ligne in lignes)
    return EtatDesDepenses(
        financeur=financeur,
        annee=annee,
        fiches=tuple(fiches),
        depenses=depenses,
        numeros={cout.pk: rang for rang, cout in enumerate(pieces, start=1)},
        pieces=tuple(cout.piece for cout in pieces if cout.piece is not None),
        par_ligne=tuple(une for une in par_ligne if une[1] or une[2] or une[0].retiree_par_id is None),
        parts_eur=_parts(financeur, fiches, par_ligne),
        manques=tuple(_manques(depenses.couts, en_attente)),
    )


def _parts(
    financeur: str, fiches: Sequence[Fiche], par_ligne: Sequence[tuple[LigneDepense, Decimal, Decimal]]
) -> dict[int, Decimal | None]:
    ecrites: dict[int, list[ContributionEcrite]] = {fiche.pk: [] for fiche in fiches}
    for c in Contribution.objects.filter(fiche__in=fiches).order_by("ordre", "pk"):
        ecrites[c.fiche_id].append(ContributionEcrite(c.financeur, c.montant_eur, c.ligne_id))
    parts: dict[int, Decimal | None] = {}
    for fiche in fiches:
        siennes = [une for une in par_ligne if une[0].fiche_id == fiche.pk]
        rendues = parts_des_financeurs(
            {ligne.pk: temps + couts for ligne, temps, couts in siennes},
            prevus={ligne.pk: None if ligne.retiree_par_id else ligne.montant_eur for ligne, _, _ in siennes},
            contributions=ecrites[fiche.pk],
        )
        parts[fiche.pk] = next((part.depense_eur for part in rendues if part.financeur == financeur), None)
    return parts


def _manques(couts: Sequence[CoutDirect], en_attente: Depenses) -> list[str]:
    sans_piece = [f"« {cout} » n'a pas de justificatif." for cout in couts if cout.piece is None]
    impayes = [f"« {cout} » n'est pas payé." for cout in couts if cout.paye_le is None]
    attente = []
    if en_attente.temps or en_attente.couts:
        attente.append(
            f"{len(en_attente.temps)} temps et {len(en_attente.couts)} coûts soumis ne sont pas validés : ils ne "
            "figurent pas dans cet état."
        )
    return [*sans_piece, *impayes, *attente]
