"""L'histoire d'un local, écrite un fait à la fois : son état, son occupant, leurs dates.

Un local qui devient vacant n'a plus d'occupant ; un local qui en reçoit un est occupé.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from tissu.locaux.choices import EtatLocal, Independance, OrigineActivite, Source
from tissu.locaux.models import Campagne, Local, Occupation, PeriodeEtat
from tissu.locaux.nomenclatures import activite as activite_connue
from tissu.locaux.operations.ecriture import (
    LocalRefuse,
    enregistrer,
    exiger_de_modifier,
    exiger_texte,
    prendre,
    supprimer,
)
from tissu.locaux.operations.tranches import (
    Signature,
    appliquer,
    etats_de,
    occupations_de,
    refuser_l_avenir,
)
from tissu.locaux.rules.histoire import UN_JOUR, changer, corriger_debut, interrompre
from tissu.locaux.rules.origines import l_emporte
from tissu.socle.identifiants import siret_valide

HABITES = frozenset({EtatLocal.OCCUPE, EtatLocal.EPHEMERE})
"""Les états où quelqu'un est là ; en travaux, l'occupant annoncé n'y est pas encore."""
CHAMPS_D_OCCUPATION = ("enseigne", "siret", "activite", "independance", "accessoire")


@transaction.atomic
def changer_etat(
    *,
    local: Local,
    version: int,
    etat: str,
    le: date | None,
    auteur: Any,
    au: datetime,
    releve_le: date | None = None,
    precision: str = "",
    source: str = Source.SAISIE,
    campagne: Campagne | None = None,
) -> PeriodeEtat:
    """Dit dans quel état est le local depuis ce jour (`le` vide : depuis avant tout relevé).

    L'occupant s'en va la veille si personne n'est plus là. Lève `LocalRefuse` ou `ConflitDeSaisie`.
    """
    exiger_de_modifier(auteur)
    refuser_l_avenir(le, au, "La date d'un état")
    prendre(local, version, nouveau={"état": EtatLocal(etat).label}, ancien={"état": _etat_en_cours(local)})
    signature = Signature(auteur, au, "Changement d'état")
    courant = local.etats.filter(fin__isnull=True, etat=etat).first()
    if courant and (courant.debut or date.min) <= (le or date.min):
        return confirmer_etat(courant, releve_le or le, precision, signature)
    posee = poser_etat(
        local, etat, le, signature, releve_le=releve_le, precision=precision, source=source, campagne=campagne
    )
    if etat not in HABITES:
        vider(local, le, signature)
    return posee


def confirmer_etat(courant: PeriodeEtat, releve_le: date | None, precision: str, signature: Signature) -> PeriodeEtat:
    """Le même état, constaté de nouveau : il ne recommence pas, il a été revu."""
    avant = (courant.releve_le, courant.precision)
    if releve_le and (courant.releve_le is None or releve_le > courant.releve_le):
        courant.releve_le = releve_le
    courant.precision = precision[:300] or courant.precision
    if avant != (courant.releve_le, courant.precision):
        enregistrer(courant, auteur=signature.auteur, au=signature.au, motif="État constaté de nouveau")
    return courant


def poser_etat(
    local: Local,
    etat: str,
    le: date | None,
    signature: Signature,
    *,
    releve_le: date | None = None,
    precision: str = "",
    source: str = Source.SAISIE,
    campagne: Campagne | None = None,
) -> PeriodeEtat:
    """Ajoute l'état à la suite, et arrête le précédent la veille. Le local est déjà pris. Lève `LocalRefuse`."""
    appliquer(etats_de(local), partial(changer, fait=etat, le=le), signature)
    posee = PeriodeEtat(
        local=local, etat=etat, debut=le, releve_le=releve_le or le, precision=precision[:300], source=source,
        campagne=campagne, auteur=signature.auteur,
    )  # fmt: skip
    enregistrer(posee, auteur=signature.auteur, au=signature.au, motif=signature.motif)
    return posee


