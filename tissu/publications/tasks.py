"""Le travail de fond des publications : faire les fichiers d'une édition."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.publications.operations import rendu
from tissu.publications.rendus.gabarit_recu import GabaritIllisible
from tissu.socle.travaux import EchecDefinitif, travail


@travail("publications.rendre", libelle="Préparation des fichiers d'une édition")
def rendre_edition(suivi: Any, *, edition: int) -> int:
    """Fait les fichiers qui manquent à l'édition ; rend leur nombre. Rejoué, ne refait rien."""
    suivi.retourner_vers(reverse("publications:suivi", args=[edition]))
    try:
        return rendu.rendre_edition(edition=edition, suivi=suivi, au=timezone.now())
    except GabaritIllisible as refus:
        raise EchecDefinitif(str(refus)) from refus
