"""Les cartes de la fiche 3 : les commerces du réseau, pour qui le tient ou l'alerte ; ce qu'il couvre ; les alertes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
from django.http import QueryDict
from django.utils import timezone

from tissu.actions.alerte_commerce.forms.alertes import PeriodeForm
from tissu.actions.alerte_commerce.forms.gestion import FiltreDeCarteForm
from tissu.actions.alerte_commerce.permissions import (
    EXPORTATEURS,
    LECTEURS_DE_LA_COUVERTURE,
    LECTEURS_DES_CHIFFRES,
    peut_exporter,
    peut_gerer,
    peut_lire,
)
from tissu.actions.alerte_commerce.queries import carte
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.cartes.couches import Champ, Classe, Classement, Couche, CoucheIndisponible, Demande, Geometrie, Theme
from tissu.locaux.couches import FAMILLE, version_du_jour
from tissu.publications.contenu import Nature

SOURCE = "Liste des adhérents de la chambre"


def formulaire(demande: Demande) -> FiltreDeCarteForm:
    """Les filtres de la liste des adhérents, moins ce qui touche à leurs numéros."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return FiltreDeCarteForm(parametres)


def lire_adherents(demande: Demande) -> pa.Table:
    """Les commerces du réseau qui répondent aux filtres."""
    return carte.commerces_du_reseau(formulaire(demande).criteres())


def version_du_reseau() -> str:
    """Celle des adhérents, et celle des locaux du jour, qui disent les quartiers."""
    return f"{carte.version_des_adherents()}-{version_du_jour()}"


ETAT = Theme(
    "etat", "État", "etat", Classement.CATEGORIES,
    classes=tuple(
        Classe(etat.label, teinte, (etat.label,))
        for etat, teinte in zip(carte.PLACES, ("bleu", "ocre", "prune"), strict=True)
    ),
    note="Seuls les commerces actifs reçoivent les alertes.",
)  # fmt: skip
ACTIVITE = replace(FAMILLE, slug="activite", titre="Activité", champ="activite", note="Gris : activité non dite.")

ADHERENTS = Couche(
    slug="adherents-alerte-commerce",
    titre="Adhérents d'Alerte Commerce",
    objet=("commerce", "commerces"),
    resume="Les commerces du réseau, pour la chambre qui le tient et les forces de l'ordre qui l'alertent.",
    source=SOURCE,
    geometrie=Geometrie.POINT,
    champs=(
        Champ("nom", "Commerce", carte=True),
        Champ("activite", "Activité", carte=True),
        Champ("commune", "Commune"),
        Champ("quartier", "Quartier", carte=True, definition="Celui de son local, sinon celui de son point."),
        Champ("etat", "État", carte=True),
        Champ("adhere_le", "Adhérent depuis", Nature.DATE),
    ),
    themes=(ETAT, ACTIVITE),
    lire=lire_adherents,
    version=version_du_reseau,
    source_au=timezone.localdate,
    roles=EXPORTATEURS,
    reservee_a=peut_exporter,
    adresse_objet="alerte_commerce:adherent",
    page_ouverte_a=peut_gerer,
    filtres=formulaire,
    partage=lambda demande: None,
)


def lire_quartiers(demande: Demande) -> pa.Table:
    """La couverture de chaque quartier, aujourd'hui."""
    return _avec_des_commerces(carte.quartiers_couverts(timezone.localdate()))


def lire_communes(demande: Demande) -> pa.Table:
    """La même, commune par commune."""
    return _avec_des_commerces(carte.communes_couvertes(timezone.localdate()))


def _avec_des_commerces(table: pa.Table) -> pa.Table:
    if not table.num_rows:
        raise CoucheIndisponible("Aucun local commercial n'est recensé : la couverture se lit dès leur import.")
    return table


