"""Photographier une fiche : tout ce que le document signé dit, tel qu'il était, avec son empreinte."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tissu.programme.models import Avenant, Fiche, VersionDeFiche
from tissu.programme.rules.ecriture import ecrit

TEXTES = ("titre", "titre_court", "etat", "action", "periode_entete", "observations")
LIGNE = ("ordre", "libelle", "nature", "jours", "montant_eur", "note")
TAUX = ("debut", "fin", "montant_eur")
CONTRIBUTION = ("ordre", "financeur", "montant_eur", "taux", "etat", "condition")
CRITERE = ("cle", "ordre", "libelle", "definition", "indicateur", "unite", "sens", "cumulatif", "qualitatif", "cible",
           "reference", "reference_au", "source")  # fmt: skip


def _champs(objet: Any, noms: tuple[str, ...]) -> dict[str, Any]:
    return {nom: ecrit(getattr(objet, nom)) for nom in noms}


def contenu_de(fiche: Fiche) -> dict[str, Any]:
    """Tout ce qu'une fiche dit : identité, rubriques, lignes en vigueur, taux, contributions, critères."""
    lignes = fiche.lignes.filter(retiree_par__isnull=True).order_by("ordre", "pk")
    return {
        "numero": fiche.numero,
        "annee": fiche.annee,
        "convention": fiche.convention.titre,
        **_champs(fiche, TEXTES),
        **_champs(fiche, ("calendrier_debut", "calendrier_fin", "premier_mois", "total_declare_eur")),
        "maitres_ouvrage": sorted(str(organisation) for organisation in fiche.maitres_ouvrage.all()),
        "sections": {une.section: une.texte for une in fiche.sections.order_by("pk")},
        "lignes": [{"id": ligne.pk, **_champs(ligne, LIGNE)} for ligne in lignes],
        "taux": [
            {"id": taux.pk, "ligne": taux.ligne_id, **_champs(taux, TAUX)}
            for taux in fiche.taux.order_by("debut", "pk")
        ],
        "contributions": [
            {"id": une.pk, "ligne": une.ligne_id, **_champs(une, CONTRIBUTION)}
            for une in fiche.contributions.order_by("ordre", "pk")
        ],
        "criteres": [{"id": un.pk, **_champs(un, CRITERE)} for un in fiche.criteres.order_by("ordre", "pk")],
    }


def empreinte_de(contenu: dict[str, Any]) -> str:
    """SHA-256 du contenu écrit d'une seule façon (clés triées, UTF-8)."""
    ecrit = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(ecrit.encode()).hexdigest()


def etablir_version(
    *, fiche: Fiche, motif: str, auteur: Any, au: datetime, avenant: Avenant | None = None
) -> VersionDeFiche:
    """Garde la photographie de la fiche sous le numéro suivant. La base refuse ensuite de la changer."""
    with transaction.atomic():
        # Deux versions demandées ensemble n'ont pas le même numéro : la seconde attend la première.
        Fiche.objects.select_for_update().get(pk=fiche.pk)
        contenu = contenu_de(fiche)
        dernier = fiche.versions.aggregate(numero=Max("numero"))["numero"] or 0
        return VersionDeFiche.objects.create(
            fiche=fiche,
            numero=dernier + 1,
            motif=motif,
            avenant=avenant,
            contenu=contenu,
            empreinte=empreinte_de(contenu),
            etablie_le=au,
            etablie_par=auteur,
        )
