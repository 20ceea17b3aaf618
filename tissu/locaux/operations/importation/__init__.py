"""Recevoir un fichier de locaux : le déposer, l'apercevoir, l'appliquer d'un coup, ou l'abandonner."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne, EtatImportLocaux, MethodeCampagne
from tissu.locaux.models import Campagne, CorrespondanceLocaux, ImportLocaux
from tissu.locaux.operations.correspondances import garder_correspondance, proposer_correspondance
from tissu.locaux.operations.ecriture import LocalRefuse, exiger, references
from tissu.locaux.operations.importation.application import ecrire
from tissu.locaux.operations.importation.connus import lire_connus
from tissu.locaux.operations.importation.plan import Plan, planifier
from tissu.locaux.operations.tranches import Signature
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse, FichierLu, lire_fichier
from tissu.locaux.sources.locaux import Cadre, LocalLu, lire_local
from tissu.registre.operations.depots import Depot, retrouver
from tissu.socle.formats import date_courte
from tissu.socle.parametres import parametre
from tissu.socle.territoire import territoire

RAYON = "locaux"
REGLAGES, PREVUS = "reglages", "prevus"
REFUS = "Seuls les chargés de mission des partenaires importent des locaux."


@transaction.atomic
def deposer_import(
    *,
    depot: Depot,
    auteur: Any,
    au: datetime,
    correspondance: CorrespondanceLocaux | None = None,
    code_commune: str = "",
    campagne: Campagne | None = None,
) -> ImportLocaux:
    """Enregistre un fichier reçu et ses colonnes, gardées ou devinées, sans rien appliquer.

    Le même fichier sous les mêmes réglages, déjà appliqué, est rendu tel quel. Lève `FichierDeLocauxRefuse` ou
    `LocalRefuse`.
    """
    exiger(permissions.peut_importer, auteur, REFUS)
    fichier = lire_fichier(depot.chemin, nom=depot.nom)
    if correspondance is None:
        trouvee, colonnes = proposer_correspondance(fichier.colonnes, situe=fichier.situe, au=au)
        correspondance = trouvee or garder_correspondance(
            nom=_nom_libre(depot.nom), colonnes=colonnes, activites={}, code_commune=code_commune,
            situe=True, auteur=auteur, au=au,
        )  # fmt: skip
    depose = ImportLocaux(
        nom=depot.nom[:255], fichier=depot.reference, sha256=depot.sha256, octets=depot.octets,
        correspondance=correspondance, campagne=campagne, depose_le=au, auteur=auteur,
        code_commune=code_commune or correspondance.code_commune, lignes=len(fichier.lignes),
    )  # fmt: skip
    deja = _deja_applique(depose)
    if deja:
        return deja
    depose.save()
    return depose


def _nom_libre(nom: str) -> str:
    base = f"Colonnes de {nom}"[:90]
    pris = set(CorrespondanceLocaux.objects.filter(nom__startswith=base).values_list("nom", flat=True))
    return next(essai for essai in (base, *(f"{base} ({rang})" for rang in range(2, 10_000))) if essai not in pris)


def _deja_applique(importation: ImportLocaux) -> ImportLocaux | None:
    """Le dernier import appliqué de cette correspondance, s'il est ce fichier-là sous ces réglages-là."""
    dernier = (
        ImportLocaux.objects.filter(etat=EtatImportLocaux.APPLIQUE, correspondance=importation.correspondance)
        .order_by("-applique_le", "-pk")
        .first()
    )
    if dernier is None or dernier.sha256 != importation.sha256:
        return None
    return dernier if dernier.comptes.get(REGLAGES) == _reglages(importation) else None