def vider(local: Local, le: date | None, signature: Signature) -> None:
    """L'occupant, s'il y en a un, s'en va la veille de ce jour. Lève `LocalRefuse` sans date pour le dire parti."""
    en_cours = [une for une in occupations_de(local) if une.fin is None]
    if not en_cours:
        return
    if le is None:
        raise LocalRefuse("Dites depuis quel jour : ce local a un occupant connu, qui en est parti.")
    appliquer(occupations_de(local), partial(interrompre, dernier_jour=le - UN_JOUR), signature)


@transaction.atomic
def changer_occupant(
    *,
    local: Local,
    version: int,
    le: date | None,
    valeurs: Mapping[str, Any],
    auteur: Any,
    au: datetime,
    source: str = Source.SAISIE,
    releve_le: date | None = None,
    campagne: Campagne | None = None,
) -> Occupation:
    """Un nouvel occupant depuis ce jour ; l'ancien part la veille. `valeurs` : enseigne, activite, independance, siret.

    Un occupant `accessoire` s'ajoute sans faire partir personne. Lève `LocalRefuse` ou `ConflitDeSaisie`.
    """
    exiger_de_modifier(auteur)
    refuser_l_avenir(le, au, "La date d'une arrivée")
    valeurs = verifier_occupation(valeurs)
    if not valeurs.get("enseigne") and not valeurs.get("activite"):
        raise LocalRefuse("Donnez au moins l'enseigne ou l'activité du nouvel occupant.")
    prendre(local, version, nouveau={"enseigne": valeurs.get("enseigne", "")}, ancien={"enseigne": _occupant(local)})
    signature = Signature(auteur, au, "Nouvel occupant")
    posee = poser_occupant(local, le, valeurs, signature, source=source, campagne=campagne)
    if not posee.accessoire and _etat_en_cours(local, brut=True) not in HABITES:
        poser_etat(local, EtatLocal.OCCUPE, le, signature, releve_le=releve_le, source=source, campagne=campagne)
    return posee


def poser_occupant(
    local: Local,
    le: date | None,
    valeurs: Mapping[str, Any],
    signature: Signature,
    *,
    source: str,
    campagne: Campagne | None = None,
) -> Occupation:
    """Ajoute l'occupant à la suite. Le local est déjà pris, les valeurs vérifiées. Lève `LocalRefuse`."""
    if not valeurs.get("accessoire"):
        appliquer(occupations_de(local), partial(changer, fait=valeurs.get("enseigne", ""), le=le), signature)
    posee = Occupation(local=local, debut=le, source=source, campagne=campagne,
                       origine_activite=ORIGINE_DE_SOURCE[Source(source)])  # fmt: skip
    for champ, valeur in valeurs.items():
        setattr(posee, champ, valeur)
    if source != Source.FICHIER:
        posee.champs_tenus = sorted(champ for champ in ("enseigne", "activite", "independance") if valeurs.get(champ))
    enregistrer(posee, auteur=signature.auteur, au=signature.au, motif=signature.motif)
    return posee


ORIGINE_DE_SOURCE = {
    Source.SAISIE: OrigineActivite.MAIN,
    Source.TERRAIN: OrigineActivite.RELEVE,
    Source.FICHIER: OrigineActivite.FICHIER,
}


@transaction.atomic
def corriger_occupation(
    *,
    occupation: Occupation,
    version: int,
    valeurs: Mapping[str, Any],
    auteur: Any,
    au: datetime,
    source: str = Source.SAISIE,
) -> Occupation:
    """Corrige ce qu'on sait d'un occupant, sans en faire un autre. Lève `LocalRefuse` ou `ConflitDeSaisie`."""
    exiger_de_modifier(auteur)
    valeurs = verifier_occupation(valeurs)
    changes = {champ: valeur for champ, valeur in valeurs.items() if getattr(occupation, champ) != valeur}
    prendre(occupation.local, version, nouveau=changes, ancien={champ: getattr(occupation, champ) for champ in changes})
    corriger_l_occupant(occupation, changes, Signature(auteur, au, "Correction d'un occupant"), source=source)
    return occupation


