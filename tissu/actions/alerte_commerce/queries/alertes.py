"""Relire les alertes : celles en cours, une fiche, ce qui en est arrivé, les chiffres communiqués aux partenaires."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from tissu.actions.alerte_commerce import permissions
from tissu.actions.alerte_commerce.choices import NatureFait, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import PARTIES, Alerte, AvisSurAlerte
from tissu.actions.alerte_commerce.queries.reglages import fraicheur_d_une_alerte, reglage
from tissu.actions.alerte_commerce.rules.chaine import PAS, centile, mediane
from tissu.actions.alerte_commerce.rules.ciblage import Cible
from tissu.actions.alerte_commerce.rules.horaires import JOURS
from tissu.actions.alerte_commerce.rules.secret import regrouper, reunir_les_voisines
from tissu.messages.choices import Canal, EtatRemise
from tissu.messages.models import Partie, Remise
from tissu.socle.formats import date_courte, nombre
from tissu.socle.territoire import territoire

QUARTIER_INCONNU = "Quartier non connu"
REMISES = (EtatRemise.REMISE, EtatRemise.RECUE, EtatRemise.ECHOUEE)
"""Les états de ce que l'opérateur a pris."""


@dataclass(frozen=True)
class Bilan:
    """Ce que sont devenus les SMS d'une alerte. `etats` et `ecartes` : combien, par état et par motif."""

    premiere_le: datetime | None = None
    recu_95_le: datetime | None = None
    etats: Mapping[str, int] = field(default_factory=dict)
    ecartes: Mapping[str, int] = field(default_factory=dict)
    utiles: int = 0
    inutiles: int = 0

    def en_json(self) -> dict[str, Any]:
        brut = asdict(self)
        for cle in ("premiere_le", "recu_95_le"):
            brut[cle] = brut[cle].isoformat() if brut[cle] else None
        return brut

    @classmethod
    def de_json(cls, brut: Mapping[str, Any]) -> "Bilan":
        champs = dict(brut)
        for cle in ("premiere_le", "recu_95_le"):
            champs[cle] = datetime.fromisoformat(champs[cle]) if champs[cle] else None
        return cls(**champs)

    def combien(self, *etats: str) -> int:
        return sum(self.etats.get(etat, 0) for etat in etats)

    @property
    def remis(self) -> int:
        return self.combien(*REMISES)

    @property
    def recus(self) -> int:
        return self.combien(EtatRemise.RECUE)

    @property
    def en_route(self) -> bool:
        """Des SMS attendent encore de partir, ou leur accusé."""
        return bool(self.combien(EtatRemise.ATTENTE, EtatRemise.EN_COURS, EtatRemise.INCERTAINE, EtatRemise.REMISE))


def bilans(alertes: Iterable[Alerte]) -> dict[int, Bilan]:
    """Le bilan de chacune, par clé : celui gardé, sinon mesuré. Quatre requêtes au plus."""
    toutes = list(alertes)
    gardes = {une.pk: Bilan.de_json(une.bilan) for une in toutes if une.bilan is not None}
    vives = {une.envoi_id: une.pk for une in toutes if une.bilan is None and une.envoi_id is not None}
    if not vives:
        return {une.pk: gardes.get(une.pk, Bilan()) for une in toutes}
    sms = Remise.objects.filter(envoi__in=vives, canal=Canal.SMS).order_by()
    premieres = dict(
        Partie.objects.filter(remise__envoi__in=vives, canal=Canal.SMS)
        .order_by()
        .values_list("remise__envoi")
        .annotate(Min("remise_le"))
    )
    etats: dict[int, Counter[str]] = defaultdict(Counter)
    ecartes: dict[int, Counter[str]] = defaultdict(Counter)
    for envoi, etat, motif, combien in sms.values_list("envoi", "etat", "motif").annotate(Count("pk")):
        etats[envoi][etat] += combien
        if etat == EtatRemise.ECARTEE:
            ecartes[envoi][motif] += combien
    recus: dict[int, list[datetime]] = defaultdict(list)
    for envoi, recue_le in sms.values_list("envoi", "recue_le"):
        if recue_le is not None:
            recus[envoi].append(recue_le)
    avis: dict[int, Counter[bool]] = defaultdict(Counter)
    dits = AvisSurAlerte.objects.filter(alerte__in=vives.values()).order_by()
    for pk, utile, combien in dits.values_list("alerte", "utile").annotate(Count("pk")):
        avis[pk][utile] += combien
    mesures = {
        pk: Bilan(
            premieres.get(envoi), centile(recus[envoi]), dict(etats[envoi]), dict(ecartes[envoi]), avis[pk][True],
            avis[pk][False],
        )
        for envoi, pk in vives.items()
    }  # fmt: skip
    return {une.pk: gardes.get(une.pk) or mesures.get(une.pk) or Bilan() for une in toutes}


