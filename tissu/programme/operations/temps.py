"""Saisir, soumettre, valider ou renvoyer le temps passé."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from tissu.programme import permissions
from tissu.programme.choices import EtatFiche, EtatRevue, EtatTemps, TypeRevue
from tissu.programme.models import Fiche, JourPasse, LigneDepense, Revue
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.queries import cadre
from tissu.programme.rules.temps import ecrire_duree, jours_depasses

Case = tuple[int, date]
ZERO = Decimal(0)
MODIFIABLES = frozenset({EtatTemps.BROUILLON, EtatTemps.RENVOYE})


@dataclass(frozen=True)
class CaseSaisie:
    """Une case de la grille : ce que la page montrait, et ce que la personne y a mis."""

    lue: Decimal
    voulue: Decimal


class SemaineRefusee(ModificationRefusee):
    """Rien n'est enregistré. `erreurs` : par case ; `conflits` : la valeur en base des cases changées ailleurs."""

    def __init__(self, erreurs: Mapping[Case, str], conflits: Mapping[Case, Decimal]) -> None:
        super().__init__(
            "Rien n'est enregistré : corrigez les cases signalées, votre saisie est gardée."
            if erreurs
            else "Cette semaine a été enregistrée ailleurs entre-temps. Votre saisie est gardée : vérifiez les cases "
            "signalées, puis enregistrez de nouveau."
        )
        self.erreurs = dict(erreurs)
        self.conflits = dict(conflits)


def enregistrer_semaine(*, personne: Any, lundi: date, cases: Mapping[Case, CaseSaisie], au: datetime) -> int:
    """Enregistre les cases changées de la semaine et rend leur nombre. Tout ou rien. Lève `SemaineRefusee`.

    Une case changée ailleurs depuis sa lecture est un conflit, sauf si les deux disent la même chose.
    """
    changees = {cle: saisie for cle, saisie in cases.items() if saisie.voulue != saisie.lue}
    with transaction.atomic():
        _verrouiller(personne)
        en_base = _semaine_en_base(personne, lundi)
        durees = {cle: temps.duree_jours for cle, temps in en_base.items()}
        conflits = {
            cle: durees.get(cle, ZERO)
            for cle, saisie in changees.items()
            if durees.get(cle, ZERO) not in (saisie.lue, saisie.voulue)
        }
        erreurs = _refus_des_cases(personne, lundi, changees, en_base)
        durees |= {cle: saisie.voulue for cle, saisie in changees.items()}
        erreurs = _refus_des_jours(durees, changees) | erreurs
        if erreurs or conflits:
            raise SemaineRefusee(erreurs, conflits)
        for (ligne, jour), saisie in changees.items():
            _ecrire(personne, ligne, jour, saisie.voulue, en_base.get((ligne, jour)))
    return len(changees)


def _verrouiller(personne: Any) -> None:
    # Deux onglets de la même personne passent l'un après l'autre : la limite d'un jour se vérifie sur les deux.
    get_user_model().objects.select_for_update().get(pk=personne.pk)


def _semaine_en_base(personne: Any, lundi: date) -> dict[Case, JourPasse]:
    temps = JourPasse.objects.filter(personne=personne, jour__range=(lundi, lundi + timedelta(days=6)))
    return {(un.ligne_id, un.jour): un for un in temps.order_by("jour", "ligne", "pk")}


def _refus_des_cases(
    personne: Any, lundi: date, changees: Mapping[Case, CaseSaisie], en_base: Mapping[Case, JourPasse]
) -> dict[Case, str]:
    lignes = {
        ligne.pk: ligne for ligne in LigneDepense.objects.filter(pk__in={pk for pk, _ in changees}).order_by("pk")
    }
    fiches = {fiche.pk: fiche for fiche in cadre.fiches().filter(pk__in={une.fiche_id for une in lignes.values()})}
    refus = {pk: refus_de_saisie(personne, fiche) for pk, fiche in fiches.items()}
    erreurs = {}
    for cle in changees:
        ligne, temps = lignes.get(cle[0]), en_base.get(cle)
        if ligne is None:
            erreurs[cle] = "Cette ligne n'existe pas."
        elif not lundi <= cle[1] <= lundi + timedelta(days=6):
            erreurs[cle] = "Ce jour n'est pas dans la semaine."
        elif refus[ligne.fiche_id]:
            erreurs[cle] = refus[ligne.fiche_id]
        elif ligne.retiree_par_id and not temps:
            erreurs[cle] = "Un avenant a retiré cette ligne."
        elif temps and temps.etat not in MODIFIABLES:
            erreurs[cle] = f"Ce temps est {temps.get_etat_display().lower()} : il ne se modifie plus ici."
    return erreurs


def refus_de_saisie(personne: Any, fiche: Fiche) -> str:
    """Pourquoi cette personne ne peut rien dépenser sur cette fiche ; vide si elle le peut."""
    if not permissions.peut_saisir_du_temps(personne, fiche):
        return "Cette fiche n'est pas ouverte à votre rôle."
    return refus_de_depense(fiche)


