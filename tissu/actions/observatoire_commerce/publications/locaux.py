"""Un tableau de locaux, et l'adresse des lignes derrière un chiffre."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tissu.actions.observatoire_commerce.queries.cdac import Etude
from tissu.publications.contenu import Colonne, Nature, Tableau
from tissu.socle.formats import pluriel

SOURCE = "Observatoire du commerce, locaux relevés ; calculs tissu"
LIGNES_DE_LA_NOTE = 10


def lien_lignes(etude: Etude, **filtres: Any) -> str:
    """L'adresse des locaux derrière un chiffre."""
    adresse = reverse("observatoire_commerce:cdac_lignes", args=[etude.projet.pk])
    gardes = {cle: valeur for cle, valeur in filtres.items() if valeur not in (None, "")}
    return f"{adresse}?{urlencode(gardes)}" if gardes else adresse


def tableau_des_locaux(
    identifiant: str, titre: str, toutes: Sequence[Mapping[str, Any]], *, complet: bool, colonnes: Sequence[str] = ()
) -> Tableau:
    """Des locaux, du plus proche au plus loin ; coupé dans la note, entier dans le classeur."""
    gardes = toutes if complet else toutes[:LIGNES_DE_LA_NOTE]
    reste = len(toutes) - len(gardes)
    return Tableau(
        identifiant,
        titre,
        [colonne for colonne in COLONNES_DE_LOCAL if not colonnes or colonne.cle in colonnes],
        [{**ligne, "lien": reverse("locaux:local", args=[ligne["id"]])} for ligne in gardes],
        source=SOURCE,
        note=f"{pluriel(reste, 'local plus éloigné est', 'locaux plus éloignés sont')} dans le classeur."
        if reste
        else "",
        vide="aucun local.",
    )


COLONNES_DE_LOCAL = (
    Colonne("distance_m", "Distance (m)", Nature.NOMBRE),
    Colonne("enseigne", "Enseigne"),
    Colonne("activite_libelle", "Activité"),
    Colonne("adresse", "Adresse", adresse="lien"),
    Colonne("commune", "Commune"),
    Colonne("surface", "Surface (m²)", Nature.NOMBRE),
    Colonne("vacant_depuis", "Vacant depuis", Nature.DATE),
    Colonne("releve_le", "Relevé le", Nature.DATE, secondaire=True),
    Colonne("id", "Local", Nature.CODE, secondaire=True),
)
