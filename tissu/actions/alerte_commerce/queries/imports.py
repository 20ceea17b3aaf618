"""Les fichiers d'adhérents : ce qu'un fichier donnerait, ce qui reste à trancher."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from tissu.actions.alerte_commerce.choices import DecisionDeLigne, SortDeLigne
from tissu.actions.alerte_commerce.models import Adherent, ImportAdherents, LigneImport
from tissu.actions.alerte_commerce.queries.gestion import PRESENTS, fiches_comparables
from tissu.actions.alerte_commerce.queries.lieux import cle_adresse
from tissu.actions.alerte_commerce.rules.doublons import Fiche, candidats, est_le_meme
from tissu.locaux.nomenclatures import familles
from tissu.registre.recherche import normaliser
from tissu.socle.territoire import territoire

DU_COMMERCE = ("nom", "siret", "adresse", "code_commune", "activite")


def communes_connues() -> dict[str, str]:
    """Nom normalisé ou code → code."""
    communes = territoire().communes
    return {normaliser(nom): code for code, nom in communes.items()} | {normaliser(code): code for code in communes}


def activites_connues() -> dict[str, str]:
    """Libellé normalisé d'une famille ou d'une activité → famille."""
    table: dict[str, str] = {}
    for code, famille in familles().items():
        table |= {normaliser(une.libelle): code for une in famille.activites}
        table |= {normaliser(famille.libelle): code, normaliser(code): code}
    return table


def fiche_de(lue: Mapping[str, Any]) -> Fiche:
    """Ce qui se compare d'une ligne lue."""
    adresse = cle_adresse(lue["adresse"], lue["code_commune"])
    return Fiche(0, lue["nom"], lue["siret"], adresse, frozenset(lue["mobiles"]))


class Connus:
    """Les adhérents présents, rangés par ce qui les fait reconnaître. Lus une fois pour un fichier."""

    def __init__(self) -> None:
        presents = Adherent.objects.filter(etat__in=PRESENTS)
        self.adherents = presents.in_bulk()
        self._rangs: dict[tuple[str, str], list[Fiche]] = defaultdict(list)
        for fiche in fiches_comparables(presents):
            self._ranger(fiche)

    def _ranger(self, fiche: Fiche) -> None:
        for cle in self._cles(fiche):
            self._rangs[cle].append(fiche)

    def ajouter_ligne(self, numero: int, lue: Mapping[str, Any]) -> None:
        """Une ligne nouvelle du fichier, que les suivantes peuvent répéter ; `-numero` la désigne."""
        self._ranger(replace(fiche_de(lue), pk=-numero))

    @staticmethod
    def _cles(fiche: Fiche) -> Iterable[tuple[str, str]]:
        yield from (("mobile", mobile) for mobile in fiche.mobiles)
        if fiche.siret:
            yield "siret", fiche.siret
        if fiche.adresse:
            yield "adresse", fiche.adresse

    def sort(self, lue: Mapping[str, Any]) -> tuple[SortDeLigne, int | None, list[tuple[int, str]]]:
        """Ce que donne une ligne sans défaut : son sort, l'adhérent si c'est lui, sinon ceux qui lui ressemblent.

        Une ressemblance négative est une ligne du même fichier.
        """
        fiche = fiche_de(lue)
        voisins = {une.pk: une for cle in self._cles(fiche) for une in self._rangs.get(cle, ())}
        memes = [une for une in voisins.values() if une.pk > 0 and est_le_meme(fiche, une)]
        if len(memes) == 1:
            [meme] = memes
            changee = bool(changements(self.adherents[meme.pk], lue)) or bool(set(lue["mobiles"]) - set(meme.mobiles))
            return SortDeLigne.MODIFIEE if changee else SortDeLigne.INCHANGEE, meme.pk, []
        trouves = candidats(fiche, voisins.values())
        return (SortDeLigne.DOUBLON, None, trouves) if trouves else (SortDeLigne.NOUVELLE, None, [])


def changements(adherent: Adherent, lue: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Champ → ancien et nouveau ; une case vide n'efface rien."""
    return {
        nom: (getattr(adherent, nom), lue[nom])
        for nom in DU_COMMERCE
        if lue[nom] and lue[nom] != getattr(adherent, nom)
    }


def imports() -> QuerySet[ImportAdherents]:
    """Les fichiers reçus, chacun avec ce qui reste à trancher."""
    restent = Q(lignes__decision=DecisionDeLigne.A_TRANCHER)
    return (
        ImportAdherents.objects.select_related("auteur")
        .annotate(combien=Count("lignes"), restent=Count("lignes", filter=restent))
        .order_by("-depose_le", "-pk")
    )


def comptes_de(importation: ImportAdherents) -> dict[str, int]:
    par_sort = dict(importation.lignes.order_by().values_list("sort").annotate(Count("pk")))
    return {sort: par_sort.get(sort, 0) for sort in SortDeLigne.values}


def sans_date_de_charte(importation: ImportAdherents) -> int:
    """Les lignes qui entreraient sans que le fichier dise quand la charte, ou l'adhésion, a été signée."""
    entrent = importation.lignes.exclude(sort=SortDeLigne.REFUSEE)
    return entrent.filter(lue__charte_le="", lue__adhere_le="").count()


def lignes_de(importation: ImportAdherents, sort: str = "") -> QuerySet[LigneImport]:
    lignes = importation.lignes.select_related("adherent", "decide_par")
    return lignes.filter(sort=sort) if sort in SortDeLigne.values else lignes
