from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tissu.cartes import couches as declarations
from tissu.cartes.lecture import oublier
from tissu.cartes.tests import exemple
from tissu.socle.action import Action


@pytest.fixture
def couches_d_essai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Les couches d'essai pour toutes couches, comme si une pièce les déclarait ; les limites repartent de zéro."""
    cache.clear()
    porte = Action(slug="essai", titre="Essai", titre_court="Essai", resume="", couches=f"{exemple.__name__}.COUCHES")
    monkeypatch.setattr(declarations, "portes", lambda: [porte])
    declarations.couches.cache_clear()
    oublier()
    yield
    declarations.couches.cache_clear()
    oublier()
