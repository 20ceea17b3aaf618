"""Où en est une campagne : ses rues, ce qui y est relevé, ce qui reste, et les locaux que chaque chiffre compte."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.utils import timezone

from tissu.comptes.models import Personne
from tissu.locaux.choices import EtatCampagne, EtatReleve
from tissu.locaux.models import Campagne, Releve, Tournee
from tissu.locaux.queries.lignes import existants
from tissu.socle.parametres import parametre

_HISTOIRE_DES_TOURNEES = Tournee.historique.model._meta.db_table
FAITS, RESTANTS, NOUVEAUX, HORS_TOURNEE = "faits", "restants", "nouveaux", "hors"
CHOIX_DE_RELEVE = (
    (FAITS, "relevés"), (RESTANTS, "qui restent à relever"), (NOUVEAUX, "nouveaux"),
    (HORS_TOURNEE, "relevés hors des rues confiées"),
)  # fmt: skip


@dataclass(frozen=True)
class Compte:
    """Les locaux d'une rue, d'un releveur ou d'une campagne, par leur clé ; `conflits` se compte en relevés."""

    locaux: frozenset[int] = frozenset()
    faits: frozenset[int] = frozenset()
    nouveaux: frozenset[int] = frozenset()
    conflits: int = 0
    dernier: datetime | None = None

    @property
    def restants(self) -> frozenset[int]:
        return self.locaux - self.faits

    @property
    def part(self) -> float | None:
        """La part relevée ; rien d'une rue sans local."""
        return len(self.faits) / len(self.locaux) if self.locaux else None


@dataclass(frozen=True)
class Rue:
    """Une tournée et son compte. `dormante` : il y reste à faire, et personne n'y a relevé depuis longtemps."""

    tournee: Tournee
    compte: Compte
    dormante: bool = False


@dataclass(frozen=True)
class Part:
    """Ce qui est confié à un releveur ; `releveur` None : les rues libres."""

    releveur: Personne | None
    rues: list[Rue]
    compte: Compte

    @property
    def dormantes(self) -> int:
        return sum(une.dormante for une in self.rues)

    @property
    def finies(self) -> int:
        return sum(une.tournee.finie_le is not None for une in self.rues)


@dataclass(frozen=True)
class Avancement:
    """Une campagne, rue par rue. `hors_tournee` : les locaux relevés ailleurs que dans les rues confiées."""

    campagne: Campagne
    rues: list[Rue]
    total: Compte
    hors_tournee: frozenset[int]
    conflits_hors_tournee: int

    def parts(self) -> list[Part]:
        """Par releveur, dans l'ordre des noms ; les rues libres à la fin."""
        groupes: dict[int | None, list[Rue]] = defaultdict(list)
        for rue in self.rues:
            groupes[rue.tournee.releveur_id].append(rue)
        parts = [
            Part(rues[0].tournee.releveur, rues, ensemble(rue.compte for rue in rues)) for rues in groupes.values()
        ]
        return sorted(parts, key=lambda part: (part.releveur is None, str(part.releveur)))

    def locaux(self, releve: str = "", *, voie: int | None = None, releveur: int | None = None) -> frozenset[int]:
        """Les locaux qu'un chiffre de la page compte : de la campagne, d'une rue ou d'un releveur (0 : libres)."""
        if releve == HORS_TOURNEE:
            return self.hors_tournee
        retenues = (
            rue.compte
            for rue in self.rues
            if (voie is None or rue.tournee.voie_id == voie)
            and (releveur is None or (rue.tournee.releveur_id or 0) == releveur)
        )
        compte = ensemble(retenues)
        par_sorte = {FAITS: compte.faits, RESTANTS: compte.restants, NOUVEAUX: compte.nouveaux}
        return par_sorte.get(releve, compte.locaux)


def ensemble(comptes: Iterable[Compte]) -> Compte:
    """La réunion de plusieurs comptes."""
    tous = list(comptes)
    return Compte(
        locaux=frozenset().union(*(un.locaux for un in tous)), faits=frozenset().union(*(un.faits for un in tous)),
        nouveaux=frozenset().union(*(un.nouveaux for un in tous)), conflits=sum(un.conflits for un in tous),
        dernier=max((un.dernier for un in tous if un.dernier), default=None),
    )  # fmt: skip


