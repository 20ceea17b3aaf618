"""La couverture du réseau : les adhérents parmi les commerces ouverts, et les nouveaux commerces à approcher."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.queries.lieux import cle_adresse
from tissu.actions.alerte_commerce.rules.doublons import cle_nom
from tissu.actions.alerte_commerce.rules.secret import a_taire
from tissu.locaux.nomenclatures import NON_COMMERCIAL
from tissu.locaux.queries.situation import situation
from tissu.socle.parametres import parametre

COLONNES = ("pk", "id", "enseigne", "adresse", "code_postal", "code_commune", "commune", "quartier", "siret", "famille",
            "famille_libelle", "activite_libelle", "occupe_depuis", "vacant", "lon", "lat")  # fmt: skip
AILLEURS = "Hors quartiers"
ACTIFS = Q(etat=EtatAdherent.ACTIF)


def adherents_au(jour: date) -> Q:
    """Ceux dont l'adhésion était en cours ce jour-là, suspensions mises à part."""
    return Q(etat__in=(EtatAdherent.ACTIF, EtatAdherent.PARTI), adhere_le__lte=jour) & (
        Q(parti_le__isnull=True) | Q(parti_le__gt=jour)
    )


@dataclass(frozen=True)
class Part:
    """Les adhérents parmi les commerces d'un lieu ou d'une activité ; None : tus. `taux` de 0 à 1."""

    nom: str
    adherents: int | None
    commerces: int
    cle: str = field(default="", compare=False)

    @property
    def taux(self) -> float | None:
        return None if self.adherents is None else self.adherents / self.commerces


@dataclass(frozen=True)
class Couverture:
    """Ce que le réseau couvre un jour donné. `sans_local` : adhérents qu'aucun local ouvert ne porte.

    `places` : par quartier nommé, la position (lon, lat) de ses commerces.
    """

    jour: date
    total: Part | None
    quartiers: list[Part]
    communes: list[Part]
    activites: list[Part]
    sans_local: int
    nouveaux: list[dict[str, Any]]
    places: Mapping[str, list[tuple[float, float]]]


class Reseau:
    """Reconnaître un local d'adhérent : par son lien, son SIRET, sinon son nom à son adresse.

    `lesquels` : les adhérents que l'on cherche ; les actifs, si rien n'est dit.
    """

    def __init__(self, lesquels: Q = ACTIFS) -> None:
        choisis = Adherent.objects.filter(lesquels).order_by("pk")
        champs = choisis.values_list("pk", "local_id", "siret", "adresse", "code_commune", "nom")
        self.combien = 0
        self._cles: dict[tuple[Any, ...], int] = {}
        for pk, local, siret, adresse, commune, nom in champs:
            self.combien += 1
            for cle in (("local", local), ("siret", siret), ("nom", cle_adresse(adresse, commune), cle_nom(nom))):
                if all(cle):
                    self._cles.setdefault(cle, pk)

    def adherent(self, ligne: Mapping[str, Any]) -> int | None:
        adresse = cle_adresse(ligne["adresse"] or "", ligne["code_commune"])
        nom = ("nom", adresse, cle_nom(ligne["enseigne"] or ""))
        cles = (("local", ligne["pk"]), ("siret", ligne["siret"]), nom)
        return next((self._cles[cle] for cle in cles if all(cle) and cle in self._cles), None)


def commerces_ouverts(jour: date) -> list[dict[str, Any]]:
    """Les locaux occupés ce jour-là par un commerce ou un service."""
    return [
        ligne for ligne in situation(jour).select(COLONNES).to_pylist()
        if not ligne["vacant"] and ligne["famille"] not in (None, "", NON_COMMERCIAL)
    ]  # fmt: skip


def couverture(jour: date) -> Couverture:
    """Les locaux commerciaux occupés ce jour-là, et ceux dont le commerce est adhérent. Nombre constant de requêtes."""
    ouverts = commerces_ouverts(jour)
    reseau = Reseau()
    membres = [reseau.adherent(ligne) for ligne in ouverts]
    dedans = [ligne for ligne, membre in zip(ouverts, membres, strict=True) if membre is not None]
    debut = jour - timedelta(days=int(parametre("alerte_commerce.nouveau_jours", au=jour)))
    nouveaux = [
        ligne for ligne, membre in zip(ouverts, membres, strict=True)
        if membre is None and ligne["occupe_depuis"] and ligne["occupe_depuis"] >= debut
    ]  # fmt: skip
    seuil = int(parametre("alerte_commerce.couverture_secret", au=jour))
    communes = _parts(ouverts, dedans, _commune, seuil=seuil)
    tues = {une.cle for une in communes if une.taux is None}
    return Couverture(
        jour, Part("Tout le territoire", len(dedans), len(ouverts)) if ouverts else None,
        _parts(ouverts, dedans, _quartier, seuil=seuil, groupe=_commune, avec=tues),
        communes, _parts(ouverts, dedans, _activite, seuil=seuil),
        reseau.combien - len({membre for membre in membres if membre is not None}),
        sorted(nouveaux, key=lambda ligne: (ligne["occupe_depuis"], ligne["id"]), reverse=True), _places(ouverts),
    )  # fmt: skip


def quartier_de(ligne: Mapping[str, Any]) -> str:
    """Le quartier, sinon la commune."""
    return ligne["quartier"] or ligne["commune"] or AILLEURS


Nommer = Callable[[Mapping[str, Any]], tuple[str, str]]
"""D'un local : la clé et le nom de sa case."""


def _quartier(ligne: Mapping[str, Any]) -> tuple[str, str]:
    nom = quartier_de(ligne)
    return nom, nom


def _commune(ligne: Mapping[str, Any]) -> tuple[str, str]:
    return ligne["code_commune"] or "", ligne["commune"] or AILLEURS


def _activite(ligne: Mapping[str, Any]) -> tuple[str, str]:
    return ligne["famille"], ligne["famille_libelle"]


def _parts(
    tous: list[dict[str, Any]], dedans: list[dict[str, Any]], nommer: Nommer, *, seuil: int,
    groupe: Nommer = lambda ligne: ("", ""), avec: Set[str] = frozenset(),
) -> list[Part]:  # fmt: skip
    """Une part par case, la moins couverte d'abord : c'est là qu'il faut aller ; les chiffres tus à la fin.

    `groupe` : la case d'où une part tue se déduirait ; `avec` : les groupes tus, dont toutes les parts le sont.
    """
    commerces, adherents = Counter(map(nommer, tous)), Counter(map(nommer, dedans))
    groupes = {nommer(ligne): groupe(ligne)[0] for ligne in tous}
    tues = a_taire(commerces, seuil=seuil, groupe=groupes.__getitem__) | {
        case for case in commerces if groupes[case] in avec
    }
    parts = [
        Part(nom, None if (cle, nom) in tues else adherents[cle, nom], combien, cle)
        for (cle, nom), combien in commerces.items()
    ]
    return sorted(parts, key=lambda part: (part.taux is None, part.taux or 0.0, -part.commerces, part.nom))


def _places(ouverts: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for ligne in ouverts:
        if ligne["quartier"] and ligne["lon"] is not None and ligne["lat"] is not None:
            places[ligne["quartier"]].append((ligne["lon"], ligne["lat"]))
    return dict(places)
