"""Déposer un périmètre, le renommer, l'effacer."""

from datetime import datetime
from pathlib import Path

import shapely
from django.core.exceptions import PermissionDenied
from django.db import transaction

from tissu.cartes.fichiers import FichierDeContoursRefuse, en_surface, lire_entites
from tissu.cartes.models import Perimetre
from tissu.cartes.permissions import peut_modifier
from tissu.cartes.selection import surface_ha
from tissu.comptes.models import Personne
from tissu.socle.formats import nombre, octets
from tissu.socle.parametres import parametre


class PerimetreRefuse(ValueError):
    """Le périmètre ne peut être gardé ; le message dit pourquoi et quoi faire."""


@transaction.atomic
def deposer_perimetre(
    *, fichier: Path, nom_fichier: str, nom: str, partage: bool, auteur: Personne, au: datetime
) -> tuple[Perimetre, list[str]]:
    """Garde le contour d'un fichier (ses entités réunies), avec les avis de lecture.

    Lève `FichierDeContoursRefuse` si le fichier ne se lit pas, `PerimetreRefuse` s'il est démesuré ou mal nommé.
    """
    jour = au.date()
    if fichier.stat().st_size > parametre("cartes.perimetre_octets_max", au=jour):
        plafond = octets(parametre("cartes.perimetre_octets_max", au=jour))
        raise PerimetreRefuse(
            f"« {nom_fichier} » dépasse {plafond} : n'exportez que le contour utile, ou simplifiez-le."
        )
    if Perimetre.objects.filter(auteur=auteur).count() >= parametre("cartes.perimetres_par_personne_max", au=jour):
        raise PerimetreRefuse("Vous gardez déjà le nombre permis de périmètres : effacez ceux qui ne servent plus.")
    _refuser_nom_pris(nom, auteur)
    avis: list[str] = []
    contour = _contour(fichier, nom_fichier, avis)
    sommets = int(shapely.get_num_coordinates(contour))
    plafond_sommets = parametre("cartes.perimetre_sommets_max", au=jour)
    if sommets > plafond_sommets:
        raise PerimetreRefuse(
            f"« {nom_fichier} » compte {nombre(sommets)} sommets ; il en faut {nombre(plafond_sommets)} au plus. "
            "Simplifiez-le dans votre SIG (dans QGIS : Vecteur, Outils de géométrie, Simplifier)."
        )
    perimetre = Perimetre.objects.create(
        nom=nom, geometrie=shapely.to_geojson(contour), auteur=auteur, organisation=auteur.organisation,
        partage=partage, fichier=nom_fichier[:200], sommets=sommets, surface_ha=surface_ha(contour), depose_le=au,
    )  # fmt: skip
    return perimetre, avis


def _contour(fichier: Path, nom: str, avis: list[str]) -> shapely.Geometry:
    entites = lire_entites(fichier, nom=nom, avis=avis)
    if not entites:
        raise FichierDeContoursRefuse(f"« {nom} » ne contient aucun contour.")
    surfaces = [shapely.from_geojson(en_surface(e.geometrie, e.epsg, e.lieu, avis)) for e in entites]
    if len(surfaces) > 1:
        avis.append(f"Les {len(surfaces)} entités du fichier sont réunies en un seul périmètre.")
    return shapely.unary_union(surfaces)


@transaction.atomic
def modifier_perimetre(*, perimetre: Perimetre, nom: str, partage: bool, auteur: Personne) -> Perimetre:
    """Renomme et partage. Lève `PerimetreRefuse` si le nom est pris."""
    _exiger_le_droit(perimetre, auteur)
    if nom != perimetre.nom:
        _refuser_nom_pris(nom, auteur)
    perimetre.nom, perimetre.partage = nom, partage
    perimetre.save(update_fields=["nom", "partage"])
    return perimetre


@transaction.atomic
def effacer_perimetre(*, perimetre: Perimetre, auteur: Personne) -> None:
    """Efface un périmètre ; un lien partagé qui s'en sert dira qu'il n'est plus là."""
    _exiger_le_droit(perimetre, auteur)
    perimetre.delete()


def _exiger_le_droit(perimetre: Perimetre, auteur: Personne) -> None:
    if not peut_modifier(auteur, perimetre):
        raise PermissionDenied(f"Ce périmètre est celui de {perimetre.auteur} : lui seul peut le changer.")


def _refuser_nom_pris(nom: str, auteur: Personne) -> None:
    if Perimetre.objects.filter(auteur=auteur, nom=nom).exists():
        raise PerimetreRefuse(f"Vous avez déjà un périmètre nommé « {nom} ». Choisissez un autre nom.")
