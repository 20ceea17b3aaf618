"""Ce qui s'écrit d'une alerte. Chaque opération refuse qui n'est pas des forces de l'ordre."""

from tissu.actions.alerte_commerce.operations.alertes.avis import noter_avis
from tissu.actions.alerte_commerce.operations.alertes.commun import AlerteRefusee, PassageInterdit
from tissu.actions.alerte_commerce.operations.alertes.departs import approuver_et_envoyer
from tissu.actions.alerte_commerce.operations.alertes.expiration import expirer
from tissu.actions.alerte_commerce.operations.alertes.redaction import (
    abandonner,
    mettre_a_jour,
    modifier,
    rediger,
    renvoyer,
    reprendre,
    soumettre,
)
from tissu.actions.alerte_commerce.operations.alertes.reprise import reprendre_un_cap
from tissu.actions.alerte_commerce.operations.alertes.suites import annuler, lever

__all__ = [
    "AlerteRefusee", "PassageInterdit", "abandonner", "annuler", "approuver_et_envoyer", "expirer", "lever",
    "mettre_a_jour", "modifier", "noter_avis", "rediger", "renvoyer", "reprendre", "reprendre_un_cap", "soumettre",
]  # fmt: skip
