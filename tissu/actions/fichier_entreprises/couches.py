"""Les cartes de la fiche 7 : les événements d'un mois, un à un par type, ou rapportés à chaque commune."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import pyarrow as pa
from django.http import QueryDict

from tissu.actions.fichier_entreprises.forms import FiltreDeCarte
from tissu.actions.fichier_entreprises.permissions import LECTEURS
from tissu.actions.fichier_entreprises.queries import cadre, carte
from tissu.cartes.couches import Champ, Classe, Classement, Couche, CoucheIndisponible, Demande, Geometrie, Theme
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.publications.choices import Licence
from tissu.publications.contenu import Nature
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement

SOURCE = "Insee, base Sirene ; DILA, BODACC"


def _sans_registre(lire: Callable[..., Any]) -> Callable[..., Any]:
    """Le registre manquant, ou un mois hors des données, devient une carte indisponible, avec la même phrase."""

    @wraps(lire)
    def gardee(*args: Any) -> Any:
        try:
            return lire(*args)
        except (RegistreAbsent, cadre.MoisHorsDesDonnees) as absence:
            raise CoucheIndisponible(str(absence)) from absence

    return gardee


@_sans_registre
def formulaire(demande: Demande) -> FiltreDeCarte:
    """Les filtres des lignes d'un mois."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return FiltreDeCarte(parametres, choix=carte.choix_des_filtres())


@_sans_registre
def lire_evenements(demande: Demande) -> pa.Table:
    """Les événements du mois de la date demandée."""
    return carte.evenements_situes(demande.au, formulaire(demande).criteres())


@_sans_registre
def lire_communes(demande: Demande) -> pa.Table:
    """Le mois de la date demandée, commune par commune, dans le périmètre par défaut."""
    return carte.creations_par_commune(demande.au, cadre.secteurs_demandes(""))


@_sans_registre
def version() -> str:
    return courant().version


def source_au() -> date | None:
    """La date de Sirene, ou rien sans registre."""
    try:
        return cadre.source_au(courant())
    except RegistreAbsent:
        return None


def mois_ouverts() -> list[date]:
    """Le dernier jour de chaque mois ouvert ; aucun sans registre."""
    try:
        return carte.derniers_jours()
    except RegistreAbsent:
        return []


def _classe(libelle: str, teinte: str, *types: TypeEvenement) -> Classe:
    return Classe(libelle, teinte, tuple(LIBELLES_EVENEMENTS[type_] for type_ in types))


T = TypeEvenement
PAR_TYPE = Theme(
    "type", "Sorte d'événement", "type", Classement.CATEGORIES,
    classes=(
        _classe("Création pure", "vert", T.CREATION_PURE),
        _classe("Autre arrivée", "ciel", T.REPRISE, T.REACTIVATION, T.ETABLISSEMENT_SECONDAIRE, T.TRANSFERT_ENTRANT),
        _classe("Transfert interne", "ocre", T.TRANSFERT_INTERNE),
        _classe("Transfert sortant", "prune", T.TRANSFERT_SORTANT),
        _classe("Fermeture ou cessation", "vermillon", T.FERMETURE_ETABLISSEMENT, T.CESSATION_UNITE),
        _classe("Radiation ou procédure collective", "encre", T.RADIATION_RCS, T.PROCEDURE_COLLECTIVE),
    ),
    note="Autre arrivée : reprise, réactivation, établissement secondaire, transfert entrant.",
)  # fmt: skip

EVENEMENTS = Couche(
    slug="flux",
    titre="Flux d'établissements du mois",
    objet=("événement", "événements"),
    resume="Créations, transferts, fermetures et procédures d'un mois, un à un, par sorte d'événement.",
    source=SOURCE,
    geometrie=Geometrie.POINT,
    champs=(
        Champ("nom", "Entreprise", carte=True),
        Champ("type", "Événement", carte=True),
        Champ("date_effet", "Date d'effet", Nature.DATE, carte=True),
        Champ("activite", "Activité", carte=True),
        Champ("effectif", "Effectif"),
        Champ("commune", "Commune"),
        Champ("adresse", "Adresse"),
        Champ("radiation_le", "Radiation au BODACC", Nature.DATE),
        Champ("siret", "SIRET", Nature.SIRET),
    ),
    themes=(PAR_TYPE,),
    lire=lire_evenements,
    version=version,
    source_au=source_au,
    roles=LECTEURS,
    adresse_objet="registre:etablissement",
    champ_adresse="siret",
    filtres=formulaire,
    partage=lambda demande: None,
    dates=mois_ouverts,
    licence=Licence.LICENCE_OUVERTE,
)

COMMUNES = Couche(
    slug="flux-communes",
    titre="Créations par commune",
    objet=("commune", "communes"),
    resume="Créations pures d'un mois pour mille établissements actifs, commune par commune.",
    source=SOURCE,
    geometrie=Geometrie.SURFACE,
    champs=(
        Champ("nom", "Commune", carte=True),
        Champ("taux", "Créations pour 1 000 actifs", Nature.DECIMAL, carte=True,
              definition="Créations pures du mois pour mille établissements actifs dans la version lue du registre."),
        Champ("creations", "Créations pures", Nature.NOMBRE, carte=True),
        Champ("sorties", "Fermetures et départs", Nature.NOMBRE),
        Champ("solde", "Solde", Nature.VARIATION, carte=True),
        Champ("actifs", "Établissements actifs", Nature.NOMBRE),
    ),
    themes=(
        Theme("taux", "Créations pour 1 000 actifs", "taux", Classement.QUANTILES, rampe="verts",
              note="Industrie et services. Une petite commune varie beaucoup d'un mois à l'autre."),
        Theme("creations", "Créations pures", "creations", Classement.QUANTILES, note="Industrie et services."),
    ),
    lire=lire_communes,
    version=version,
    source_au=source_au,
    roles=LECTEURS,
    partage=lambda demande: None,
    dates=mois_ouverts,
)  # fmt: skip

COUCHES = (EVENEMENTS, COMMUNES)
