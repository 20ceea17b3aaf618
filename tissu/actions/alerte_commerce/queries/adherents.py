"""Les adhérents : ceux que l'on peut prévenir."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from tissu.actions.alerte_commerce.choices import ALERTES, EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.messages.choices import Canal
from tissu.messages.models import Coordonnee
from tissu.messages.queries.choix import refus


@dataclass(frozen=True)
class Joignable:
    """Un adhérent actif que l'on peut prévenir, et ce qui décide s'il l'est d'un fait. `mobiles` : jamais vide."""

    pk: int
    nom: str
    lon: float | None
    lat: float | None
    code_commune: str
    activite: str
    horaires: dict[str, list[list[str]]]
    rayon_m: int | None
    refus_activites: tuple[str, ...]
    mobiles: tuple[str, ...]
    courriels: tuple[str, ...] = field(default=())


def adherents_joignables(au: datetime) -> list[Joignable]:
    """Les adhérents actifs dont un numéro au moins est vérifié ou repris, ni suspendu ni opposé, par nom.

    Quatre requêtes.
    """
    contacts = list(
        ContactAdherent.objects.filter(
            Q(verifie_le__lte=au) | Q(repris_le__lte=au), adherent__etat=EtatAdherent.ACTIF, recoit=True
        )
        .exclude(mobile="")
        .order_by("pk")
    )
    ecartes = _ecartes({contact.mobile for contact in contacts})
    par_adherent: dict[int, list[ContactAdherent]] = defaultdict(list)
    for contact in contacts:
        if contact.mobile not in ecartes:
            par_adherent[contact.adherent_id].append(contact)
    actifs = Adherent.objects.filter(etat=EtatAdherent.ACTIF).order_by("nom", "pk")
    return [_joignable(un, par_adherent[un.pk]) for un in actifs if un.pk in par_adherent]


def _ecartes(mobiles: set[str]) -> set[str]:
    """Les numéros suspendus, opposés, ou dont personne n'a donné l'accord de la charte."""
    connues = list(Coordonnee.objects.filter(canal=Canal.SMS, valeur__in=mobiles))
    ecarts = refus(connues, ALERTES.slug, ALERTES.fondement)
    sans_accord = mobiles - {une.valeur for une in connues}
    return sans_accord | {une.valeur for une in connues if une.pk in ecarts}


def _joignable(adherent: Adherent, contacts: list[ContactAdherent]) -> Joignable:
    champs: dict[str, Any] = {
        nom: getattr(adherent, nom)
        for nom in ("pk", "nom", "lon", "lat", "code_commune", "activite", "horaires", "rayon_m")
    }
    return Joignable(
        **champs, refus_activites=tuple(adherent.refus_activites),
        mobiles=tuple(contact.mobile for contact in contacts),
        courriels=tuple(contact.courriel for contact in contacts if contact.courriel),
    )  # fmt: skip
