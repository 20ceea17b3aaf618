"""Télécharger la sélection affichée."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.choices import LECTEURS_DU_REGISTRE, NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_voir_contacts
from tissu.comptes.requetes import RequeteConnectee
from tissu.entrepot.instantane import courant
from tissu.registre import exports
from tissu.registre.forms.recherche import RechercheForm
from tissu.registre.queries.contacts import avec_contacts
from tissu.registre.queries.recherche import parcourir, selection
from tissu.registre.views.absence import registre_requis
from tissu.registre.views.recherche import dirigeants, formulaire
from tissu.socle.ecrans import ecran
from tissu.socle.formats import nombre

TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@ecran("Export des établissements", roles=LECTEURS_DU_REGISTRE)
@require_safe
@limite("30/h")
@registre_requis
def exporter(request: RequeteConnectee, sorte: str) -> HttpResponseBase:
    """La sélection en CSV ou en classeur. Les contacts n'y sont que pour qui peut les lire, et c'est journalisé."""
    if sorte not in {"csv", "xlsx"}:
        raise Http404
    form = formulaire(request)
    demande, au = form.demande(), timezone.localdate()
    sirets = selection(demande, au=au, dirigeants=dirigeants(request, demande.texte))
    if sorte == "xlsx" and len(sirets) > exports.LIGNES_DU_CLASSEUR:
        messages.warning(
            request,
            f"Cette sélection compte {nombre(len(sirets))} établissements ; un classeur en porte au plus "
            f"{nombre(exports.LIGNES_DU_CLASSEUR)}. Affinez les filtres, ou prenez le CSV.",
        )
        return redirect(f"{reverse('registre:liste')}?{request.GET.urlencode()}")
    contacts = _contacts_demandes(request, len(sirets))
    lignes = parcourir(sirets)
    lignes = avec_contacts(lignes) if contacts else lignes
    colonnes = exports.colonnes(au, avec_contacts=contacts)
    nom = f"etablissements-{au:%Y-%m-%d}.{sorte}"
    if sorte == "csv":
        reponse = StreamingHttpResponse(exports.csv_en_flux(lignes, colonnes), content_type="text/csv; charset=utf-8")
        reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
        return reponse
    return _classeur(lignes, colonnes, _legende(form, len(sirets)), nom)


def _contacts_demandes(request: RequeteConnectee, combien: int) -> bool:
    if request.GET.get("contacts") != "oui":
        return False
    if not peut_voir_contacts(request.user):
        raise PermissionDenied("Les contacts ne s'exportent qu'avec le droit de les voir.")
    journaliser_acces(
        personne=request.user,
        nature=NatureAcces.EXPORT,
        objet=("selection", request.GET.urlencode()[:50]),
        au=timezone.now(),
        motif=f"Export des contacts de {combien} établissements",
    )
    return True


def _classeur(lignes: Iterator[Any], colonnes: list[Any], legende: exports.Legende, nom: str) -> FileResponse:
    with tempfile.TemporaryDirectory(prefix="tissu-export-") as dossier:
        chemin = Path(dossier) / nom
        exports.ecrire_classeur(chemin, lignes, colonnes, legende)
        # Le fichier reste lisible par sa poignée une fois son nom effacé.
        return FileResponse(chemin.open("rb"), as_attachment=True, filename=nom, content_type=TYPE_XLSX)


def _legende(form: RechercheForm, total: int) -> exports.Legende:
    manifeste = courant().manifeste
    return exports.Legende(
        titre="Établissements du registre",
        territoire=manifeste["territoire"]["nom"],
        filtres=[(puce.titre, puce.texte) for puce in form.puces()],
        total=total,
        exporte_le=timezone.localdate(),
        source_au=date.fromisoformat(manifeste["source_au"]),
    )
