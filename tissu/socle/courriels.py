"""Les courriels : un texte et sa page, envoyés à une personne ; des résumés, envoyés une fois à chacun."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any, Generic, TypeVar

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

Resume = TypeVar("Resume")
journal = logging.getLogger(__name__)


def envoyer_courriel(*, objet: str, gabarit: str, contexte: Mapping[str, Any], a: str, arreter: str = "") -> None:
    """Envoie `gabarit`.txt et `gabarit`.html. `arreter` : l'adresse entière où ne plus recevoir ce courriel.

    Lève ce que lève le serveur de courriel.
    """
    texte = render_to_string(f"{gabarit}.txt", contexte).replace("\u00a0", " ").replace("\u202f", " ")
    courriel = EmailMultiAlternatives(
        subject=objet.replace("\u00a0", " ").replace("\u202f", " "),
        body=texte,
        to=[a],
        headers={"List-Unsubscribe": f"<{arreter}>"} if arreter else None,
    )
    courriel.attach_alternative(render_to_string(f"{gabarit}.html", contexte), "text/html")
    courriel.send()


@dataclass
class Envois(Generic[Resume]):
    """Ce qui est parti et ce qui ne l’est pas : les résumés partis, et le nombre de manqués."""

    partis: list[Resume]
    manques: int = 0


def envoyer_a_chacun(
    resumes: Iterable[Resume], *, prendre: Callable[[Resume], bool], envoyer: Callable[[Resume], None]
) -> Envois[Resume]:
    """Envoie chaque résumé que `prendre` marque, dans la même transaction : si l'envoi échoue, la marque s'efface.

    `prendre` rend faux quand un autre exécutant l'a pris ou qu'il n'y a rien à dire. Un courriel que le serveur refuse
    n'arrête pas les autres ; il repart au passage suivant.
    """
    envois: Envois[Resume] = Envois([])
    for resume in resumes:
        try:
            with transaction.atomic():
                if not prendre(resume):
                    continue
                envoyer(resume)
        except (SMTPException, OSError):
            journal.exception("Courriel non envoyé")
            envois.manques += 1
        else:
            envois.partis.append(resume)
    return envois
