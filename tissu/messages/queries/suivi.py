"""Suivre les envois et les opérateurs : des comptes, jamais un nom ni un numéro."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from tissu.messages.canaux.reglages import operateurs
from tissu.messages.choices import Canal, EtatPartie, EtatRemise
from tissu.messages.models import Coordonnee, Envoi, EtatOperateur, Partie
from tissu.messages.queries.operateurs import operateur_de_service, part_des_tardifs
from tissu.messages.queries.reglages import silence_d_un_mort


@dataclass(frozen=True)
class OperateurSuivi:
    """Un opérateur déclaré et ce que l'on sait de sa ligne. `etat` est un couple (mot, ton) pour l'écran."""

    nom: str
    etat: tuple[str, str]
    vu_le: datetime | None
    erreur: str
    tardifs: int
    juges: int
    en_vol: int
    incertaines: int


def operateurs_suivis(*, au: datetime) -> list[OperateurSuivi]:
    """Chaque opérateur déclaré, le préféré d'abord, puis le courriel. Lève `OperateursMalDeclares`."""
    sms, courriel = operateurs(Canal.SMS), operateurs(Canal.COURRIEL)
    connus = EtatOperateur.objects.in_bulk([un.nom for un in (*sms, *courriel)])
    suspens = {
        (ligne["operateur"], ligne["etat"]): ligne["nombre"]
        for ligne in Partie.objects.filter(etat__in=(EtatPartie.EN_VOL, EtatPartie.INCERTAINE))
        .values("operateur", "etat")
        .annotate(nombre=Count("pk"))
    }
    suivis = []
    for declares in (sms, courriel):
        service = operateur_de_service(declares, au=au, silence=silence_d_un_mort())
        for un in declares:
            connu = connus.get(un.nom) or EtatOperateur(nom=un.nom)
            tardifs, juges = part_des_tardifs(un.nom, au)
            en_vol = suspens.get((un.nom, EtatPartie.EN_VOL), 0)
            incertaines = suspens.get((un.nom, EtatPartie.INCERTAINE), 0)
            etat = _etat(connu, service, au)
            suivis.append(OperateurSuivi(un.nom, etat, connu.vu_le, connu.erreur, tardifs, juges, en_vol, incertaines))
    return suivis


def _etat(connu: EtatOperateur, service: str, au: datetime) -> tuple[str, str]:
    if connu.vu_le is None:
        return "Jamais joint", "attention"
    if connu.lent_jusqu_a is not None and connu.lent_jusqu_a > au:
        return "Lent, passe après les autres", "attention"
    if service == connu.nom:
        return "Envoie", "succes"
    if connu.ecoutee_depuis is None or au - connu.vu_le > silence_d_un_mort():
        return "Injoignable", "danger"
    return "En réserve", "neutre"


def adresses_suspendues() -> int:
    """Combien d'adresses ne reçoivent plus rien."""
    return Coordonnee.objects.exclude(suspendue_le=None).count()


def envois_suivis() -> QuerySet[Envoi]:
    """Les envois du plus récent au plus ancien, avec leurs comptes par état et leurs premiers et derniers moments."""

    def dans(*etats: str) -> Count:
        return Count("remises", filter=Q(remises__etat__in=etats))

    return Envoi.objects.annotate(
        adresses=Count("remises"),
        en_attente=dans(EtatRemise.ATTENTE, EtatRemise.EN_COURS),
        remises_faites=dans(EtatRemise.REMISE),
        recues=dans(EtatRemise.RECUE),
        lues=Count("remises", filter=Q(remises__lue_le__isnull=False)),
        incertaines=dans(EtatRemise.INCERTAINE),
        echouees=dans(EtatRemise.ECHOUEE, EtatRemise.PERIMEE),
        ecartees=dans(EtatRemise.ECARTEE, EtatRemise.ANNULEE),
        premiere=Min("remises__remise_le"),
        derniere=Max("remises__recue_le"),
    ).order_by("-depose_le", "-pk")
