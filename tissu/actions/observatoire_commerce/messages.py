"""Les messages de la fiche 5 : le résumé mensuel des veilles. Leur texte est dans `templates/…/courriels/`."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from tissu.actions.observatoire_commerce.queries.veilles import Resume
from tissu.messages.contrat import Finalite, Message, MessagePersonnel, Textes
from tissu.socle.courriels import rendre_courriel, sans_insecables
from tissu.socle.formats import pluriel
from tissu.socle.theme import theme

LIGNES_PAR_VEILLE = 20
VEILLES = Finalite("observatoire_commerce.veilles", "Résumé mensuel des rues et quartiers suivis")


@dataclass(frozen=True)
class ResumeDesVeilles(MessagePersonnel):
    """Ce qui a changé dans les lieux qu'une personne suit, avec de quoi l'arrêter."""

    resume: Resume
    jour: date

    slug: ClassVar[str] = "observatoire_commerce.resume"
    finalite: ClassVar[Finalite] = VEILLES

    @property
    def cle(self) -> str:
        return f"{self.personne.pk}:{self.jour}"

    def textes(self) -> Textes:
        page = urljoin(settings.ADRESSE, reverse("observatoire_commerce:veilles"))
        texte, html = rendre_courriel(
            "observatoire_commerce/courriels/veilles",
            {
                "resume": self.resume, "plateforme": theme().nom, "page": page,
                "racine": settings.ADRESSE.rstrip("/"), "montres": LIGNES_PAR_VEILLE,
            },
        )  # fmt: skip
        return Textes(objet=objet_du_resume(self.resume), courriel=texte, html=html)


def objet_du_resume(resume: Resume) -> str:
    """« Vos rues et quartiers : 3 locaux ont changé »."""
    locaux = {un.local.pk for suivi in resume.suivis for un in suivi.changements}
    return sans_insecables(f"Vos rues et quartiers : {pluriel(len(locaux), 'local a', 'locaux ont')} changé")


MESSAGES: tuple[type[Message], ...] = (ResumeDesVeilles,)
