"""Le résumé hebdomadaire des échéances : le déposer une fois pour chacun, le régler."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tissu.messages.operations import choisir_pour_soi, deposer
from tissu.messages.queries.choix import qui_s_oppose
from tissu.messages.queries.espace import qui_attend
from tissu.programme.messages import RAPPELS, ResumeDeLaSemaine
from tissu.programme.models import Echeance, PreferenceDeRappel
from tissu.programme.queries import rappels as lectures
from tissu.programme.queries.vie import rythme
from tissu.programme.rules.calendrier import jour_du_resume, resume_du


def envoyer_rappels(*, au: datetime) -> int:
    """Dépose pour chacun son résumé de la semaine, s'il ne l'est pas déjà et s'il a quelque chose à dire.

    Rejouable : la semaine d'une personne se marque avec le dépôt. Celui dont le résumé précédent attend encore de
    partir est repris au passage suivant, qui dira tout. Rend le nombre de résumés.
    """
    jour = timezone.localdate(au)
    regle = rythme(jour)
    toutes = lectures.destinataires(au=jour)
    passes = qui_s_oppose(toutes, RAPPELS) | qui_attend(toutes, ResumeDeLaSemaine)
    dus = [une for une in toutes if une.pk not in passes and resume_du(_examine_le(une), jour, regle)]
    depuis = jour_du_resume(jour, regle)
    partis = [
        resume for resume in lectures.resumes(dus, au=jour, rythme=regle) if _deposer(resume, jour, depuis, au=au)
    ]
    rappelees = {une.pk for resume in partis for liste in resume.echeances.values() for une in liste}
    # À la fin seulement : une échéance commune à plusieurs personnes leur est rappelée à toutes.
    Echeance.objects.filter(pk__in=rappelees).update(rappelee_le=au)
    return len(partis)


@transaction.atomic
def _deposer(resume: lectures.Resume, jour: date, depuis: date, *, au: datetime) -> bool:
    """Marque la semaine examinée et dépose ; de deux exécutants, seul le premier à marquer dépose."""
    PreferenceDeRappel.objects.get_or_create(personne=resume.personne)
    pris = PreferenceDeRappel.objects.filter(
        Q(examine_le__isnull=True) | Q(examine_le__lt=depuis), personne=resume.personne
    ).update(examine_le=jour)
    if pris and resume:
        deposer(ResumeDeLaSemaine(resume.personne, resume, jour), auteur=None, au=au)
    return bool(pris and resume)


def _examine_le(personne: Any) -> date | None:
    preference = getattr(personne, "preference_de_rappel", None)
    return preference.examine_le if preference else None


def regler(*, personne: Any, actif: bool, au: datetime) -> None:
    """Arrête ou reprend les résumés de cette personne."""
    choisir_pour_soi(personne=personne, finalite=RAPPELS, recevoir=actif, au=au)
