"""Des projets commerciaux fictifs, placés parmi les locaux de la démonstration, à chaque étape de leur vie."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tissu.actions.observatoire_commerce.choices import EtatProjet
from tissu.actions.observatoire_commerce.models import ProjetCdac
from tissu.actions.observatoire_commerce.operations import cdac as operations
from tissu.actions.observatoire_commerce.rules.questions_cdac import ETAPES
from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.locaux.queries.situation import situation
from tissu.socle.territoire import territoire

SUR = {"en_ort": False, "artificialisation": False, "permis": True}
PROJETS: Sequence[tuple[dict[str, Any], tuple[str, ...]]] = (
    (
        {"nom": "Agrandissement du supermarché Exemple", "nature": "extension", "secteur": "alimentaire",
         "activite": "supermarche", "enseigne": "Supermarché Exemple", "petitionnaire": "SCI Exemple Extension",
         "surface_existante_m2": 950, "surface_creee_m2": 300, "dans_ensemble": False, **SUR},
        (EtatProjet.ETUDE,),
    ),
    (
        {"nom": "Boutique dans la galerie Exemple", "nature": "creation", "secteur": "autre",
         "activite": "habillement", "enseigne": "Modes Fictives", "petitionnaire": "Galerie Exemple SA",
         "surface_creee_m2": 380, "dans_ensemble": True, "surface_ensemble_m2": 6_200, **SUR},
        (EtatProjet.ETUDE, EtatProjet.DEPOSE),
    ),
    (
        {"nom": "Réouverture du magasin de meubles Exemple", "nature": "reouverture", "secteur": "autre",
         "activite": "meubles", "enseigne": "Meubles Fictifs", "surface_existante_m2": 3_000,
         "redressement": False, **SUR},
        (),
    ),
    (
        {"nom": "Point de retrait Exemple", "nature": "drive", "secteur": "alimentaire", "activite": "supermarche",
         "enseigne": "Courses Exemple", "petitionnaire": "Courses Exemple SAS", "surface_creee_m2": 120,
         "drive_integre": False, "artificialisation": True, "permis": True},
        (EtatProjet.ETUDE, EtatProjet.DEPOSE, EtatProjet.REFUSE),
    ),
    (
        {"nom": "Grande pharmacie Exemple", "nature": "creation", "secteur": "pharmacie", "activite": "pharmacie",
         "enseigne": "Pharmacie Exemple", "surface_creee_m2": 1_100, "dans_ensemble": False, **SUR},
        (EtatProjet.ETUDE,),
    ),
    (
        {"nom": "Halle gourmande Exemple", "nature": "creation", "secteur": "alimentaire", "activite": "epicerie",
         "enseigne": "Halle Exemple", "surface_creee_m2": 800, "permis": True},
        (),
    ),
)  # fmt: skip


def installer(*, dossier: Path, au: datetime, suivi: Any) -> None:
    """Les projets, autour de locaux connus ; sans local, ils restent à placer."""
    auteur = Personne.objects.filter(attributions__role=Role.CHARGE_MISSION, is_active=True).order_by("pk").first()
    lieux = _lieux(au.date(), len(PROJETS))
    if auteur is None or ProjetCdac.objects.exists():
        return
    for rang, ((champs, etats), lieu) in enumerate(zip(PROJETS, lieux, strict=True)):
        _ouvrir(champs, etats, lieu, auteur, au - timedelta(days=120 - 15 * rang))


def _lieux(au: date, combien: int) -> list[Mapping[str, Any]]:
    """Des locaux placés et numérotés, pris à pas réguliers dans tout le territoire."""
    colonnes = ["id", "adresse", "numero", "code_commune", "lon", "lat"]
    places = [
        ligne for ligne in situation(au).select(colonnes).to_pylist() if ligne["lon"] is not None and ligne["numero"]
    ]
    if len(places) < combien:
        return [{}] * combien
    pas = len(places) // combien
    return [places[pas // 2 + rang * pas] for rang in range(combien)]


def _ouvrir(
    champs: Mapping[str, Any], etats: Sequence[str], lieu: Mapping[str, Any], auteur: Personne, le: datetime
) -> None:
    decrit = {cle: Decimal(valeur) if cle.endswith("_m2") else valeur for cle, valeur in champs.items()}
    if champs["nature"] == "reouverture":
        decrit |= {"ferme_le": le.date() - timedelta(days=3 * 366), "reouvre_le": le.date() + timedelta(days=60)}
    decrit |= {"demande_le": le.date(), "code_commune": territoire().commune_centre}
    if lieu:
        decrit |= {cle: lieu[cle] for cle in ("code_commune", "adresse", "lon", "lat")}
        decrit["precision_position"] = f"Local connu au {lieu['adresse']}"
    projet = operations.ouvrir_projet(champs=decrit, etape="projet", auteur=auteur, au=le)
    if not etats:
        return
    for etape in list(ETAPES)[1:]:
        projet = operations.completer_projet(
            projet=projet, champs={}, etape=etape, revision=projet.revision, auteur=auteur, au=le
        )
    for rang, etat in enumerate(etats):
        jour = le + timedelta(days=20 * rang)
        projet = operations.changer_etat(
            projet=projet, etat=etat, le=jour.date(), revision=projet.revision, auteur=auteur, au=jour
        )
