"""Les nouveaux commerces à approcher, en fichier : de quoi faire un publipostage ou une tournée de dépliants."""

from tissu.actions.alerte_commerce.queries.couverture import Couverture
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.socle.formats import date_longue, pluriel
from tissu.socle.territoire import territoire

COLONNES = (
    Colonne("enseigne", "Commerce"),
    Colonne("activite_libelle", "Activité"),
    Colonne("adresse", "Adresse"),
    Colonne("commune", "Commune"),
    Colonne("quartier", "Quartier"),
    Colonne("occupe_depuis", "Installé depuis", Nature.DATE),
    Colonne("id", "Référence du local"),
)


def document_approche(lue: Couverture) -> Document:
    """La liste, le plus récent d'abord."""
    tableau = Tableau("nouveaux", "Nouveaux commerces", COLONNES, lue.nouveaux, vide="Aucun nouveau commerce.")
    return Document(
        titre="Alerte Commerce : nouveaux commerces à approcher",
        sous_titre=f"{pluriel(len(lue.nouveaux), 'commerce')} sans adhésion.", territoire=territoire().nom,
        periode=f"Au {date_longue(lue.jour)}", source_au=lue.jour, version="",
        sections=[Section("nouveaux", "Nouveaux commerces", [tableau])],
        methode=("Locaux commerciaux dont l'occupant est nouveau, et dont aucun adhérent n'a le SIRET, le local, ni le "
                 "nom à cette adresse.",),
    )  # fmt: skip
