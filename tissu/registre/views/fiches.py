"""La page d'un établissement et celle de son unité légale."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import AGENTS, LECTEURS_DU_REGISTRE, NatureAcces
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_corriger_registre, peut_voir_contacts, peut_voir_non_diffusible
from tissu.comptes.requetes import RequeteConnectee
from tissu.registre import fiche
from tissu.registre.filtres import etat_au
from tissu.registre.queries import fiches
from tissu.registre.queries.contacts import contacts_de
from tissu.registre.queries.fiches import Dossier
from tissu.registre.rules import champs_masques, est_diffusible
from tissu.registre.tables import SORTES_D_ETAT, nom_affiche
from tissu.registre.views.absence import registre_requis
from tissu.socle.action import appeler_les_portes
from tissu.socle.ecrans import ecran
from tissu.socle.identifiants import siren_valide, siret_valide

FRERES_MONTRES = 12


@ecran("Établissement", roles=LECTEURS_DU_REGISTRE)
@require_safe
@registre_requis
def etablissement(request: RequeteConnectee, siret: str) -> HttpResponse:
    """Tout ce que le registre sait d'un établissement, et ce qu'en sait chaque action."""
    dossier = fiches.etablissement(siret)
    if dossier is None:
        return _inconnu(request, siret, juste=siret_valide(siret))
    return render(request, "registre/etablissement.html", _contexte(request, dossier))


@ecran("Contacts d'un établissement", roles=AGENTS)
@require_POST
@registre_requis
def contacts(request: RequeteConnectee, siret: str) -> HttpResponse:
    """Les contacts connus de la chambre ; la lecture est journalisée avant d'être montrée."""
    dossier = fiches.etablissement(siret)
    if dossier is None:
        return _inconnu(request, siret, juste=siret_valide(siret))
    if not _contacts_permis(request.user, dossier):
        raise PermissionDenied("Ces contacts sont ceux d'une personne en diffusion partielle.")
    nature = NatureAcces.CONTACTS if est_diffusible(dossier.ligne) else NatureAcces.NON_DIFFUSIBLE
    journaliser_acces(
        personne=request.user, nature=nature, objet=siret, au=timezone.now(), motif="Contacts",
        adresse_ip=adresse_ip(request),
    )  # fmt: skip
    lus = {"contacts": contacts_de(siret), "contacts_ouverts": True}
    if request.headers.get("HX-Request"):
        return render(request, "registre/_contacts.html", lus)
    return render(request, "registre/etablissement.html", {**_contexte(request, dossier), **lus})


def _contacts_permis(personne: Any, dossier: Dossier) -> bool:
    """Les contacts, et en plus le droit sur le non diffusible quand l'établissement est protégé."""
    return peut_voir_contacts(personne) and (not champs_masques(dossier.ligne) or peut_voir_non_diffusible(personne))


def _contexte(request: RequeteConnectee, dossier: Dossier) -> dict[str, Any]:
    au, ligne = timezone.localdate(), dossier.ligne
    blocs = appeler_les_portes("fiche_etablissement", ligne["siret"], request.user)
    contexte = {
        "titre": nom_affiche(ligne),
        "dossier": dossier,
        "siret": ligne["siret"],
        "protege": bool(champs_masques(ligne)),
        "etat": fiche.etat(dossier, au),
        "identite": fiche.identite(dossier),
        "activite": fiche.activite(dossier),
        "effectifs": fiche.effectifs(dossier),
        "lieu": fiche.lieu(dossier),
        "chronologie": fiche.chronologie(dossier, au),
        "liens": fiche.liens(dossier),
        "freres": _freres(dossier.freres[:FRERES_MONTRES], au),
        "freres_restants": max(0, len(dossier.freres) - FRERES_MONTRES),
        "hors": dossier.hors[:FRERES_MONTRES],
        "hors_restants": max(0, len(dossier.hors) - FRERES_MONTRES),
        "desaccord": next((a for a in dossier.annonces if a["desaccord_sirene"]), None),
        "signalement": next((c for c in dossier.corrections if c.champ == "signalement"), None),
        "corrections": dossier.corrections,
        "peut_corriger": peut_corriger_registre(request.user),
        "contacts_permis": dossier.contacts_connus and _contacts_permis(request.user, dossier),
        "blocs": [{"porte": porte, **bloc} for porte, bloc in blocs],
    }
    return {**contexte, "plan": _plan(contexte)}


