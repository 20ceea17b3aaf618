"""Les messages de la fiche 7 : le résumé des veilles."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from tissu.actions.fichier_entreprises.models import Signalement
from tissu.socle.formats import date_courte, pluriel, siret_lisible


def envoyer_digest(personne: Any, signalements: Sequence[Signalement]) -> None:
    """Envoie le résumé d'une personne ; un courriel par destinataire."""
    send_mail(objet_du_digest(signalements), texte_du_digest(personne, signalements), None, [personne.courriel])


def objet_du_digest(signalements: Sequence[Signalement]) -> str:
    entreprises = len({signalement.siret for signalement in signalements})
    return f"Vos veilles : {pluriel(entreprises, 'entreprise')} à regarder".replace("\u00a0", " ")


def texte_du_digest(personne: Any, signalements: Sequence[Signalement]) -> str:
    """Le corps du courriel : par veille, un fait par ligne, puis où lire et comment arrêter."""
    lignes = [f"Bonjour {personne},", "", "Voici ce qui est arrivé aux entreprises que vous suivez.", ""]
    veille = None
    for signalement in signalements:
        if signalement.veille_id != veille:
            veille = signalement.veille_id
            lignes += [f"« {signalement.veille.nom} »"]
        quand = f", le {date_courte(signalement.date_effet)}" if signalement.date_effet else ""
        lignes.append(f"- {siret_lisible(signalement.siret)} : {signalement.texte}{quand}")
        lignes.append(f"  {settings.ADRESSE}{reverse('registre:etablissement', args=[signalement.siret])}")
    lignes += [
        "",
        f"Toutes vos veilles : {settings.ADRESSE}{reverse('fichier_entreprises:veilles')}",
        "Pour changer le rythme de ce résumé ou l'arrêter, modifiez la veille sur cette page.",
    ]
    return "\n".join(lignes)
