"""Ce qui a été recensé : sans campagne close sur une commune, l'absence de local n'y veut rien dire."""

from datetime import date

from tissu.locaux.choices import EtatCampagne
from tissu.locaux.models import Campagne
from tissu.socle.formats import nombre
from tissu.socle.territoire import territoire


def communes_couvertes(au: date) -> set[str]:
    """Les communes qu'une campagne close avait couvertes à cette date ; sans liste, elle les couvre toutes."""
    communes = set(territoire().communes)
    couvertes: set[str] = set()
    closes = Campagne.objects.filter(etat=EtatCampagne.CLOSE, debut__lte=au).order_by("pk")
    for perimetre in closes.values_list("communes", flat=True):
        couvertes |= set(perimetre) & communes if perimetre else communes
    return couvertes


def manque_de_couverture(codes: set[str], couvertes: set[str]) -> str:
    """Ce qui n'a pas été recensé parmi ces communes, en mots ; vide si tout l'a été."""
    manquantes = len(codes - couvertes)
    if not manquantes:
        return ""
    if len(codes) == 1:
        return "commune non recensée"
    return f"{nombre(manquantes)} communes sur {nombre(len(codes))} non recensées"
