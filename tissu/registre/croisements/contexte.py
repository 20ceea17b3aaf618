"""Ce que les croisements ont besoin de savoir du territoire et des réglages ; rien n'y est relu pendant le calcul."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from tissu.socle.parametres import parametre


@dataclass(frozen=True)
class Contexte:
    """`communes` : code Insee vers nom. `source_au` : date d'arrêt des fichiers. `adresses_connues` : le fichier
    des établissements porte des adresses ; sans elles, aucun transfert n'est déduit."""

    communes: Mapping[str, str]
    source_au: date
    adresses_connues: bool
    tolerance_transfert_jours: int
    tolerance_lien_jours: int
    tolerance_creation_jours: int
    seuil_reactivation_mois: int
    alerte_fermeture_prevue_mois: int

    @classmethod
    def du_territoire(cls, *, communes: Mapping[str, str], source_au: date, adresses_connues: bool) -> Self:
        """Le contexte d'un import, aux réglages en vigueur à la date d'arrêt des fichiers."""

        def reglage(nom: str) -> int:
            return int(parametre(f"registre.{nom}", au=source_au))

        return cls(
            communes=communes,
            source_au=source_au,
            adresses_connues=adresses_connues,
            tolerance_transfert_jours=reglage("tolerance_transfert_jours"),
            tolerance_lien_jours=reglage("tolerance_lien_jours"),
            tolerance_creation_jours=reglage("tolerance_creation_jours"),
            seuil_reactivation_mois=reglage("seuil_reactivation_mois"),
            alerte_fermeture_prevue_mois=reglage("alerte_fermeture_prevue_mois"),
        )
