"""Les cartes de la fiche 3 : les commerces du réseau, pour la chambre et les forces de l'ordre seules."""

from dataclasses import replace

import pyarrow as pa
from django.http import QueryDict

from tissu.actions.alerte_commerce.forms.gestion import FiltreDeCarteForm
from tissu.actions.alerte_commerce.permissions import EXPORTATEURS, peut_exporter, peut_gerer
from tissu.actions.alerte_commerce.queries import carte
from tissu.cartes.couches import Champ, Classe, Classement, Couche, Demande, Geometrie, Theme
from tissu.locaux.couches import FAMILLE
from tissu.publications.contenu import Nature

SOURCE = "Liste des adhérents de la chambre"


def formulaire(demande: Demande) -> FiltreDeCarteForm:
    """Les filtres de la liste des adhérents, moins ce qui touche à leurs numéros."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return FiltreDeCarteForm(parametres)


def lire_adherents(demande: Demande) -> pa.Table:
    """Les commerces du réseau qui répondent aux filtres."""
    return carte.commerces_du_reseau(formulaire(demande).criteres())


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
        Champ("quartier", "Quartier", carte=True, definition="Celui de son local, sinon celui où tombe son point."),
        Champ("etat", "État", carte=True),
        Champ("adhere_le", "Adhérent depuis", Nature.DATE),
    ),
    themes=(ETAT, ACTIVITE),
    lire=lire_adherents,
    version=carte.version_des_adherents,
    source_au=carte.derniere_ecriture,
    roles=EXPORTATEURS,
    reservee_a=peut_exporter,
    adresse_objet="alerte_commerce:adherent",
    page_ouverte_a=peut_gerer,
    filtres=formulaire,
    partage=lambda demande: None,
)

COUCHES = (ADHERENTS,)
