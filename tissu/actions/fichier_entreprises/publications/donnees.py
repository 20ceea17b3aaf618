"""Les flux d'un mois en données (JSON) : le contrat de `tissu flux`, et l'édition figée."""

from typing import Any

from django.urls import reverse

from tissu.actions.fichier_entreprises import rules
from tissu.actions.fichier_entreprises.queries import flux as queries
from tissu.actions.fichier_entreprises.queries.cadre import de_mois


class EditionAbsente(LookupError):
    """Le mois n'a pas d'édition publiée."""


def donnees_flux(mois: str, secteurs: str) -> dict[str, Any]:
    """Le contenu JSON d'un mois : les clés du contrat de `tissu flux`, puis solde, révisions et réserves."""
    flux = queries.flux(mois, secteurs)
    points = queries.serie(flux.periode, flux.perimetre)
    return {
        "mois": flux.periode.code,
        "territoire": flux.territoire,
        "source_au": flux.source_au.isoformat(),
        "perimetre": flux.perimetre.texte,
        "totaux": flux.totaux,
        "evenements": [
            {
                "siret": evenement["siret"],
                "type": evenement["type"],
                "date_effet": evenement["date_effet"].isoformat(),
                "connu_le": evenement["connu_le"].isoformat() if evenement["connu_le"] else None,
            }
            for evenement in flux.evenements
        ],
        "secteurs": flux.secteurs,
        "provisoire": flux.provisoire,
        "bodacc_importe": flux.bodacc,
        "solde": flux.solde,
        "interruptions_courtes": flux.interruptions_courtes,
        "revisions": [
            {"mois": revision.mois, "premiere_valeur": revision.premiere, "revise": revision.revise}
            for revision in queries.revisions(flux.periode, points, secteurs)
        ],
        "methode": rules.VERSION_METHODE,
    }


def donnees_figees(mois: str, secteurs: str) -> dict[str, Any]:
    """Le JSON de la première édition, telle que publiée. Lève `EditionAbsente`."""
    figee = queries.edition(mois, secteurs)
    if figee is None:
        raise EditionAbsente(f"Le rapport {de_mois(mois)} n'est pas encore publié.")
    cles = ("siret", "type", "date_effet", "connu_le")
    return {
        "mois": mois,
        "source_au": figee.source_au.isoformat(),
        "connu_au": figee.connu_au.isoformat(),
        "publiee_le": figee.publiee_le.isoformat(),
        "perimetre": figee.perimetre,
        "totaux": figee.totaux,
        "solde": rules.solde(figee.totaux),
        "evenements": [dict(zip(cles, evenement, strict=True)) for evenement in figee.evenements],
        "empreinte": figee.empreinte,
        "methode": figee.version_methode,
    }


def telechargements_flux(flux: queries.Flux) -> list[dict[str, str]]:
    """Les fichiers que la page propose."""
    suite = "" if flux.secteurs == "industrie-services" else f"?secteurs={flux.secteurs}"
    details = {
        "pdf": "le document",
        "pptx": "les diapositives",
        "xlsx": "tous les tableaux",
        "csv": "la liste des entreprises",
        "json": "pour un programme",
    }
    return [
        {
            "titre": format_.upper(),
            "detail": detail,
            "url": reverse("fichier_entreprises:flux_fichier", args=[flux.periode.code, format_]) + suite,
        }
        for format_, detail in details.items()
    ]
