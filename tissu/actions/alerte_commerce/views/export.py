"""La liste remise aux forces de l'ordre, sous leur format : chaque sortie est journalisée."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.actions.alerte_commerce.permissions import EXPORTATEURS, peut_exporter
from tissu.actions.alerte_commerce.publications.police import COLONNES, document_police
from tissu.actions.alerte_commerce.queries.adherents import adherents_joignables
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier

PERMIS = ("xlsx", "csv")


def _exiger(request: RequeteConnectee) -> None:
    if not peut_exporter(request.user):
        raise PermissionDenied("La liste des adhérents est réservée à la chambre et aux forces de l'ordre.")


@ecran("Liste pour les forces de l'ordre", roles=EXPORTATEURS)
@require_safe
@limite("60/m")
def page(request: RequeteConnectee) -> HttpResponse:
    """Le format annoncé, et les deux fichiers."""
    _exiger(request)
    joignables = adherents_joignables(timezone.now())
    contexte = {
        "titre": "Liste pour les forces de l'ordre", "colonnes": COLONNES, "commerces": len(joignables),
        "numeros": sum(len(un.mobiles) for un in joignables), "formats": [(un, FORMATS[un][1]) for un in PERMIS],
    }  # fmt: skip
    return render(request, "alerte_commerce/export.html", contexte)


@ecran("Télécharger la liste des adhérents", roles=EXPORTATEURS)
@require_safe
@limite("10/h")
def fichier(request: RequeteConnectee, format: str) -> HttpResponse:
    """Le fichier, et sa trace au journal des accès."""
    _exiger(request)
    if format not in PERMIS:
        raise Http404("Ce format n'existe pas.")
    au = timezone.now()
    octets = rendre(document_police(au), format)
    journaliser_acces(
        personne=request.user, nature=NatureAcces.EXPORT, objet=("adherents", "liste"), au=au,
        motif=f"Liste des adhérents d'Alerte Commerce, {format}", adresse_ip=adresse_ip(request),
    )  # fmt: skip
    nom = f"alerte-commerce-{timezone.localdate(au):%Y-%m-%d}.{format}"
    return rendre_le_fichier(octets, FORMATS[format][0], nom)
