"""Noter un courriel revenu après avoir été pris par le serveur : l'échec compte pour son adresse."""

from datetime import datetime

from tissu.messages.canaux.courriel import partie_de
from tissu.messages.canaux.ligne import Recu
from tissu.messages.canaux.reglages import COURRIEL
from tissu.messages.operations.accuses import noter_accuses
from tissu.messages.rules.rebonds import RebondIllisible, lire_rebond


def noter_rebond(*, octets: bytes, au: datetime) -> bool:
    """Note l'avis ; faux s'il n'annonce aucun échec. Rejouer ne change rien.

    Lève `RebondIllisible`, aussi quand le courriel qu'il redit n'est pas de nous : n'importe qui peut écrire un avis.
    """
    rebond = lire_rebond(octets)
    if rebond is None:
        return False
    partie = partie_de(rebond.identite)
    if partie is None:
        raise RebondIllisible("le courriel qu'il redit n'est pas parti d'ici")
    recu = Recu(str(partie), rebond.etat, motif=rebond.motif)
    noter_accuses(operateur=COURRIEL.nom, recus=[recu], au=au)
    return True