def heures_de(alerte: Alerte, bilan: Bilan) -> dict[str, datetime | None]:
    """Les heures de la chaîne d'une alerte."""
    champs = ("fait_le", "appel_17_le", "redigee_le", "envoyee_le")
    return {nom: getattr(alerte, nom) for nom in champs} | {
        "premiere_le": bilan.premiere_le,
        "recu_95_le": bilan.recu_95_le,
    }


def alertes_lisibles(personne: Any) -> QuerySet[Alerte]:
    """Celles que la personne peut relire : toutes pour les forces de l'ordre, les parties pour les autres."""
    toutes = Alerte.objects.select_related("auteur", "approbateur", "premiere", "envoi")
    if permissions.peut_alerter(personne):
        return toutes
    return toutes.filter(etat__in=PARTIES) if permissions.peut_relire(personne) else toutes.none()


def fil_de(alerte: Alerte, personne: Any) -> list[Alerte]:
    """La première alerte et ses suites lisibles, dans l'ordre."""
    premiere = alerte.premiere_id or alerte.pk
    return list(alertes_lisibles(personne).filter(Q(pk=premiere) | Q(premiere=premiere)).order_by("redigee_le", "pk"))


def est_tardive(alerte: Alerte, *, au: datetime) -> bool:
    """Le fait a passé l'âge où une raison devient nécessaire, et aucune n'est écrite."""
    vieille = au - alerte.fait_le > fraicheur_d_une_alerte(au)
    return alerte.type == TypeAlerte.ALERTE and vieille and not alerte.retard


def definitions_de(alerte: Alerte) -> list[dict[str, Any]]:
    """Ce que l'on lit d'une alerte ; après l'effacement, il n'en reste que la nature, la commune et les heures."""
    cible = Cible.de_json(alerte.cible) if not alerte.efface_le else Cible(alerte.cible.get("sorte", ""))
    visee = SorteCible(cible.sorte).label if cible.sorte else ""
    lignes = [
        ("Nature", alerte.get_nature_display()), ("Lieu", alerte.lieu),
        ("Commune", territoire().communes.get(alerte.code_commune, alerte.code_commune)),
        ("Quartier", alerte.quartier), ("Heure du fait", heure_lisible(alerte.fait_le)),
        ("Appel au 17", heure_lisible(alerte.appel_17_le)), ("Direction", alerte.direction),
        ("Manière d'opérer", alerte.maniere), ("Conseil", alerte.conseil), ("Raison du retard", alerte.retard),
        ("Prévenir", f"{visee}, {nombre(cible.rayon_m)} m" if cible.rayon_m else visee),
        ("Auteur", str(alerte.auteur or "")), ("Approuvée par", str(alerte.approbateur or "")),
    ]  # fmt: skip
    return [{"nom": nom, "valeur": valeur} for nom, valeur in lignes if valeur]


def heure_lisible(moment: datetime | None) -> str:
    """« 23 nov. 2026, 9 h 40 » ; vide si elle n'est pas connue."""
    if moment is None:
        return ""
    ici = timezone.localtime(moment)
    return f"{date_courte(ici)}, {ici.hour} h {ici:%M}"


