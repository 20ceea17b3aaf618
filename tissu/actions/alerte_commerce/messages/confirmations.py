"""Demander à un commerce de confirmer un numéro : par SMS à ce numéro, ou, s'il est muet, par ses autres moyens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from tissu.actions.alerte_commerce.choices import CONFIRMATION
from tissu.actions.alerte_commerce.queries.ciblage import cle_de
from tissu.actions.alerte_commerce.rules.confirmations import sms_a_revoir, sms_de_confirmation
from tissu.messages.choices import Canal, Priorite
from tissu.messages.contrat import Destinataire, Finalite, Message, Textes


@dataclass(frozen=True)
class Demande:
    """Un commerce à qui l'on demande : où lui écrire, et le lien qui n'est que pour lui."""

    adherent: int
    nom: str
    lien: str
    limite: str
    mobiles: tuple[str, ...] = ()
    courriels: tuple[str, ...] = ()
    fin: str = ""


@dataclass(frozen=True)
class _DesDemandes(Message):
    """Un lot de demandes. Il ne presse pas : heures calmes et budget de communication s'y appliquent."""

    fait: str
    demandes: tuple[Demande, ...]

    finalite: ClassVar[Finalite] = CONFIRMATION
    priorite: ClassVar[Priorite] = Priorite.CAMPAGNE
    valable: ClassVar[timedelta] = timedelta(days=6)
    garder: ClassVar[timedelta] = timedelta(days=30)

    @property
    def cle(self) -> str:
        return self.fait


@dataclass(frozen=True)
class ConfirmerSonNumero(_DesDemandes):
    """Un SMS au numéro venu d'un fichier."""

    slug: ClassVar[str] = "alerte_commerce.confirmer"
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS,)

    def destinataires(self) -> Iterable[Destinataire]:
        for une in self.demandes:
            textes = Textes(sms=sms_de_confirmation(une.lien, limite=une.limite))
            yield Destinataire(cle_de(une.adherent), une.nom, numeros=une.mobiles, textes=textes)

    def textes(self) -> Textes:
        return Textes(sms=sms_de_confirmation("(lien)", limite="(jour)"))


@dataclass(frozen=True)
class NumeroARevoir(_DesDemandes):
    """Aux autres numéros et aux courriels d'un commerce dont un numéro ne reçoit plus."""

    slug: ClassVar[str] = "alerte_commerce.a_revoir"
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS, Canal.COURRIEL)

    def destinataires(self) -> Iterable[Destinataire]:
        for une in self.demandes:
            textes = Textes(sms=sms_a_revoir(une.lien, fin=une.fin, limite=une.limite), courriel=_courriel(une))
            premier, *autres = une.courriels or ("",)
            yield Destinataire(cle_de(une.adherent), une.nom, numeros=une.mobiles, courriel=premier, textes=textes)
            for courriel in autres:
                yield Destinataire(cle_de(une.adherent), une.nom, courriel=courriel, textes=textes)

    def textes(self) -> Textes:
        return Textes(sms=sms_a_revoir("(lien)", fin="00", limite="(jour)"),
                      objet="Alerte Commerce : un de vos numéros ne reçoit plus",
                      courriel="Un de vos numéros ne reçoit plus les alertes.")  # fmt: skip


def _courriel(une: Demande) -> str:
    return (
        f"Bonjour,\n\nTrois SMS de suite n'ont pas pu être remis au mobile finissant par {une.fin}, donné pour "
        f"{une.nom}. Il ne reçoit plus les alertes.\n\nDites-nous si c'est toujours le bon, ou donnez-en un autre, "
        f"avant le {une.limite} :\n{une.lien}\n\nL'équipe Alerte Commerce de la chambre"
    )
