"""Les lignes de la situation, lues de la base : identité, occupant, état, ce qui attend."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import Count, F, Q, QuerySet

from tissu.locaux.choices import VACANTS, EtatLocal
from tissu.locaux.models import Local, Occupation, PeriodeEtat, Photo, Signalement
from tissu.locaux.nomenclatures import famille_de, libelle_activite, libelle_famille
from tissu.locaux.rules.adresses import rang_du_numero
from tissu.locaux.rules.histoire import Tranche, depuis, est_structurelle
from tissu.registre.recherche import normaliser
from tissu.socle.parametres import parametre
from tissu.socle.territoire import territoire

_TEXTE, _ENTIER, _REEL, _JOUR, _OUI = pa.string(), pa.int64(), pa.float64(), pa.date32(), pa.bool_()
COLONNES: dict[str, pa.DataType] = {
    "id": _TEXTE, "pk": _ENTIER, "nature": _TEXTE, "nom": _TEXTE, "adresse": _TEXTE, "numero": _TEXTE, "voie": _TEXTE,
    "voie_id": _ENTIER, "troncon": _TEXTE, "troncon_id": _ENTIER, "code_commune": _TEXTE, "commune": _TEXTE,
    "code_postal": _TEXTE, "quartier": _TEXTE, "lon": _REEL, "lat": _REEL, "etage": pa.int16(), "surface_m2": _REEL,
    "surface_vente_m2": _REEL, "vitrine_m": _REEL, "loyer_eur_m2_an": _REEL, "couverts": pa.int32(),
    "chambres": pa.int32(), "enseigne": _TEXTE, "siret": _TEXTE, "activite": _TEXTE, "activite_libelle": _TEXTE,
    "famille": _TEXTE, "famille_libelle": _TEXTE, "origine_activite": _TEXTE, "independance": _TEXTE,
    "occupe_depuis": _JOUR, "etat": _TEXTE, "vacant": _OUI, "structurel": _OUI, "etat_depuis": _JOUR,
    "vacant_depuis": _JOUR, "releve_le": _JOUR, "constate": _OUI, "campagne_id": _ENTIER, "accord_publication": _OUI,
    "disponible_texte": _TEXTE, "a_verifier": _OUI, "photos": pa.int32(), "version": _ENTIER,
    "numero_rang": pa.int32(), "cherche": _TEXTE,
}  # fmt: skip
"""Les colonnes de la situation. `structurel` : vacant depuis au moins le seuil du jour, ou noté tel.
`constate` : on savait déjà ce jour-là que ce local existe ; faux, il n'entre pas dans un compte de ce jour.
`numero_rang` : le nombre qui ouvre le numéro, pour ranger une rue. `cherche` : ce dans quoi se cherchent les mots d'une
personne, sans accent ni casse."""

_DU_LOCAL = (
    "pk", "reference", "nature", "nom", "numero", "voie__nom", "voie_id", "troncon__nom", "troncon_id", "code_commune",
    "code_postal", "quartier", "lon", "lat", "etage", "surface_m2", "surface_vente_m2", "vitrine_m",
    "loyer_eur_m2_an", "couverts", "chambres", "accord_publication", "disponible_texte", "version", "cree_le",
)  # fmt: skip


def existants(au: date) -> QuerySet[Local]:
    """Les locaux qui existaient ce jour-là."""
    return Local.objects.filter(
        Q(ouvert_le__isnull=True) | Q(ouvert_le__lte=au),
        Q(disparu_le__isnull=True) | Q(disparu_le__gt=au),
        ecarte_le__isnull=True,
    )


def lignes(au: date, *, pks: Iterable[int] | None, masques: Collection[str]) -> list[tuple[Any, ...]]:
    """Une ligne par local existant (tous, ou ceux-là), par référence, dans l'ordre de `COLONNES`."""
    locaux, lien = existants(au), Q()
    if pks is not None:
        choisis = sorted(pks)
        locaux, lien = locaux.filter(pk__in=choisis), Q(local_id__in=choisis)
    occupants, etats = _occupants(au, lien), _etats(lien)
    photos = dict(Photo.objects.filter(lien).order_by().values_list("local_id").annotate(Count("pk")))
    a_verifier = set(
        Signalement.objects.filter(lien, clos_le__isnull=True).order_by().values_list("local_id", flat=True)
    )
    seuil = int(parametre("locaux.seuil_vacance_structurelle_mois", au=au))
    communes = territoire().communes
    return [
        _ligne(
            local, occupants.get(local[0], _PERSONNE), etats.get(local[0], ()), au, seuil, communes,
            masques, photos.get(local[0], 0), local[0] in a_verifier,
        )
        for local in locaux.order_by("reference").values_list(*_DU_LOCAL)
    ]  # fmt: skip


