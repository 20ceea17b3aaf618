"""Ce qui a changé dans les lieux que l'on suit, lu de l'histoire des locaux. Le nombre de requêtes est constant."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from tissu.actions.observatoire_commerce.models import VeilleDeLocaux
from tissu.actions.observatoire_commerce.permissions import peut_suivre
from tissu.actions.observatoire_commerce.queries.droit import reglage
from tissu.actions.observatoire_commerce.queries.lieux import Lieu
from tissu.actions.observatoire_commerce.rules.veilles import (
    DITS,
    Fait,
    NatureDeFait,
    Occupant,
    fait_d_etat,
    faits_d_occupant,
    fenetre,
    resume_mensuel_du,
)
from tissu.comptes.models import Personne
from tissu.locaux.choices import NatureLocal, OrigineActivite, Source
from tissu.locaux.models import Local, Occupation, PeriodeEtat
from tissu.locaux.nomenclatures import libelle_activite
from tissu.locaux.rules.adresses import rang_du_numero
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.territoire import territoire


@dataclass(frozen=True)
class Changement:
    """Un fait et le local où il a eu lieu."""

    local: Local
    fait: Fait


@dataclass(frozen=True)
class Suivi:
    """Une veille, son lieu et ce qu'elle a à dire."""

    veille: VeilleDeLocaux
    lieu: Lieu
    changements: list[Changement]


@dataclass(frozen=True)
class Resume:
    """Le résumé d'une personne : ses veilles qui ont quelque chose à dire, jusqu'à un moment de l'histoire."""

    personne: Any
    suivis: list[Suivi]
    jusqu_a: datetime

    def __bool__(self) -> bool:
        return bool(self.suivis)


def veilles_de(personne: Any) -> QuerySet[VeilleDeLocaux]:
    """Les veilles d'une personne, de la plus ancienne à la plus récente."""
    return VeilleDeLocaux.objects.filter(personne=personne).select_related("voie")


def lieu_de(veille: VeilleDeLocaux) -> Lieu:
    """Le lieu d'une veille, nommé."""
    ici = territoire()
    noms = [str(veille.voie) if veille.voie else "", veille.quartier, ici.communes.get(veille.commune, "")]
    return Lieu(veille.commune, veille.quartier, veille.voie_id, nom=", ".join(nom for nom in noms if nom) or ici.nom)


def page_des_veilles(personne: Any, *, au: datetime) -> list[Suivi]:
    """Chaque veille d'une personne et ce qui a changé depuis qu'elle est ouverte, sur la durée que montre la page."""
    veilles = list(veilles_de(personne))
    if not veilles:
        return []
    plancher = au - timedelta(days=int(reglage("veille_page_jours", timezone.localdate(au))))
    depuis = {veille.pk: max(veille.creee_le, plancher) for veille in veilles}
    tous = changements(min(depuis.values()), au, veilles)
    return [Suivi(veille, lieu_de(veille), retenir(tous, veille, depuis[veille.pk], au)) for veille in veilles]


def abonnes() -> list[Personne]:
    """Les personnes en activité qui suivent au moins un lieu."""
    return list(
        Personne.objects.filter(is_active=True, pk__in=VeilleDeLocaux.objects.values("personne"))
        .select_related("preference_de_veille")
        .order_by("pk")
    )


