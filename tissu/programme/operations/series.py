"""Des réunions qui reviennent : prévoir une série, la dater quand la fiche ne le dit pas, la prolonger, l'arrêter."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.programme import permissions
from tissu.programme.choices import EtatReunion
from tissu.programme.models import Fiche, Participation, SerieDeReunions
from tissu.programme.operations.reunions import ContenuDeReunion, annuler_reunion, ecrire_reunion
from tissu.programme.operations.vie import VieRefusee, exiger_redacteur, exiger_texte
from tissu.programme.rules.calendrier import Repere, SerieImpossible, dates_de_serie
from tissu.socle.formats import date_courte
from tissu.socle.jours import SAMEDI

REUNIONS_AU_PLUS = 60
"""Une série de plus de soixante réunions est presque toujours une date de fin mal tapée."""


def creer_serie(
    *,
    fiche: Fiche,
    contenu: ContenuDeReunion,
    frequence: str,
    repere: str,
    jusqu_au: date,
    auteur: Any,
    au: datetime,
) -> SerieDeReunions:
    """Crée une série et toutes ses réunions, à la même heure d'ici été comme hiver. Lève `VieRefusee`."""
    exiger_redacteur(fiche, auteur)
    with transaction.atomic():
        serie = promettre_serie(fiche=fiche, titre=contenu.titre, frequence=frequence, auteur=auteur)
        poser_les_dates(serie=serie, contenu=contenu, repere=repere, jusqu_au=jusqu_au, auteur=auteur, au=au)
    return serie


def dater_serie(
    *,
    serie: SerieDeReunions,
    contenu: ContenuDeReunion,
    frequence: str,
    repere: str,
    jusqu_au: date,
    auteur: Any,
    au: datetime,
) -> None:
    """Donne ses jours à une série que la fiche promettait sans date. Lève `VieRefusee`."""
    with transaction.atomic():
        prise = _prendre(serie)
        exiger_a_dater(prise, auteur)
        prise.frequence = frequence
        poser_les_dates(serie=prise, contenu=contenu, repere=repere, jusqu_au=jusqu_au, auteur=auteur, au=au)


def _prendre(serie: SerieDeReunions) -> SerieDeReunions:
    """La série telle qu'elle est en base, tenue jusqu'à la fin de la transaction, avec la fiche déjà chargée."""
    prise = SerieDeReunions.objects.select_for_update().get(pk=serie.pk)
    prise.fiche = serie.fiche
    return prise


def exiger_a_dater(serie: SerieDeReunions, auteur: Any) -> None:
    """Lève `VieRefusee` si cette personne ne peut pas dater cette série, ou si elle l'est déjà."""
    exiger_redacteur(serie.fiche, auteur)
    if serie.premiere_le is not None:
        raise VieRefusee("Cette série a déjà ses dates : ses réunions sont au calendrier, chacune se change seule.")


def exiger_prolongeable(serie: SerieDeReunions, auteur: Any) -> None:
    """Lève `VieRefusee` si cette personne ne peut pas prolonger cette série, ou si elle n'a pas de date."""
    exiger_redacteur(serie.fiche, auteur)
    if serie.premiere_le is None or serie.jusqu_au is None:
        raise VieRefusee("Cette série n'a pas encore de date : choisissez d'abord ses jours.")


def promettre_serie(*, fiche: Fiche, titre: str, frequence: str, auteur: Any) -> SerieDeReunions:
    """Garde le rythme que la fiche promet, sans dire encore de jour. Lève `VieRefusee` sans nom."""
    titre = exiger_texte(titre, "Donnez un nom à ces réunions.")
    serie = SerieDeReunions(fiche=fiche, titre=titre, frequence=frequence)
    serie._history_user = auteur  # type: ignore[attr-defined]
    serie.save()
    return serie


