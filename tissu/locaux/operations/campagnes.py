"""Les campagnes : les décrire, les ouvrir, les clore, dire ce qui se compare."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tissu.locaux.choices import EtatCampagne, MethodeCampagne, VerdictComparabilite
from tissu.locaux.models import Campagne, Comparabilite
from tissu.locaux.operations.ecriture import LocalRefuse, enregistrer, exiger_de_modifier, exiger_texte
from tissu.socle.territoire import territoire

CHAMPS = ("nom", "methode", "definition", "perimetre", "communes", "source", "debut", "fin")
SUITES = {
    EtatCampagne.PREPARATION: frozenset({EtatCampagne.OUVERTE}),
    EtatCampagne.OUVERTE: frozenset({EtatCampagne.CLOSE}),
    EtatCampagne.CLOSE: frozenset({EtatCampagne.OUVERTE}),
}


@transaction.atomic
def enregistrer_campagne(
    *, valeurs: Mapping[str, Any], auteur: Any, au: datetime, campagne: Campagne | None = None
) -> Campagne:
    """Crée une campagne, ou change sa description. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    campagne = campagne or Campagne()
    for champ in CHAMPS:
        if champ in valeurs:
            setattr(campagne, champ, valeurs[champ])
    campagne.nom = exiger_texte(campagne.nom, "Donnez un nom à la campagne.")[:200]
    campagne.definition = exiger_texte(campagne.definition, "Écrivez ce qui compte comme local dans cette campagne.")
    campagne.perimetre = exiger_texte(campagne.perimetre, "Dites où l'on a regardé.")[:300]
    if campagne.methode not in MethodeCampagne.values:
        raise LocalRefuse("Choisissez la méthode de la campagne.")
    if campagne.fin and campagne.fin < campagne.debut:
        raise LocalRefuse("La campagne finit avant de commencer : revoyez ses dates.")
    inconnues = sorted(set(campagne.communes) - set(territoire().communes))
    if inconnues:
        raise LocalRefuse(f"Ces communes ne sont pas de {territoire().nom} : {', '.join(inconnues)}.")
    if Campagne.objects.filter(nom=campagne.nom).exclude(pk=campagne.pk).exists():
        raise LocalRefuse(f"Une campagne s'appelle déjà « {campagne.nom} ».")
    enregistrer(campagne, auteur=auteur, au=au)
    return campagne


@transaction.atomic
def changer_l_etat_de(*, campagne: Campagne, etat: str, auteur: Any, au: datetime) -> None:
    """Ouvre, clôt ou rouvre une campagne ; close, elle prend sa date de fin. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    campagne = Campagne.objects.select_for_update().get(pk=campagne.pk)
    if etat not in SUITES[EtatCampagne(campagne.etat)]:
        raise LocalRefuse(f"Une campagne {campagne.get_etat_display().lower()} ne peut pas devenir « {etat} ».")
    campagne.etat = etat
    campagne.fin = (campagne.fin or au.date()) if etat == EtatCampagne.CLOSE else None
    enregistrer(campagne, auteur=auteur, au=au)


@transaction.atomic
def decider_de_la_comparabilite(
    *, campagne: Campagne, reference: Campagne, verdict: str, motif: str, auteur: Any, au: datetime
) -> Comparabilite:
    """Dit si deux campagnes se comparent, et pourquoi ; remplace la décision d'avant. Lève `LocalRefuse`."""
    exiger_de_modifier(auteur)
    if campagne.pk == reference.pk:
        raise LocalRefuse("Une campagne se compare à une autre.")
    if verdict not in VerdictComparabilite.values:
        raise LocalRefuse("Dites si les deux campagnes se comparent.")
    motif = exiger_texte(motif, "Dites pourquoi : la raison s'imprime à côté de chaque évolution.")
    ancienne, recente = sorted((campagne, reference), key=lambda une: (une.debut, une.pk))
    decision = Comparabilite.objects.filter(campagne=recente, reference=ancienne).first() or Comparabilite(
        campagne=recente, reference=ancienne
    )
    decision.verdict, decision.motif, decision.auteur, decision.le = verdict, motif[:500], auteur, au
    enregistrer(decision, auteur=auteur, au=au)
    return decision
