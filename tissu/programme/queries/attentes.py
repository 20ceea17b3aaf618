"""Ce que la page d'accueil dit du partenariat à une personne, en un nombre fixe de requêtes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatRevue
from tissu.programme.models import AccordDeRevue, Fiche, JourPasse, Livrable, Reunion, Revue
from tissu.programme.queries.calendrier import Chose, Filtres, choses, lisibles
from tissu.programme.queries.rappels import AValider, a_valider, lignes_a_valider
from tissu.programme.queries.signatures import fiches_a_signer

RECENT = timedelta(days=14)
HABITUDE = timedelta(weeks=8)


@dataclass(frozen=True)
class Attentes:
    """Ce qui attend une personne. `semaine_vide` : le lundi de la semaine passée, si elle n'y a rien saisi.

    `a_signer` : les fiches en préparation qui attendent l'accord de son organisation.
    """

    retards: tuple[Chose, ...]
    a_valider: AValider
    semaine_vide: date | None
    revues: tuple[Revue, ...]
    a_signer: tuple[Fiche, ...]


@dataclass(frozen=True)
class Nouveautes:
    livrables: tuple[Livrable, ...]
    comptes_rendus: tuple[Reunion, ...]
    revues: tuple[Revue, ...]


def attentes(personne: Any, fiches: list[Fiche], *, au: date) -> Attentes:
    """Ses tâches en retard et celles des fiches qu'elle pilote, ce qu'elle doit valider, saisir ou signer."""
    ouvertes = [fiche for fiche in fiches if fiche.etat != EtatFiche.CLOSE]
    en_retard = choses(ouvertes, au=au, fin=au, filtres=Filtres(en_retard=True))
    pilotees = set(Fiche.objects.filter(pilotes=personne).order_by().values_list("pk", flat=True))
    return Attentes(
        retards=tuple(une for une in en_retard if _la_concerne(une, personne, pilotees)),
        a_valider=a_valider(personne, ouvertes, lignes_a_valider(ouvertes)),
        semaine_vide=_semaine_vide(personne, au),
        revues=_a_signer(personne, {fiche.convention_id for fiche in fiches}),
        a_signer=_fiches_a_signer(personne, fiches),
    )


def _fiches_a_signer(personne: Any, fiches: list[Fiche]) -> tuple[Fiche, ...]:
    preparees = {fiche.convention for fiche in fiches if fiche.etat == EtatFiche.PREPARATION}
    if not preparees:
        return ()
    return tuple(une.fiche for une in fiches_a_signer(personne, preparees) if une.par_moi)


def _la_concerne(chose: Chose, personne: Any, pilotees: set[int]) -> bool:
    responsable = getattr(chose.objet, "responsable_id", None)
    return responsable == personne.pk or (responsable is None and chose.fiche.pk in pilotees)


def _semaine_vide(personne: Any, au: date) -> date | None:
    """La semaine passée, si elle n'a rien saisi alors qu'elle saisit d'ordinaire."""
    lundi = au - timedelta(days=au.weekday() + 7)
    jours = JourPasse.objects.filter(personne=personne, jour__gte=lundi - HABITUDE, jour__lt=lundi + timedelta(days=7))
    saisis = list(jours.order_by().values_list("jour", flat=True))
    return lundi if saisis and max(saisis) < lundi else None


def _a_signer(personne: Any, conventions: set[int]) -> tuple[Revue, ...]:
    if permissions.REDACTEURS.isdisjoint(personne.roles_actifs()):
        return ()
    signees = AccordDeRevue.objects.filter(organisation=personne.organisation_id).values("revue")
    revues = Revue.objects.filter(
        etat=EtatRevue.ARRETEE, convention__in=conventions, convention__partenaires=personne.organisation_id
    )
    return tuple(revues.exclude(pk__in=signees).select_related("convention"))


def nouveautes(fiches: list[Fiche], *, au: datetime) -> Nouveautes:
    """Les livrables remis, les comptes rendus écrits et les revues verrouillées des deux dernières semaines."""
    numeros, depuis = [fiche.pk for fiche in fiches], au - RECENT
    livrables = Livrable.objects.filter(fiche__in=numeros, remis_le__gte=depuis.date()).select_related("fiche")
    reunions = Reunion.objects.filter(fiche__in=numeros, redige_le__gte=depuis).select_related("fiche")
    conventions = {fiche.convention_id for fiche in fiches}
    revues = Revue.objects.filter(
        convention__in=conventions, etat=EtatRevue.VERROUILLEE, verrouillee_le__gte=depuis
    ).select_related("convention")
    return Nouveautes(
        tuple(livrables.order_by("-remis_le", "-pk")[:3]), tuple(reunions.order_by("-redige_le", "-pk")[:3]),
        tuple(revues[:2]),
    )  # fmt: skip


__all__ = ["Attentes", "Nouveautes", "attentes", "lisibles", "nouveautes"]
