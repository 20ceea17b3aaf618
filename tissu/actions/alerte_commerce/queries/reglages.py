"""Les réglages datés de la fiche 3, lus en objets des règles."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tissu.actions.alerte_commerce.rules.codes import Limites
from tissu.socle.parametres import parametre


def reglage(nom: str, au: datetime) -> Any:
    return parametre(f"alerte_commerce.{nom}", au=timezone.localdate(au))


def limites_des_codes(au: datetime) -> Limites:
    return Limites(
        int(reglage("codes_par_numero_heure", au)),
        int(reglage("codes_par_numero_jour", au)),
        int(reglage("codes_par_origine_heure", au)),
    )


def duree_d_un_code(au: datetime) -> timedelta:
    return timedelta(minutes=int(reglage("code_minutes", au)))


def duree_d_un_lien(au: datetime) -> timedelta:
    return timedelta(hours=int(reglage("lien_heures", au)))


def version_de_la_charte(au: datetime) -> str:
    return str(reglage("charte_version", au))


def fraicheur_d_une_alerte(au: datetime) -> timedelta:
    return timedelta(minutes=int(reglage("alerte_fraicheur_min", au)))


def rayons_d_une_alerte(au: datetime) -> tuple[int, int]:
    """Le rayon proposé en tissu dense, puis ailleurs."""
    petit, grand = reglage("alerte_rayons_m", au)
    return int(petit), int(grand)
