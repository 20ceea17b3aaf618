"""Le résumé hebdomadaire des échéances : l'envoyer une fois à chacun, le régler."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tissu.programme import messages
from tissu.programme.models import Echeance, PreferenceDeRappel
from tissu.programme.queries import rappels as lectures
from tissu.programme.queries.vie import rythme
from tissu.programme.rules.calendrier import jour_du_resume, resume_du
from tissu.socle.courriels import envoyer_a_chacun


def envoyer_rappels(*, au: datetime) -> dict[str, int]:
    """Envoie à chacun son résumé de la semaine, s'il n'est pas déjà parti et s'il a quelque chose à dire.

    Rejouable : la semaine d'une personne se marque avant l'envoi. Un courriel que le serveur refuse n'arrête pas les
    autres ; il repart au passage suivant. Rend le nombre d'envoyés et de manqués.
    """
    jour = timezone.localdate(au)
    regle = rythme(jour)
    dus = [une for une in lectures.destinataires(au=jour) if resume_du(_examine_le(une), jour, regle)]
    depuis = jour_du_resume(jour, regle)
    envois = envoyer_a_chacun(
        lectures.resumes(dus, au=jour, rythme=regle),
        prendre=lambda resume: _prendre(resume, jour, depuis),
        envoyer=lambda resume: messages.envoyer_resume(resume, au=jour),
    )
    rappelees = {une.pk for resume in envois.partis for liste in resume.echeances.values() for une in liste}
    # À la fin seulement : une échéance commune à plusieurs personnes leur est rappelée à toutes.
    Echeance.objects.filter(pk__in=rappelees).update(rappelee_le=au)
    return {"envoyes": len(envois.partis), "manques": envois.manques}


def _prendre(resume: lectures.Resume, jour: date, depuis: date) -> bool:
    """Marque la semaine examinée ; seul le premier à marquer envoie, deux exécutants ne doublent pas un courriel."""
    PreferenceDeRappel.objects.get_or_create(personne=resume.personne)
    pris = PreferenceDeRappel.objects.filter(
        Q(examine_le__isnull=True) | Q(examine_le__lt=depuis), personne=resume.personne, actif=True
    ).update(examine_le=jour)
    return bool(pris and resume)


def _examine_le(personne: Any) -> date | None:
    preference = getattr(personne, "preference_de_rappel", None)
    return preference.examine_le if preference else None


def veut_des_rappels(personne: Any) -> bool:
    """Vrai tant que la personne n'a pas dit non."""
    return not PreferenceDeRappel.objects.filter(personne=personne, actif=False).exists()


def regler(*, personne: Any, actif: bool) -> None:
    """Arrête ou reprend les résumés de cette personne."""
    PreferenceDeRappel.objects.update_or_create(personne=personne, defaults={"actif": actif})