def _reglages(importation: ImportLocaux) -> str:
    assert importation.correspondance is not None
    dits = [importation.correspondance.colonnes, importation.correspondance.activites, importation.code_commune]
    return hashlib.sha256(json.dumps(dits, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def regler_import(
    *,
    importation: ImportLocaux,
    nom: str,
    colonnes: Mapping[str, str],
    activites: Mapping[str, str],
    code_commune: str,
    auteur: Any,
    au: datetime,
) -> None:
    """Change la correspondance d'un import à vérifier, et la garde sous ce nom. Lève `LocalRefuse`."""
    _exiger_a_verifier(importation, auteur)
    importation.correspondance = garder_correspondance(
        nom=nom, colonnes=colonnes, activites=activites, code_commune=code_commune,
        situe=ouvrir(importation).situe, auteur=auteur, au=au,
    )  # fmt: skip
    importation.code_commune = code_commune
    importation.save(update_fields=["correspondance", "code_commune"])


def _exiger_a_verifier(importation: ImportLocaux, auteur: Any) -> None:
    exiger(permissions.peut_importer, auteur, REFUS)
    if importation.etat != EtatImportLocaux.DEPOSE:
        raise LocalRefuse("Cet import n'est plus à vérifier : déposez le fichier à nouveau pour le relire autrement.")


def ouvrir(importation: ImportLocaux) -> FichierLu:
    """Le fichier déposé. Lève `FichierDeLocauxRefuse` ou `DepotIntrouvable`."""
    return lire_fichier(retrouver(importation.fichier, rayon=RAYON), nom=importation.nom)


def apercevoir(importation: ImportLocaux, *, au: datetime) -> Plan:
    """Ce que le fichier changerait, sans rien écrire. Lève `FichierDeLocauxRefuse`, `DepotIntrouvable`."""
    return _planifier(importation, lire(importation, au=au), au)


def lire(importation: ImportLocaux, *, au: datetime) -> list[LocalLu]:
    """Les lignes du fichier, lues par sa correspondance. Lève `FichierDeLocauxRefuse`."""
    fichier, correspondance = ouvrir(importation), importation.correspondance
    assert correspondance is not None
    absentes = sorted(set(correspondance.colonnes.values()) - set(fichier.colonnes))
    if absentes:
        raise FichierDeLocauxRefuse(
            f"« {importation.nom} » n'a pas ces colonnes, que la correspondance « {correspondance} » attend : "
            f"{', '.join(absentes)}. Revoyez la correspondance."
        )
    jour = au.date()
    cadre = Cadre(
        colonnes=correspondance.colonnes,
        activites=correspondance.activites,
        communes=territoire().communes,
        code_commune=importation.code_commune,
        au=jour,
        date_minimale=parametre("locaux.date_relevee_minimale", au=jour),
        surfaces=tuple(parametre("locaux.surface_plausible_m2", au=jour)),
    )
    return [lire_local(brute, cadre) for brute in fichier.lignes]


def _planifier(importation: ImportLocaux, lus: list[LocalLu], au: datetime) -> Plan:
    assert importation.correspondance is not None
    communes = {lu.lieu["code_commune"] for lu in lus if not lu.refuse}
    return planifier(
        lus,
        lire_connus(communes, importation.correspondance),
        edition=importation.campagne.debut if importation.campagne else date_d_edition(lus, au),
        rayon_m=float(parametre("locaux.rayon_meme_local_m", au=au.date())),
        rayon_doublon_m=float(parametre("locaux.rayon_doublon_m", au=au.date())),
    )


def date_d_edition(lus: list[LocalLu], au: datetime) -> date:
    """Le jour du relevé le plus récent du fichier ; à défaut, celui de son dépôt."""
    return max((lu.releve_le for lu in lus if lu.releve_le), default=au.date())


@transaction.atomic
def appliquer_import(*, importation: ImportLocaux, auteur: Any, au: datetime, suivi: Any) -> dict[str, int]:
    """Applique le fichier : tout, ou rien. Rend les comptes de ce qui a changé.

    Un import déjà appliqué rend ses comptes sans rien écrire. Lève `LocalRefuse`, `FichierDeLocauxRefuse`.
    """
    exiger(permissions.peut_importer, auteur, REFUS)
    # Deux imports se suivent, ils ne se croisent pas : le second relit ce que le premier a écrit.
    references(0)
    importation = ImportLocaux.objects.select_for_update().get(pk=importation.pk)
    if importation.etat == EtatImportLocaux.APPLIQUE:
        return dict(importation.comptes[PREVUS])
    _exiger_a_verifier(importation, auteur)
    suivi.avancer(0.02, "Lecture du fichier")
    lus = lire(importation, au=au)
    if importation.campagne is None:
        importation.campagne = _campagne_du_fichier(importation, lus, au)
    plan = _planifier(importation, lus, au)
    ecrire(plan, importation, Signature(auteur, au, f"Import de {importation.nom}"), partial(_avancer, suivi))
    comptes = plan.comptes()
    importation.etat, importation.applique_le = EtatImportLocaux.APPLIQUE, au
    importation.lignes, importation.cellules = len(lus), sum(not lu.refuse for lu in lus)
    importation.comptes = {PREVUS: comptes, REGLAGES: _reglages(importation)}
    importation.save()
    return comptes


def _avancer(suivi: Any, part: float, message: str) -> None:
    suivi.avancer(part, message)


def _campagne_du_fichier(importation: ImportLocaux, lus: list[LocalLu], au: datetime) -> Campagne:
    """Sans campagne dite, le fichier en est une : une reprise de fichier, datée de son relevé le plus récent."""
    jour, correspondance = date_d_edition(lus, au), importation.correspondance
    communes = sorted({lu.lieu["code_commune"] for lu in lus if not lu.refuse})
    noms = territoire().communes
    return Campagne.objects.get_or_create(
        nom=f"{correspondance}, édition du {date_courte(jour)}"[:200],
        defaults={
            "methode": MethodeCampagne.FICHIER, "debut": jour, "fin": jour, "etat": EtatCampagne.CLOSE,
            "definition": "Les locaux tels que le fichier les liste ; est vacant celui que sa colonne de vacance dit "
            "vacant. Chaque ligne garde sa propre date de relevé.",
            "perimetre": ", ".join(noms.get(code, code) for code in communes)[:300], "communes": communes,
            "source": importation.nom[:200],
        },
    )[0]  # fmt: skip


@transaction.atomic
def abandonner_import(*, importation: ImportLocaux, auteur: Any) -> None:
    """Renonce à un fichier déposé. Lève `LocalRefuse` s'il est déjà appliqué."""
    _exiger_a_verifier(importation, auteur)
    importation.etat = EtatImportLocaux.ABANDONNE
    importation.save(update_fields=["etat"])
