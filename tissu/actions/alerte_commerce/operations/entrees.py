"""Faire entrer les lignes d'un fichier : adhérents, contacts, accord de la charte, journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from tissu.actions.alerte_commerce.choices import CHARTE_PAPIER, EtatAdherent, GesteAdherent, SourceAdhesion
from tissu.actions.alerte_commerce.models import (
    Adherent,
    ContactAdherent,
    EtapeAdherent,
    ImportAdherents,
    LigneImport,
)
from tissu.actions.alerte_commerce.operations.verification import accorder
from tissu.actions.alerte_commerce.queries.imports import DU_COMMERCE, changements
from tissu.actions.alerte_commerce.queries.lieux import Situer
from tissu.messages.choices import SourceDuChoix
from tissu.socle.formats import date_courte


@dataclass(frozen=True)
class Entree:
    """De quel fichier viennent les lignes, qui les entre, et quand."""

    importation: ImportAdherents
    auteur: Any
    au: datetime


def entrer(lignes: Sequence[LigneImport], entree: Entree) -> None:
    """Crée un adhérent actif par ligne, et l'attache à elle."""
    if not lignes:
        return
    situer = Situer(ligne.lue["siret"] for ligne in lignes)
    neufs = [_adherent(ligne.lue, situer, entree.au) for ligne in lignes]
    crees = bulk_create_with_history(
        neufs, Adherent, batch_size=500, default_user=entree.auteur, default_date=entree.au
    )
    for ligne, adherent in zip(lignes, crees, strict=True):
        ligne.adherent = adherent
        _joindre(adherent, ligne, ligne.lue["mobiles"], entree)
    LigneImport.objects.bulk_update([ligne for ligne in lignes if ligne.pk], ["adherent"], batch_size=500)
    _journaliser(lignes, entree)


def _adherent(lue: Mapping[str, Any], situer: Situer, au: datetime) -> Adherent:
    adhesion = date.fromisoformat(lue["adhere_le"]) if lue["adhere_le"] else timezone.localdate(au)
    lon, lat = situer.position(lue["siret"], lue["adresse"], lue["code_commune"])
    return Adherent(
        **{nom: lue[nom] for nom in DU_COMMERCE}, lon=lon, lat=lat, etat=EtatAdherent.ACTIF, adhere_le=adhesion,
        charte_version=CHARTE_PAPIER, charte_signee_le=charte_papier(lue),
        charte_signataire=lue["contact"], source=SourceAdhesion.FICHIER,
    )  # fmt: skip


def charte_papier(lue: Mapping[str, Any]) -> datetime | None:
    """Quand la charte papier a été signée : la date du fichier, à défaut celle de l'adhésion ; sinon None."""
    dite = lue.get("charte_le") or lue["adhere_le"]
    return datetime.combine(date.fromisoformat(dite), time(12), UTC) if dite else None


def _joindre(adherent: Adherent, ligne: LigneImport, mobiles: Sequence[str], entree: Entree) -> None:
    """Ses numéros, et l'accord que porte la charte papier ; en service, ils reçoivent avant d'être confirmés."""
    datee = f"signée le {date_courte(adherent.charte_signee_le)}" if adherent.charte_signee_le else "de date inconnue"
    preuve = f"Charte papier {datee} ; « {entree.importation.nom} », ligne {ligne.ligne}"[:300]
    for mobile in mobiles:
        contact = ContactAdherent.objects.create(
            adherent=adherent, nom=ligne.lue["contact"], mobile=mobile, courriel=ligne.lue["courriel"],
            repris_le=entree.au if entree.importation.en_service else None, ajoute_le=entree.au,
            importation=entree.importation,
        )  # fmt: skip
        if entree.importation.en_service:
            accorder(contact=contact, adherent=adherent, source=SourceDuChoix.IMPORT, auteur=entree.auteur,
                     au=entree.au, preuve=preuve)  # fmt: skip


def mettre_a_jour(adherent: Adherent, ligne: LigneImport, entree: Entree) -> None:
    """Ce que la ligne dit de neuf d'un adhérent connu ; une case vide n'efface rien, aucun numéro n'est retiré."""
    changes = changements(adherent, ligne.lue)
    for nom, (_, nouveau) in changes.items():
        setattr(adherent, nom, nouveau)
    if changes:
        if adherent.lon is None or {"adresse", "siret"} & set(changes):
            situe = Situer([adherent.siret]).position(adherent.siret, adherent.adresse, adherent.code_commune)
            if situe[0] is not None:
                adherent.lon, adherent.lat = situe
        adherent.version += 1
        adherent.save()
    connus = set(adherent.contacts.values_list("mobile", flat=True))
    _joindre(adherent, ligne, [mobile for mobile in ligne.lue["mobiles"] if mobile not in connus], entree)
    ligne.adherent = adherent
    _journaliser([ligne], entree)


def _journaliser(lignes: Sequence[LigneImport], entree: Entree) -> None:
    EtapeAdherent.objects.bulk_create(
        EtapeAdherent(adherent=ligne.adherent, geste=GesteAdherent.IMPORTE, auteur=entree.auteur, le=entree.au,
                      texte=f"« {entree.importation.nom} », ligne {ligne.ligne}"[:500])
        for ligne in lignes
    )  # fmt: skip
