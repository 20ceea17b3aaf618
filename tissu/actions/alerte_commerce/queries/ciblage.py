"""Qui une alerte préviendrait maintenant, ses mots, et ce que cela coûterait."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from django.db.models import Count, Q
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import NatureFait, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.queries.adherents import Joignable, adherents_joignables
from tissu.actions.alerte_commerce.queries.contours import surface_visee
from tissu.actions.alerte_commerce.queries.reglages import rayons_d_une_alerte, reglage
from tissu.actions.alerte_commerce.rules import ciblage, redaction
from tissu.actions.alerte_commerce.rules.cap import Cercle, MessageCap
from tissu.actions.alerte_commerce.rules.ciblage import Ciblage, Cible, Fait
from tissu.cartes.selection import dans_le_contour
from tissu.messages.canaux.reglages import operateurs
from tissu.messages.choices import Canal, EtatRemise
from tissu.messages.models import Remise
from tissu.registre.models import Zone

JAMAIS_PARTIES = (EtatRemise.ECARTEE, EtatRemise.ANNULEE)
_CLE = "adherent:"


def viser(alerte: Alerte, *, au: datetime) -> tuple[Ciblage, int]:
    """Les commerces que cette alerte préviendrait, et le rayon proposé ici. Requêtes en nombre constant."""
    joignables = adherents_joignables(au)
    fait = _fait(alerte, joignables, au)
    rayon = ciblage.rayon_propose(
        joignables, fait, rayons=rayons_d_une_alerte(au), dense=int(reglage("alerte_dense_adherents", au))
    )
    cible = Cible.de_json(alerte.cible)
    choisis = ciblage.cibler(
        joignables, replace(cible, rayon_m=cible.rayon_m or rayon), fait, recues=recues_ce_mois(au),
        plafond=int(reglage("alerte_plafond_mois", au)), deja=prevenus(alerte),
    )  # fmt: skip
    return choisis, rayon


def viser_le_fil(alerte: Alerte, *, au: datetime) -> Ciblage:
    """Ceux à qui le fil est parvenu, et eux seuls."""
    deja = prevenus(alerte)
    joints = [un for un in adherents_joignables(au) if un.pk in deja]
    fait = Fait(alerte.lon, alerte.lat, alerte.code_commune, "", timezone.localtime(au))
    return ciblage.cibler(joints, Cible(SorteCible.ZONE), fait, recues={}, plafond=0, deja=deja)


def _fait(alerte: Alerte, joignables: Iterable[Joignable], au: datetime) -> Fait:
    return Fait(
        alerte.lon, alerte.lat, alerte.code_commune, alerte.activite, timezone.localtime(au),
        dedans=_dedans(Cible.de_json(alerte.cible), joignables),
    )  # fmt: skip


def _dedans(cible: Cible, joignables: Iterable[Joignable]) -> frozenset[int]:
    """Les commerces de la zone ou du contour choisi, sa limite comprise."""
    surface = surface_visee(cible)
    if surface is None:
        zone = Zone.objects.filter(pk=cible.zone).first() if cible.sorte == SorteCible.ZONE else None
        commune = zone.code_commune if zone else ""
        return frozenset(un.pk for un in joignables if commune and un.code_commune == commune)
    situes = [un for un in joignables if un.lon is not None]
    lon, lat = (np.array([getattr(un, axe) for un in situes], dtype=float) for axe in ("lon", "lat"))
    return frozenset(un.pk for un, vrai in zip(situes, dans_le_contour(surface, lon, lat), strict=True) if vrai)


def recues_ce_mois(au: datetime) -> dict[int, int]:
    """Par adhérent, les alertes reçues depuis le début du mois civil, hors suites."""
    debut = timezone.localtime(au).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    comptes = (
        Remise.objects.filter(
            canal=Canal.SMS, envoi__alerte__type=TypeAlerte.ALERTE, envoi__depose_le__gte=debut,
            envoi__depose_le__lte=au,
        )
        .exclude(etat__in=JAMAIS_PARTIES)
        .order_by()
        .values_list("destinataire")
        .annotate(Count("envoi", distinct=True))
    )  # fmt: skip
    return {adherent_de(cle): combien for cle, combien in comptes}


def adherent_de(cle: str) -> int:
    """L'adhérent d'une clé de destinataire."""
    return int(cle.removeprefix(_CLE))


def cle_de(adherent: int) -> str:
    return f"{_CLE}{adherent}"


def prevenus(alerte: Alerte) -> frozenset[int]:
    """Les adhérents à qui un SMS du fil est parti, ou va partir ; vide pour une première alerte."""
    if alerte.premiere_id is None:
        return frozenset()
    du_fil = Alerte.objects.filter(Q(pk=alerte.premiere_id) | Q(premiere=alerte.premiere_id))
    cles = (
        Remise.objects.filter(canal=Canal.SMS, envoi__alerte__in=du_fil)
        .exclude(etat__in=JAMAIS_PARTIES)
        .order_by()
        .values_list("destinataire", flat=True)
        .distinct()
    )
    return frozenset(adherent_de(cle) for cle in cles)


def texte_de(alerte: Alerte) -> str:
    """Le SMS : celui que l'auteur a écrit, sinon celui composé des champs."""
    return alerte.texte or texte_compose(alerte)


def texte_compose(alerte: Alerte) -> str:
    """Le SMS composé des champs."""
    return redaction.composer(
        redaction.Mots(
            alerte.type, NatureFait(alerte.nature).label, alerte.lieu, timezone.localtime(alerte.fait_le),
            alerte.direction, alerte.maniere, alerte.conseil,
        )
    )  # fmt: skip


def message_cap(alerte: Alerte, *, emetteur: str) -> MessageCap:
    """L'alerte en CAP. Une cible qui n'a ni cercle ni contour n'y dit que son lieu."""
    cible = Cible.de_json(alerte.cible)
    rayon = cible.rayon_m or rayons_d_une_alerte(alerte.redigee_le)[0]
    en_cercle = cible.sorte == SorteCible.RAYON and alerte.lon is not None and alerte.lat is not None
    premiere = alerte.premiere
    dits = {"nature": alerte.nature, "commune": alerte.code_commune, "direction": alerte.direction}
    return MessageCap(
        str(alerte.identifiant), emetteur, timezone.localtime(alerte.envoyee_le or alerte.redigee_le),
        TypeAlerte(alerte.type), NatureFait(alerte.nature).label, alerte.lieu,
        fait_le=timezone.localtime(alerte.fait_le), titre=alerte.texte, description=alerte.maniere,
        conseil=alerte.conseil, polygone=cible.polygone,
        references=(
            ((emetteur, str(premiere.identifiant), timezone.localtime(premiere.envoyee_le or premiere.redigee_le)),)
            if premiere else ()
        ),
        cercle=Cercle(alerte.lon or 0.0, alerte.lat or 0.0, rayon / 1000) if en_cercle else None,
        parametres={nom: valeur for nom, valeur in dits.items() if valeur},
    )  # fmt: skip


def cout_de(segments: int) -> Decimal | None:
    """Le coût de ces SMS chez l'opérateur préféré."""
    declares = operateurs()
    if not declares or not declares[0].cout:
        return None
    return Decimal(str(declares[0].cout)) * segments
