"""Les cartes de la fiche 5 : le taux de vacance de chaque quartier, de chaque commune."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
from django.utils import timezone

from tissu.actions.observatoire_commerce.permissions import LECTEURS_VACANCE
from tissu.actions.observatoire_commerce.publications.histoire import SOURCE
from tissu.actions.observatoire_commerce.queries import carte
from tissu.actions.observatoire_commerce.queries.definitions import definition, echelle
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.vacance import dernier_jour
from tissu.actions.observatoire_commerce.rules.vacance import Niveau
from tissu.cartes.couches import Champ, Classe, Classement, Couche, CoucheIndisponible, Demande, Geometrie, Theme
from tissu.cartes.palette import teintes_de_la_rampe
from tissu.locaux.couches import dernier_releve, jours, version_du_jour
from tissu.publications.contenu import Nature
from tissu.socle.formats import pourcentage


def lire_quartiers(demande: Demande) -> pa.Table:
    """La vacance de chaque quartier au jour demandé, à défaut celui du dernier relevé."""
    return _avec_des_locaux(carte.quartiers_situes(_jour(demande)))


def lire_communes(demande: Demande) -> pa.Table:
    """La même, commune par commune."""
    return _avec_des_locaux(carte.communes_situees(_jour(demande)))


def _jour(demande: Demande) -> date:
    return demande.au or dernier_jour(timezone.localdate())


def jours_dits() -> Sequence[date]:
    """Un jour par campagne, puis celui du dernier relevé : au-delà, personne n'a rien vu."""
    dernier = dernier_jour(timezone.localdate())
    return [*(jour for jour in jours() if jour < dernier), dernier]


def _avec_des_locaux(table: pa.Table) -> pa.Table:
    if not table.num_rows:
        raise CoucheIndisponible("Aucun local commercial n'est recensé : importez un fichier de locaux, ou relevez.")
    return table


def classes(niveaux: Sequence[Niveau]) -> tuple[Classe, ...]:
    """Les échelons de l'échelle d'usage, en classes d'une carte."""
    bas, rendues = None, []
    for niveau, teinte in zip(niveaux, teintes_de_la_rampe("oranges", len(niveaux)), strict=True):
        haut = float(niveau.maxi) if niveau.maxi is not None else None
        bornes = [f"à partir de {pourcentage(bas)}"] if bas is not None else []
        bornes += [f"moins de {pourcentage(haut)}"] if haut is not None else []
        rendues.append(Classe(f"{niveau.libelle} : {', '.join(bornes)}", teinte, mini=bas, maxi=haut))
        bas = haut
    return tuple(rendues)


def _theme(au: date) -> Theme:
    """Les classes et leur méthode, aux paramètres en vigueur ce jour."""
    return Theme(
        "taux", "Taux de vacance", "taux", Classement.SEUILS, classes=classes(echelle(au)),
        note=f"Classes : les échelons de l'échelle d'usage (paramètre daté). {definition().phrase} Sous "
        f"{reglage('vacance_locaux_min', au)} locaux, le taux est tu.",
    )  # fmt: skip


# Une couche se déclare au démarrage : un paramètre changé en cours de route vaut au redémarrage.
NIVEAUX = _theme(timezone.localdate())
CHAMPS = (
    Champ("taux", "Taux de vacance", Nature.TAUX, carte=True, definition=definition().phrase),
    Champ("niveau", "Niveau", definition="Échelle d'usage."),
    Champ("vacantes", "Vacants", Nature.NOMBRE, carte=True),
    Champ("cellules", "Locaux", Nature.NOMBRE, carte=True, definition="Le nombre sur lequel le taux repose."),
    Champ("structurelles", "Vacance structurelle", Nature.NOMBRE),
    Champ("contour", "Contour", definition="Officiel, ou déduit des locaux : une enveloppe, pas une limite."),
)

QUARTIERS = Couche(
    slug="vacance-quartiers",
    titre="Vacance par quartier",
    objet=("quartier", "quartiers"),
    resume="Le taux de vacance de chaque quartier, au dernier relevé ou au jour d'une campagne. Sans limite "
    "officielle, le contour d'un quartier est déduit de ses locaux.",
    source=SOURCE,
    geometrie=Geometrie.SURFACE,
    champs=(Champ("nom", "Quartier", carte=True), *CHAMPS),
    themes=(NIVEAUX,),
    lire=lire_quartiers,
    version=version_du_jour,
    source_au=dernier_releve,
    roles=LECTEURS_VACANCE,
    adresse_objet="observatoire_commerce:vacance_quartier",
    partage=lambda demande: None,
    dates=jours_dits,
)
COMMUNES = Couche(
    slug="vacance-communes",
    titre="Vacance par commune",
    objet=("commune", "communes"),
    resume="Le taux de vacance de chaque commune recensée, au dernier relevé ou au jour d'une campagne.",
    source=SOURCE,
    geometrie=Geometrie.SURFACE,
    champs=(Champ("nom", "Commune", carte=True), *CHAMPS),
    themes=(NIVEAUX,),
    lire=lire_communes,
    version=version_du_jour,
    source_au=dernier_releve,
    roles=LECTEURS_VACANCE,
    adresse_objet="observatoire_commerce:vacance_commune",
    partage=lambda demande: None,
    dates=jours_dits,
)

COUCHES = (QUARTIERS, COMMUNES)
