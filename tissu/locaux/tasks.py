"""Les travaux de fond des locaux."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.locaux.models import ImportLocaux
from tissu.locaux.operations import rapprochement
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.importation import appliquer_import
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse
from tissu.registre.operations.depots import DepotIntrouvable
from tissu.socle.travaux import EchecDefinitif, travail


@travail("locaux.importer", libelle="Import d'un fichier de locaux")
def importer(suivi: Any, *, importation: int, personne: int | None = None) -> int:
    """Applique un import déposé, tout ou rien ; rend son numéro. Rejoué, il rend le même sans rien écrire."""
    suivi.retourner_vers(reverse("locaux:import", args=[importation]))
    try:
        auteur = Personne.objects.filter(pk=personne or 0).first()
        depose = ImportLocaux.objects.get(pk=importation)
        appliquer_import(importation=depose, auteur=auteur, au=timezone.now(), suivi=suivi)
    except (LocalRefuse, FichierDeLocauxRefuse, DepotIntrouvable) as refus:
        raise EchecDefinitif(f"{refus} Rien n'a été écrit.") from refus
    return importation


@travail("locaux.rapprocher", libelle="Rapprochement des locaux avec le registre")
def rapprocher(suivi: Any) -> dict[str, int]:
    """Propose un établissement pour chaque occupant sans SIRET ; rend les comptes."""
    suivi.retourner_vers(reverse("locaux:rapprochements"))
    return rapprochement.proposer(au=timezone.now(), suivi=suivi)
