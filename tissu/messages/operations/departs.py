"""Prendre dans la boîte d'envoi ce qui doit partir : marqué en vol avant de partir, jamais après."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from tissu.messages.canaux.ligne import Depart
from tissu.messages.choices import Canal, EtatPartie, EtatRemise
from tissu.messages.models import Coordonnee, Partie, Poste, Remise
from tissu.messages.operations.postes import PostePerdu
from tissu.messages.operations.remises import recalculer
from tissu.messages.queries.choix import refus
from tissu.messages.queries.reglages import plafonds, plage_permise
from tissu.messages.rules.budget import prochain_permis
from tissu.messages.rules.heures import prochain_moment
from tissu.messages.rules.segmentation import DATA_CODING, Segmentation, pdus, segmenter

SEIZE_BITS = 0xFFFF
Lien = Callable[[Partie], str]


@dataclass(frozen=True)
class Prises:
    """Ce qui part, et combien de parties ont été mises de côté en les prenant."""

    departs: list[Depart]
    ecartees: int = 0


def attendent(*, canal: str, au: datetime) -> bool:
    """Y a-t-il de quoi prendre ? Une lecture, qui ne retient personne : la file est vide le plus souvent."""
    return Partie.objects.filter(canal=canal, etat=EtatPartie.ATTENTE, due_le__lte=au).exists()


@transaction.atomic
def prendre(*, poste: Poste, canal: str, places: int, au: datetime, lien: Lien | None = None) -> Prises:
    """Prend au plus `places` parties et les marque en vol chez l'opérateur de ce poste. Lève `PostePerdu`.

    Ce qui est périmé, refusé depuis, hors des heures ou du budget n'est pas pris : écarté, ou remis à plus tard.
    `lien` rend l'adresse où le destinataire d'une partie ne veut plus de ce message.
    """
    if not Poste.objects.filter(pk=poste.pk, ferme_le=None).update(vu_le=au):
        raise PostePerdu(f"La ligne de {poste.operateur} a été reprise par un autre exécutant.")
    file = Partie.objects.filter(canal=canal, etat=EtatPartie.ATTENTE, due_le__lte=au)
    file = file.select_related("remise__envoi", "remise__coordonnee").order_by("priorite", "rang", "pk")
    if connection.features.has_select_for_update_skip_locked:
        file = file.select_for_update(of=("self",), skip_locked=True)
    candidates = list(file[:places])
    bonnes = _trier(candidates, au)
    Partie.objects.filter(pk__in=[partie.pk for partie in bonnes]).update(
        etat=EtatPartie.EN_VOL, operateur=poste.operateur, poste=poste, prise_le=au, essais=F("essais") + 1
    )
    textes: dict[str, Segmentation] = {}
    return Prises([_depart(partie, textes, au, lien) for partie in bonnes], len(candidates) - len(bonnes))


def relacher(
    *, poste: Poste, parties: list[int], apres: timedelta = timedelta(0), motif: str = "", au: datetime
) -> None:
    """Remet dans la file des parties prises par ce poste et qui ne sont pas parties, à coup sûr.

    Celles qu'un autre poste a reprises depuis sont à lui : elles n'en bougent pas.
    """
    remises = list(Partie.objects.filter(pk__in=parties).values_list("remise", flat=True))
    Partie.objects.filter(pk__in=parties, poste=poste, etat__in=(EtatPartie.EN_VOL, EtatPartie.INCERTAINE)).update(
        etat=EtatPartie.ATTENTE, due_le=au + apres, motif=motif[:200], poste=None, operateur=""
    )
    recalculer(remises)


def _trier(parties: list[Partie], au: datetime) -> list[Partie]:
    """Celles qui peuvent partir maintenant ; les autres sont écartées ou remises à plus tard."""
    bonnes, perimees, ecartees, tard = [], [], {}, {}
    ecarts = _ecarts(parties)
    permis = _permis(parties, au)
    for partie in parties:
        coordonnee = partie.remise.coordonnee_id
        # Un SMS entamé se finit : sans sa suite, il serait illisible.
        entame = partie.remise.etat == EtatRemise.EN_COURS
        if partie.remise.envoi.perime_le <= au:
            perimees.append(partie)
        elif coordonnee is None or ((coordonnee, partie.remise.envoi.finalite) in ecarts and not entame):
            ecartees[partie.remise_id] = ecarts.get((coordonnee, partie.remise.envoi.finalite), "sans_adresse")
        elif permis.get(partie.pk, au) > au and not entame:
            tard[partie.pk] = permis[partie.pk]
        else:
            bonnes.append(partie)
    _ecarter(perimees, ecartees)
    for pk, moment in tard.items():
        Partie.objects.filter(pk=pk).update(due_le=moment)
    return bonnes


def _ecarts(parties: list[Partie]) -> dict[tuple[int | None, str], str]:
    """Les refus venus depuis le dépôt, par coordonnée et finalité."""
    par_finalite: dict[tuple[str, str], list[Coordonnee]] = defaultdict(list)
    for partie in parties:
        if partie.remise.coordonnee is not None:
            envoi = partie.remise.envoi
            par_finalite[envoi.finalite, envoi.fondement].append(partie.remise.coordonnee)
    return {
        (pk, finalite): motif
        for (finalite, fondement), coordonnees in par_finalite.items()
        for pk, motif in refus(coordonnees, finalite, fondement).items()
    }


def _permis(parties: list[Partie], au: datetime) -> dict[int, datetime]:
    """Quand partent celles qui ne pressent pas : dans les heures, et dans le budget de la personne."""
    calmes = [partie for partie in parties if not partie.remise.envoi.urgent]
    if not calmes:
        return {}
    regles, plage = plafonds(au), plage_permise(au)
    recents = _recents(calmes, au - max(plafond.duree for plafond in regles))
    permis: dict[int, datetime] = {}
    vues: dict[int, datetime] = {}
    for partie in calmes:
        remise = partie.remise
        if remise.pk not in vues:
            # Le même message par SMS et par courriel n'en fait qu'un.
            siens = {
                envoi: le for qui in _qui(remise) for envoi, le in recents[qui].items() if envoi != remise.envoi_id
            }
            quand = prochain_permis(tuple(siens.values()), au, regles)
            vues[remise.pk] = prochain_moment(timezone.localtime(quand), plage)
            if vues[remise.pk] <= au:
                # Deux messages pris du même coup comptent aussi l'un pour l'autre.
                for qui in _qui(remise):
                    recents[qui].setdefault(remise.envoi_id, au)
        permis[partie.pk] = vues[remise.pk]
    return permis


def _recents(parties: list[Partie], depuis: datetime) -> dict[str | int | None, dict[int, datetime]]:
    """Les messages remis depuis ce moment aux mêmes personnes, par adresse et par destinataire : envoi, moment."""
    remises = [partie.remise for partie in parties]
    siennes = Q(coordonnee__in={une.coordonnee_id for une in remises}) | Q(
        destinataire__in={une.destinataire for une in remises}
    )
    passees = Remise.objects.filter(siennes, remise_le__gt=depuis, envoi__urgent=False).exclude(canal=Canal.ESPACE)
    recents: dict[str | int | None, dict[int, datetime]] = defaultdict(dict)
    for une in passees.only("coordonnee", "destinataire", "envoi", "remise_le"):
        assert une.remise_le is not None
        for qui in _qui(une):
            recents[qui][une.envoi_id] = une.remise_le
    return recents


def _qui(remise: Remise) -> tuple[str | int | None, ...]:
    """Ce qui désigne une personne : l'adresse, partagée par toutes les actions, et la clé que l'action lui donne."""
    return remise.coordonnee_id, remise.destinataire


def _ecarter(perimees: list[Partie], ecartees: dict[int, str]) -> None:
    Partie.objects.filter(pk__in=[partie.pk for partie in perimees]).update(
        etat=EtatPartie.ARRETEE, motif="Trop tard pour être utile."
    )
    recalculer(partie.remise_id for partie in perimees)
    for remise, motif in ecartees.items():
        Partie.objects.filter(remise=remise, etat=EtatPartie.ATTENTE).update(etat=EtatPartie.ARRETEE)
        Remise.objects.filter(pk=remise).update(etat=EtatRemise.ECARTEE, motif=motif)


def _depart(partie: Partie, textes: dict[str, Segmentation], au: datetime, lien: Lien | None) -> Depart:
    remise = partie.remise
    assert remise.coordonnee is not None
    mots = {**remise.envoi.textes, **(remise.textes or {})}
    vers = remise.coordonnee.valeur
    if partie.canal == Canal.COURRIEL:
        return Depart(
            partie.pk, vers, partie.pk & SEIZE_BITS, objet=mots.get("objet", ""), texte=mots.get("courriel", ""),
            html=mots.get("html", ""), arreter=lien(partie) if lien else "",
        )  # fmt: skip
    if mots["sms"] not in textes:
        textes[mots["sms"]] = segmenter(mots["sms"])
    decoupe = textes[mots["sms"]]
    return Depart(
        partie.pk, vers, partie.pk & SEIZE_BITS, octets=pdus(decoupe, remise.pk & SEIZE_BITS)[partie.numero - 1],
        data_coding=DATA_CODING[decoupe.encodage], avec_entete=decoupe.combien > 1,
        valable_s=max(int((remise.envoi.perime_le - au).total_seconds()), 60),
        texte=decoupe.segments[partie.numero - 1].texte,
    )  # fmt: skip