def resumes(personnes: Iterable[Personne], *, sauf: Collection[int] = (), au: datetime) -> list[Resume]:
    """Le résumé de chaque personne qui l'attend ce mois-ci et peut encore lire les locaux ; vide compris."""
    jour = timezone.localdate(au)
    du_mois, repit = int(reglage("veille_jour_du_mois", jour)), int(reglage("veille_repit_jours", jour))
    voulues = {personne.pk: personne for personne in personnes if personne.pk not in sauf}
    par_personne: dict[Personne, list[VeilleDeLocaux]] = defaultdict(list)
    siennes = VeilleDeLocaux.objects.filter(personne__in=voulues).select_related("voie")
    for veille in siennes.order_by("personne", "pk"):
        par_personne[voulues[veille.personne_id]].append(veille)
    dus = {}
    for personne, veilles in par_personne.items():
        preference = getattr(personne, "preference_de_veille", None)
        if resume_mensuel_du(preference and preference.examine_le, jour, du_mois) and peut_suivre(personne):
            vu = preference and preference.vu_jusqu_a
            dus[personne] = [(une, fenetre(une.creee_le, vu, au, repit)) for une in veilles]
    debuts = [bornes[0] for fenetres in dus.values() for _, bornes in fenetres if bornes]
    fin = au - timedelta(days=repit)
    suivies = [veille for fenetres in dus.values() for veille, bornes in fenetres if bornes]
    tous = changements(min(debuts), fin, suivies) if debuts else []
    return [Resume(personne, _suivis(fenetres, tous), fin) for personne, fenetres in dus.items()]


def _suivis(
    fenetres: Iterable[tuple[VeilleDeLocaux, Sequence[datetime]]], tous: Sequence[Changement]
) -> list[Suivi]:  # fmt: skip
    suivis = [
        Suivi(veille, lieu_de(veille), retenir(tous, veille, *bornes)) for veille, bornes in fenetres if bornes
    ]  # fmt: skip
    return [suivi for suivi in suivis if suivi.changements]


def retenir(
    tous: Iterable[Changement], veille: VeilleDeLocaux, depuis: datetime, jusqu_a: datetime
) -> list[Changement]:
    """Ceux que dit cette veille : son lieu, sa sorte, écrits dans ces bornes (la première exclue)."""
    return [
        un
        for un in tous
        if un.fait.nature in DITS[veille.sorte]
        and depuis < un.fait.su_le <= jusqu_a
        and (not veille.commune or un.local.code_commune == veille.commune)
        and (not veille.quartier or un.local.quartier == veille.quartier)
        and (not veille.voie_id or un.local.voie_id == veille.voie_id)
    ]


def changements(depuis: datetime, jusqu_a: datetime, veilles: Iterable[VeilleDeLocaux]) -> list[Changement]:
    """Ce que l'histoire des cellules de ces lieux a reçu de neuf entre ces deux moments, et qui vaut encore.

    Une date corrigée, un fait retiré depuis, une période close n'y sont pas. Par adresse.
    """
    ici = _Histoire(depuis, jusqu_a, {(une.commune, une.quartier, une.voie_id) for une in veilles})
    trouves = [*ici.nouveaux(), *ici.etats(), *ici.occupants(), *ici.disparus()]
    return sorted(trouves, key=_par_adresse)


def _par_adresse(un: Changement) -> tuple[Any, ...]:
    local = un.local
    return local.code_commune, str(local.voie or ""), rang_du_numero(local.numero) or 0, local.pk, un.fait.su_le


