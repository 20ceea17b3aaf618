"""Ce que coûterait un envoi de demandes, et à quel rythme il partirait."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tissu.actions.alerte_commerce.choices import MotifConfirmation
from tissu.actions.alerte_commerce.models import Confirmation
from tissu.actions.alerte_commerce.queries.ciblage import cout_de
from tissu.actions.alerte_commerce.queries.confirmations import NumeroSuivi, lien_de_confirmation
from tissu.actions.alerte_commerce.rules.confirmations import sms_a_revoir, sms_de_confirmation
from tissu.messages.canaux.reglages import operateurs
from tissu.messages.rules.compte import Compte, compter

_GRAND = 10**7
"""Un numéro de demande plus long que tous ceux d'ici là : le lien montré est le plus long."""


@dataclass(frozen=True)
class EnvoiPrevu:
    """`numeros` : commerces à qui demander ; `sms` et `courriels` : ce qui partirait. `cout` : None s'il n'est pas dit.

    `debit` en SMS par seconde, 0 sans limite.
    """

    numeros: int
    sms: int
    courriels: int
    texte: str
    compte: Compte
    cout: Decimal | None
    debit: float


def prevoir(motif: str, voulus: Sequence[NumeroSuivi]) -> EnvoiPrevu:
    """Ce qui partirait à ceux-là, au plus."""
    texte = _exemple(motif, voulus)
    compte, sms = compter(texte), sum(len(un.mobiles) for un in voulus)
    declares = operateurs()
    return EnvoiPrevu(
        len(voulus), sms, sum(len(un.courriels) for un in voulus), texte, compte, cout_de(sms * compte.sms),
        declares[0].debit if declares else 0.0,
    )  # fmt: skip


def _exemple(motif: str, voulus: Sequence[NumeroSuivi]) -> str:
    if not voulus:
        return ""
    lien = lien_de_confirmation(Confirmation(pk=_GRAND, motif=motif, contact=voulus[0].contact))
    lien = f"{lien[:-8]}XXXXXXX/"
    if motif == MotifConfirmation.IMPORTE:
        return sms_de_confirmation(lien, limite="31/12")
    return sms_a_revoir(lien, fin=voulus[0].contact.mobile[-2:], limite="31/12")
