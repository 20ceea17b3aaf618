"""Ce que voit l'auteur pendant qu'il écrit : le nombre de SMS, la place prise, les caractères qui coûtent."""

from dataclasses import dataclass

from tissu.messages.rules.caracteres import CaractereCouteux, caracteres_couteux, economie
from tissu.messages.rules.segmentation import CAPACITES, GSM, UCS2, TexteRefuse, segmenter


@dataclass(frozen=True)
class Compte:
    """Le compte d'un texte. `places_au_plus` : ce que porte ce nombre de SMS. `refus` : pourquoi il ne peut partir."""

    sms: int = 0
    places: int = 0
    places_au_plus: int = CAPACITES[GSM][0]
    encodage: str = GSM
    couteux: tuple[CaractereCouteux, ...] = ()
    gain: int = 0
    refus: str = ""

    @property
    def reste(self) -> int:
        """Le nombre de SMS si l'auteur accepte tous les remplacements proposés."""
        return self.sms - self.gain

    @property
    def etroit(self) -> bool:
        """Un caractère a fait passer tout le texte à 70 places par SMS."""
        return self.encodage == UCS2


def compter(texte: str) -> Compte:
    """Compte un texte en cours de frappe : vide, il fait zéro SMS ; refusé, le compte dit pourquoi."""
    if not texte:
        return Compte()
    try:
        segmentation = segmenter(texte)
    except TexteRefuse as refus:
        return Compte(refus=str(refus))
    capacite = CAPACITES[segmentation.encodage][0 if segmentation.combien == 1 else 1]
    return Compte(
        sms=segmentation.combien,
        places=segmentation.unites,
        places_au_plus=segmentation.combien * capacite,
        encodage=segmentation.encodage,
        couteux=caracteres_couteux(texte),
        gain=economie(texte).gain,
    )
