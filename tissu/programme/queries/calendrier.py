"""Le calendrier : échéances, réunions et livrables d'une ou plusieurs fiches, en un nombre fixe de requêtes."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.programme import permissions
from tissu.programme.choices import EtatEcheance, EtatReunion
from tissu.programme.models import Echeance, Fiche, Livrable, Participation, Reunion
from tissu.programme.queries.cadre import fiches as toutes_les_fiches
from tissu.programme.queries.vie import minuit
from tissu.socle.formats import MOIS_COURTS
from tissu.socle.periodes import Periode

SORTES = (("jalon", "Jalon"), ("tache", "Tâche"), ("reunion", "Réunion"), ("livrable", "Livrable"))
NOMS = dict(SORTES)


@dataclass(frozen=True)
class Chose:
    """Une chose datée du calendrier. `heure` : le moment d'une réunion ; `qui` : à qui elle est."""

    le: date
    sorte: str
    titre: str
    fiche: Fiche
    pk: int
    url: str
    etat: str
    couleur: str
    ouverte: bool
    heure: datetime | None = None
    qui: str = ""
    detail: str = ""
    en_retard: bool = False
    objet: Any = None

    @property
    def nom(self) -> str:
        return NOMS[self.sorte]


@dataclass(frozen=True)
class Filtres:
    """Ce que l'on garde du calendrier ; vide, tout."""

    sorte: str = ""
    personne: int | None = None
    organisation: int | None = None
    en_retard: bool = False


def lisibles(personne: Any) -> list[Fiche]:
    """Les fiches que la personne peut lire, les plus récentes d'abord."""
    return [fiche for fiche in toutes_les_fiches() if permissions.peut_lire(personne, fiche)]


def suivies(personne: Any) -> set[int]:
    """Les fiches que la personne pilote, où quelque chose lui est confié, ou dont elle est invitée aux réunions."""
    chemins = (
        Fiche.objects.filter(pilotes=personne).order_by().values_list("pk"),
        Echeance.objects.filter(responsable=personne).order_by().values_list("fiche"),
        Participation.objects.filter(personne=personne).order_by().values_list("reunion__fiche"),
    )
    return {pk for (pk,) in chemins[0].union(*chemins[1:])}


def invitables(fiche: Fiche) -> QuerySet[Personne]:
    """Les personnes des partenaires à qui confier une tâche ou que l'on peut inviter."""
    return (
        Personne.objects.filter(
            is_active=True,
            organisation__in=fiche.convention.partenaires.all(),
            attributions__role__in=permissions.LECTEURS,
        )
        .select_related("organisation")
        .distinct()
        .order_by("organisation__nom", "nom", "prenom", "pk")
    )


def choses(
    fiches: Iterable[Fiche],
    *,
    au: date,
    debut: date | None = None,
    fin: date | None = None,
    filtres: Filtres = Filtres(),
) -> list[Chose]:
    """Tout ce qui est daté entre `debut` et `fin` compris, dans l'ordre des jours ; quatre requêtes au plus."""
    par_pk = {fiche.pk: fiche for fiche in fiches}
    trouvees: list[Chose] = []
    if filtres.sorte in {"", "jalon", "tache"}:
        trouvees += [_echeance(une, par_pk, au) for une in _echeances(par_pk, debut, fin, filtres)]
    if filtres.sorte in {"", "reunion"} and not filtres.en_retard:
        trouvees += [_reunion(une, par_pk, au) for une in _reunions(par_pk, debut, fin, filtres)]
    if filtres.sorte in {"", "livrable"}:
        trouvees += [_livrable(un, par_pk, au) for un in _livrables(par_pk, debut, fin, filtres)]
    if filtres.en_retard:
        trouvees = [une for une in trouvees if une.en_retard]
    return sorted(
        trouvees, key=lambda une: (une.le, une.heure is not None, une.heure or minuit(une.le), une.sorte, une.pk)
    )


def _echeances(par_pk: Any, debut: date | None, fin: date | None, filtres: Filtres) -> QuerySet[Echeance]:
    lignes = Echeance.objects.filter(fiche__in=list(par_pk)).select_related("responsable", "organisation")
    if filtres.sorte:
        lignes = lignes.filter(type=filtres.sorte)
    if filtres.personne:
        lignes = lignes.filter(responsable=filtres.personne)
    if filtres.organisation:
        lignes = lignes.filter(organisation=filtres.organisation)
    if filtres.en_retard:
        lignes = lignes.filter(etat=EtatEcheance.A_FAIRE)
    return _bornees(lignes, "echeance", debut, fin)


def _reunions(par_pk: Any, debut: date | None, fin: date | None, filtres: Filtres) -> QuerySet[Reunion]:
    lignes = Reunion.objects.filter(fiche__in=list(par_pk))
    if filtres.personne:
        lignes = lignes.filter(pk__in=Participation.objects.filter(personne=filtres.personne).values("reunion"))
    if filtres.organisation:
        invitees = Participation.objects.filter(personne__organisation=filtres.organisation).values("reunion")
        lignes = lignes.filter(pk__in=invitees)
    if debut:
        lignes = lignes.filter(debut__gte=minuit(debut))
    if fin:
        lignes = lignes.filter(debut__lt=minuit(fin + timedelta(days=1)))
    return lignes