@dataclass(frozen=True)
class Chiffres:
    """Ce qui se communique d'une période. `pas` : (étape, durée médiane depuis le fait) ; None : trop peu d'alertes."""

    alertes: int
    secret: bool
    natures: list[tuple[str, int]]
    communes: list[tuple[str, int]]
    quartiers: list[tuple[str, int]]
    heures: list[tuple[str, int]]
    jours: list[tuple[str, int]]
    pas: list[tuple[str, timedelta | None]]
    commerces: int = 0
    remis: int = 0
    recus: int = 0
    echoues: int = 0
    utiles: int = 0
    avis: int = 0


def envoyees(debut: datetime, fin: datetime) -> QuerySet[Alerte]:
    """Les premières alertes parties dans la période, `fin` exclue."""
    return Alerte.objects.filter(
        type=TypeAlerte.ALERTE, etat__in=PARTIES, envoyee_le__gte=debut, envoyee_le__lt=fin
    ).order_by("envoyee_le", "pk")


def chiffres(debut: datetime, fin: datetime, *, au: datetime) -> Chiffres:
    """Les chiffres d'une période, jamais ceux de moins d'alertes que le secret ne le permet."""
    seuil = int(reglage("alerte_secret", au))
    toutes = list(envoyees(debut, fin))
    if len(toutes) < seuil:
        return Chiffres(len(toutes), bool(toutes), [], [], [], [], [], [])
    mesures, communes = bilans(toutes), territoire().communes
    pas = []
    for cle, titre in PAS[1:]:
        durees = [
            moment - une.fait_le for une in toutes if (moment := heures_de(une, mesures[une.pk])[cle]) is not None
        ]
        pas.append((titre, mediane(durees, secret=seuil)))
    return Chiffres(
        len(toutes), False,
        regrouper(Counter(NatureFait(une.nature).label for une in toutes), seuil=seuil),
        regrouper(Counter(communes.get(une.code_commune, une.code_commune) for une in toutes), seuil=seuil),
        regrouper(Counter(quartier_ou_commune(une) for une in toutes), seuil=seuil),
        _par_heure(toutes, seuil), _par_jour(toutes, seuil),
        pas, commerces=sum(une.vises for une in toutes), remis=sum(un.remis for un in mesures.values()),
        recus=sum(un.recus for un in mesures.values()),
        echoues=sum(un.combien(EtatRemise.ECHOUEE) for un in mesures.values()),
        utiles=sum(un.utiles for un in mesures.values()),
        avis=sum(un.utiles + un.inutiles for un in mesures.values()),
    )  # fmt: skip


def quartier_ou_commune(une: Alerte) -> str:
    """Son quartier ; hors de la commune centre, qui seule en a, sa commune."""
    if une.quartier or une.code_commune == territoire().commune_centre:
        return une.quartier or QUARTIER_INCONNU
    return territoire().communes.get(une.code_commune, une.code_commune)


def _par_heure(toutes: Sequence[Alerte], seuil: int) -> list[tuple[str, int]]:
    """Par tranches de trois heures, dans l'ordre du jour."""
    comptes = Counter(timezone.localtime(une.fait_le).hour // 3 * 3 for une in toutes)
    return [
        (f"{premiere} h à {derniere + 3} h", n)
        for (premiere, derniere), n in reunir_les_voisines(sorted(comptes.items()), seuil=seuil)
    ]


def _par_jour(toutes: Sequence[Alerte], seuil: int) -> list[tuple[str, int]]:
    """Par jour de la semaine, dans l'ordre."""
    comptes = Counter(timezone.localtime(une.fait_le).weekday() for une in toutes)
    return [
        (JOURS[premier].capitalize() if premier == dernier else f"{JOURS[premier].capitalize()} à {JOURS[dernier]}", n)
        for (premier, dernier), n in reunir_les_voisines(sorted(comptes.items()), seuil=seuil)
    ]
