"""Les cartes du registre : ses établissements, ses communes, ses zones."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import pyarrow as pa
from django.http import QueryDict
from django.utils import timezone

from tissu.cartes.couches import (
    Champ,
    Classe,
    Classement,
    Couche,
    CoucheIndisponible,
    Demande,
    Geometrie,
    Theme,
)
from tissu.comptes.choices import LECTEURS_DU_REGISTRE
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.publications.choices import Licence
from tissu.publications.contenu import Nature
from tissu.registre.filtres import ETATS
from tissu.registre.forms.recherche import RechercheForm
from tissu.registre.nomenclatures import choix_du_niveau, libelle_tranche
from tissu.registre.queries import carte, listes
from tissu.registre.recherche import IndexAbsent
from tissu.registre.rules import TRANCHES

SOURCE = "Insee, base Sirene"


def _sans_registre(lire: Callable[..., Any]) -> Callable[..., Any]:
    """Le registre manquant devient une carte indisponible, avec la même phrase."""

    @wraps(lire)
    def gardee(*args: Any) -> Any:
        try:
            return lire(*args)
        except (RegistreAbsent, IndexAbsent) as absence:
            raise CoucheIndisponible(str(absence)) from absence

    return gardee


@_sans_registre
def formulaire(demande: Demande) -> RechercheForm:
    """Les filtres de la liste des établissements, tels quels."""
    return RechercheForm(
        demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict(),
        communes=listes.communes(),
        zones=listes.zones(),
        listes=listes.listes_visibles(demande.personne),
        au=timezone.localdate(),
    )


@_sans_registre
def lire_etablissements(demande: Demande) -> pa.Table:
    """Les établissements filtrés. La recherche par dirigeant n'y est pas : elle se journalise, une tuile non."""
    return carte.situes(formulaire(demande).demande(), au=timezone.localdate())


@_sans_registre
def version() -> str:
    """Celle du registre, et le jour : une fermeture prévue devient une fermeture à sa date."""
    return f"{courant().version}-{timezone.localdate():%Y%m%d}"


@_sans_registre
def version_des_zones() -> str:
    return f"{version()}-{carte.version_des_zones()}"


def source_au() -> date | None:
    """La date de Sirene, ou rien sans registre."""
    try:
        return date.fromisoformat(courant().manifeste["source_au"])
    except RegistreAbsent:
        return None


def _listes_a_soi(demande: Demande) -> Any:
    """Seule une liste de SIRET déposée dépend de la personne : le reste se partage entre lecteurs."""
    return demande.personne.pk if demande.parametres.get("liste") else None


TEINTES_DES_SECTEURS = ("vert", "bleu", "ocre", "vermillon", "prune")
TAILLES = (("Sans salarié", 0, 0), ("1 à 9 salariés", 1, 9), ("10 à 49 salariés", 10, 49),
           ("50 à 249 salariés", 50, 249), ("250 salariés et plus", 250, None))  # fmt: skip


def _taille(minimum: int, maximum: int | None) -> tuple[str, ...]:
    """Les libellés des tranches officielles comprises entre ces bornes."""
    return tuple(
        libelle_tranche(tranche.code)
        for tranche in TRANCHES.values()
        if tranche.minimum >= minimum and (maximum is None or (tranche.maximum or minimum) <= maximum)
    )