def refus_de_depense(fiche: Fiche) -> str:
    """Pourquoi cette fiche ne reçoit plus ni temps ni coût ; vide si elle en reçoit."""
    if fiche.etat == EtatFiche.CLOSE:
        return f"La fiche {fiche.numero} de {fiche.annee} est close : passez par une rectification de sa revue."
    if bilan_verrouille(fiche.convention_id, fiche.annee):
        return f"Le bilan {fiche.annee} est verrouillé : passez par une rectification."
    return ""


def bilan_verrouille(convention: int, annee: int) -> bool:
    """Les deux partenaires ont verrouillé le bilan de cette année : plus rien ne s'y ajoute."""
    return Revue.objects.filter(
        convention=convention, annee=annee, type=TypeRevue.BILAN_ANNUEL, etat=EtatRevue.VERROUILLEE
    ).exists()


def _refus_des_jours(durees: Mapping[Case, Decimal], changees: Mapping[Case, CaseSaisie]) -> dict[Case, str]:
    depasses = jours_depasses(durees)
    return {
        cle: f"{ecrire_duree(depasses[cle[1]])} jours saisis ce jour-là : le total d'un jour ne dépasse pas 1."
        for cle, saisie in changees.items()
        if cle[1] in depasses and saisie.voulue > saisie.lue
    }


def _ecrire(personne: Any, ligne: int, jour: date, duree: Decimal, temps: JourPasse | None) -> None:
    if not duree:
        if temps:
            temps.delete()
        return
    if temps is None:
        JourPasse.objects.create(personne=personne, ligne_id=ligne, jour=jour, duree_jours=duree)
        return
    temps.duree_jours = duree
    temps.etat = EtatTemps.BROUILLON
    temps.save()


def soumettre_semaine(*, personne: Any, lundi: date, au: datetime) -> int:
    """Soumet les temps en brouillon ou renvoyés de la semaine ; rend leur nombre. Deux envois n'en font qu'un.

    Lève `ModificationRefusee` si une fiche ne reçoit plus de temps.
    """
    with transaction.atomic():
        _verrouiller(personne)
        temps = [un for un in _semaine_en_base(personne, lundi).values() if un.etat in MODIFIABLES]
        lignes = LigneDepense.objects.filter(pk__in={un.ligne_id for un in temps})
        for fiche in cadre.fiches().filter(pk__in=lignes.values("fiche")).order_by("pk"):
            if refus := refus_de_saisie(personne, fiche):
                raise ModificationRefusee(refus)
        for un in temps:
            un.etat, un.soumis_le, un.motif_renvoi = EtatTemps.SOUMIS, au, ""
            un.decide_par = un.decide_le = None
            un.save()
    return len(temps)


def decider_des_temps(*, temps: Iterable[int], valider: bool, auteur: Any, au: datetime, motif: str = "") -> int:
    """Valide ou renvoie (avec un motif) des temps soumis ; rend le nombre décidé. Ceux déjà décidés sont laissés.

    Lève `ModificationRefusee` si l'un n'est pas à valider par cette personne, ou s'il manque le motif d'un renvoi.
    """
    verifier_motif(valider, motif)
    with transaction.atomic():
        soumis = list(
            JourPasse.objects.select_for_update(of=("self",))
            .filter(pk__in=list(temps), etat=EtatTemps.SOUMIS)
            .select_related("personne", "ligne")
            .order_by("pk")
        )
        verifier_droit_de_decider(auteur, [(un.ligne.fiche_id, un.personne) for un in soumis])
        for un in soumis:
            decider(un, valider=valider, motif=motif, auteur=auteur, au=au)
    return len(soumis)


def verifier_motif(valider: bool, motif: str) -> None:
    """Lève `ModificationRefusee` si un renvoi ne dit pas pourquoi."""
    if not valider and not motif.strip():
        raise ModificationRefusee("Dites pourquoi vous renvoyez : la personne lira ce motif pour corriger.")


def verifier_droit_de_decider(auteur: Any, depenses: Sequence[tuple[int, Any]]) -> None:
    """`depenses` : (fiche, qui a saisi). Lève `ModificationRefusee` à la première que l'auteur ne peut valider."""
    fiches = {fiche.pk: fiche for fiche in cadre.fiches().filter(pk__in={pk for pk, _ in depenses})}
    for pk, saisi_par in depenses:
        fiche = fiches[pk]
        if not permissions.peut_valider_les_temps(auteur, fiche, auteur=saisi_par):
            raise ModificationRefusee(
                f"Les dépenses de la fiche {fiche.numero} se valident chez son maître d'ouvrage, par une autre "
                "personne que celle qui les a saisies."
            )
        if refus := refus_de_depense(fiche):
            raise ModificationRefusee(refus)


def decider(depense: Any, *, valider: bool, motif: str, auteur: Any, au: datetime) -> None:
    """Pose la décision sur un temps ou un coût déjà vérifié."""
    depense.etat = EtatTemps.VALIDE if valider else EtatTemps.RENVOYE
    depense.motif_renvoi = "" if valider else motif.strip()[:300]
    depense.decide_par, depense.decide_le = auteur, au
    depense.save()
