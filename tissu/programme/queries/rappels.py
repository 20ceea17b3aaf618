"""Ce que le résumé hebdomadaire dit à chacun, lu pour toutes les personnes à la fois."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme import permissions
from tissu.programme.choices import EtatEcheance, EtatFiche, EtatMesure, EtatTemps
from tissu.programme.models import CoutDirect, Echeance, Fiche, JourPasse, Livrable, Mesure, Reunion
from tissu.programme.queries.cadre import fiches
from tissu.programme.queries.calendrier import reunions_a_venir
from tissu.programme.queries.vie import livrables_dus, minuit
from tissu.programme.rules.calendrier import EcheanceARappeler, Palier, Rythme, palier, rappel_du


@dataclass
class Resume:
    """Le résumé d'une personne : ses échéances par palier, les livrables de ses fiches, ses réunions, à valider."""

    personne: Any
    echeances: dict[Palier, list[Echeance]] = field(default_factory=lambda: defaultdict(list))
    livrables: dict[Palier, list[Livrable]] = field(default_factory=lambda: defaultdict(list))
    reunions: list[Reunion] = field(default_factory=list)
    temps: int = 0
    couts: int = 0
    mesures: int = 0

    def __bool__(self) -> bool:
        listes = (*self.echeances.values(), *self.livrables.values(), self.reunions)
        return any(listes) or bool(self.temps or self.couts or self.mesures)


@dataclass(frozen=True)
class AValider:
    """Ce qui attend la décision d'une personne, en nombre de lignes."""

    temps: int = 0
    couts: int = 0
    mesures: int = 0


def resumes(personnes: Iterable[Personne], *, au: date, rythme: Rythme) -> list[Resume]:
    """Le résumé de chaque personne, vide compris ; le nombre de requêtes ne dépend que du nombre de personnes."""
    ouvertes = [fiche for fiche in fiches() if fiche.etat != EtatFiche.CLOSE]
    echeances = echeances_a_rappeler(au, rythme)
    livrables = livrables_a_rappeler(au, rythme)
    reunions = list(
        reunions_a_venir(
            [fiche.pk for fiche in ouvertes], debut=minuit(au), fin=minuit(au + timedelta(days=rythme.proche + 1))
        )
    )
    attente = lignes_a_valider(ouvertes)
    return [_resume(une, ouvertes, echeances, livrables, reunions, attente) for une in personnes]


def _resume(personne: Personne, ouvertes: Any, echeances: Any, livrables: Any, reunions: Any, attente: Any) -> Resume:
    lisibles = {fiche.pk: fiche for fiche in ouvertes if permissions.peut_lire(personne, fiche)}
    resume = Resume(personne)
    for atteint, une in echeances:
        if une.fiche_id in lisibles and (
            une.responsable_id == personne.pk or (une.responsable_id is None and _est_pilote(personne, une.fiche))
        ):
            resume.echeances[atteint].append(une)
    for atteint, un in livrables:
        if un.fiche_id in lisibles and _est_pilote(personne, un.fiche):
            resume.livrables[atteint].append(un)
    for reunion in reunions:
        if reunion.fiche_id in lisibles and any(p.personne_id == personne.pk for p in reunion.participations.all()):
            resume.reunions.append(reunion)
    valider = a_valider(personne, list(lisibles.values()), attente)
    resume.temps, resume.couts, resume.mesures = valider.temps, valider.couts, valider.mesures
    return resume


def _est_pilote(personne: Personne, fiche: Fiche) -> bool:
    return any(pilote.pk == personne.pk for pilote in fiche.pilotes.all())


def echeances_a_rappeler(au: date, rythme: Rythme) -> list[tuple[Palier, Echeance]]:
    """Les échéances ouvertes dont c'est le moment, avec leur palier."""
    ouvertes = (
        Echeance.objects.filter(etat=EtatEcheance.A_FAIRE, echeance__lte=au + timedelta(days=rythme.loin))
        .exclude(fiche__etat=EtatFiche.CLOSE)
        .select_related("fiche")
        .prefetch_related("fiche__pilotes")
    )
    trouvees = []
    for une in ouvertes:
        rappelee = timezone.localdate(une.rappelee_le) if une.rappelee_le else None
        decrite = EcheanceARappeler(une.echeance, timezone.localdate(une.confiee_le or une.creee_le), rappelee)
        atteint = rappel_du(decrite, au, rythme)
        if atteint is not None:
            trouvees.append((atteint, une))
    return trouvees


def livrables_a_rappeler(au: date, rythme: Rythme) -> list[tuple[Palier, Livrable]]:
    """Les livrables dus dont la date approche ou est passée ; le répit part de leur dernière modification."""
    dus = (
        livrables_dus()
        .filter(attendu_le__lte=au + timedelta(days=rythme.loin))
        .exclude(fiche__etat=EtatFiche.CLOSE)
        .select_related("fiche")
        .prefetch_related("fiche__pilotes")
    )
    return [
        (atteint, un)
        for un in dus
        if (atteint := palier(un.attendu_le, au, rythme)) is not None
        and (au - timezone.localdate(un.modifie_le)).days > rythme.repit
    ]


def lignes_a_valider(liste: Iterable[Fiche]) -> dict[str, list[tuple[Any, ...]]]:
    """Les jours, les coûts et les mesures qui attendent, avec leur fiche et leur auteur ; trois requêtes."""
    numeros = [fiche.pk for fiche in liste]
    return {
        "temps": list(
            JourPasse.objects.filter(ligne__fiche__in=numeros, etat=EtatTemps.SOUMIS)
            .values_list("ligne__fiche", "personne", "personne__organisation")
        ),
        "couts": list(
            CoutDirect.objects.filter(ligne__fiche__in=numeros, etat=EtatTemps.SOUMIS)
            .values_list("ligne__fiche", "saisi_par", "saisi_par__organisation")
        ),
        "mesures": list(
            Mesure.objects.filter(critere__fiche__in=numeros, etat=EtatMesure.PROPOSEE, remplacee=False)
            .values_list("critere__fiche", "etablie_par", "etablie_par__organisation")
        ),
    }  # fmt: skip


def a_valider(personne: Personne, liste: Iterable[Fiche], attente: dict[str, list[tuple[Any, ...]]]) -> AValider:
    """Combien de lignes attendent cette personne : temps et coûts au maître d'ouvrage, mesures à l'autre partenaire."""
    miennes, redigees = set(), set()
    for fiche in liste:
        if permissions.est_redacteur(personne, fiche):
            redigees.add(fiche.pk)
            if permissions.peut_modifier(personne, fiche):
                miennes.add(fiche.pk)

    def a_moi(cle: str) -> int:
        return sum(fiche in miennes and auteur != personne.pk for fiche, auteur, _ in attente[cle])

    mesures = sum(
        fiche in redigees and auteur is not None and organisation != personne.organisation_id
        for fiche, auteur, organisation in attente["mesures"]
    )
    return AValider(temps=a_moi("temps"), couts=a_moi("couts"), mesures=mesures)


def destinataires(*, au: date) -> list[Personne]:
    """Les personnes en activité qui peuvent lire le programme."""
    en_vigueur = Q(attributions__fin__isnull=True) | Q(attributions__fin__gte=au)
    return list(
        Personne.objects.filter(
            en_vigueur,
            is_active=True,
            attributions__role__in=permissions.LECTEURS,
            attributions__debut__lte=au,
        )
        .select_related("preference_de_rappel", "organisation")
        .distinct()
        .order_by("pk")
    )
