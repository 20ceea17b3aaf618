"""Écrire les corrections locales : poser, revoir, et confronter à la source après chaque import."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from tissu.registre.choices import CHAMPS_CORRIGEABLES
from tissu.registre.corrigeables import POSITION, ValeurRefusee, lire_valeur
from tissu.registre.models import Correction, EtatCorrection
from tissu.registre.models.corrections import ETATS_APPLIQUES
from tissu.registre.operations.zones import recomposer_si_possible
from tissu.registre.queries.corrections import valeurs_de_la_source

GARDER, REPRENDRE, MODIFIER = "garder", "reprendre", "modifier"


@transaction.atomic
def corriger(
    *,
    siret: str,
    valeurs: Mapping[str, str],
    motif: str,
    auteur: int | None,
    le: datetime,
    expire_le: date | None = None,
) -> list[Correction]:
    """Pose une correction par champ de `valeurs`, toutes ou aucune. Une valeur vide efface ce que dit la source.

    Remplace la correction en vigueur du même champ, qui passe à « abandonnée ». Lève `ValeurRefusee`.
    """
    if not motif.strip():
        raise ValeurRefusee("Dites pourquoi vous corrigez : la personne qui relira en aura besoin.")
    lues = {champ: lire_valeur(champ, valeur) for champ, valeur in valeurs.items()}
    if bool(lues.get("lon")) != bool(lues.get("lat")):
        raise ValeurRefusee("Une position a une longitude et une latitude.")
    connues, source_au = valeurs_de_la_source([siret])
    source = connues.get(siret, {})
    posees = []
    for champ, valeur in lues.items():
        for ancienne in Correction.objects.filter(siret=siret, champ=champ, etat__in=ETATS_APPLIQUES):
            _changer_etat(ancienne, EtatCorrection.ABANDONNEE)
        posees.append(
            Correction.objects.create(
                siret=siret, champ=champ, valeur=valeur, valeur_source=source.get(champ, "")[:300],
                source_au=source_au, motif=motif.strip()[:500], auteur_id=auteur, le=le, expire_le=expire_le,
            )
        )  # fmt: skip
    recomposer_si_possible(auteur)
    return posees


def changements(valeurs: Mapping[str, str], actuelles: Mapping[str, object]) -> dict[str, str]:
    """Ne garde que ce qui diffère de ce qui est affiché ; une adresse ou une position se corrige par morceaux liés."""
    differentes = {
        champ: valeur for champ, valeur in valeurs.items() if valeur.strip() != str(actuelles.get(champ) or "").strip()
    }
    if not {*POSITION}.isdisjoint(differentes):
        differentes |= {champ: valeurs[champ] for champ in POSITION}
    return differentes


@transaction.atomic
def revoir(*, correction: Correction, decision: str, auteur: int | None, valeur: str = "") -> Correction:
    """Tranche une correction : `garder` la nôtre, `reprendre` la source, `modifier` la valeur.

    Lève `ValeurRefusee` si elle n'est plus en vigueur, ou si la nouvelle valeur n'est pas recevable.
    """
    if correction.etat not in ETATS_APPLIQUES:
        raise ValeurRefusee("Cette correction n'est plus en vigueur : une autre personne l'a sans doute revue.")
    if decision == REPRENDRE:
        _changer_etat(correction, EtatCorrection.ABANDONNEE)
    elif decision in {GARDER, MODIFIER}:
        if decision == MODIFIER:
            correction.valeur = lire_valeur(correction.champ, valeur)
        if correction.nouvelle_source_au:
            correction.valeur_source, correction.source_au = correction.nouvelle_source, correction.nouvelle_source_au
        correction.nouvelle_source, correction.nouvelle_source_au = "", None
        correction.expire_le = None
        _changer_etat(correction, EtatCorrection.ACTIVE)
    else:
        raise ValeurRefusee(f"Décision inconnue : {decision}.")
    recomposer_si_possible(auteur)
    return correction


@transaction.atomic
def controler_apres_import(*, au: date) -> int:
    """Confronte chaque correction à ce que la source dit maintenant ; rend le nombre de celles à revoir.

    La source qui rejoint la correction la confirme ; celle qui dit autre chose qu'alors la met à revoir ; une
    échéance passée aussi. Une correction à revoir reste appliquée jusqu'à la décision d'une personne.
    """
    corrections = list(Correction.objects.select_for_update().filter(etat__in=ETATS_APPLIQUES).order_by("pk"))
    connues, source_au = valeurs_de_la_source(sorted({c.siret for c in corrections}))
    for correction in corrections:
        source = connues.get(correction.siret)
        if source is not None and correction.champ in CHAMPS_CORRIGEABLES:
            _confronter(correction, source[correction.champ][:300], source_au)
        if correction.expire_le and correction.expire_le < au and correction.etat == EtatCorrection.ACTIVE:
            _changer_etat(correction, EtatCorrection.A_REVOIR)
    return Correction.objects.filter(etat=EtatCorrection.A_REVOIR).count()


def _confronter(correction: Correction, source: str, source_au: date | None) -> None:
    if source == correction.valeur_source:
        # La source est revenue à ce qu'elle disait quand la correction a été posée.
        if correction.etat == EtatCorrection.A_REVOIR and correction.nouvelle_source_au:
            correction.nouvelle_source, correction.nouvelle_source_au = "", None
            _changer_etat(correction, EtatCorrection.ACTIVE)
        return
    correction.nouvelle_source, correction.nouvelle_source_au = source, source_au
    rejointe = source == correction.valeur and correction.champ not in POSITION
    _changer_etat(correction, EtatCorrection.CONFIRMEE if rejointe else EtatCorrection.A_REVOIR)


def _changer_etat(correction: Correction, etat: EtatCorrection) -> None:
    correction.etat = etat
    correction.save()
