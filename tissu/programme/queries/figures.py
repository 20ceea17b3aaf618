"""Les chiffres figés d'une revue, rangés par fiche : la page et le document se composent d'eux seuls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tissu.programme.models import Fiche, FigureFigee
from tissu.programme.rules.constats import Ensemble

ZERO = Decimal(0)


@dataclass(frozen=True)
class FicheFigee:
    """Une fiche et ses figures, par nom : « depense », « critere.diagnostics », « avancement.diagnostics »…"""

    fiche: Fiche
    figures: dict[str, FigureFigee]

    @property
    def nom(self) -> str:
        return f"{self.fiche.numero}. {self.fiche.titre_court}"

    @property
    def feu(self) -> FigureFigee:
        return self.figures["feu"]

    def valeur(self, nom: str) -> Decimal | None:
        """La valeur d'une figure ; None si elle manque, ou si cette revue est d'avant elle."""
        figure = self.figures.get(nom)
        return figure.valeur if figure else None

    def du_groupe(self, groupe: str) -> list[FigureFigee]:
        return [figure for figure in self.figures.values() if figure.groupe == groupe]

    def avancement(self, critere: FigureFigee) -> Decimal | None:
        """La part de la cible atteinte par ce critère."""
        return self.valeur(f"avancement.{critere.cle.partition('.critere.')[2]}")


@dataclass(frozen=True)
class RevueFigee:
    """Toute la revue : ses fiches dans l'ordre, ses totaux par nom."""

    fiches: list[FicheFigee]
    totaux: dict[str, FigureFigee]

    @property
    def rectifiees(self) -> list[FigureFigee]:
        toutes = [*self.totaux.values(), *(figure for fiche in self.fiches for figure in fiche.figures.values())]
        return [figure for figure in toutes if figure.rectifications.all()]

    def ensemble(self) -> Ensemble:
        """De quoi dire le constat d'ensemble."""
        return Ensemble(
            feux=Counter(une.feu.origine for une in self.fiches),
            retenu_eur=self._total("total_retenu"),
            depense_eur=self._total("depense"),
            incomplet="total_retenu" in self.totaux and bool(self.totaux["total_retenu"].texte),
            avancements=[
                figure.valeur for une in self.fiches for figure in une.du_groupe("avancement")
                if figure.valeur is not None
            ],
            criteres=sum(len(une.du_groupe("critere")) for une in self.fiches),
        )  # fmt: skip

    def _total(self, nom: str) -> Decimal:
        figure = self.totaux.get(nom)
        return (figure.valeur if figure else None) or ZERO


def ranger(figures: Sequence[FigureFigee]) -> RevueFigee:
    """Range les figures d'une revue, lues dans leur ordre (voir `queries.revues.figures`)."""
    fiches: dict[int, FicheFigee] = {}
    totaux: dict[str, FigureFigee] = {}
    for figure in figures:
        nom = figure.cle.partition(".")[2]
        if figure.fiche is None:
            totaux[nom] = figure
        else:
            fiches.setdefault(figure.fiche.pk, FicheFigee(figure.fiche, {})).figures[nom] = figure
    return RevueFigee(list(fiches.values()), totaux)