def poser_les_dates(
    *, serie: SerieDeReunions, contenu: ContenuDeReunion, repere: str, jusqu_au: date, auteur: Any, au: datetime
) -> None:
    """Date une série déjà permise et crée ses réunions. Lève `VieRefusee`."""
    locale = timezone.localtime(contenu.debut)
    if locale.isoweekday() >= SAMEDI:
        raise VieRefusee("La première réunion tombe un samedi ou un dimanche : choisissez un jour de semaine.")
    jours = _jours(locale.date(), jusqu_au, frequence=serie.frequence, repere=repere)
    if not jours:
        raise VieRefusee("Aucune réunion ne tient dans ces dates : choisissez une fin plus tardive.")
    serie.titre = exiger_texte(contenu.titre, "Donnez un nom à ces réunions.")
    serie.repere, serie.premiere_le, serie.jusqu_au = repere, contenu.debut, jusqu_au
    serie.duree_minutes, serie.lieu, serie.ordre_du_jour = contenu.duree_minutes, contenu.lieu, contenu.ordre_du_jour
    serie._history_user = auteur  # type: ignore[attr-defined]
    serie.save()
    serie.invites.set(contenu.invites)
    for jour in jours:
        ecrire_reunion(serie.fiche, contenu, _a_la_meme_heure(jour, locale), serie, auteur, au)


def _jours(premiere: date, jusqu_au: date, *, frequence: str, repere: str) -> list[date]:
    try:
        jours = dates_de_serie(premiere, jusqu_au, frequence=frequence, repere=Repere(repere))
    except SerieImpossible as erreur:
        raise VieRefusee(str(erreur)) from erreur
    if len(jours) > REUNIONS_AU_PLUS:
        raise VieRefusee(f"Cela ferait {len(jours)} réunions : vérifiez la date de fin (60 au plus par série).")
    return jours


def _a_la_meme_heure(jour: date, modele: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(jour, modele.time()), timezone.get_default_timezone())


def prolonger_serie(*, serie: SerieDeReunions, jusqu_au: date, auteur: Any, au: datetime) -> int:
    """Ajoute les réunions de la série jusqu'à une fin plus tardive ; rend leur nombre. Lève `VieRefusee`.

    Elles reprennent le lieu, l'ordre du jour et les invités de la série. Celles déjà prévues, déplacées ou annulées ne
    changent pas.
    """
    with transaction.atomic():
        prise = _prendre(serie)
        exiger_prolongeable(prise, auteur)
        assert prise.premiere_le is not None and prise.jusqu_au is not None
        if jusqu_au <= prise.jusqu_au:
            deja = date_courte(prise.jusqu_au)
            raise VieRefusee(f"La série va déjà jusqu'au {deja} : choisissez une date plus tardive.")
        locale = timezone.localtime(prise.premiere_le)
        jours = _jours(locale.date(), jusqu_au, frequence=prise.frequence, repere=prise.repere)
        prevues = {timezone.localdate(debut) for debut in prise.reunions.values_list("debut", flat=True)}
        suite = [jour for jour in jours if jour > prise.jusqu_au and jour not in prevues]
        if not suite:
            raise VieRefusee("Aucune réunion de plus ne tient avant cette date : choisissez une date plus tardive.")
        _ajouter(prise, suite, locale, auteur, au)
        prise.jusqu_au = jusqu_au
        prise._history_user = auteur  # type: ignore[attr-defined]
        prise.save()
    return len(suite)


def _ajouter(serie: SerieDeReunions, jours: list[date], heure: datetime, auteur: Any, au: datetime) -> None:
    noms = Participation.objects.filter(reunion__serie=serie, personne__isnull=True).order_by("nom").distinct()
    # Qui a quitté la plateforme ou ne lit plus cette fiche n'est pas réinvité.
    invites = [une for une in serie.invites.order_by("pk") if une.is_active and permissions.peut_lire(une, serie.fiche)]
    contenu = ContenuDeReunion(
        titre=serie.titre, debut=heure, duree_minutes=serie.duree_minutes, lieu=serie.lieu,
        ordre_du_jour=serie.ordre_du_jour, invites=tuple(invites), autres=tuple(noms.values_list("nom", flat=True)),
    )  # fmt: skip
    for jour in jours:
        ecrire_reunion(serie.fiche, contenu, _a_la_meme_heure(jour, heure), serie, auteur, au)


def arreter_serie(*, serie: SerieDeReunions, motif: str, auteur: Any, au: datetime) -> int:
    """Annule toutes les réunions à venir d'une série ; rend leur nombre. Lève `VieRefusee`."""
    exiger_redacteur(serie.fiche, auteur)
    a_venir = list(serie.reunions.filter(etat=EtatReunion.PREVUE, debut__gt=au).select_related("fiche"))
    with transaction.atomic():
        for reunion in a_venir:
            annuler_reunion(reunion=reunion, revision=reunion.revision, motif=motif, auteur=auteur, au=au)
    return len(a_venir)
