"""Lire les critères et leurs mesures, pour n'importe quel nombre de fiches à la fois."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from tissu.programme import permissions
from tissu.programme.choices import EtatMesure, OrigineMesure
from tissu.programme.models import Critere, Fiche, Mesure
from tissu.programme.rules import indicateurs as regles
from tissu.programme.rules.feu import Seuils
from tissu.socle.indicateurs import Indicateur, indicateurs
from tissu.socle.parametres import parametre
from tissu.socle.periodes import Periode, exercice

CALCULE, SAISI, A_SAISIR, A_CALCULER = "calculé", "saisi", "pas encore mesuré : à saisir", "pas encore calculé"


class MesureLue(NamedTuple):
    """Une mesure sans ce qui coûte à charger (preuves, ventilation, moments) : le tableau de bord en lit des centaines.

    `connue_le` : la date de sa source, à défaut le jour où elle a été établie.
    """

    critere: int
    pk: int
    etat: str
    periode: str
    debut: date
    fin: date
    valeur: Decimal | None
    numerateur: Decimal | None
    denominateur: Decimal | None
    effectif: int | None
    secret: bool
    texte: str
    source: str
    source_au: date | None
    version_methode: str
    origine: str
    connue_le: date


@dataclass(frozen=True)
class EtatCritere:
    """Où en est un critère un jour donné. `mesure` : la dernière en vigueur ; `mesures` : celles de l'année.

    `avancement` et `attendu` : parts de la cible, faite et attendue ce jour. `origine` : en mots. `a_valider` :
    combien de valeurs proposées attendent l'autre partenaire.
    """

    critere: Critere
    mesure: MesureLue | None
    mesures: tuple[MesureLue, ...]
    valeur_annee: Decimal | None
    cible: Decimal | None
    avancement: Decimal | None
    attendu: Decimal
    tendance: Decimal | None
    origine: str
    calcule: bool
    perimee: bool
    a_valider: int

    @property
    def mesure_faite(self) -> bool:
        return self.mesure is not None and (self.valeur_annee is not None or bool(self.mesure.texte))


def seuils_du_feu(au: date) -> Seuils:
    """Les seuils du feu en vigueur ce jour."""
    return Seuils(
        retard_resultats=parametre("programme.feu_retard_resultats", au=au),
        retard_grave_resultats=parametre("programme.feu_retard_grave_resultats", au=au),
        avance_depense=parametre("programme.feu_avance_depense", au=au),
        retard_livrable_jours=parametre("programme.feu_retard_livrable_jours", au=au),
    )


Lecture = Callable[[QuerySet[Mesure], date], QuerySet[Mesure]]
"""Laquelle des mesures compte à une date : `_connues` ou `_dites_au`."""


def annee_de(fiche: Fiche) -> Periode:
    """L'exercice de la fiche."""
    return exercice(fiche.annee, premier_mois=fiche.premier_mois)


def resultats(etats: Iterable[EtatCritere], *, part_ecoulee: Decimal) -> Decimal | None:
    """L'avancement moyen des critères chiffrés d'une fiche, pour le feu."""
    return regles.avancement_moyen(
        [(etat.avancement, etat.critere.cumulatif) for etat in etats], part_ecoulee=part_ecoulee
    )


def etats_des_criteres(
    fiches: Iterable[Fiche], *, au: date, tout_su: bool = False, tendances: bool = True
) -> dict[int, list[EtatCritere]]:
    """L'état de chaque critère de chaque fiche au soir de ce jour, en trois requêtes.

    `tout_su` : avec ce que l'on a appris depuis. Un bilan au 31 décembre compte ce qui se saisit en janvier.
    `tendances` faux : sans lire l'année d'avant, deux requêtes.
    """
    par_pk = {fiche.pk: fiche for fiche in fiches}
    criteres = list(Critere.objects.filter(fiche__in=par_pk).order_by("fiche", "ordre", "pk"))
    connues = _dites_au if tout_su else _connues
    mesures = _en_vigueur(criteres, au, connues)
    suivantes = {f.precedente_id: f.pk for f in par_pk.values() if f.precedente_id} if tendances else {}
    avant = _valeurs_precedentes(suivantes, au, connues) if suivantes else {}
    declares = indicateurs()
    trouves: dict[int, list[EtatCritere]] = {pk: [] for pk in par_pk}
    for critere in criteres:
        fiche = par_pk[critere.fiche_id]
        critere.fiche = fiche
        passe = avant.get((fiche.pk, critere.cle), {})
        trouves[fiche.pk].append(_etat(critere, mesures.get(critere.pk, {}), passe, declares, au))
    return trouves


