"""Des messages pour les essais, et une boucle que l'on tourne à la main."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread
from typing import ClassVar

from tissu.messages.canaux.courriel import LigneCourriel
from tissu.messages.canaux.ligne import Operateur
from tissu.messages.canaux.reglages import COURRIEL
from tissu.messages.choices import Canal, Fondement, Priorite
from tissu.messages.contrat import Destinataire, Finalite, Message, Textes
from tissu.messages.expedition.boucle import Boucle
from tissu.messages.operations.departs import prendre
from tissu.messages.operations.postes import fermer_poste, ouvrir_poste
from tissu.messages.operations.retours import noter
from tissu.messages.queries.liens import adresse_d_arret

ALERTES = Finalite("alertes", "Alertes de sécurité", Fondement.CONSENTEMENT, urgente=True)
NOUVELLES = Finalite("nouvelles", "Nouvelles du réseau")


@dataclass(frozen=True)
class Alerte(Message):
    """Une alerte à des numéros donnés, sans condition d'accord."""

    numeros: tuple[str, ...]
    texte: str = "Vol à l'étalage rue de la Liberté, soyez vigilants."
    fait: str = "1"
    courriels: tuple[str, ...] = ()

    slug: ClassVar[str] = "essai.alerte"
    finalite: ClassVar[Finalite] = Finalite("essai", "Essai", Fondement.OPPOSITION, urgente=True)
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS, Canal.COURRIEL)
    priorite: ClassVar[Priorite] = Priorite.URGENTE
    valable: ClassVar[timedelta] = timedelta(hours=6)

    @property
    def cle(self) -> str:
        return self.fait

    def destinataires(self) -> Iterable[Destinataire]:
        for rang, numero in enumerate(self.numeros):
            yield Destinataire(f"membre:{rang}", f"Boutique {rang}", numeros=(numero,))
        for rang, courriel in enumerate(self.courriels):
            yield Destinataire(f"courriel:{rang}", courriel, courriel=courriel)

    def textes(self) -> Textes:
        return Textes(sms=self.texte, objet="Alerte", courriel=self.texte)


@dataclass(frozen=True)
class Nouvelle(Alerte):
    """Un message qui ne presse pas."""

    slug: ClassVar[str] = "essai.nouvelle"
    finalite: ClassVar[Finalite] = NOUVELLES
    priorite: ClassVar[Priorite] = Priorite.CAMPAGNE
    valable: ClassVar[timedelta] = timedelta(days=10)


@dataclass(frozen=True)
class Personnelle(Nouvelle):
    """Un message qui ne presse pas, à une seule personne, par toutes ces adresses."""

    slug: ClassVar[str] = "essai.personnelle"

    def destinataires(self) -> Iterable[Destinataire]:
        yield Destinataire("membre:1", "Léa", numeros=self.numeros, courriel=next(iter(self.courriels), ""))


@dataclass(frozen=True)
class AvecAccord(Alerte):
    """Une alerte que seuls reçoivent ceux qui l'ont demandée."""

    slug: ClassVar[str] = "essai.avec_accord"
    finalite: ClassVar[Finalite] = ALERTES


def numeros(combien: int) -> tuple[str, ...]:
    """Des mobiles tous différents."""
    return tuple(f"+336{rang:08d}" for rang in range(10_000_000, 10_000_000 + combien))


def par_smpp(port: int, nom: str = "tissu", **champs: object) -> Operateur:
    """Un opérateur joint sur le serveur SMPP d'essai."""
    reglages = {"hote": "127.0.0.1", "port": port, "compte": nom, "secret": "demo"}
    return Operateur(nom=nom, genre="smpp", expediteur="Alerte", reglages=reglages, **champs)  # type: ignore[arg-type]


@contextmanager
def en_marche(*operateurs: Operateur, canal: Canal = Canal.SMS) -> Iterator[list[Boucle]]:
    """Des boucles qui tournent, chacune dans son fil, arrêtées à la sortie."""
    boucles = [Boucle(un, operateurs, canal) for un in operateurs]
    fils = [Thread(target=une.tourner, daemon=True) for une in boucles]
    for fil in fils:
        fil.start()
    try:
        yield boucles
    finally:
        for une in boucles:
            une.arreter()
        for fil in fils:
            fil.join(timeout=10)


def distribuer(*, au: datetime) -> None:
    """Remet d'un coup les courriels dus à cette heure, par les gestes du facteur et sa ligne."""
    poste, ligne = ouvrir_poste(operateur=COURRIEL.nom, au=au), LigneCourriel(COURRIEL)
    ligne.ouvrir()
    while departs := prendre(poste=poste, canal=Canal.COURRIEL, places=50, au=au, lien=adresse_d_arret).departs:
        for depart in departs:
            ligne.soumettre(depart)
        noter(poste=poste, evenements=ligne.lire(0), au=au)
    ligne.fermer()
    fermer_poste(poste=poste, au=au)
