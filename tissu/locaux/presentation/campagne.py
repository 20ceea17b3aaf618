"""Ce que les pages d'une campagne montrent de son avancement : chaque chiffre mène aux locaux qu'il compte."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.locaux.models import Campagne
from tissu.locaux.queries.avancement import FAITS, HORS_TOURNEE, NOUVEAUX, RESTANTS, Avancement, Compte, Part, Rue
from tissu.publications.contenu import Colonne, Nature, Tableau
from tissu.socle.formats import pluriel

SANS_RELEVEUR = "Rues libres"


@dataclass(frozen=True)
class Vers:
    """Où mènent les chiffres d'une campagne ; les deux adresses se lisent une fois, une page en a des milliers."""

    liste: str
    conflits: str

    def ligne(self, compte: Compte, suite: str = "") -> dict[str, Any]:
        """Un compte et l'adresse de chacun de ses chiffres. `suite` : la rue ou le releveur, vide pour le tout."""
        return {
            "compte": compte,
            "adresses": {
                "locaux": f"{self.liste}{suite}", "conflits": f"{self.conflits}{suite}",
                **{sorte: f"{self.liste}&releve={sorte}{suite}" for sorte in (FAITS, RESTANTS, NOUVEAUX)},
            },
        }  # fmt: skip


def vers(campagne: Campagne) -> Vers:
    return Vers(*(f"{reverse(f'locaux:{page}')}?campagne={campagne.pk}" for page in ("liste", "conflits")))


def presenter(avancement: Avancement) -> dict[str, Any]:
    """La page de l'avancement : le total, chaque releveur, chaque rue, et ce qui a été relevé ailleurs."""
    menant = vers(avancement.campagne)
    return {
        "total": menant.ligne(avancement.total), "parts": presenter_les_parts(avancement),
        "hors_tournee": len(avancement.hors_tournee),
        "adresse_hors_tournee": f"{menant.liste}&releve={HORS_TOURNEE}",
        "conflits_hors_tournee": avancement.conflits_hors_tournee, "adresse_des_conflits": menant.conflits,
    }  # fmt: skip


def presenter_les_parts(avancement: Avancement) -> list[dict[str, Any]]:
    """Un releveur et ses rues, dans l'ordre où il les marche."""
    menant = vers(avancement.campagne)
    return [_part(menant, part) for part in avancement.parts()]


def _part(menant: Vers, part: Part) -> dict[str, Any]:
    releveur = part.releveur.pk if part.releveur else 0
    return menant.ligne(part.compte, f"&releveur={releveur}") | {
        "titre": str(part.releveur or SANS_RELEVEUR), "cle": releveur, "finies": part.finies,
        "dormantes": part.dormantes, "rues": [_rue(menant, rue) for rue in part.rues],
        "detail": f"{pluriel(len(part.rues), 'rue')}, {pluriel(len(part.compte.locaux), 'local', 'locaux')}",
    }  # fmt: skip


def _rue(menant: Vers, rue: Rue) -> dict[str, Any]:
    return menant.ligne(rue.compte, f"&voie={rue.tournee.voie_id}") | {
        "titre": str(rue.tournee.voie), "tournee": rue.tournee, "dormante": rue.dormante,
    }  # fmt: skip


def tableau(avancement: Avancement) -> Tableau:
    """Une ligne par rue, pour un tableur."""
    colonnes = (
        Colonne("releveur", "Releveur"), Colonne("ordre", "Ordre", Nature.NOMBRE), Colonne("rue", "Rue"),
        Colonne("code_commune", "Commune", Nature.CODE), Colonne("locaux", "Locaux", Nature.NOMBRE),
        Colonne("faits", "Relevés", Nature.NOMBRE), Colonne("restants", "Restent", Nature.NOMBRE),
        Colonne("conflits", "Conflits", Nature.NOMBRE), Colonne("nouveaux", "Nouveaux", Nature.NOMBRE),
        Colonne("dernier", "Dernier relevé", Nature.DATE), Colonne("finie", "Finie"),
        Colonne("dormante", "Sans nouvelles"),
    )  # fmt: skip
    lignes = [_en_ligne(rue) for part in avancement.parts() for rue in part.rues]
    return Tableau("avancement", f"Avancement de {avancement.campagne}", colonnes, lignes)


def _en_ligne(rue: Rue) -> dict[str, Any]:
    tournee, compte = rue.tournee, rue.compte
    return {
        "releveur": str(tournee.releveur or SANS_RELEVEUR), "ordre": tournee.ordre, "rue": str(tournee.voie),
        "code_commune": tournee.voie.code_commune, "locaux": len(compte.locaux), "faits": len(compte.faits),
        "restants": len(compte.restants), "conflits": compte.conflits, "nouveaux": len(compte.nouveaux),
        "dernier": timezone.localdate(compte.dernier) if compte.dernier else None,
        "finie": tournee.finie_le is not None, "dormante": rue.dormante,
    }  # fmt: skip
