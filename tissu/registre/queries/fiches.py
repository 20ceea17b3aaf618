"""Ce que le registre sait d'un établissement et d'une unité légale, réuni en un nombre fixe de lectures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tissu.entrepot.instantane import Instantane, courant
from tissu.registre.models import Correction, DonneeConsulaire, EffectifConsulaire, Zone
from tissu.registre.queries import corrections as lectures

Ligne = dict[str, Any]

FRERES = (
    "siret", "siren", "nic", "nom", "enseigne", "denomination_usuelle", "etat", "date_fermeture", "date_reactivation",
    "date_creation", "siege", "commune", "diffusion", "diffusion_unite", "categorie_juridique",
)  # fmt: skip


@dataclass(frozen=True)
class Dossier:
    """Un établissement, corrections locales posées, et tout ce qui s'y rattache.

    `noms` : nom des établissements liés qui sont du territoire, par SIRET. `source_au` : arrêt des fichiers officiels.
    """

    ligne: Ligne
    unite: Ligne | None
    periodes: Sequence[Ligne]
    evenements: Sequence[Ligne]
    freres: Sequence[Ligne]
    hors: Sequence[Ligne]
    predecesseurs: Sequence[Ligne]
    successeurs: Sequence[Ligne]
    zones: Sequence[Zone]
    annonces: Sequence[Ligne]
    effectifs: Sequence[EffectifConsulaire]
    corrections: Sequence[Correction]
    contacts_connus: bool
    source_au: date
    noms: Mapping[str, Ligne] = field(default_factory=dict)


def etablissement(siret: str) -> Dossier | None:
    """Le dossier de l'établissement du territoire qui porte ce SIRET, ou None."""
    instantane = courant()
    trouvees = instantane.lignes("etablissements", "siret", [siret])
    if not trouvees:
        return None
    siren = trouvees[0]["siren"]
    appliquees = lectures.appliquees(siret)
    predecesseurs = instantane.lignes("successions", "siret_successeur", [siret])
    successeurs = instantane.lignes("successions", "siret_predecesseur", [siret])
    evenements = instantane.lignes("evenements", "siret", [siret])
    lies = {s["siret_predecesseur"] for s in predecesseurs} | {s["siret_successeur"] for s in successeurs}
    lies |= {e["siret_lie"] for e in evenements if e["siret_lie"]}
    dans_les_zones = [z["zone_id"] for z in instantane.lignes("etablissements_zones", "siret", [siret])]
    return Dossier(
        ligne=lectures.appliquer(trouvees[0], appliquees),
        unite=next(iter(instantane.lignes("unites_legales", "siren", [siren])), None),
        periodes=_dates(instantane.lignes("periodes", "siret", [siret]), "date_debut"),
        evenements=_dates(evenements, "date_effet"),
        freres=[f for f in _freres(instantane, siren) if f["siret"] != siret],
        hors=_dates(instantane.lignes("etablissements_hors", "siren", [siren]), "siret"),
        predecesseurs=_dates(predecesseurs, "date_lien"),
        successeurs=_dates(successeurs, "date_lien"),
        zones=list(Zone.objects.filter(pk__in=dans_les_zones).only("id", "nom", "type", "approximatif")),
        annonces=_dates(instantane.lignes("annonces", "siren", [siren]), "date_parution"),
        effectifs=list(EffectifConsulaire.objects.filter(siret=siret).select_related("auteur", "edition")),
        corrections=lectures.montrables(appliquees, {siret: trouvees[0]}),
        contacts_connus=DonneeConsulaire.objects.filter(siret=siret).exists(),
        source_au=date.fromisoformat(instantane.manifeste["source_au"]),
        noms={n["siret"]: n for n in instantane.lignes("etablissements", "siret", sorted(lies), FRERES)},
    )


@dataclass(frozen=True)
class DossierUnite:
    """Une unité légale et ses établissements, dans le territoire et hors de lui."""

    ligne: Ligne
    etablissements: Sequence[Ligne]
    hors: Sequence[Ligne]
    evenements: Sequence[Ligne]
    annonces: Sequence[Ligne]
    source_au: date


def unite_legale(siren: str) -> DossierUnite | None:
    """Le dossier de l'unité légale, si elle a ou a eu un établissement dans le territoire ; sinon None."""
    instantane = courant()
    trouvees = instantane.lignes("unites_legales", "siren", [siren])
    if not trouvees:
        return None
    return DossierUnite(
        ligne=trouvees[0],
        etablissements=_freres(instantane, siren),
        hors=_dates(instantane.lignes("etablissements_hors", "siren", [siren]), "siret"),
        evenements=_dates(instantane.lignes("evenements", "siren", [siren]), "date_effet"),
        annonces=_dates(instantane.lignes("annonces", "siren", [siren]), "date_parution"),
        source_au=date.fromisoformat(instantane.manifeste["source_au"]),
    )


def _freres(instantane: Instantane, siren: str) -> list[Ligne]:
    """Les établissements de l'unité dans le territoire : ouverts d'abord, siège devant."""
    lignes = instantane.lignes("etablissements", "siren", [siren], FRERES)
    return sorted(lignes, key=lambda e: (e["etat"] != "A", not e["siege"], e["siret"]))


def _dates(lignes: list[Ligne], cle: str) -> list[Ligne]:
    """Du plus ancien au plus récent, ce qui n'a pas de date devant."""
    return sorted(lignes, key=lambda ligne: (ligne[cle] is not None, ligne[cle] or ""))
