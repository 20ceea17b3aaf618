"""Ce que le partenariat dit sur la page d'accueil : ce qui attend la personne, et ce qui est neuf."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.programme.models import Convention, Fiche
from tissu.programme.permissions import LECTEURS
from tissu.programme.queries import attentes as lectures
from tissu.programme.rules.temps import code_de_semaine
from tissu.socle.accueil import BlocAccueil, Ligne, Urgence
from tissu.socle.formats import date_courte, pluriel


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """Les attentes et les nouveautés des fiches que la personne peut lire, ou None."""
    if LECTEURS.isdisjoint(personne.roles_actifs()):
        return None
    fiches = lectures.lisibles(personne)
    if not fiches:
        return None
    jour = timezone.localdate(au)
    return BlocAccueil(
        attentes=_attentes(lectures.attentes(personne, fiches, au=jour)),
        nouveautes=_nouveautes(lectures.nouveautes(fiches, au=au)),
    )


def _attentes(attentes: lectures.Attentes) -> list[Ligne]:
    lignes = []
    if attentes.retards:
        plus_ancienne = attentes.retards[0]
        lignes.append(
            Ligne(
                titre=f"{pluriel(len(attentes.retards), 'échéance')} du partenariat en retard",
                url=f"{reverse('programme:calendrier')}?vue=retard",
                detail=f"La plus ancienne : {plus_ancienne.titre}, pour le {date_courte(plus_ancienne.le)}",
                urgence=Urgence.PRESSE,
            )
        )
    valider = attentes.a_valider
    depenses = [
        pluriel(valider.temps, "temps", "temps") if valider.temps else "",
        pluriel(valider.couts, "coût") if valider.couts else "",
    ]
    if any(depenses):
        texte = f"{' et '.join(une for une in depenses if une)} à valider"
        lignes.append(Ligne(texte, reverse("programme:temps_a_valider"), urgence=Urgence.A_FAIRE))
    if valider.mesures:
        texte = f"{pluriel(valider.mesures, 'mesure')} à valider"
        lignes.append(Ligne(texte, reverse("programme:mesures_a_valider"), urgence=Urgence.A_FAIRE))
    lignes += [
        Ligne(f"{revue} à signer", reverse("programme:revue", args=[revue.pk]), urgence=Urgence.A_FAIRE)
        for revue in attentes.revues
    ]
    lignes += _fiches_a_signer(attentes.a_signer)
    if attentes.semaine_vide:
        lignes.append(_semaine_a_saisir(attentes.semaine_vide))
    return lignes


def _fiches_a_signer(fiches: Iterable[Fiche]) -> list[Ligne]:
    """Une ligne par convention : elles se signent ensemble, sur sa page."""
    par_convention: dict[Convention, list[Fiche]] = defaultdict(list)
    for fiche in fiches:
        par_convention[fiche.convention].append(fiche)
    return [
        Ligne(
            titre=f"{pluriel(len(siennes), 'fiche')} à signer par votre organisation",
            url=reverse("programme:convention", args=[convention.pk]) + "#signatures",
            detail=str(convention),
            urgence=Urgence.A_FAIRE,
        )
        for convention, siennes in par_convention.items()
    ]


def _semaine_a_saisir(lundi: date) -> Ligne:
    return Ligne(
        titre=f"Vos jours de la semaine du {date_courte(lundi)} ne sont pas saisis",
        url=reverse("programme:semaine", args=[code_de_semaine(lundi)]),
        urgence=Urgence.A_FAIRE,
    )


def _nouveautes(neuf: lectures.Nouveautes) -> list[Ligne]:
    livrables = [
        Ligne(
            f"Livrable remis : {un.titre}",
            reverse("programme:livrable", args=[un.pk]),
            f"Fiche {un.fiche.numero}, {un.fiche.titre_court}",
            un.remis_le,
        )
        for un in neuf.livrables
    ]
    comptes_rendus = [
        Ligne(
            f"Compte rendu : {une.titre} du {date_courte(une.debut)}",
            reverse("programme:reunion", args=[une.pk]),
            f"Fiche {une.fiche.numero}, {une.fiche.titre_court}",
            une.redige_le,
        )
        for une in neuf.comptes_rendus
    ]
    revues = [
        Ligne(f"{une} verrouillé par les deux partenaires", reverse("programme:revue", args=[une.pk]), "",
              une.verrouillee_le)
        for une in neuf.revues
    ]  # fmt: skip
    return livrables + comptes_rendus + revues
