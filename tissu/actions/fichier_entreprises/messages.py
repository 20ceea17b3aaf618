"""Les messages de la fiche 7 : le résumé des veilles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse

from tissu.actions.fichier_entreprises.models import Signalement
from tissu.messages.contrat import Finalite, Message, MessagePersonnel, Textes
from tissu.socle.courriels import sans_insecables
from tissu.socle.formats import date_courte, pluriel, siret_lisible

VEILLES = Finalite("fichier_entreprises.veilles", "Résumé des entreprises suivies")


@dataclass(frozen=True)
class ResumeDesVeilles(MessagePersonnel):
    """Ce qui est arrivé aux entreprises qu'une personne suit. Un signalement n'est que dans un résumé."""

    signalements: Sequence[Signalement]

    slug: ClassVar[str] = "fichier_entreprises.resume"
    finalite: ClassVar[Finalite] = VEILLES

    @property
    def cle(self) -> str:
        return f"{self.personne.pk}:{max(signalement.pk for signalement in self.signalements)}"

    def textes(self) -> Textes:
        texte = texte_du_digest(self.personne, self.signalements)
        return Textes(objet=objet_du_digest(self.signalements), courriel=texte)


MESSAGES: tuple[type[Message], ...] = (ResumeDesVeilles,)


def objet_du_digest(signalements: Sequence[Signalement]) -> str:
    entreprises = len({signalement.siret for signalement in signalements})
    return sans_insecables(f"Vos veilles : {pluriel(entreprises, 'entreprise')} à regarder")


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
        "Pour changer le rythme de ce résumé ou l'arrêter, allez sur cette page.",
    ]
    return sans_insecables("\n".join(lignes))