# Une couche se déclare au démarrage : un paramètre changé en cours de route vaut au redémarrage.
COUVERTURE = Theme(
    "taux", "Couverture", "taux", Classement.QUANTILES, rampe="bleus",
    note="Adhérents actifs parmi les commerces occupés. Tue sous "
    f"{reglage('couverture_secret', timezone.now())} commerces, et là où elle s'en déduirait.",
)  # fmt: skip
CHAMPS_DE_COUVERTURE = (
    Champ("taux", "Couverture", Nature.TAUX, carte=True, definition="Adhérents actifs sur commerces occupés."),
    Champ("adherents", "Adhérents", Nature.NOMBRE, carte=True),
    Champ("commerces", "Commerces", Nature.NOMBRE, carte=True, definition="Locaux commerciaux occupés."),
    Champ("contour", "Contour", definition="Officiel, ou déduit des locaux : une enveloppe, pas une limite."),
)


def _couverture(slug: str, objet: tuple[str, str], lire: Callable[[Demande], pa.Table]) -> Couche:
    singulier, _ = objet
    return Couche(
        slug=slug, titre=f"Couverture d'Alerte Commerce par {singulier}", objet=objet, geometrie=Geometrie.SURFACE,
        resume=f"Les adhérents d'Alerte Commerce parmi les commerces occupés de chaque {singulier}.",
        source="Adhérents et locaux des partenaires", themes=(COUVERTURE,),
        champs=(Champ("nom", singulier.capitalize(), carte=True), *CHAMPS_DE_COUVERTURE), lire=lire,
        version=version_du_reseau, source_au=timezone.localdate, roles=LECTEURS_DE_LA_COUVERTURE,
        reservee_a=peut_lire, partage=lambda demande: None,
    )  # fmt: skip


QUARTIERS = _couverture("couverture-quartiers", ("quartier", "quartiers"), lire_quartiers)
COMMUNES = _couverture("couverture-communes", ("commune", "communes"), lire_communes)


def periode(demande: Demande) -> PeriodeForm:
    """L'année, celle des chiffres des alertes."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return PeriodeForm(parametres or None, annee=timezone.localdate().year)


def lire_alertes(demande: Demande) -> pa.Table:
    """Les alertes d'une année, quartier par quartier."""
    au = timezone.localtime()
    annee = periode(demande).choisie(au.year)
    debut, fin = (datetime(un, 1, 1, tzinfo=au.tzinfo) for un in (annee, annee + 1))
    table = carte.alertes_par_quartier(debut, fin, au=au)
    if not table.num_rows:
        raise CoucheIndisponible(f"Trop peu d'alertes sont parties en {annee} pour dire où.")
    return table


ALERTES = Couche(
    slug="alertes-quartiers",
    titre="Alertes par quartier",
    objet=("quartier", "quartiers"),
    resume="Les alertes parties dans l'année, par quartier du fait. Les petits nombres sont tus.",
    source="Alertes envoyées par les forces de l'ordre",
    geometrie=Geometrie.SURFACE,
    champs=(
        Champ("nom", "Quartier", carte=True),
        Champ("alertes", "Alertes", Nature.NOMBRE, carte=True, definition="Premières alertes, sans leurs suites."),
        Champ("contour", "Contour", definition="Officiel, ou déduit des locaux : une enveloppe, pas une limite."),
    ),
    themes=(
        Theme("alertes", "Alertes", "alertes", Classement.QUANTILES, rampe="oranges",
              note=f"Hachuré : moins de {reglage('alerte_secret', timezone.now())} alertes, aucune peut-être, ou un "
              "nombre qui en donnerait un autre."),
    ),
    lire=lire_alertes,
    version=lambda: f"{carte.version_des_alertes()}-{version_du_jour()}",
    source_au=carte.derniere_alerte,
    roles=LECTEURS_DES_CHIFFRES,
    filtres=periode,
    partage=lambda demande: None,
)  # fmt: skip

COUCHES = (ADHERENTS, QUARTIERS, COMMUNES, ALERTES)