class _Histoire:
    """L'histoire des cellules de ces lieux (commune, quartier, rue) entre deux moments."""

    def __init__(self, depuis: datetime, jusqu_a: datetime, lieux: Iterable[tuple[str, str, int | None]]) -> None:
        self.lieux = sorted(lieux, key=str)
        self.bornes = {"history_date__gt": depuis, "history_date__lte": jusqu_a}
        self.masques = sirets_masques()
        self.nes = self._nes(Local)

    def _nes(self, modele: type[Model]) -> dict[int, datetime]:
        """Les lignes de ce modèle écrites dans ces bornes, et quand."""
        creees = modele.historique.filter(history_type="+", **self.bornes)  # type: ignore[attr-defined]
        return dict(creees.order_by().values_list("id", "history_date"))

    def nouveaux(self) -> Iterable[Changement]:
        locaux = self._cellules(Local.objects.all()).filter(pk__in=self._ecrites(Local)).select_related("voie")
        for local in locaux:
            fait = Fait(NatureDeFait.NOUVEAU, "Nouveau dans l'observatoire", local.ouvert_le, self.nes[local.pk])
            yield Changement(local, fait)

    def etats(self) -> Iterable[Changement]:
        def faits(avant: PeriodeEtat | None, apres: PeriodeEtat, su_le: datetime) -> Iterable[Fait]:
            fait = fait_d_etat(avant.etat if avant else None, apres.etat, apres.debut, su_le)
            if fait and (fait.nature == NatureDeFait.VACANT or apres.local_id not in self.nes):
                yield fait

        return self._suites(PeriodeEtat, faits)

    def occupants(self) -> Iterable[Changement]:
        def faits(avant: Occupation | None, apres: Occupation, su_le: datetime) -> Iterable[Fait]:
            if avant is None and apres.local_id in self.nes:
                return []
            return faits_d_occupant(self._dit(avant) if avant else None, self._dit(apres), apres.debut, su_le)

        return self._suites(Occupation, faits, accessoire=False)

    def disparus(self) -> Iterable[Changement]:
        """Ceux que l'on dit disparus dans ces bornes, et que l'on ne disait pas tels avant."""
        dits = Local.historique.filter(disparu_le__isnull=False)
        quand = dict(dits.filter(**self.bornes).order_by("-history_date").values_list("id", "history_date"))
        deja = dits.filter(history_date__lte=self.bornes["history_date__gt"])
        locaux = self._cellules(Local.objects.filter(pk__in=dits.filter(**self.bornes).values("id")), disparus=True)
        for local in locaux.exclude(pk__in=deja.values("id")).select_related("voie"):
            fait = Fait(NatureDeFait.DISPARU, "N'existe plus", local.disparu_le, quand[local.pk])
            yield Changement(local, fait)

    def _ecrites(self, modele: type[Model]) -> Any:
        return modele.historique.filter(history_type="+", **self.bornes).values("id")  # type: ignore[attr-defined]

    def _suites(self, modele: Any, faits: Callable[..., Iterable[Fait]], **filtres: Any) -> Iterable[Changement]:
        """Chaque ligne née dans ces bornes et en cours, confrontée à celle qui la précède dans le même local."""
        quand = self._nes(modele)
        en_cours = self._cellules(modele.objects.filter(fin__isnull=True, **filtres), "local__")
        en_cours = en_cours.filter(pk__in=self._ecrites(modele))
        closes = modele.objects.filter(fin__isnull=False, local__in=en_cours.order_by().values("local"), **filtres)
        precedentes = {une.local_id: une for une in closes.order_by("local", "fin", "pk")}
        for une in en_cours.select_related("local__voie"):
            for fait in faits(precedentes.get(une.local_id), une, quand[une.pk]):
                yield Changement(une.local, fait)

    def _dit(self, occupation: Occupation) -> Occupant:
        """Ce qui se dit d'un occupant : d'un établissement protégé, rien qui puisse venir de Sirene."""
        masque = bool(occupation.siret) and occupation.siret in self.masques
        nom = "" if masque and occupation.source == Source.SAISIE else occupation.enseigne
        activite = "" if masque and occupation.origine_activite == OrigineActivite.NAF else occupation.activite
        return Occupant(nom, activite, libelle_activite(activite) or "")

    def _cellules(self, lignes: Any, chemin: str = "", *, disparus: bool = False) -> Any:
        """Celles des cellules commerciales des lieux suivis qui existent encore, ou qui ont disparu."""
        ou = Q()
        for commune, quartier, voie in self.lieux:
            dits = {"code_commune": commune, "quartier": quartier, "voie": voie}
            du_lieu = Q(**{f"{chemin}{champ}": valeur for champ, valeur in dits.items() if valeur})
            if not du_lieu:
                ou = Q()
                break
            ou |= du_lieu
        return lignes.filter(ou, **{
            f"{chemin}nature": NatureLocal.CELLULE, f"{chemin}ecarte_le__isnull": True,
            f"{chemin}disparu_le__isnull": not disparus,
        })  # fmt: skip
