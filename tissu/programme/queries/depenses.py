"""Les dépenses d'une ou plusieurs fiches, ligne à ligne : chaque temps à son prix, chaque coût avec sa pièce."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tissu.programme.choices import EtatTemps, NatureDepense
from tissu.programme.models import CoutDirect, Fiche, JourPasse, TauxJour
from tissu.programme.queries.consommation import COMPTES
from tissu.programme.rules import consommation as regles
from tissu.programme.rules.budget import somme, taux_implicite

ZERO = Decimal(0)


@dataclass(frozen=True)
class TempsValorise:
    """Un temps et son prix. `taux_eur` None : le jour d'une ligne de salaire se compte sans se valoriser."""

    temps: JourPasse
    taux_eur: Decimal | None
    valeur_eur: Decimal

    @property
    def valide(self) -> bool:
        return bool(self.temps.etat == EtatTemps.VALIDE)


@dataclass(frozen=True)
class Depenses:
    temps: tuple[TempsValorise, ...]
    couts: tuple[CoutDirect, ...]

    def par_mois(self) -> list[dict[str, Any]]:
        """`mois` (AAAA-MM), `temps_eur`, `couts_eur`, `total_eur`, du premier au dernier mois dépensé."""
        mois = sorted({f"{un.temps.jour:%Y-%m}" for un in self.temps} | {f"{c.date_facture:%Y-%m}" for c in self.couts})
        lignes = []
        for code in mois:
            temps = somme(un.valeur_eur for un in self.temps if f"{un.temps.jour:%Y-%m}" == code)
            couts = somme(c.montant_eur for c in self.couts if f"{c.date_facture:%Y-%m}" == code)
            lignes.append({"mois": code, "temps_eur": temps, "couts_eur": couts, "total_eur": temps + couts})
        return lignes

    def par_personne(self) -> list[dict[str, Any]]:
        """`personne`, `jours`, `valides`, `valeur_eur`, par nom."""
        personnes = {un.temps.personne_id: un.temps.personne for un in self.temps}
        lignes = []
        for pk, personne in sorted(personnes.items(), key=lambda paire: str(paire[1])):
            siens = [un for un in self.temps if un.temps.personne_id == pk]
            lignes.append({
                "personne": str(personne),
                "jours": somme(un.temps.duree_jours for un in siens),
                "valides": somme(un.temps.duree_jours for un in siens if un.valide),
                "valeur_eur": somme(un.valeur_eur for un in siens),
            })  # fmt: skip
        return lignes


def depenses_de(fiches: Iterable[Fiche], *, au: date, etats: Iterable[str] = COMPTES) -> Depenses:
    """Tout ce qui est dépensé à la fin de ce jour, par date. Trois requêtes."""
    cles, voulus = [fiche.pk for fiche in fiches], list(etats)
    temps = (
        JourPasse.objects.filter(ligne__fiche__in=cles, etat__in=voulus, jour__lte=au)
        .select_related("personne__organisation", "ligne__fiche__convention")
        .order_by("jour", "ligne__fiche__numero", "ligne__ordre", "personne__nom", "pk")
    )
    taux: dict[int, list[regles.TauxDate]] = {}
    for un in TauxJour.objects.filter(fiche__in=cles).order_by("debut", "pk"):
        taux.setdefault(un.fiche_id, []).append(regles.TauxDate(un.debut, un.montant_eur, un.ligne_id, un.fin))
    couts = (
        CoutDirect.objects.filter(ligne__fiche__in=cles, etat__in=voulus, date_facture__lte=au)
        .select_related("ligne__fiche", "piece", "saisi_par")
        .order_by("date_facture", "ligne__fiche__numero", "pk")
    )
    return Depenses(tuple(_valoriser(un, taux) for un in temps), tuple(couts))


def _valoriser(temps: JourPasse, taux: dict[int, list[regles.TauxDate]]) -> TempsValorise:
    ligne = temps.ligne
    if ligne.nature != NatureDepense.JOURS:
        return TempsValorise(temps, None, ZERO)
    prix = regles.retenir_taux(
        de_la_ligne=regles.taux_au(temps.jour, ligne=ligne.pk, taux=taux.get(ligne.fiche_id, ())),
        de_la_fiche=None,
        implicite=taux_implicite(montant=ligne.montant_eur, jours=ligne.jours),
        usuel=ligne.fiche.convention.taux_jour_eur,
    )
    return TempsValorise(temps, prix, regles.valoriser(temps.duree_jours, prix))
