"""Le calendrier au format iCalendar (RFC 5545), tel qu'Outlook, Google ou un téléphone le lisent.

Jamais de compte rendu ni de décision : un agenda se partage et se recopie plus facilement qu'une page. Pas d'alarme :
chacun règle les siennes.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from tissu.programme.queries.calendrier import Chose
from tissu.socle.textes import sans_controle

PARIS = ZoneInfo("Europe/Paris")
PREFIXES = {"jalon": "Jalon : ", "tache": "À faire : ", "livrable": "Livrable : ", "reunion": ""}


def en_icalendar(choses: Iterable[Chose], *, nom: str, domaine: str) -> bytes:
    """Un calendrier de ces choses. `domaine` rend leurs identifiants uniques au monde, et stables."""
    agenda = Calendar()
    agenda.add("prodid", "-//tissu//partenariat//FR")
    agenda.add("version", "2.0")
    agenda.add("calscale", "GREGORIAN")
    agenda.add("method", "PUBLISH")
    agenda.add("x-wr-calname", nom)
    agenda.add("x-wr-timezone", "Europe/Paris")
    agenda.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    agenda.add_component(Timezone.from_tzinfo(PARIS, first_date=date(2018, 1, 1), last_date=date(2038, 1, 1)))
    for chose in choses:
        agenda.add_component(_evenement(chose, domaine))
    return bytes(agenda.to_ical())


def _evenement(chose: Chose, domaine: str) -> Event:
    objet = chose.objet
    evenement = Event()
    titre, description = sans_controle([chose.titre, _description(chose)])
    evenement.add("uid", f"{'echeance' if chose.sorte in {'jalon', 'tache'} else chose.sorte}-{chose.pk}@{domaine}")
    modifie: datetime = getattr(objet, "modifie_le", None) or objet.modifiee_le
    # DTSTAMP suit la dernière modification, pas l'heure de lecture : le fichier ne change que si son contenu change.
    evenement.add("dtstamp", modifie)
    evenement.add("last-modified", modifie)
    evenement.add("sequence", objet.revision - 1)
    etat = "" if chose.sorte == "reunion" or chose.ouverte else f" ({chose.etat.lower()})"
    evenement.add("summary", f"{PREFIXES[chose.sorte]}{titre}{etat}")
    if chose.heure is not None:
        debut = chose.heure.astimezone(PARIS)
        evenement.add("dtstart", debut)
        evenement.add("dtend", (chose.heure + timedelta(minutes=objet.duree_minutes)).astimezone(PARIS))
        evenement.add("location", sans_controle(objet.lieu))
    else:
        evenement.add("dtstart", chose.le)
        evenement.add("dtend", chose.le + timedelta(days=1))
        # Une échéance n'occupe pas la journée de la personne.
        evenement.add("transp", "TRANSPARENT")
    evenement.add("description", description)
    evenement.add("url", f"{settings.ADRESSE}{chose.url}")
    evenement.add("categories", [chose.nom])
    evenement.add("status", "CANCELLED" if _annulee(objet) else "CONFIRMED")
    return evenement


def _annulee(objet: Any) -> bool:
    return str(getattr(objet, "etat", "")) in {"annulee", "abandonnee"}


def _description(chose: Chose) -> str:
    lignes = [f"Fiche {chose.fiche.numero}. {chose.fiche.titre_court} ({chose.fiche.annee})"]
    if chose.sorte == "reunion" and chose.detail:
        lignes += ["", "Ordre du jour", chose.detail]
    elif chose.detail:
        lignes += ["", chose.detail]
    return "\n".join(lignes)
