"""L'état des dépenses pour un financeur, à l'écran et à télécharger avec ses pièces."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.etat_financeur import EtatForm
from tissu.programme.permissions import REDACTEURS
from tissu.programme.publications.etat_financeur import archive_etat, document_etat
from tissu.programme.queries import cadre
from tissu.programme.queries.etat_financeur import EtatDesDepenses, etat_des_depenses, fiches_du_financeur
from tissu.publications.rendus import FORMATS, contexte_page, rendre
from tissu.socle.ecrans import ecran

TYPES = {"pdf": FORMATS["pdf"][0], "xlsx": FORMATS["xlsx"][0], "zip": "application/zip"}
TITRES = {"pdf": "PDF", "xlsx": "Classeur", "zip": "PDF, classeur et pièces (ZIP)"}


@ecran("État pour un financeur", roles=REDACTEURS)
@require_safe
def etat_financeur(request: RequeteConnectee) -> HttpResponse:
    """Choisir le financeur, l'année et la fiche ; lire l'état ; le télécharger."""
    choix = EtatForm(request.GET or None)
    contexte: dict[str, Any] = {"choix": choix, "formats": [], "sections": [], "document": None}
    etat = _etat(request, choix) if choix.is_valid() else None
    if etat is not None:
        adresse = urlencode({cle: valeur for cle, valeur in request.GET.items() if cle in choix.fields})
        contexte |= contexte_page(document_etat(etat, au=timezone.localdate())) | {
            "formats": [
                {"titre": titre, "url": f"{reverse('programme:etat_financeur_fichier', args=[format_])}?{adresse}"}
                for format_, titre in TITRES.items()
            ]
        }
    return render(request, "programme/temps_etat.html", contexte)


@ecran("État pour un financeur, à télécharger", roles=REDACTEURS)
@require_safe
@limite("60/m")
def etat_financeur_fichier(request: RequeteConnectee, format: str) -> HttpResponse:
    """L'état en PDF, en classeur, ou en archive avec ses pièces numérotées."""
    choix = EtatForm(request.GET)
    etat = _etat(request, choix) if choix.is_valid() and format in TYPES else None
    if etat is None:
        raise Http404("Choisissez un financeur, une année et un format.")
    au = timezone.localdate()
    octets = archive_etat(etat, au=au) if format == "zip" else rendre(document_etat(etat, au=au), format)
    nom = f"etat-des-depenses-{etat.annee}.{format}"
    return HttpResponse(
        octets, content_type=TYPES[format], headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )


def _etat(request: RequeteConnectee, choix: forms.Form) -> EtatDesDepenses | None:
    """L'état des fiches choisies ; None si le financeur n'est écrit dans aucune. Refuse les fiches des autres."""
    financeur, annee = choix.cleaned_data["financeur"], int(choix.cleaned_data["annee"])
    voulues = {fiche.pk for fiche in fiches_du_financeur(financeur, annee)}
    if choix.cleaned_data["fiche"]:
        voulues &= {choix.cleaned_data["fiche"]}
    fiches = list(cadre.fiches().filter(pk__in=voulues).order_by("numero", "pk"))
    if not all(permissions.est_redacteur(request.user, fiche) for fiche in fiches):
        raise PermissionDenied("Un état contient des justificatifs : il s'établit par un partenaire de la convention.")
    if not fiches:
        return None
    return etat_des_depenses(financeur=financeur, annee=annee, fiches=fiches, au=timezone.localdate())