def _connues(mesures: QuerySet[Mesure], au: date) -> QuerySet[Mesure]:
    """Les mesures validées à ce jour, et les proposées ; la plus récente d'une période en dernier."""
    soir = _soir(au)
    valides = Q(etat=EtatMesure.PROPOSEE) | Q(etat=EtatMesure.VALIDEE, vaut_le__lt=soir)
    return _ordonnees(mesures).filter(valides, etablie_le__lt=soir)


def _dites_au(mesures: QuerySet[Mesure], au: date) -> QuerySet[Mesure]:
    """Les mesures qui parlent de ce jour ou d'avant, même établies ou validées après : leur période est finie, ou
    leurs données sont de ce jour au plus tard."""
    datees = Q(fin__lte=au) | Q(source_au__lte=au) | Q(source_au__isnull=True, etablie_le__lt=_soir(au))
    return _ordonnees(mesures).filter(datees).exclude(etat=EtatMesure.REFUSEE)


def _soir(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour + timedelta(days=1), time.min))


def _ordonnees(mesures: QuerySet[Mesure]) -> QuerySet[Mesure]:
    return mesures.alias(vaut_le=Coalesce("decidee_le", "etablie_le")).order_by("critere", "debut", "vaut_le", "pk")


def _en_vigueur(criteres: list[Critere], au: date, connues: Lecture) -> dict[int, dict[str, MesureLue]]:
    """Par critère et par période : la mesure validée la plus récente ce jour-là ; et les proposées, à part."""
    trouvees: dict[int, dict[str, MesureLue]] = defaultdict(dict)
    lues = connues(Mesure.objects.filter(critere__in=criteres), au)
    lues = lues.annotate(connue_le=Coalesce("source_au", TruncDate("etablie_le")))
    for mesure in map(MesureLue._make, lues.values_list(*MesureLue._fields)):
        cle = f"proposee-{mesure.pk}" if mesure.etat == EtatMesure.PROPOSEE else mesure.periode
        trouvees[mesure.critere][cle] = mesure
    return trouvees


def _valeurs_precedentes(
    suivantes: dict[int, int], au: date, connues: Lecture
) -> dict[tuple[int, str], dict[str, Decimal | None]]:
    """Les valeurs de l'année d'avant, par (fiche de cette année, clé du critère) puis par période."""
    avant: dict[tuple[int, str], dict[str, Decimal | None]] = defaultdict(dict)
    passees = connues(Mesure.objects.filter(critere__fiche__in=suivantes, etat=EtatMesure.VALIDEE), au)
    for fiche, cle, periode, valeur in passees.values_list("critere__fiche", "critere__cle", "periode", "valeur"):
        avant[suivantes[fiche], cle][periode] = valeur
    return avant