_PERSONNE: tuple[Any, ...] = (None, "", "", "", "", "", None)
_Etat = tuple[Tranche, date | None, int | None, date | None]
"""Une période, le jour où elle a été constatée, sa campagne et le premier jour de celle-ci."""


def _occupants(au: date, lien: Q) -> dict[int, tuple[Any, ...]]:
    courantes = Occupation.objects.filter(
        lien, Q(debut__isnull=True) | Q(debut__lte=au), Q(fin__isnull=True) | Q(fin__gte=au), accessoire=False
    )
    champs = ("local_id", "enseigne", "siret", "activite", "origine_activite", "independance", "debut")
    return {ligne[0]: ligne for ligne in courantes.order_by().values_list(*champs)}


def _etats(lien: Q) -> dict[int, list[_Etat]]:
    par_local: dict[int, list[_Etat]] = defaultdict(list)
    periodes = PeriodeEtat.objects.filter(lien).order_by("local_id", F("debut").asc(nulls_first=True))
    champs = ("local_id", "etat", "debut", "fin", "releve_le", "campagne_id", "campagne__debut")
    for local, etat, debut, fin, releve, campagne, ouverte in periodes.values_list(*champs):
        par_local[local].append((Tranche(debut, fin, etat), releve, campagne, ouverte))
    return par_local


def _ligne(
    local: tuple[Any, ...],
    occupant: tuple[Any, ...],
    etats: Iterable[_Etat],
    au: date,
    seuil: int,
    communes: dict[str, str],
    masques: Collection[str],
    photos: int,
    a_verifier: bool,
) -> tuple[Any, ...]:
    (pk, reference, nature, nom, numero, voie, voie_id, troncon, troncon_id, code_commune, code_postal, quartier,
     lon, lat, etage, surface, vente, vitrine, loyer, couverts, chambres, accord, disponible, version,
     cree_le) = local  # fmt: skip
    _, enseigne, siret, activite, origine, independance, occupe_depuis = occupant
    etats = list(etats)
    courant = next((une for une in etats if une[0].contient(au)), None)
    vacant, vacant_depuis = depuis((une[0] for une in etats), au, VACANTS)
    releves = [releve for _, releve, _, _ in etats if releve and releve <= au]
    etat = courant[0].fait if courant else None
    famille = famille_de(activite)
    structurel = vacant and (etat == EtatLocal.VACANT_STRUCTUREL or est_structurelle(vacant_depuis, au, seuil))
    preuves = (cree_le.date(), *releves, *(jour for une in etats for jour in (une[0].debut, une[3])))
    constate = any(jour is not None and jour <= au for jour in preuves)
    adresse = f"{numero} {voie or ''}".strip()
    mots = (reference, nom, enseigne, adresse, quartier, libelle_activite(activite))
    return (
        reference, pk, nature, nom or None, adresse or None, numero or None, voie, voie_id,
        troncon, troncon_id, code_commune, communes.get(code_commune), code_postal or None, quartier or None, lon, lat,
        etage, _reel(surface), _reel(vente), _reel(vitrine), _reel(loyer), couverts, chambres, enseigne or None,
        siret if siret and siret not in masques else None, activite or None, libelle_activite(activite) or None,
        famille or None, libelle_famille(famille) or None, origine or None, independance or None, occupe_depuis, etat,
        vacant, structurel, courant[0].debut if courant else None, vacant_depuis, max(releves, default=None),
        constate, courant[2] if courant else None, accord, disponible or None, a_verifier, photos, version,
        rang_du_numero(numero), normaliser(" ".join(mots)),
    )  # fmt: skip


def _reel(valeur: Any) -> float | None:
    return None if valeur is None else float(valeur)