def _livrables(par_pk: Any, debut: date | None, fin: date | None, filtres: Filtres) -> QuerySet[Livrable]:
    """Au jour de la remise, sinon au jour promis ; sans l'un ni l'autre, il n'est pas au calendrier."""
    lignes = Livrable.objects.filter(fiche__in=list(par_pk)).select_related("piece", "remis_par")
    if filtres.personne:
        lignes = lignes.filter(Q(remis_par=filtres.personne) | Q(fiche__pilotes=filtres.personne)).distinct()
    if filtres.organisation:
        lignes = lignes.filter(fiche__maitres_ouvrage=filtres.organisation)
    remis = _bornees(lignes.filter(remis_le__isnull=False), "remis_le", debut, fin)
    dus = _bornees(lignes.filter(remis_le__isnull=True, attendu_le__isnull=False), "attendu_le", debut, fin)
    return dus if filtres.en_retard else remis | dus


def _bornees(lignes: QuerySet[Any], champ: str, debut: date | None, fin: date | None) -> QuerySet[Any]:
    if debut:
        lignes = lignes.filter(**{f"{champ}__gte": debut})
    return lignes.filter(**{f"{champ}__lte": fin}) if fin else lignes


def _echeance(une: Echeance, par_pk: dict[int, Fiche], au: date) -> Chose:
    ouverte = une.etat == EtatEcheance.A_FAIRE
    retard = ouverte and une.echeance < au
    couleur = "danger" if retard else {"faite": "succes", "abandonnee": "neutre"}.get(str(une.etat), "info")
    return Chose(
        le=une.echeance, sorte=str(une.type), titre=une.titre, fiche=par_pk[une.fiche_id], pk=une.pk,
        url=reverse("programme:echeance", args=[une.pk]), etat="En retard" if retard else une.get_etat_display(),
        couleur=couleur, ouverte=ouverte, qui=str(une.responsable or une.organisation or "Les partenaires"),
        detail=une.detail, en_retard=retard, objet=une,
    )  # fmt: skip


def _reunion(une: Reunion, par_pk: dict[int, Fiche], au: date) -> Chose:
    jour = timezone.localdate(une.debut)
    prevue = une.etat == EtatReunion.PREVUE
    passee = prevue and jour < au
    couleur = {"tenue": "succes", "annulee": "neutre"}.get(str(une.etat), "attention" if passee else "info")
    return Chose(
        le=jour, sorte="reunion", titre=une.titre, fiche=par_pk[une.fiche_id], pk=une.pk, heure=une.debut,
        url=reverse("programme:reunion", args=[une.pk]),
        etat="Compte rendu à écrire" if passee else une.get_etat_display(), couleur=couleur, ouverte=prevue,
        qui=une.lieu, detail=une.ordre_du_jour, objet=une,
    )  # fmt: skip


def _livrable(un: Livrable, par_pk: dict[int, Fiche], au: date) -> Chose:
    le = un.remis_le or un.attendu_le or au
    retard = un.remis_le is None and le < au
    return Chose(
        le=le, sorte="livrable", titre=f"{un.titre} ({un.periode})" if un.periode else un.titre,
        fiche=par_pk[un.fiche_id], pk=un.pk, url=reverse("programme:livrable", args=[un.pk]),
        etat="Remis" if un.remis_le else "En retard" if retard else "Promis",
        couleur="succes" if un.remis_le else "danger" if retard else "info", ouverte=un.remis_le is None,
        qui=str(un.remis_par or ""), en_retard=retard, objet=un,
    )  # fmt: skip


def reunions_a_venir(fiches: Iterable[int], *, debut: datetime, fin: datetime) -> QuerySet[Reunion]:
    """Les réunions prévues entre deux moments, avec leurs participants."""
    return (
        Reunion.objects.filter(fiche__in=fiches, etat=EtatReunion.PREVUE, debut__gte=debut, debut__lt=fin)
        .select_related("fiche")
        .prefetch_related(Prefetch("participations", Participation.objects.select_related("personne")))
    )


def ruban(liste: Sequence[Chose], periode: Periode, *, au: date) -> dict[str, Any]:
    """L'année en colonnes de mois : une ligne par sorte, les choses de chaque mois dans leur case."""
    mois, courant = [], periode.debut.replace(day=1)
    while courant <= periode.fin:
        mois.append(courant)
        courant = (courant + timedelta(days=31)).replace(day=1)
    lignes = []
    for titre, sortes in (
        ("Jalons", {"jalon"}), ("Tâches", {"tache"}), ("Réunions", {"reunion"}), ("Livrables", {"livrable"}),
    ):  # fmt: skip
        gardees = [une for une in liste if une.sorte in sortes]
        if gardees:
            cases = [
                {"mois": un, "choses": [une for une in gardees if (une.le.year, une.le.month) == (un.year, un.month)]}
                for un in mois
            ]
            lignes.append({"titre": titre, "cases": cases})
    colonnes = [
        {
            "titre": MOIS_COURTS[un.month - 1],
            "annee": un.year,
            "courant": (un.year, un.month) == (au.year, au.month),
        }
        for un in mois
    ]
    return {"colonnes": colonnes, "lignes": lignes}


def jours_du_mois(liste: Sequence[Chose], periode: Periode, *, au: date) -> list[dict[str, Any]]:
    """Les jours d'un mois en semaines entières, chacun avec ce qui s'y passe."""
    par_jour: dict[date, list[Chose]] = {}
    for une in liste:
        par_jour.setdefault(une.le, []).append(une)
    return [
        {
            "jour": jour,
            "du_mois": jour in periode,
            "aujourd_hui": jour == au,
            "choses": par_jour.get(jour, []) if jour in periode else [],
        }
        for jour in Calendar().itermonthdates(periode.debut.year, periode.debut.month)
    ]