def _etat(
    critere: Critere,
    lues: dict[str, MesureLue],
    passe: dict[str, Decimal | None],
    declares: dict[str, Indicateur],
    au: date,
) -> EtatCritere:
    validees = tuple(m for m in lues.values() if m.etat == EtatMesure.VALIDEE)
    valeurs = [regles.ValeurDePeriode(m.periode, m.debut, m.fin, m.valeur) for m in validees]
    annee = annee_de(critere.fiche)
    valeur = regles.valeur_de_l_annee(valeurs, cumulatif=critere.cumulatif)
    connues = [m for m in validees if m.valeur is not None or m.texte or m.secret]
    derniere = max(connues, key=lambda m: (m.fin, m.debut, m.pk)) if connues else None
    calcule = critere.indicateur in declares
    return EtatCritere(
        critere=critere,
        mesure=derniere,
        mesures=validees,
        valeur_annee=valeur,
        cible=critere.cible,
        avancement=regles.avancement(
            valeur, cible=critere.cible, reference=critere.reference, sens=critere.sens, cumulatif=critere.cumulatif
        ),
        attendu=regles.attendu(regles.part_ecoulee(annee, au=au), cumulatif=critere.cumulatif),
        tendance=regles.tendance(valeurs, passe, cumulatif=critere.cumulatif),
        origine=_origine(derniere, calcule),
        calcule=calcule,
        perimee=derniere is not None and _perimee(derniere, annee, au),
        a_valider=sum(m.etat == EtatMesure.PROPOSEE for m in lues.values()),
    )


def _origine(mesure: MesureLue | None, calcule: bool) -> str:
    if mesure is None:
        return A_CALCULER if calcule else A_SAISIR
    return CALCULE if mesure.origine == OrigineMesure.CALCULEE else SAISI


def _perimee(mesure: MesureLue, annee: Periode, au: date) -> bool:
    calculee = mesure.origine == OrigineMesure.CALCULEE
    nom = "peremption_calculee_jours" if calculee else "peremption_saisie_jours"
    delai = parametre(f"programme.{nom}", au=au)
    if mesure.connue_le >= mesure.fin:
        # Une période finie ne vieillit qu'une fois la suivante passée.
        delai += (mesure.fin - mesure.debut).days + 1
    return regles.est_perimee(min(mesure.fin, mesure.connue_le), au=au, fin=annee.fin, jours=delai)


def critere(pk: int) -> Critere:
    """Le critère et sa fiche, avec de quoi décider des droits. Lève `Critere.DoesNotExist`."""
    return (
        Critere.objects.select_related("fiche__convention", "fiche__precedente")
        .prefetch_related("fiche__convention__partenaires", "fiche__maitres_ouvrage")
        .get(pk=pk)
    )


def mesure(pk: int) -> Mesure:
    """Une mesure, son critère et sa fiche. Lève `Mesure.DoesNotExist`."""
    return (
        Mesure.objects.select_related("critere__fiche__convention", "etablie_par", "decidee_par", "piece")
        .prefetch_related("critere__fiche__convention__partenaires", "critere__fiche__maitres_ouvrage")
        .get(pk=pk)
    )


def histoire(critere: Critere) -> list[Mesure]:
    """Toutes les valeurs jamais données à un critère, refusées et remplacées comprises, la plus récente d'abord."""
    lues = Mesure.objects.filter(critere=critere).select_related("etablie_par", "decidee_par", "piece")
    return list(lues.defer("preuves").order_by("-etablie_le", "-pk"))


def annees_du_critere(critere: Critere, *, au: date) -> list[EtatCritere]:
    """Le même critère (même `cle`) dans les fiches de même numéro, de la plus ancienne à la plus récente."""
    fiches = Fiche.objects.filter(numero=critere.fiche.numero, action=critere.fiche.action).order_by("annee", "pk")
    etats = etats_des_criteres(fiches, au=au)
    return [etat for trouves in etats.values() for etat in trouves if etat.critere.cle == critere.cle]


def a_valider(personne: Any) -> list[Mesure]:
    """Les valeurs proposées par l'autre partenaire, sur les fiches dont la personne est rédactrice."""
    if personne.organisation_id is None:
        return []
    proposees = Mesure.objects.filter(
        etat=EtatMesure.PROPOSEE, critere__fiche__convention__partenaires=personne.organisation_id
    ).exclude(etablie_par__organisation=personne.organisation_id)
    lues = (
        proposees.select_related("critere__fiche__convention", "etablie_par__organisation", "piece")
        .prefetch_related("critere__fiche__convention__partenaires", "critere__fiche__maitres_ouvrage")
        .order_by("etablie_le", "pk")
    )
    return [une for une in lues if permissions.est_redacteur(personne, une.critere.fiche)]