PLAN = {
    "etat": "État",
    "identite": "Identité",
    "activite": "Activité",
    "effectif": "Effectif et taille",
    "lieu": "Lieu",
    "contacts": "Contacts",
    "freres": "Autres établissements",
    "liens": "Prédécesseurs et successeurs",
    "bodacc": "Annonces du BODACC",
    "corrections": "Corrections locales",
    "histoire": "Histoire",
}


PLAN_UNITE = {
    "identite": "Identité",
    "etablissements": "Établissements",
    "bodacc": "Annonces du BODACC",
    "histoire": "Histoire",
}


def _plan(contexte: dict[str, Any]) -> list[dict[str, str]]:
    """Le sommaire : les sections présentes, dans l'ordre de la page."""
    absentes = set()
    if not contexte["contacts_permis"]:
        absentes.add("contacts")
    if not contexte["dossier"].annonces:
        absentes.add("bodacc")
    plan = [{"identifiant": cle, "titre": titre} for cle, titre in PLAN.items() if cle not in absentes]
    actions = [
        {"identifiant": f"action-{b['porte'].slug}", "titre": b.get("titre") or b["porte"].titre_court}
        for b in contexte["blocs"]
    ]
    rang = next(rang for rang, section in enumerate(plan) if section["identifiant"] == "freres")
    return [*plan[:rang], *actions, *plan[rang:]]


def _freres(lignes: Iterable[dict[str, Any]], au: date) -> list[dict[str, Any]]:
    rendus = []
    for ligne in lignes:
        mot, sorte = SORTES_D_ETAT[etat_au(ligne, au)]
        rendus.append({**ligne, "titre": nom_affiche(ligne), "mot": mot, "sorte": sorte})
    return rendus


@ecran("Unité légale", roles=LECTEURS_DU_REGISTRE)
@require_safe
@registre_requis
def unite(request: RequeteConnectee, siren: str) -> HttpResponse:
    """L'unité légale et tous ses établissements connus."""
    dossier = fiches.unite_legale(siren)
    if dossier is None:
        return _inconnu(request, siren, juste=siren_valide(siren))
    au = timezone.localdate()
    ligne = {**dossier.ligne, "diffusion_unite": dossier.ligne["diffusion"]}
    contexte = {
        "titre": nom_affiche(ligne),
        "dossier": dossier,
        "protege": bool(champs_masques(ligne)),
        "etat": fiche.etat_unite(dossier, au),
        "identite": fiche.identite_unite(dossier),
        "etablissements": _freres(dossier.etablissements, au),
        "ouverts": sum(etat_au(e, au) in {"ouvert", "reactive", "fermeture_prevue"} for e in dossier.etablissements),
        "chronologie": fiche.chronologie_unite(dossier, au),
        "desaccord": next((a for a in dossier.annonces if a["desaccord_sirene"]), None),
        "plan": [
            {"identifiant": cle, "titre": titre}
            for cle, titre in PLAN_UNITE.items()
            if cle != "bodacc" or dossier.annonces
        ],
    }
    return render(request, "registre/unite.html", contexte)


def _inconnu(request: RequeteConnectee, numero: str, *, juste: bool) -> HttpResponse:
    """La page 404 qui dit pourquoi, et où chercher."""
    contexte = {"titre": "Introuvable dans le registre", "numero": numero, "juste": juste}
    return render(request, "registre/inconnu.html", contexte, status=404)
