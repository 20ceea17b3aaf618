"""Recevoir un fichier fiscal : chaque ligne va à son local, ou de côté avec son motif."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tissu.locaux import permissions
from tissu.locaux.models import DonneeFiscale, ImportFiscal, RejetFiscal
from tissu.locaux.operations.ecriture import LOT, LocalRefuse, exiger, exiger_texte
from tissu.locaux.queries.lignes import existants
from tissu.locaux.rules.fiscal import Annuaire, Lieu, annuaire, designer
from tissu.locaux.sources.fiscal import LigneFiscale, lire_fiscal
from tissu.registre.operations.depots import Depot
from tissu.socle.territoire import territoire

RAYON = "fiscal"
REFUS = "La loi réserve les données fiscales des locaux aux communes et à leur intercommunalité."


@transaction.atomic
def importer_donnees_fiscales(*, depot: Depot, millesime: int, source: str, auteur: Any, au: datetime) -> ImportFiscal:
    """Lit le fichier d'un coup. Un local n'a qu'une donnée par millésime : redéposer un fichier réessaie ses lignes
    mises de côté et n'ajoute rien aux autres. Lève `LocalRefuse` ou `FichierDeLocauxRefuse`.
    """
    exiger(permissions.peut_importer_les_donnees_fiscales, auteur, REFUS)
    source = exiger_texte(source, "Dites d'où vient le fichier : il se lit à côté de chaque donnée.")
    if len(str(millesime)) != len("2026") or millesime > au.year:
        raise LocalRefuse(f"Le millésime est une année déjà commencée, comme {au.year}.")
    lignes = lire_fiscal(depot.chemin, nom=depot.nom, communes=territoire().communes)
    importation = ImportFiscal.objects.create(
        nom=depot.nom[:255], fichier=depot.reference, sha256=depot.sha256, octets=depot.octets, millesime=millesime,
        source=source[:200], lignes=len(lignes), depose_le=au, auteur=auteur,
    )  # fmt: skip
    donnees, rejets = _trier(importation, lignes, connus(au.date()))
    DonneeFiscale.objects.bulk_create(
        donnees, batch_size=LOT, update_conflicts=True, unique_fields=("local", "millesime"),
        update_fields=("vacant", "invariant", "source", "importation"),
    )  # fmt: skip
    RejetFiscal.objects.bulk_create(rejets, batch_size=LOT)
    importation.retenues = len(donnees)
    importation.save(update_fields=["retenues"])
    return importation


def connus(au: date) -> Annuaire:
    """Les locaux qui existent, et les invariants qu'un fichier d'avant leur a donnés."""
    invariants: dict[int, set[str]] = defaultdict(set)
    for local, invariant in DonneeFiscale.objects.exclude(invariant="").order_by().values_list("local_id", "invariant"):
        invariants[local].add(invariant)
    champs = ("pk", "reference", "code_commune", "numero", "voie__nom")
    return annuaire(
        Lieu(pk, reference, commune, numero, voie or "", frozenset(invariants[pk]))
        for pk, reference, commune, numero, voie in existants(au).order_by("pk").values_list(*champs)
    )


def _trier(
    importation: ImportFiscal, lignes: Iterable[LigneFiscale], lieux: Annuaire
) -> tuple[list[DonneeFiscale], list[RejetFiscal]]:
    donnees: dict[int, tuple[int, DonneeFiscale]] = {}
    rejets = []
    for ligne in lignes:
        lieu, motif = designer(
            lieux, reference=ligne.reference, invariant=ligne.invariant, commune=ligne.commune, numero=ligne.numero,
            voie=ligne.voie,
        )  # fmt: skip
        if ligne.vacant is None:
            motif = f"« {ligne.vacance} » ne dit pas si le local est vacant : oui ou non."
        elif lieu is not None and lieu.pk in donnees:
            motif = f"Le local {lieu.reference} est déjà dit à la ligne {donnees[lieu.pk][0]}."
        if lieu is None or ligne.vacant is None or motif:
            rejets.append(RejetFiscal(importation=importation, ligne=ligne.ligne, lue=ligne.lue(), motif=motif[:300]))
            continue
        donnees[lieu.pk] = ligne.ligne, DonneeFiscale(
            local_id=lieu.pk, millesime=importation.millesime, invariant=ligne.invariant, vacant=ligne.vacant,
            source=importation.source, importation=importation,
        )  # fmt: skip
    return [donnee for _, donnee in donnees.values()], rejets
