"""Pistes : naître d'une règle après un import, être confiées, suivies, closes. Chaque geste laisse une étape."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tissu.actions.fichier_entreprises import permissions, rules
from tissu.actions.fichier_entreprises.choices import EtatPiste, GestePiste, MotifFermeture
from tissu.actions.fichier_entreprises.models import EtapePiste, FiliereExcellence, Piste, RegleDePiste
from tissu.actions.fichier_entreprises.queries import cadre
from tissu.actions.fichier_entreprises.queries.pistes import criteres_de, faits_recents


class GesteRefuse(Exception):
    """Le geste n'est pas possible sur cette piste ; le message dit pourquoi et quoi faire."""


def creer_pistes(*, au: datetime) -> int:
    """Évalue les règles actives sur les événements récents ; rend le nombre de pistes nées.

    Rejouer ne crée rien de plus : une piste par établissement et par règle, close ou non.
    """
    regles = list(RegleDePiste.objects.filter(active=True).select_related("filiere").order_by("pk"))
    types = sorted({type_ for regle in regles for type_ in regle.types})
    if not types:
        return 0
    faits = faits_recents(types)
    existantes = set(Piste.objects.values_list("siret", "regle_id"))
    noms_zones = cadre.noms_des_zones()
    nees = 0
    for regle in regles:
        criteres = criteres_de(regle, noms_zones)
        for fait, siren in faits:
            if (fait.siret, regle.pk) in existantes:
                continue
            verdict = rules.evaluer_piste(criteres, fait)
            if verdict.retenue:
                existantes.add((fait.siret, regle.pk))
                _naitre(regle, fait, siren, verdict, au)
                nees += 1
    return nees


@transaction.atomic
def _naitre(regle: RegleDePiste, fait: rules.Faits, siren: str, verdict: rules.Verdict, au: datetime) -> None:
    assignee_id = regle.assignee_id or (regle.filiere.responsable_id if regle.filiere else None)
    piste, neuve = Piste.objects.get_or_create(
        siret=fait.siret,
        regle=regle,
        defaults={
            "siren": siren,
            "filiere": regle.filiere,
            "assignee_id": assignee_id,
            "type_evenement": fait.type,
            "date_evenement": fait.date_effet,
            "score": verdict.score,
            "raisons": list(verdict.motifs),
            "prochaine_action": "Prendre connaissance de l'entreprise",
            "echeance": _echeance(au),
            "creee_le": au,
        },
    )
    if neuve:
        _noter(piste, GestePiste.CREATION, f"Règle « {regle.nom} » : {', '.join(verdict.motifs)}.", None, au)


def confier_piste(*, piste: Piste, a: Any, auteur: Any, au: datetime) -> None:
    """Confie la piste à une personne. Lève `GesteRefuse`."""
    with transaction.atomic():
        piste = _verrouiller(piste)
        if not permissions.peut_confier(auteur) and not (a == auteur and piste.assignee_id is None):
            raise GesteRefuse(
                "Seul un chargé de mission confie une piste ; vous pouvez prendre celles que personne ne suit."
            )
        if not permissions.peut_voir_pistes(a):
            raise GesteRefuse(f"{a} n'a pas accès aux pistes : choisissez un chargé de filière ou de mission.")
        _verifier_ouverte(piste)
        piste.assignee = a
        piste.save(update_fields=["assignee"])
        _noter(piste, GestePiste.CONFIEE, f"Confiée à {a}.", auteur, au)


def prendre_piste(*, piste: Piste, auteur: Any, au: datetime) -> None:
    """La personne prend la piste en charge ; une piste sans suiveur devient la sienne. Lève `GesteRefuse`."""
    with transaction.atomic():
        piste = _verrouiller(piste)
        _verifier_droit(piste, auteur)
        if piste.etat != EtatPiste.NOUVELLE:
            raise GesteRefuse("Cette piste est déjà prise en charge.")
        piste.etat = EtatPiste.PRISE
        piste.assignee = piste.assignee or auteur
        piste.save(update_fields=["etat", "assignee"])
        _noter(piste, GestePiste.PRISE, "", auteur, au)