def corriger_l_occupant(
    occupation: Occupation, valeurs: Mapping[str, Any], signature: Signature, *, source: str
) -> None:
    """Écrit ces champs, que plus aucun fichier ne changera ; l'activité, si sa source l'emporte. Local déjà pris."""
    changes = {champ: valeur for champ, valeur in valeurs.items() if getattr(occupation, champ) != valeur}
    origine = ORIGINE_DE_SOURCE[Source(source)]
    if "activite" in changes and not l_emporte(origine, occupation.origine_activite):
        changes.pop("activite")
    for champ, valeur in changes.items():
        setattr(occupation, champ, valeur)
    if "activite" in changes:
        occupation.origine_activite = origine
    occupation.champs_tenus = sorted({*occupation.champs_tenus, *changes})
    if changes:
        enregistrer(occupation, auteur=signature.auteur, au=signature.au, motif=signature.motif)


def verifier_occupation(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """Les valeurs d'une occupation, nettoyées. Lève `LocalRefuse` en nommant la mauvaise."""
    inconnus = sorted(set(valeurs) - set(CHAMPS_D_OCCUPATION))
    if inconnus:
        raise LocalRefuse(f"Champs inconnus d'une occupation : {', '.join(inconnus)}.")
    propres = {champ: valeur.strip()[:200] if isinstance(valeur, str) else valeur for champ, valeur in valeurs.items()}
    if propres.get("activite") and activite_connue(propres["activite"]) is None:
        raise LocalRefuse(f"« {propres['activite']} » n'est pas une activité de la typologie : choisissez-en une.")
    if propres.get("siret") and not siret_valide(propres["siret"]):
        raise LocalRefuse(f"« {propres['siret']} » n'est pas un SIRET juste (14 chiffres et leur clé).")
    if propres.get("independance", "") not in ("", *Independance.values):
        raise LocalRefuse(f"« {propres['independance']} » ne dit pas si l'occupant est indépendant.")
    return propres


@transaction.atomic
def corriger_date(
    *, ligne: Occupation | PeriodeEtat, version: int, debut: date | None, motif: str, auteur: Any, au: datetime
) -> None:
    """Change le premier jour d'un état ou d'une occupation ; ce qui précède s'ajuste. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    refuser_l_avenir(debut, au, "Cette date")
    motif = exiger_texte(motif, "Dites d'où vient cette date : qui relira l'histoire en aura besoin.")
    local = ligne.local
    prendre(local, version, ancien={"début": ligne.debut}, nouveau={"début": debut})
    signature = Signature(auteur, au, f"Date corrigée : {motif}")
    if isinstance(ligne, Occupation):
        appliquer(occupations_de(local), partial(corriger_debut, cle=ligne.pk, debut=debut), signature)
    else:
        appliquer(etats_de(local), partial(corriger_debut, cle=ligne.pk, debut=debut), signature)
    ligne.refresh_from_db()


@transaction.atomic
def retirer(*, ligne: Occupation | PeriodeEtat, version: int, motif: str, auteur: Any, au: datetime) -> None:
    """Retire un état ou une occupation saisis par erreur ; ce qui précédait reprend sa place. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    motif = exiger_texte(motif, "Dites pourquoi cette période est retirée.")
    local: Local = ligne.local
    prendre(local, version)
    suite: list[Any] = occupations_de(local) if isinstance(ligne, Occupation) else etats_de(local)
    rang = next((rang for rang, une in enumerate(suite) if une.pk == ligne.pk), None)
    avant = suite[rang - 1] if rang else None
    touchait = avant is not None and ligne.debut is not None and avant.fin == ligne.debut - UN_JOUR
    fin, signe = ligne.fin, {"auteur": auteur, "au": au, "motif": f"Période retirée : {motif}"}
    supprimer(ligne, **signe)
    if avant is not None and touchait:
        avant.fin = fin
        enregistrer(avant, **signe)


def _etat_en_cours(local: Local, *, brut: bool = False) -> str:
    courant = local.etats.filter(fin__isnull=True).first()
    if courant is None:
        return "" if brut else EtatLocal.INCONNU.label
    return courant.etat if brut else courant.get_etat_display()


def _occupant(local: Local) -> str:
    courant = local.occupations.filter(fin__isnull=True, accessoire=False).first()
    return courant.enseigne if courant else ""
