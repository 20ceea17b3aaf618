"""Les totaux du tableau sont la somme de ses lignes, quels que soient les montants et ce qui manque."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tissu.programme.choices import Feu
from tissu.programme.models import Fiche
from tissu.programme.queries.consommation import Consommation
from tissu.programme.queries.situations import Financement, Situation
from tissu.programme.queries.tableau import totaux
from tissu.programme.queries.vie import Retards
from tissu.programme.rules.feu import VerdictFeu

ZERO = Decimal(0)
montants = st.decimals(min_value=0, max_value=10**7, places=2)


def situation(declare: Decimal | None, calcule: Decimal, depense: Decimal) -> Situation:
    consommation = Consommation(calcule, True, ZERO, ZERO, ZERO, depense, ZERO, None, (), ())
    verdict = VerdictFeu(Feu.GRIS, (), "")
    fiche = Fiche(numero=1, annee=2024, total_declare_eur=declare)
    return Situation(fiche, consommation, [], [], Retards(), None, Financement(), verdict)


@given(st.lists(st.tuples(st.none() | montants, montants, montants), max_size=20))
def test_chaque_total_est_la_somme_de_sa_colonne(lignes: list[tuple[Decimal | None, Decimal, Decimal]]) -> None:
    rendu = totaux([situation(*ligne) for ligne in lignes])
    assert rendu.declare == sum((declare for declare, _, _ in lignes if declare is not None), ZERO)
    assert rendu.declare_complet == all(declare is not None for declare, _, _ in lignes)
    assert rendu.calcule == sum((calcule for _, calcule, _ in lignes), ZERO)
    assert rendu.depense == sum((depense for _, _, depense in lignes), ZERO)
