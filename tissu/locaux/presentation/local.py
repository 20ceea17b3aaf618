"""Ce que la page d'un local montre de son dossier, dans les mots de l'écran."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from tissu.locaux.choices import VACANTS, EtatLocal, Independance
from tissu.locaux.models import Occupation, PeriodeEtat, Rapprochement
from tissu.locaux.nomenclatures import famille_de, libelle_activite, libelle_famille
from tissu.locaux.queries.fiche import Dossier, releve_ancien
from tissu.locaux.sources.champs import CHAMPS
from tissu.registre.nomenclatures import libelle_naf
from tissu.registre.rules import LIBELLE_NON_DIFFUSIBLE
from tissu.socle.formats import date_courte, euros, nombre, pluriel, siret_lisible

SORTES = {
    EtatLocal.OCCUPE: "succes", EtatLocal.EPHEMERE: "info", EtatLocal.TRAVAUX: "info", EtatLocal.MUTATION: "neutre",
    EtatLocal.INCONNU: "neutre",
}  # fmt: skip
PLAN = (
    ("occupant", "Occupant"), ("description", "Description"), ("photos", "Photographies"), ("etats", "États"),
    ("occupations", "Occupants successifs"), ("siret", "Établissement du registre"), ("contacts", "Contacts"),
    ("sources", "Sources et anomalies"), ("histoire", "Journal"),
)  # fmt: skip


def sorte_de(etat: str | None) -> str:
    """La sorte d'un état, pour le composant `etat`."""
    return "attention" if etat in VACANTS else SORTES.get(EtatLocal(etat), "neutre") if etat else "neutre"


def presenter(dossier: Dossier, *, au: date, loyers: bool) -> dict[str, Any]:
    """L'identité, l'état, la prochaine action, les sections."""
    local, jour = dossier.local, dossier.situation or {}
    return {
        "titre": str(local), "plan": [{"identifiant": cle, "titre": titre} for cle, titre in PLAN],
        "etat_du_jour": _etat_du_jour(dossier), "situation": jour,
        "a_relever": bool(jour) and releve_ancien(jour.get("releve_le"), au),
        "action": prochaine_action(dossier),
        "tenus": sorted(CHAMPS[champ] for champ in local.champs_tenus if champ in CHAMPS),
        "occupant": _occupant(dossier), "description": _description(dossier, loyers=loyers),
        "etats": [_periode(une) for une in reversed(dossier.etats)],
        "occupations": [_occupation(une, dossier) for une in reversed(dossier.occupations)],
        "rapprochements": [_rapprochement(une, dossier) for une in dossier.rapprochements],
    }  # fmt: skip


def _etat_du_jour(dossier: Dossier) -> dict[str, str]:
    local, jour = dossier.local, dossier.situation
    if local.ecarte_le:
        return {"mot": "Écarté", "sorte": "neutre", "detail": f"le {date_courte(local.ecarte_le)}"}
    if local.disparu_le:
        return {"mot": "Disparu", "sorte": "neutre", "detail": f"depuis le {date_courte(local.disparu_le)}"}
    if jour is None or jour["etat"] is None:
        return {"mot": "État non connu", "sorte": "neutre", "detail": ""}
    debut = jour["vacant_depuis"] if jour["vacant"] else jour["etat_depuis"]
    mot = EtatLocal.VACANT_STRUCTUREL.label if jour["structurel"] else EtatLocal(jour["etat"]).label
    return {"mot": mot, "sorte": sorte_de(jour["etat"]), "detail": f"depuis le {date_courte(debut)}" if debut else ""}


def prochaine_action(dossier: Dossier) -> dict[str, str] | None:
    """Ce qui presse le plus : aller voir, décider d'une anomalie, dire qui est l'occupant."""
    if dossier.ouverts:
        return {"titre": "Aller vérifier", "ancre": "#verifier"}
    if dossier.a_decider:
        return {"titre": pluriel(len(dossier.a_decider), "anomalie") + " à décider", "ancre": "#sources"}
    if dossier.proposes:
        return {"titre": "Décider du SIRET", "ancre": "#siret"}
    return None


def _occupant(dossier: Dossier) -> list[dict[str, Any]]:
    jour = dossier.situation or {}
    siret = jour.get("siret")
    lien = reverse("registre:etablissement", args=[siret]) if siret in dossier.etablissements else ""
    cache = any(une.siret in dossier.masques for une in dossier.occupations if une.siret and une.fin is None)
    return [
        {"nom": "Enseigne", "valeur": jour.get("enseigne")},
        {"nom": "Activité", "valeur": jour.get("activite_libelle")},
        {"nom": "Famille", "valeur": jour.get("famille_libelle")},
        {"nom": "Indépendant ou enseigne", "valeur": Independance(jour["independance"]).label
         if jour.get("independance") else None},
        {"nom": "Depuis", "valeur": jour.get("occupe_depuis")},
        {"nom": "SIRET", "valeur": siret_lisible(siret) if siret else None, "url": lien, "secret": cache},
    ]  # fmt: skip