def avancement(campagne: Campagne, au: date) -> Avancement:
    """Un local est relevé quand la campagne a un relevé de lui, appliqué, en conflit ou écarté. Trois requêtes."""
    tournees = list(campagne.tournees.select_related("voie", "releveur").order_by("releveur", "ordre", "pk"))
    voies = {une.voie_id for une in tournees}
    releves = _releves(campagne)
    locaux: dict[int | None, set[int]] = defaultdict(set)
    connus: dict[int | None, int | None] = {}
    dits = Releve.objects.filter(campagne=campagne, local__isnull=False).order_by().values("local")
    lus = existants(au).filter(Q(voie__in=voies) | Q(pk__in=dits)).order_by().values_list("pk", "voie_id")
    for pk, voie in lus:
        connus[pk] = voie
        locaux[voie].add(pk)
    par_voie: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    de_la_tournee = {une.pk: une.voie_id for une in tournees}
    for un in releves:
        # Un local dit nouveau, tant qu'on n'a pas tranché, n'a d'autre rue que celle de la tournée.
        rue = connus.get(un["local_id"]) if un["local_id"] else de_la_tournee.get(un["tournee_id"])
        par_voie[rue if rue in voies else None].append(un)
    comptes = {voie: _compter(locaux[voie], par_voie[voie]) for voie in voies}
    limite = au - timedelta(days=int(parametre("locaux.tournee_dormante_jours", au=au)))
    ailleurs = par_voie[None]
    return Avancement(
        campagne=campagne,
        rues=[Rue(une, comptes[une.voie_id], _dort(une, comptes[une.voie_id], campagne, limite)) for une in tournees],
        total=ensemble(comptes.values()),
        hors_tournee=frozenset(un["local_id"] for un in ailleurs if un["local_id"] in connus),
        conflits_hors_tournee=sum(un["etat"] == EtatReleve.CONFLIT for un in ailleurs),
    )


def version_des_tournees() -> int:
    """Change à chaque rue confiée, retirée ou passée en d'autres mains. Lue à chaque tuile : sans passer par l'ORM."""
    with connection.cursor() as curseur:
        curseur.execute(f'SELECT COALESCE(MAX(history_id), 0) FROM "{_HISTOIRE_DES_TOURNEES}"')  # noqa: S608
        return int(curseur.fetchone()[0])


def _releves(campagne: Campagne) -> list[dict[str, Any]]:
    """Ceux de la campagne. `nouveau` : le téléphone ne montrait rien ; ce relevé, reçu ou tranché, l'a créé."""
    sans_vue = ExpressionWrapper(Q(vues={}), BooleanField())
    lus = Releve.objects.filter(campagne=campagne).order_by().annotate(cree_le=F("local__cree_le"), sans_vue=sans_vue)
    champs = ("local_id", "tournee_id", "etat", "releve_le", "recu_le", "tranche_le", "cree_le", "sans_vue")
    return [
        un | {"nouveau": un["sans_vue"] and un["cree_le"] in (un["recu_le"], un["tranche_le"] or un["recu_le"])}
        for un in lus.values(*champs)
    ]


def _compter(locaux: set[int], releves: Sequence[dict[str, Any]]) -> Compte:
    return Compte(
        locaux=frozenset(locaux),
        faits=frozenset(un["local_id"] for un in releves if un["local_id"] in locaux),
        nouveaux=frozenset(un["local_id"] for un in releves if un["nouveau"] and un["local_id"] in locaux),
        conflits=sum(un["etat"] == EtatReleve.CONFLIT for un in releves),
        dernier=max((un["releve_le"] for un in releves), default=None),
    )  # fmt: skip


def _dort(tournee: Tournee, compte: Compte, campagne: Campagne, limite: date) -> bool:
    """On compte du dernier relevé, ou du jour où la rue a été confiée s'il est plus récent."""
    if campagne.etat != EtatCampagne.OUVERTE or tournee.finie_le or not compte.restants:
        return False
    jours = [timezone.localdate(jour) for jour in (compte.dernier, tournee.confiee_le) if jour]
    return max([campagne.debut, *jours]) < limite
