"""Les messages de la fiche 5 : le résumé mensuel des veilles. Leur texte est dans `templates/…/courriels/`."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from tissu.actions.observatoire_commerce.queries.veilles import Resume
from tissu.socle.courriels import envoyer_courriel
from tissu.socle.formats import pluriel
from tissu.socle.theme import theme

LIGNES_PAR_VEILLE = 20


def envoyer_resume(resume: Resume) -> None:
    """Envoie le résumé d'une personne, avec de quoi l'arrêter. Lève ce que lève le serveur de courriel."""
    page = urljoin(settings.ADRESSE, reverse("observatoire_commerce:veilles"))
    envoyer_courriel(
        objet=objet_du_resume(resume),
        gabarit="observatoire_commerce/courriels/veilles",
        contexte={
            "resume": resume, "plateforme": theme().nom, "page": page, "racine": settings.ADRESSE.rstrip("/"),
            "montres": LIGNES_PAR_VEILLE,
        },
        a=resume.personne.courriel,
        arreter=f"{page}#resume",
    )  # fmt: skip


def objet_du_resume(resume: Resume) -> str:
    """« Vos rues et quartiers : 3 locaux ont changé »."""
    locaux = {un.local.pk for suivi in resume.suivis for un in suivi.changements}
    return f"Vos rues et quartiers : {pluriel(len(locaux), 'local a', 'locaux ont')} changé"
