"""Ce qu'une fiche dit, en une empreinte ; qui a donné son accord sur cette empreinte, et qui doit encore le donner."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tissu.comptes.models import Organisation
from tissu.programme import permissions
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Convention, Fiche, VersionDeFiche
from tissu.programme.queries import cadre
from tissu.programme.queries.vie import minuit
from tissu.programme.rules.ecriture import ecrit

ACCORD = "Accord pour signature"
TEXTES = ("titre", "titre_court", "etat", "action", "periode_entete", "observations")
LIGNE = ("ordre", "libelle", "nature", "jours", "montant_eur", "etp", "note")
TAUX = ("debut", "fin", "montant_eur")
CONTRIBUTION = ("ordre", "financeur", "montant_eur", "taux", "etat", "condition")
CRITERE = ("cle", "ordre", "libelle", "definition", "indicateur", "unite", "sens", "cumulatif", "qualitatif", "cible",
           "reference", "reference_au", "source")  # fmt: skip


def _champs(objet: Any, noms: tuple[str, ...]) -> dict[str, Any]:
    return {nom: ecrit(getattr(objet, nom)) for nom in noms}


# Ce que `contenu_de` lit d'une fiche : chargé d'avance, il ne demande plus rien à la base.
CONTENU = ("convention", "maitres_ouvrage", "sections", "lignes", "taux", "contributions", "criteres")


def _ranges(objets: Any, *cle: str) -> list[Any]:
    return sorted(objets.all(), key=lambda objet: [*(getattr(objet, nom) for nom in cle), objet.pk])


def contenu_de(fiche: Fiche) -> dict[str, Any]:
    """Tout ce qu'une fiche dit : identité, rubriques, lignes en vigueur, taux, contributions, critères."""
    lignes = [ligne for ligne in _ranges(fiche.lignes, "ordre") if ligne.retiree_par_id is None]
    return {
        "numero": fiche.numero,
        "annee": fiche.annee,
        "convention": fiche.convention.titre,
        **_champs(fiche, TEXTES),
        **_champs(fiche, ("calendrier_debut", "calendrier_fin", "premier_mois", "total_declare_eur")),
        "maitres_ouvrage": sorted(str(organisation) for organisation in fiche.maitres_ouvrage.all()),
        "sections": {une.section: une.texte for une in _ranges(fiche.sections)},
        "lignes": [{"id": ligne.pk, **_champs(ligne, LIGNE)} for ligne in lignes],
        "taux": [
            {"id": taux.pk, "ligne": taux.ligne_id, **_champs(taux, TAUX)} for taux in _ranges(fiche.taux, "debut")
        ],
        "contributions": [
            {"id": une.pk, "ligne": une.ligne_id, **_champs(une, CONTRIBUTION)}
            for une in _ranges(fiche.contributions, "ordre")
        ],
        "criteres": [{"id": un.pk, **_champs(un, CRITERE)} for un in _ranges(fiche.criteres, "ordre")],
    }


def empreinte_de(contenu: dict[str, Any]) -> str:
    """SHA-256 du contenu écrit d'une seule façon (clés triées, UTF-8)."""
    ecrit = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(ecrit.encode()).hexdigest()


def version_au(fiche: Fiche, jour: date) -> VersionDeFiche | None:
    """La dernière version gardée au soir de ce jour."""
    gardees = fiche.versions.defer("contenu").filter(etablie_le__lt=minuit(jour + timedelta(days=1)))
    return gardees.order_by("-numero").first()


def accords_des(fiches: Iterable[Fiche]) -> dict[int, dict[int, VersionDeFiche]]:
    """Par fiche en préparation : les organisations qui ont donné leur accord sur la fiche telle qu'elle est.

    Organisation → la version qui porte son accord. Une requête, si les fiches portent leur `CONTENU`.
    """
    empreintes = {fiche.pk: empreinte_de(contenu_de(fiche)) for fiche in fiches if fiche.etat == EtatFiche.PREPARATION}
    trouves: dict[int, dict[int, VersionDeFiche]] = {pk: {} for pk in empreintes}
    donnes = VersionDeFiche.objects.filter(fiche__in=empreintes, motif=ACCORD).select_related("etablie_par")
    for version in donnes.defer("contenu").order_by("numero"):
        signataire = version.etablie_par
        if signataire and signataire.organisation_id and version.empreinte == empreintes[version.fiche_id]:
            trouves[version.fiche_id][signataire.organisation_id] = version
    return trouves


@dataclass(frozen=True)
class FicheASigner:
    """Une fiche en préparation : qui a donné son accord, qui manque, et si cette personne peut donner le sien."""

    fiche: Fiche
    accords: tuple[Organisation, ...]
    attendus: tuple[Organisation, ...]
    par_moi: bool


def fiches_a_signer(personne: Any, conventions: Iterable[Convention]) -> list[FicheASigner]:
    """Les fiches en préparation de ces conventions, par année puis numéro ; nombre fixe de requêtes."""
    preparees = list(
        cadre.fiches()
        .filter(convention__in=[une.pk for une in conventions], etat=EtatFiche.PREPARATION)
        .prefetch_related(*CONTENU)
        .order_by("annee", "numero", "pk")
    )
    accords = accords_des(preparees)
    return [_a_signer(personne, fiche, accords[fiche.pk]) for fiche in preparees]


def _a_signer(personne: Any, fiche: Fiche, accords: dict[int, VersionDeFiche]) -> FicheASigner:
    partenaires = sorted(fiche.convention.partenaires.all(), key=lambda organisation: organisation.nom)
    return FicheASigner(
        fiche=fiche,
        accords=tuple(une for une in partenaires if une.pk in accords),
        attendus=tuple(une for une in partenaires if une.pk not in accords),
        par_moi=personne.organisation_id not in accords and permissions.est_redacteur(personne, fiche),
    )