def _description(dossier: Dossier, *, loyers: bool) -> list[dict[str, Any]]:
    local, commune = dossier.local, (dossier.situation or {}).get("commune") or dossier.local.code_commune
    position = f"{local.lat:.5f}, {local.lon:.5f}".replace(".", ",") if local.lon is not None else None
    lignes = [
        ("Référence", local.reference), ("Nature", local.get_nature_display()),
        ("Adresse", " ".join(filter(None, (local.numero, str(local.voie or ""), local.complement))) or None),
        ("Commune", " ".join(filter(None, (local.code_postal, commune)))), ("Quartier", local.quartier or None),
        ("Tronçon", str(local.troncon) if local.troncon else None), ("Latitude, longitude", position),
        ("Étage", local.etage), ("Parcelle", local.parcelle or None), ("Surface", _m2(local.surface_m2)),
        ("Surface de vente", _m2(local.surface_vente_m2)),
        ("Vitrine", f"{nombre(local.vitrine_m, 1)} m" if local.vitrine_m is not None else None),
        ("Couverts", local.couverts), ("Chambres", local.chambres),
    ]  # fmt: skip
    if loyers:
        loyer = local.loyer_eur_m2_an
        lignes.append(("Loyer hors taxes", f"{euros(loyer)} par m² et par an" if loyer is not None else None))
    publie = local.disponible_texte or "Oui" if local.accord_publication else "Non, sans accord du propriétaire"
    lignes.append(("Sur la page publique s'il est vacant", publie))
    tenus = set(local.champs_tenus)
    noms = {"Surface": "surface_m2", "Quartier": "quartier", "Étage": "etage", "Parcelle": "parcelle",
            "Vitrine": "vitrine_m"}  # fmt: skip
    return [{"nom": nom, "valeur": valeur, "corrige": noms.get(nom) in tenus} for nom, valeur in lignes]


def _m2(surface: Any) -> str | None:
    return None if surface is None else f"{nombre(surface, 0 if surface == int(surface) else 2)} m²"


def _dates(une: PeriodeEtat | Occupation) -> str:
    if une.fin is None:
        return f"depuis le {date_courte(une.debut)}" if une.debut else "depuis avant tout relevé"
    debut = f"du {date_courte(une.debut)}" if une.debut else "d'avant tout relevé"
    return f"{debut} au {date_courte(une.fin)}"


def _periode(une: PeriodeEtat) -> dict[str, Any]:
    return {"pk": une.pk, "mot": une.get_etat_display(), "sorte": sorte_de(une.etat), "dates": _dates(une),
            "releve_le": une.releve_le, "precision": une.precision, "source": _source(une)}  # fmt: skip


def _occupation(une: Occupation, dossier: Dossier) -> dict[str, Any]:
    return {
        "pk": une.pk, "enseigne": une.enseigne or "Sans enseigne", "dates": _dates(une), "accessoire": une.accessoire,
        "activite": libelle_activite(une.activite), "famille": libelle_famille(famille_de(une.activite)),
        "origine": une.get_origine_activite_display() if une.activite else "", "source": _source(une),
        "siret": une.siret if une.siret not in dossier.masques else "", "cache": une.siret in dossier.masques,
        "en_cours": une.fin is None,
    }  # fmt: skip


def _source(une: PeriodeEtat | Occupation) -> str:
    dites: Iterable[str] = (une.get_source_display(), str(une.campagne) if une.campagne else "")
    return ", ".join(filter(None, dites))


def _rapprochement(une: Rapprochement, dossier: Dossier) -> dict[str, Any]:
    fiche = dossier.etablissements.get(une.siret)
    cache = une.siret in dossier.masques
    return {
        "objet": une, "pourcent": round(une.confiance * 100), "cache": cache,
        "nom": LIBELLE_NON_DIFFUSIBLE if cache else nom_du_registre(fiche),
        "adresse": "" if cache or fiche is None else fiche["adresse"] or "",
        "activite": libelle_naf(fiche["naf"], fiche["naf_nomenclature"]) if fiche and fiche["naf"] else "",
        "motifs": [motif["texte"] for motif in une.motifs],
    }  # fmt: skip


def nom_du_registre(fiche: dict[str, Any] | None) -> str:
    """Le nom sous lequel le registre connaît un établissement, lu à l'instant."""
    if fiche is None:
        return "Absent du registre"
    noms = (fiche["enseigne"], fiche["denomination_usuelle"], fiche["nom"])
    return next((nom for nom in noms if nom), "Sans nom dans Sirene")
