"""Les commerces à appeler, en fichier : sans réponse, injoignables, ou sans numéro."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatNumero, MotifConfirmation
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.queries.confirmations import sans_numero, suivre
from tissu.messages.rules.numeros import mobile_lisible
from tissu.publications.contenu import Colonne, Document, Nature, Section, Tableau
from tissu.socle.formats import date_longue, pluriel
from tissu.socle.territoire import territoire

COLONNES = (
    Colonne("nom", "Commerce"),
    Colonne("adresse", "Adresse"),
    Colonne("commune", "Commune"),
    Colonne("contact", "Contact"),
    Colonne("mobile", "Mobile"),
    Colonne("courriel", "Courriel"),
    Colonne("pourquoi", "Pourquoi appeler"),
    Colonne("recoit", "Reçoit les alertes"),
    Colonne("demande_le", "Dernier envoi", Nature.DATE),
)


def document_a_appeler(au: datetime) -> Document:
    """Par motif, puis par nom."""
    lignes = list(_lignes(au))
    tableau = Tableau("a_appeler", "Commerces à appeler", COLONNES, lignes, vide="Personne à appeler.")
    return Document(
        titre="Alerte Commerce : commerces à appeler", sous_titre=f"{pluriel(len(lignes), 'numéro')}. Confidentiel.",
        territoire=territoire().nom, periode=f"Au {date_longue(timezone.localdate(au))}",
        source_au=timezone.localdate(au), version="", sections=[Section("a_appeler", "À appeler", [tableau])],
        methode=("Deux demandes sans réponse, un numéro suspendu sans autre moyen de joindre le commerce, une "
                 "opposition (STOP), ou plus aucun mobile.",),
    )  # fmt: skip


def _lignes(au: datetime) -> Iterable[dict[str, Any]]:
    for motif in MotifConfirmation:
        for un in suivre(motif, au=au):
            if un.etat == EtatNumero.A_APPELER:
                yield _commerce(un.contact.adherent) | {
                    "contact": un.contact.nom, "mobile": mobile_lisible(un.contact.mobile),
                    "courriel": un.contact.courriel, "pourquoi": motif.label,
                    "recoit": "oui" if un.recoit else "non",
                    "demande_le": timezone.localdate(un.demande.dernier_envoi_le) if un.demande else None,
                }  # fmt: skip
    for adherent in sans_numero():
        yield _commerce(adherent) | {
            "contact": adherent.charte_signataire, "mobile": "", "courriel": "", "pourquoi": "Plus aucun mobile",
            "recoit": "non", "demande_le": None,
        }  # fmt: skip


def _commerce(adherent: Adherent) -> dict[str, Any]:
    commune = territoire().communes.get(adherent.code_commune, "")
    return {"nom": adherent.nom, "adresse": adherent.adresse, "commune": commune}
