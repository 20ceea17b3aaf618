"""Ce que la chambre voit du réseau : la liste filtrée, ce qui l'attend, une fiche, le stock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tissu.actions.alerte_commerce.choices import ALERTES, ArticleDeStock, EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent, EtapeAdherent, Stock
from tissu.actions.alerte_commerce.queries.lieux import cle_adresse
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.doublons import Fiche, candidats
from tissu.messages.choices import Canal, MotifEcart
from tissu.messages.models import Coordonnee
from tissu.messages.queries.choix import refus

PRESENTS = (EtatAdherent.ACTIF, EtatAdherent.SUSPENDU, EtatAdherent.A_VERIFIER, EtatAdherent.DEMANDE)


@dataclass(frozen=True)
class Criteres:
    """Ce que l'on cherche ; vide : tous. `texte` : nom, adresse ou SIRET."""

    texte: str = ""
    etat: str = ""
    commune: str = ""
    activite: str = ""
    a_rappeler: bool = False
    sans_position: bool = False


def _suspendues() -> QuerySet[Coordonnee]:
    return Coordonnee.objects.filter(canal=Canal.SMS, suspendue_le__isnull=False)


def adherents(criteres: Criteres) -> QuerySet[Adherent]:
    """Les adhérents qui répondent à tous les critères, chacun avec ses nombres de numéros et de numéros suspendus."""
    suspendu = Q(contacts__mobile__in=_suspendues().values("valeur"))
    choisis = Adherent.objects.annotate(
        numeros=Count("contacts", filter=~Q(contacts__mobile="")), suspendus=Count("contacts", filter=suspendu)
    )
    for mot in criteres.texte.split():
        chiffres = mot if mot.isdecimal() else "-"
        choisis = choisis.filter(Q(nom__icontains=mot) | Q(adresse__icontains=mot) | Q(siret__startswith=chiffres))
    egaux = {"etat": criteres.etat, "code_commune": criteres.commune, "activite": criteres.activite}
    choisis = choisis.filter(**{champ: valeur for champ, valeur in egaux.items() if valeur})
    if criteres.a_rappeler:
        choisis = choisis.filter(suspendus__gt=0)
    if criteres.sans_position:
        choisis = choisis.filter(lon__isnull=True)
    return choisis.order_by("nom", "pk")


def comptes() -> dict[str, int]:
    """Combien d'adhérents dans chaque état, et de numéros à rappeler (« a_rappeler »)."""
    par_etat = dict(Adherent.objects.order_by().values_list("etat").annotate(Count("pk")))
    return {etat: par_etat.get(etat, 0) for etat in EtatAdherent.values} | {"a_rappeler": a_rappeler().count()}


def a_rappeler() -> QuerySet[ContactAdherent]:
    """Les numéros suspendus après trois échecs, d'adhérents présents : la chambre appelle, puis renvoie un code."""
    suspendue = _suspendues().filter(valeur=OuterRef("mobile"))
    return (
        ContactAdherent.objects.filter(Exists(suspendue), adherent__etat__in=PRESENTS)
        .select_related("adherent")
        .order_by("adherent__nom", "pk")
    )


def demandes() -> QuerySet[Adherent]:
    """Les demandes à vérifier, la plus ancienne d'abord."""
    return Adherent.objects.filter(etat=EtatAdherent.A_VERIFIER).order_by("demande_le", "pk")


@dataclass(frozen=True)
class Numero:
    """Un contact, et ce que les messages savent de son numéro."""

    contact: ContactAdherent
    suspendu: bool
    oppose: bool


@dataclass(frozen=True)
class FicheAdherent:
    """Tout ce que la chambre lit d'un adhérent."""

    adherent: Adherent
    numeros: list[Numero]
    etapes: list[EtapeAdherent]
    doublons: list[tuple[Adherent, str]]


def fiche(adherent: Adherent) -> FicheAdherent:
    contacts = list(adherent.contacts.order_by("pk"))
    connues = list(Coordonnee.objects.filter(canal=Canal.SMS, valeur__in=[un.mobile for un in contacts if un.mobile]))
    ecarts = refus(connues, ALERTES.slug, ALERTES.fondement)
    suspendus = {une.valeur for une in connues if une.suspendue_le is not None}
    opposes = {une.valeur for une in connues if ecarts.get(une.pk) == MotifEcart.OPPOSITION}
    return FicheAdherent(
        adherent, [Numero(un, un.mobile in suspendus, un.mobile in opposes) for un in contacts],
        list(adherent.etapes.select_related("auteur")), doublons_possibles([adherent])[adherent.pk],
    )  # fmt: skip


def fiches_comparables(choisis: QuerySet[Adherent]) -> list[Fiche]:
    """Ce qui se compare de chacun, en deux requêtes."""
    mobiles: dict[int, list[str]] = {}
    contacts = ContactAdherent.objects.filter(adherent__in=choisis).exclude(mobile="").order_by("pk")
    for adherent, mobile in contacts.values_list("adherent_id", "mobile"):
        mobiles.setdefault(adherent, []).append(mobile)
    lues = choisis.order_by("pk").values_list("pk", "nom", "siret", "adresse", "code_commune")
    return [
        Fiche(pk, nom, siret, cle_adresse(adresse, commune), frozenset(mobiles.get(pk, ())))
        for pk, nom, siret, adresse, commune in lues
    ]


def doublons_possibles(choisis: list[Adherent]) -> dict[int, list[tuple[Adherent, str]]]:
    """Pour chacun, les adhérents présents qui pourraient être le même commerce, et pourquoi."""
    connues = fiches_comparables(Adherent.objects.filter(etat__in=PRESENTS))
    par_pk = {une.pk: une for une in connues}
    trouves = {
        un.pk: candidats(par_pk[un.pk], (autre for autre in connues if autre.pk != un.pk)) if un.pk in par_pk else []
        for un in choisis
    }
    nommes = Adherent.objects.in_bulk({pk for liste in trouves.values() for pk, _ in liste})
    return {pk: [(nommes[autre], raison) for autre, raison in liste] for pk, liste in trouves.items()}


def stock(au: datetime) -> list[dict[str, Any]]:
    """Ce qu'il reste de chaque article, et s'il faut en commander."""
    restes = dict(Stock.objects.values_list("article", "quantite"))
    seuil = int(reglage("stock_alerte", au))
    return [
        {"article": article, "nom": nom, "reste": restes.get(article, 0), "bas": restes.get(article, 0) < seuil}
        for article, nom in ArticleDeStock.choices
    ]
