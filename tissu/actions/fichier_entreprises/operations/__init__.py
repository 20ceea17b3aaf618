"""Écritures de la fiche 7 : éditions, pistes, veilles. L'horloge (`au`) et l'auteur sont toujours donnés."""

from datetime import datetime
from typing import Any

from tissu.actions.fichier_entreprises.operations.editions import (
    PublicationRefusee,
    lire_dirigeants,
    publier_mois,
    publier_semestre,
)
from tissu.actions.fichier_entreprises.operations.pistes import (
    GesteRefuse,
    confier_piste,
    creer_pistes,
    enregistrer_filiere,
    enregistrer_regle,
    fermer_piste,
    prendre_piste,
    rouvrir_piste,
    suivre_piste,
)
from tissu.actions.fichier_entreprises.operations.veilles import (
    VeilleRefusee,
    enregistrer_veille,
    envoyer_digests,
    regler_le_resume,
    relever_veilles,
    supprimer_veille,
)


def apres_import(*, au: datetime, **contexte: Any) -> dict[str, int]:
    """Ce que la fiche fait d'un registre neuf : pistes et signalements. Rejouable sans dommage."""
    return {"pistes": creer_pistes(au=au), "signalements": relever_veilles(au=au)}


__all__ = [
    "GesteRefuse",
    "PublicationRefusee",
    "VeilleRefusee",
    "apres_import",
    "confier_piste",
    "creer_pistes",
    "enregistrer_filiere",
    "enregistrer_regle",
    "enregistrer_veille",
    "envoyer_digests",
    "fermer_piste",
    "lire_dirigeants",
    "prendre_piste",
    "publier_mois",
    "publier_semestre",
    "regler_le_resume",
    "relever_veilles",
    "rouvrir_piste",
    "suivre_piste",
    "supprimer_veille",
]
