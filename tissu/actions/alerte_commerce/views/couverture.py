"""Ce que le réseau couvre, pour les deux partenaires ; qui approcher, pour la chambre."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES, LECTEURS_DE_LA_COUVERTURE, peut_gerer, peut_lire
from tissu.actions.alerte_commerce.publications.approche import document_approche
from tissu.actions.alerte_commerce.queries.couverture import couverture
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.views.garde import de_la_chambre
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier

PERMIS = ("xlsx", "csv")
MONTRES = 100
MAILLES = {"quartiers": "Par quartier", "communes": "Par commune"}
"""Ce que la carte colore."""


@ecran("Couverture du réseau", roles=LECTEURS_DE_LA_COUVERTURE)
@require_safe
@limite("120/m")
def page(request: RequeteConnectee) -> HttpResponse:
    """Adhérents parmi les commerces, par quartier et par activité ; pour la chambre, les nouveaux à approcher."""
    if not peut_lire(request.user):
        raise PermissionDenied("La couverture se lit à la chambre et à la métropole.")
    lue, gere = couverture(timezone.localdate()), peut_gerer(request.user)
    maille = next((cle for cle in MAILLES if cle == request.GET.get("maille")), "quartiers")
    contexte = {
        "titre": "Couverture du réseau", "couverture": lue, "gere": gere,
        "tables": [
            ("Par quartier", "Quartier ou commune", lue.quartiers), ("Par commune", "Commune", lue.communes),
            ("Par activité", "Activité", lue.activites),
        ],
        "maille": maille, "mailles": _mailles(maille), "seuil": reglage("couverture_secret", timezone.now()),
        "nouveaux": lue.nouveaux[:MONTRES] if gere else [], "montres": MONTRES,
        "formats": [(un, FORMATS[un][1]) for un in PERMIS],
    }  # fmt: skip
    return render(request, "alerte_commerce/couverture.html", contexte)


def _mailles(choisie: str) -> list[dict[str, Any]]:
    return [
        {"titre": titre, "url": f"?maille={cle}", "actif": cle == choisie, "compte": None}
        for cle, titre in MAILLES.items()
    ]


@ecran("Nouveaux commerces à approcher", roles=GESTIONNAIRES)
@require_safe
@limite("30/m")
@de_la_chambre
def fichier(request: RequeteConnectee, format: str) -> HttpResponse:
    """La liste, pour un publipostage."""
    if format not in PERMIS:
        raise Http404("Ce format n'existe pas.")
    octets = rendre(document_approche(couverture(timezone.localdate())), format)
    return rendre_le_fichier(octets, FORMATS[format][0], f"commerces-a-approcher.{format}")
