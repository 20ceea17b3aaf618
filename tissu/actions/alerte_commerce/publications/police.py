"""La liste que les forces de l'ordre chargent dans leur outil : une ligne par numéro à prévenir."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.actions.alerte_commerce.rules.horaires import JOURS, ecrire_plages
from tissu.locaux.nomenclatures import libelle_famille
from tissu.messages.rules.numeros import mobile_lisible
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.socle.formats import date_longue
from tissu.socle.territoire import territoire

COLONNES = (
    Colonne("nom", "Commerce", definition="Le nom de l'enseigne."),
    Colonne("adresse", "Adresse", definition="Numéro et rue."),
    Colonne("commune", "Commune", definition="Nom de la commune."),
    Colonne("code_commune", "Code INSEE", definition="Code officiel de la commune."),
    Colonne("activite", "Activité", definition="Une des familles d'activités de la typologie des locaux."),
    Colonne("siret", "SIRET", definition="Quatorze chiffres, vide s'il n'est pas connu."),
    Colonne("lon", "Longitude", Nature.TEXTE, definition="Degrés décimaux, WGS84 ; vide si la position est inconnue."),
    Colonne("lat", "Latitude", Nature.TEXTE, definition="Degrés décimaux, WGS84."),
    Colonne("distance", "Distance choisie (m)", definition="Vide : celle que proposent les forces de l'ordre."),
    Colonne("horaires", "Horaires", definition="Jour et plages ; vide s'ils ne sont pas donnés."),
    Colonne("contact", "Contact", definition="La personne prévenue."),
    Colonne("mobile", "Mobile", definition="Forme nationale, par groupes de deux chiffres."),
)
"""Le format que l'on annonce : ces colonnes, dans cet ordre."""


def document_police(au: datetime) -> Document:
    """Chaque numéro qu'une alerte peut joindre aujourd'hui : vérifié, ni suspendu, ni opposé."""
    joignables = adherents_joignables(au)
    pks = [un.pk for un in joignables]
    adherents = Adherent.objects.in_bulk(pks)
    noms = {
        (adherent, mobile): nom
        for adherent, mobile, nom in ContactAdherent.objects.filter(adherent__in=pks)
        .order_by("pk")
        .values_list("adherent_id", "mobile", "nom")
    }
    lignes = [
        _ligne(adherents[un.pk], mobile, noms.get((un.pk, mobile), "")) for un in joignables for mobile in un.mobiles
    ]
    tableau = Tableau("adherents", "Numéros à prévenir", COLONNES, lignes, vide="Aucun numéro à prévenir.")
    return Document(
        titre="Alerte Commerce : liste des adhérents", sous_titre="Confidentiel. À n'employer que pour les alertes.",
        territoire=territoire().nom, periode=f"Au {date_longue(timezone.localdate(au))}",
        source_au=timezone.localdate(au), version="", sections=[Section("adherents", "Adhérents", [tableau])],
        methode=(
            "Une ligne par numéro vérifié, ou venu de la liste déjà en service, ni suspendu après trois échecs, ni "
            "opposé. Un commerce qui part n'y est plus : rechargez la liste avant chaque emploi.",
        ),
    )  # fmt: skip


def _ligne(adherent: Adherent, mobile: str, contact: str) -> dict[str, Any]:
    horaires = [
        f"{jour} {ecrire_plages(adherent.horaires[jour])}" for jour in JOURS if adherent.horaires.get(jour)
    ]  # fmt: skip
    return {
        "nom": adherent.nom, "adresse": adherent.adresse, "code_commune": adherent.code_commune,
        "commune": territoire().communes.get(adherent.code_commune, ""), "siret": adherent.siret,
        "activite": libelle_famille(adherent.activite),
        "lon": "" if adherent.lon is None else f"{adherent.lon:.6f}",
        "lat": "" if adherent.lat is None else f"{adherent.lat:.6f}",
        "distance": str(adherent.rayon_m or ""), "horaires": " ; ".join(horaires), "contact": contact,
        "mobile": mobile_lisible(mobile),
    }  # fmt: skip