def suivre_piste(
    *,
    piste: Piste,
    geste: str,
    texte: str,
    auteur: Any,
    au: datetime,
    prochaine_action: str = "",
    echeance: date | None = None,
) -> None:
    """Ajoute une note ou un contact, et dit la suite. Un contact fait avancer l'état. Lève `GesteRefuse`."""
    if geste not in (GestePiste.NOTE, GestePiste.CONTACT):
        raise GesteRefuse("Choisissez une note ou un contact.")
    with transaction.atomic():
        piste = _verrouiller(piste)
        _verifier_droit(piste, auteur)
        _verifier_ouverte(piste)
        if geste == GestePiste.CONTACT:
            piste.etat = EtatPiste.CONTACTEE
        elif piste.etat == EtatPiste.NOUVELLE:
            piste.etat = EtatPiste.PRISE
        piste.assignee = piste.assignee or auteur
        piste.prochaine_action, piste.echeance = prochaine_action, echeance
        piste.save(update_fields=["etat", "assignee", "prochaine_action", "echeance"])
        _noter(piste, GestePiste(geste), texte, auteur, au)


def fermer_piste(*, piste: Piste, motif: str, texte: str = "", auteur: Any, au: datetime) -> None:
    """Clôt la piste avec sa raison ; elle reste lisible. Lève `GesteRefuse`."""
    if motif not in MotifFermeture.values:
        raise GesteRefuse("Choisissez la raison de la clôture.")
    with transaction.atomic():
        piste = _verrouiller(piste)
        _verifier_droit(piste, auteur)
        _verifier_ouverte(piste)
        piste.etat, piste.motif_fermeture, piste.fermee_le = EtatPiste.FERMEE, motif, au
        piste.assignee = piste.assignee or auteur
        piste.prochaine_action, piste.echeance = "", None
        piste.save()
        raison = MotifFermeture(motif).label
        _noter(piste, GestePiste.FERMEE, f"{raison}. {texte}".strip(), auteur, au)


def rouvrir_piste(*, piste: Piste, auteur: Any, au: datetime) -> None:
    """Rouvre une piste close. Lève `GesteRefuse`."""
    with transaction.atomic():
        piste = _verrouiller(piste)
        _verifier_droit(piste, auteur)
        if piste.etat != EtatPiste.FERMEE:
            raise GesteRefuse("Cette piste n'est pas close.")
        piste.etat, piste.motif_fermeture, piste.fermee_le = EtatPiste.PRISE, "", None
        piste.echeance = _echeance(au)
        piste.save()
        _noter(piste, GestePiste.ROUVERTE, "", auteur, au)


def enregistrer_regle(*, regle: RegleDePiste, auteur: Any, au: datetime) -> RegleDePiste:
    """Enregistre une règle neuve ou modifiée. Les pistes déjà nées gardent leurs raisons. Lève `GesteRefuse`."""
    if not permissions.peut_publier(auteur):
        raise GesteRefuse("Seul un chargé de mission règle les pistes.")
    regle.modifiee_le = au
    regle.save()
    return regle


def enregistrer_filiere(*, filiere: FiliereExcellence, auteur: Any) -> FiliereExcellence:
    """Enregistre une filière d'excellence. Les éditions figées ne changent pas. Lève `GesteRefuse`."""
    if not permissions.peut_publier(auteur):
        raise GesteRefuse("Seul un chargé de mission tient les filières d'excellence.")
    filiere.save()
    return filiere


def _verrouiller(piste: Piste) -> Piste:
    """Relit la piste sous verrou : deux gestes simultanés se suivent au lieu de s'écraser."""
    return Piste.objects.select_for_update().get(pk=piste.pk)


def _verifier_droit(piste: Piste, auteur: Any) -> None:
    if not permissions.peut_suivre(auteur, piste):
        raise GesteRefuse("Cette piste est suivie par quelqu'un d'autre.")


def _verifier_ouverte(piste: Piste) -> None:
    if piste.etat == EtatPiste.FERMEE:
        raise GesteRefuse("Cette piste est close : rouvrez-la d'abord.")


def _noter(piste: Piste, geste: GestePiste, texte: str, auteur: Any, au: datetime) -> None:
    EtapePiste.objects.create(piste=piste, geste=geste, texte=texte, auteur=auteur, faite_le=au)


def _echeance(au: datetime) -> date:
    jour = timezone.localdate(au)
    return jour + timedelta(days=cadre.reglage("delai_piste_jours", jour))
