"""L'histoire d'un établissement ou d'une unité légale : périodes, événements, annonces, successions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.registre.fiche.valeurs import activite_dite
from tissu.registre.queries.fiches import Dossier, DossierUnite
from tissu.registre.rules import OUVERT
from tissu.registre.tables import nom_affiche
from tissu.socle.formats import date_courte, siret_lisible


def chronologie(dossier: Dossier, au: date) -> list[dict[str, Any]]:
    """Événements, périodes et annonces, du plus récent au plus ancien."""
    lignes = [_evenement(e, dossier) for e in dossier.evenements]
    marques = {ligne["date"] for ligne in lignes}
    for avant, periode in zip([None, *dossier.periodes], dossier.periodes, strict=False):
        changements = _changements(avant, periode)
        # Un événement du même jour dit déjà l'ouverture ou la fermeture, et pourquoi.
        if changements and not (periode["date_debut"] in marques and _change_l_etat(avant, periode)):
            titre, *suite = changements
            lignes.append({"date": periode["date_debut"], "titre": titre, "texte": " ".join(suite)})
    lignes += [_annonce(a) for a in dossier.annonces]
    for ligne in lignes:
        ligne["futur"] = ligne["date"] is not None and ligne["date"] > au
    return sorted(lignes, key=lambda ligne: (ligne["date"] or date.min, bool(ligne.get("fort"))), reverse=True)


def _evenement(evenement: Mapping[str, Any], dossier: Dossier) -> dict[str, Any]:
    lie, texte = evenement["siret_lie"], evenement["motif"] or ""
    if evenement["connu_le"]:
        texte += f" Connu le {date_courte(evenement['connu_le'])}."
    return {
        "date": evenement["date_effet"],
        "titre": LIBELLES_EVENEMENTS[TypeEvenement(evenement["type"])],
        "texte": f"{texte} Lié à {siret_lisible(lie)}." if lie else texte,
        "url": reverse("registre:etablissement", args=[lie]) if lie in dossier.noms else "",
        "fort": True,
    }


def _change_l_etat(avant: Mapping[str, Any] | None, periode: Mapping[str, Any]) -> bool:
    return avant is None or periode["etat"] != avant["etat"]


def _changements(avant: Mapping[str, Any] | None, periode: Mapping[str, Any]) -> list[str]:
    """Ce qu'une période change à la précédente, une phrase par changement."""
    if avant is None:
        return ["Première période connue"]
    phrases = []
    if _change_l_etat(avant, periode):
        return ["Réouverture" if periode["etat"] == OUVERT else "Passage à l'état fermé"]
    if periode["naf"] != avant["naf"]:
        nouvelle, version = activite_dite(periode["naf"], periode["naf_nomenclature"])
        meme = periode["naf_nomenclature"] == avant["naf_nomenclature"]
        phrases.append(f"{'Nouvelle activité' if meme else 'Nouvelle nomenclature'} : {nouvelle} ({version}).")
    for cle, nom in (("enseigne", "enseigne"), ("denomination_usuelle", "dénomination usuelle")):
        if periode[cle] != avant[cle]:
            phrases.append(f"Nouvelle {nom} : {periode[cle]}." if periode[cle] else f"Plus de {nom}.")
    if periode["employeur"] != avant["employeur"] and periode["employeur"]:
        phrases.append("Devient employeur." if periode["employeur"] == "O" else "N'est plus employeur.")
    return phrases or ["Correction de Sirene, sans changement d'état"]


def _annonce(annonce: Mapping[str, Any]) -> dict[str, Any]:
    annulee = " Annulée par une annonce suivante." if annonce["annulee"] else ""
    return {
        "date": annonce["date_effet"] or annonce["date_parution"],
        "titre": annonce["nature"] or annonce["famille"] or "Annonce",
        "texte": f"Parue le {date_courte(annonce['date_parution'])}.{annulee}",
        "source": f"BODACC, {annonce['tribunal']}" if annonce["tribunal"] else "BODACC",
    }


def chronologie_unite(dossier: DossierUnite, au: date) -> list[dict[str, Any]]:
    """Événements de tous les établissements de l'unité, et annonces, du plus récent au plus ancien."""
    ici = {e["siret"] for e in dossier.etablissements}
    lignes = []
    for evenement in dossier.evenements:
        siret = evenement["siret"]
        lignes.append(
            {
                "date": evenement["date_effet"],
                "titre": LIBELLES_EVENEMENTS[TypeEvenement(evenement["type"])],
                "texte": f"{siret_lisible(siret)}. {evenement['motif'] or ''}",
                "url": reverse("registre:etablissement", args=[siret]) if siret in ici else "",
                "fort": True,
            }
        )
    lignes += [_annonce(a) for a in dossier.annonces]
    for ligne in lignes:
        ligne["futur"] = ligne["date"] is not None and ligne["date"] > au
    return sorted(lignes, key=lambda ligne: ligne["date"] or date.min, reverse=True)


def liens(dossier: Dossier) -> list[dict[str, Any]]:
    """Prédécesseurs et successeurs, avec leur page quand ils sont du territoire."""
    lignes = []
    for sens, cle, successions in (
        ("Prédécesseur", "siret_predecesseur", dossier.predecesseurs),
        ("Successeur", "siret_successeur", dossier.successeurs),
    ):
        for succession in successions:
            siret = succession[cle]
            connu = dossier.noms.get(siret)
            lignes.append(
                {
                    "sens": sens,
                    "siret": siret,
                    "nom": nom_affiche(connu) if connu else "Hors du territoire",
                    "url": reverse("registre:etablissement", args=[siret]) if connu else "",
                    "date": succession["date_lien"],
                    "nature": _nature(succession, dossier.ligne["siren"], siret),
                }
            )
    return lignes


def _nature(succession: Mapping[str, Any], siren: str, siret: str) -> str:
    morceaux = ["transfert de siège" if succession["transfert_siege"] else ""]
    morceaux.append("continuité économique" if succession["continuite_economique"] else "sans continuité économique")
    morceaux.append("même unité légale" if siret.startswith(siren) else "autre unité légale")
    return ", ".join(filter(None, morceaux)).capitalize()
