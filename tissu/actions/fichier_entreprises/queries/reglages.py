"""Les réglages de la fiche, dits en mots."""

from typing import Any

from django.db.models import Count

from tissu.actions.fichier_entreprises.models import FiliereExcellence, RegleDePiste
from tissu.actions.fichier_entreprises.permissions import peut_publier
from tissu.actions.fichier_entreprises.queries.cadre import communes, noms_des_zones
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement


def reglages(personne: Any) -> dict[str, Any]:
    """Le contexte de la page : règles en mots, filières, droit de les changer."""
    regles = RegleDePiste.objects.select_related("filiere__responsable", "assignee").annotate(nees=Count("pistes"))
    noms_zones, noms_communes = noms_des_zones(), _communes()
    return {
        "regles": [
            {"regle": regle, "criteres": criteres_en_mots(regle, noms_communes, noms_zones)}
            for regle in regles.order_by("nom")
        ],
        "filieres": FiliereExcellence.objects.select_related("responsable").order_by("nom"),
        "reglable": peut_publier(personne),
    }


def _communes() -> dict[str, str]:
    try:
        return communes(courant())
    except RegistreAbsent:
        return {}


def criteres_en_mots(regle: RegleDePiste, noms_communes: dict[str, str], noms_zones: dict[str, str]) -> list[str]:
    """Chaque critère rempli, en une phrase courte."""
    mots = [" ou ".join(LIBELLES_EVENEMENTS[TypeEvenement(t)].lower() for t in regle.types)]
    if regle.filiere:
        mots.append(f"filière {regle.filiere.nom}")
    if regle.codes_naf:
        mots.append(f"activité {', '.join(regle.codes_naf)}")
    if regle.communes:
        mots.append(f"à {', '.join(noms_communes.get(c, c) for c in regle.communes)}")
    if regle.zones:
        mots.append(f"zone {', '.join(noms_zones.get(z, z) for z in regle.zones)}")
    if regle.effectif_min is not None:
        suite = " ou effectif inconnu" if regle.effectif_inconnu_accepte else ""
        mots.append(f"au moins {regle.effectif_min} salariés{suite}")
    return mots
