"""Ce que les pages d'une campagne montrent de son avancement : chaque chiffre mène aux locaux qu'il compte."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tissu.locaux.models import Campagne
from tissu.locaux.queries.avancement import FAITS, HORS_TOURNEE, NOUVEAUX, RESTANTS, Avancement, Compte, Part, Rue
from tissu.publications.contenu import Colonne, Nature, Tableau
from tissu.socle.formats import pluriel

SANS_RELEVEUR = "Rues libres"


def adresse_de(campagne: Campagne, **choix: Any) -> str:
    """La liste des locaux qu'un chiffre compte ; `choix` : releve, voie, releveur."""
    return f"{reverse('locaux:liste')}?{urlencode({'campagne': campagne.pk} | choix)}"


def presenter(avancement: Avancement) -> dict[str, Any]:
    """La page de l'avancement : le total, chaque releveur, chaque rue, et ce qui a été relevé ailleurs."""
    campagne = avancement.campagne
    return {
        "total": _ligne(campagne, avancement.total), "parts": presenter_les_parts(avancement),
        "hors_tournee": len(avancement.hors_tournee),
        "adresse_hors_tournee": adresse_de(campagne, releve=HORS_TOURNEE),
        "conflits_hors_tournee": avancement.conflits_hors_tournee,
        "adresse_des_conflits": f"{reverse('locaux:conflits')}?campagne={campagne.pk}",
    }  # fmt: skip


def presenter_les_parts(avancement: Avancement) -> list[dict[str, Any]]:
    """Un releveur et ses rues, dans l'ordre où il les marche."""
    return [_part(avancement.campagne, part) for part in avancement.parts()]


def _part(campagne: Campagne, part: Part) -> dict[str, Any]:
    releveur = part.releveur.pk if part.releveur else 0
    return _ligne(campagne, part.compte, releveur=releveur) | {
        "titre": str(part.releveur or SANS_RELEVEUR), "cle": releveur, "finies": part.finies,
        "dormantes": part.dormantes, "rues": [_rue(campagne, rue) for rue in part.rues],
        "detail": f"{pluriel(len(part.rues), 'rue')}, {pluriel(len(part.compte.locaux), 'local', 'locaux')}",
    }  # fmt: skip


def _rue(campagne: Campagne, rue: Rue) -> dict[str, Any]:
    return _ligne(campagne, rue.compte, voie=rue.tournee.voie_id) | {
        "titre": str(rue.tournee.voie), "tournee": rue.tournee, "dormante": rue.dormante,
    }  # fmt: skip


def _ligne(campagne: Campagne, compte: Compte, **choix: Any) -> dict[str, Any]:
    conflits = {"campagne": campagne.pk} | choix
    return {
        "compte": compte,
        "adresses": {
            "locaux": adresse_de(campagne, **choix),
            **{sorte: adresse_de(campagne, releve=sorte, **choix) for sorte in (FAITS, RESTANTS, NOUVEAUX)},
            "conflits": f"{reverse('locaux:conflits')}?{urlencode(conflits)}",
        },
    }


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
        "dernier": compte.dernier.date() if compte.dernier else None, "finie": tournee.finie_le is not None,
        "dormante": rue.dormante,
    }  # fmt: skip
