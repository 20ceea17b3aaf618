"""Le local lui-même : le créer, le décrire, dire ce qui se publie, noter ses contacts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tissu.locaux import permissions
from tissu.locaux.models import ContactLocal, Local
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    enregistrer,
    exiger,
    exiger_de_modifier,
    exiger_texte,
    prendre,
    references,
    supprimer,
)
from tissu.locaux.operations.voies import voie_de
from tissu.locaux.sources.champs import CHAMPS
from tissu.socle.territoire import territoire

DESCRIPTION = (
    "nature", "nom", "numero", "complement", "code_postal", "code_commune", "quartier", "lon", "lat", "etage",
    "parcelle", "surface_m2", "surface_vente_m2", "vitrine_m", "loyer_eur_m2_an", "couverts", "chambres",
    "accord_publication", "disponible_texte", "troncon",
)  # fmt: skip
DES_FICHIERS = frozenset(DESCRIPTION) - {"nature", "nom", "accord_publication", "disponible_texte", "troncon"} | {
    "voie"
}
"""Les champs qu'un fichier porte aussi : posés par une personne, ils ne changent plus à l'import suivant."""


@transaction.atomic
def creer_local(
    *, valeurs: Mapping[str, Any], voie: str, auteur: Any, au: datetime, ouvert_le: date | None = None
) -> Local:
    """Un local que personne n'avait vu. `valeurs` : champs de `DESCRIPTION`. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    return inscrire_local(valeurs=valeurs, voie=voie, auteur=auteur, au=au, ouvert_le=ouvert_le)


def inscrire_local(
    *, valeurs: Mapping[str, Any], voie: str, auteur: Any, au: datetime, ouvert_le: date | None = None
) -> Local:
    """La création elle-même, dans la transaction et sous le droit vérifiés par qui l'appelle. Lève `LocalRefuse`."""
    propres = _verifier(valeurs, voie)
    local = Local(**propres, voie=voie_de(propres["code_commune"], voie), ouvert_le=ouvert_le, cree_le=au)
    local.champs_tenus = sorted(champ for champ in DES_FICHIERS if propres.get(champ) not in (None, ""))
    local.reference = references(1)[0]
    _valider(local)
    enregistrer(local, auteur=auteur, au=au, motif="Local créé")
    return local


@transaction.atomic
def modifier_local(
    *, local: Local, version: int, valeurs: Mapping[str, Any], auteur: Any, au: datetime, voie: str | None = None
) -> Local:
    """Décrit le local ; les champs changés sont désormais tenus par une personne. `voie` None : inchangée.

    Lève `LocalRefuse` ou `ConflitDeSaisie`, qui rend les deux versions des champs différents.
    """
    exiger_de_modifier(auteur)
    en_base = Local.objects.select_related("voie").get(pk=local.pk)
    propres = _verifier(valeurs, voie if voie is not None else str(en_base.voie or ""), partiel=True)
    changes = {champ: valeur for champ, valeur in propres.items() if getattr(en_base, champ) != valeur}
    rue = en_base.voie if voie is None else voie_de(propres.get("code_commune", en_base.code_commune), voie)
    if rue != en_base.voie:
        changes["voie"] = rue
    prendre(local, version, ancien={champ: getattr(en_base, champ) for champ in changes}, nouveau=changes)
    for champ, valeur in changes.items():
        setattr(local, champ, valeur)
    local.champs_tenus = sorted({*local.champs_tenus, *(DES_FICHIERS & set(changes))})
    _valider(local)
    enregistrer(local, auteur=auteur, au=au, motif="Description modifiée")
    return local


def rendre_au_fichier(*, local: Local, version: int, champ: str, auteur: Any, au: datetime) -> None:
    """Laisse de nouveau un fichier changer ce champ. Lève `LocalRefuse` ou `ConflitDeSaisie`."""
    exiger_de_modifier(auteur)
    with transaction.atomic():
        prendre(local, version)
        local.champs_tenus = [tenu for tenu in local.champs_tenus if tenu != champ]
        enregistrer(local, auteur=auteur, au=au, motif=f"{champ} rendu au fichier")


def _verifier(valeurs: Mapping[str, Any], voie: str, *, partiel: bool = False) -> dict[str, Any]:
    inconnus = sorted(set(valeurs) - set(DESCRIPTION))
    if inconnus:
        raise LocalRefuse(f"Champs inconnus d'un local : {', '.join(inconnus)}.")
    propres = {champ: valeur.strip() if isinstance(valeur, str) else valeur for champ, valeur in valeurs.items()}
    dite = not partiel or "code_commune" in propres
    if dite and propres.get("code_commune") not in territoire().communes:
        raise LocalRefuse(f"Choisissez une commune de {territoire().nom}.")
    if (propres.get("lon") is None) != (propres.get("lat") is None):
        raise LocalRefuse("Une position a une longitude et une latitude.")
    if not partiel and not voie.strip() and propres.get("lon") is None:
        raise LocalRefuse("Situez le local : par sa voie, ou par un point sur la carte.")
    return propres


def _valider(local: Local) -> None:
    try:
        local.clean_fields(exclude=("voie", "troncon", "remplace_par"))
    except ValidationError as erreur:
        champ, messages = next(iter(erreur.message_dict.items()))
        raise LocalRefuse(f"{CHAMPS.get(champ, champ)} : {messages[0]}") from erreur


def exiger_de_lire_les_contacts(auteur: Any) -> None:
    """Lève `LocalRefuse`."""
    exiger(permissions.peut_lire_les_contacts, auteur, "Seuls les agents des deux partenaires lisent les contacts.")


@transaction.atomic
def noter_contact(*, local: Local, valeurs: Mapping[str, Any], auteur: Any, au: datetime) -> ContactLocal:
    """Ajoute qui joindre pour ce local. Lève `LocalRefuse`."""
    exiger_de_lire_les_contacts(auteur)
    role = exiger_texte(valeurs.get("role", ""), "Dites à quel titre on joint cette personne : propriétaire, agence…")
    if not any(valeurs.get(champ) for champ in ("nom", "telephone", "courriel")):
        raise LocalRefuse("Donnez au moins un nom, un téléphone ou un courriel.")
    contact = ContactLocal(local=local, **{**valeurs, "role": role})
    enregistrer(contact, auteur=auteur, au=au)
    return contact


@transaction.atomic
def effacer_contact(*, contact: ContactLocal, auteur: Any, au: datetime) -> None:
    """Efface le contact et son historique : une coordonnée retirée ne se garde pas. Lève `LocalRefuse`."""
    exiger_de_lire_les_contacts(auteur)
    historique = ContactLocal.historique.filter(id=contact.pk)
    supprimer(contact, auteur=auteur, au=au)
    historique.delete()
