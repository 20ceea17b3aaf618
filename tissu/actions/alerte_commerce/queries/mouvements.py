"""Les arrivées et les départs du réseau, mois par mois."""

from dataclasses import dataclass
from datetime import date

from tissu.actions.alerte_commerce.choices import DU_RESEAU
from tissu.actions.alerte_commerce.models import Adherent


@dataclass(frozen=True)
class Mouvement:
    """Un mois du réseau : ce qu'il a gagné, perdu, et ce qu'il comptait à sa fin, ou au jour dit s'il court encore."""

    code: str
    arrivees: int
    departs: int
    membres: int


def mouvements(annee: int, jour: date) -> list[Mouvement]:
    """Les mois de l'année, jusqu'à celui du jour ; suspendus compris. Une requête."""
    lus = Adherent.objects.filter(etat__in=DU_RESEAU, adhere_le__isnull=False).order_by()
    dates = [(venu, parti) for venu, parti in lus.values_list("adhere_le", "parti_le") if venu and venu <= jour]
    rendus = []
    for rang in range(1, 13):
        code = f"{annee}-{rang:02d}"
        if code > f"{jour:%Y-%m}":
            break
        arrivees = sum(f"{venu:%Y-%m}" == code for venu, _ in dates)
        departs = sum(parti is not None and parti <= jour and f"{parti:%Y-%m}" == code for _, parti in dates)
        venus = sum(f"{venu:%Y-%m}" <= code for venu, _ in dates)
        partis = sum(parti is not None and parti <= jour and f"{parti:%Y-%m}" <= code for _, parti in dates)
        rendus.append(Mouvement(code, arrivees, departs, venus - partis))
    return rendus