SECTEUR = Theme(
    "secteur", "Secteur d'activité", "secteur", Classement.CATEGORIES,
    classes=tuple(
        Classe(libelle, teinte, (libelle,))
        for (_, libelle), teinte in zip(choix_du_niveau("a5"), TEINTES_DES_SECTEURS, strict=True)
    ),
    note="Agrégat A5 de la nomenclature d'activités.",
)  # fmt: skip
ETAT = Theme(
    "etat", "État", "etat", Classement.CATEGORIES,
    classes=(
        Classe("Ouvert", "bleu", (ETATS["ouvert"],)), Classe("Rouvert", "ciel", (ETATS["reactive"],)),
        Classe("Fermeture prévue", "ocre", (ETATS["fermeture_prevue"],)),
        Classe("Fermé", "vermillon", (ETATS["ferme"],)),
    ),
)  # fmt: skip
TAILLE = Theme(
    "taille", "Taille", "effectif", Classement.SEUILS,
    classes=tuple(
        Classe(libelle, f"bleus-{degre}", _taille(minimum, maximum))
        for degre, (libelle, minimum, maximum) in enumerate(TAILLES, start=1)
    ),
    note="Tranches d'effectif de Sirene. Gris : effectif inconnu.",
)  # fmt: skip

ETABLISSEMENTS = Couche(
    slug="etablissements",
    titre="Établissements du registre",
    objet=("établissement", "établissements"),
    resume="Tous les établissements du territoire, par secteur, état ou taille, avec les filtres de la liste.",
    source=SOURCE,
    geometrie=Geometrie.POINT,
    champs=(
        Champ("nom", "Établissement", carte=True),
        Champ("enseigne", "Enseigne"),
        Champ("activite", "Activité", carte=True),
        Champ("secteur", "Secteur", definition="Agrégat A5 de la nomenclature d'activités."),
        Champ("etat", "État", carte=True, definition="État au jour de la lecture, fermetures prévues comprises."),
        Champ("effectif", "Effectif", definition="Tranche d'effectif de Sirene."),
        Champ("commune", "Commune", carte=True),
        Champ("adresse", "Adresse"),
        Champ("date_creation", "Création", Nature.DATE),
        Champ("siret", "SIRET", Nature.SIRET),
    ),
    themes=(SECTEUR, ETAT, TAILLE),
    lire=lire_etablissements,
    version=version,
    source_au=source_au,
    roles=LECTEURS_DU_REGISTRE,
    adresse_objet="registre:etablissement",
    filtres=formulaire,
    partage=_listes_a_soi,
    licence=Licence.LICENCE_OUVERTE,
)


def _couche_de_zones(
    slug: str, titre: str, objet: tuple[str, str], resume: str, lire: Callable[[], pa.Table], *, page: str = ""
) -> Couche:
    return Couche(
        slug=slug,
        titre=titre,
        objet=objet,
        resume=resume,
        source=f"{SOURCE} ; contours du territoire",
        geometrie=Geometrie.SURFACE,
        champs=(
            Champ("nom", "Nom", carte=True),
            Champ("sorte", "Sorte"),
            Champ("actifs", "Établissements actifs", Nature.NOMBRE, carte=True),
            Champ("densite", "Actifs par km²", Nature.DECIMAL, carte=True,
                  definition="Établissements actifs rapportés à la surface du contour."),
            Champ("surface_km2", "Surface (km²)", Nature.DECIMAL),
            Champ("source", "Source du contour"),
        ),
        themes=(
            Theme("densite", "Établissements actifs par km²", "densite", Classement.QUANTILES),
            Theme("actifs", "Établissements actifs", "actifs", Classement.QUANTILES, rampe="verts"),
        ),
        lire=_sans_registre(lambda demande: lire()),
        version=version_des_zones,
        source_au=source_au,
        roles=LECTEURS_DU_REGISTRE,
        adresse_objet=page,
        partage=lambda demande: None,
        perimetres=True,
    )  # fmt: skip


COUCHES = (
    ETABLISSEMENTS,
    _couche_de_zones(
        "communes", "Communes", ("commune", "communes"),
        "Les communes du territoire et la densité de leurs établissements.", carte.communes_situees,
    ),
    _couche_de_zones(
        "zones", "Parcs d'activités et périmètres", ("zone", "zones"),
        "Parcs d'activités, quartiers, rues et périmètres, et la densité de leurs établissements.",
        carte.zones_situees, page="registre:zone",
    ),
)  # fmt: skip
