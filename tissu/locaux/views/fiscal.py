"""Le fichier fiscal des locaux vacants : réservé aux agents de la collectivité, l'autre partenaire ne l'ouvre pas."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.forms.fiscal import DepotFiscalForm
from tissu.locaux.models import ImportFiscal
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.fiscal import RAYON, REFUS, importer_donnees_fiscales
from tissu.locaux.sources.lecture import FichierDeLocauxRefuse
from tissu.locaux.views.ecrire import remplir
from tissu.registre.operations.depots import deposer
from tissu.socle.ecrans import ecran

PAR_PAGE = 50


def entre_collectivites(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ferme la vue à qui n'est pas agent d'une collectivité, quel que soit son rôle ailleurs."""

    @wraps(vue)
    def enveloppe(request: RequeteConnectee, *args: object, **kwargs: object) -> HttpResponse:
        if not permissions.peut_lire_les_donnees_fiscales(request.user):
            raise PermissionDenied(REFUS)
        return vue(request, *args, **kwargs)

    return enveloppe


@ecran("Fichiers fiscaux", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@entre_collectivites
def imports(request: RequeteConnectee) -> HttpResponse:
    """Les fichiers reçus, et le dépôt d'un nouveau par un chargé de mission."""
    peut = permissions.peut_importer_les_donnees_fiscales(request.user)
    formulaire = DepotFiscalForm(request.POST or None, request.FILES or None)
    recus = ImportFiscal.objects.select_related("auteur")
    contexte = {"peut": peut, "page": Paginator(recus, PAR_PAGE).get_page(request.GET.get("page"))}
    return remplir(
        request, formulaire, lambda: _importer(request, formulaire), fait="Le fichier est lu.",
        retour=lambda cree: reverse("locaux:fiscal", args=[cree.pk]), contexte=contexte,
        gabarit="locaux/fiscaux.html",
    )  # fmt: skip


def _importer(request: RequeteConnectee, formulaire: DepotFiscalForm) -> ImportFiscal:
    lues = formulaire.cleaned_data
    if not permissions.peut_importer_les_donnees_fiscales(request.user):
        raise LocalRefuse(REFUS)
    try:
        return importer_donnees_fiscales(
            depot=deposer(lues["fichier"], rayon=RAYON), millesime=lues["millesime"], source=lues["source"],
            auteur=request.user, au=timezone.now(),
        )  # fmt: skip
    except FichierDeLocauxRefuse as refus:
        raise LocalRefuse(str(refus)) from refus


@ecran("Bilan d'un fichier fiscal", roles=AGENTS)
@require_safe
@entre_collectivites
def importation(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qui est allé à un local, ce qui attend de côté, et pourquoi."""
    objet = get_object_or_404(ImportFiscal.objects.select_related("auteur"), pk=pk)
    page = Paginator(objet.rejets.all(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "locaux/fiscal.html", {"objet": objet, "titre": objet.nom, "page": page})
