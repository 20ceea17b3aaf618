"""Les messages de la fiche 3 : les réponses à une demande, et l'alerte aux commerces."""

from tissu.actions.alerte_commerce.messages.alertes import AlerteAuxCommerces
from tissu.actions.alerte_commerce.messages.confirmations import ConfirmerSonNumero, NumeroARevoir
from tissu.actions.alerte_commerce.messages.demandes import CodeParSms, LienVersLEspace, SuiteDeLaDemande
from tissu.messages.contrat import Message

MESSAGES: tuple[type[Message], ...] = (
    CodeParSms, LienVersLEspace, SuiteDeLaDemande, ConfirmerSonNumero, NumeroARevoir, AlerteAuxCommerces,
)  # fmt: skip

__all__ = [
    "MESSAGES", "AlerteAuxCommerces", "CodeParSms", "ConfirmerSonNumero", "LienVersLEspace", "NumeroARevoir",
    "SuiteDeLaDemande",
]  # fmt: skip
