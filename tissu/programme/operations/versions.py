"""Photographier une fiche entière : à la signature, à un avenant, à la clôture."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from tissu.programme.models import Avenant, Fiche, VersionDeFiche

CHAMPS_DE_FICHE = (
    "titre", "titre_court", "etat", "periode_entete", "calendrier_debut", "calendrier_fin", "premier_mois",
    "total_declare_eur", "observations",
)  # fmt: skip


@transaction.atomic
def etablir_version(
    *, fiche: Fiche, motif: str, auteur: Any, au: datetime, avenant: Avenant | None = None
) -> VersionDeFiche:
    """Ajoute une version, numérotée à la suite. Une version ne se modifie ni ne s'efface."""
    contenu = photographie(fiche)
    dernier = VersionDeFiche.objects.filter(fiche=fiche).aggregate(Max("numero"))["numero__max"] or 0
    return VersionDeFiche.objects.create(
        fiche=fiche,
        numero=dernier + 1,
        motif=motif[:200],
        avenant=avenant,
        contenu=contenu,
        empreinte=empreinte(contenu),
        etablie_le=au,
        etablie_par=auteur,
    )


def photographie(fiche: Fiche) -> dict[str, Any]:
    """Tout ce que la fiche dit, en valeurs JSON : montants en texte (« 1400.00 »), dates en AAAA-MM-JJ."""
    contenu: dict[str, Any] = {champ: _json(getattr(fiche, champ)) for champ in CHAMPS_DE_FICHE}
    contenu["maitres_ouvrage"] = sorted(organisation.nom for organisation in fiche.maitres_ouvrage.all())
    contenu["sections"] = {section.section: section.texte for section in fiche.sections.order_by("section")}
    lignes = list(fiche.lignes.filter(retiree_par=None).order_by("ordre", "pk"))
    contenu["lignes"] = [
        {"libelle": ligne.libelle, "nature": ligne.nature, "jours": _json(ligne.jours),
         "montant_eur": _json(ligne.montant_eur), "note": ligne.note}
        for ligne in lignes
    ]  # fmt: skip
    contenu["taux"] = [
        {"ligne": taux.ligne.libelle if taux.ligne else "", "debut": _json(taux.debut), "fin": _json(taux.fin),
         "montant_eur": _json(taux.montant_eur)}
        for taux in fiche.taux.select_related("ligne").order_by("debut", "pk")
    ]  # fmt: skip
    contenu["contributions"] = [
        {"financeur": apport.financeur, "ligne": apport.ligne.libelle if apport.ligne else "",
         "montant_eur": _json(apport.montant_eur), "taux": _json(apport.taux), "etat": apport.etat,
         "condition": apport.condition}
        for apport in fiche.contributions.select_related("ligne").order_by("ordre", "pk")
    ]  # fmt: skip
    contenu["criteres"] = [
        {"cle": critere.cle, "libelle": critere.libelle, "unite": critere.unite, "cible": _json(critere.cible),
         "reference": _json(critere.reference), "indicateur": critere.indicateur}
        for critere in fiche.criteres.order_by("ordre", "pk")
    ]  # fmt: skip
    return contenu


def empreinte(contenu: Any) -> str:
    """L'empreinte SHA-256 d'un contenu JSON, dans une écriture qui ne dépend que de lui."""
    return hashlib.sha256(json.dumps(contenu, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _json(valeur: Any) -> Any:
    if isinstance(valeur, Decimal):
        # Sans les zéros que la base ajoute : la même valeur s'écrit toujours pareil.
        return format(valeur.normalize(), "f")
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur
