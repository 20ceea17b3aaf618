"""Les photographies d'un local : les déposer, les voir, les retirer."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.forms.local import PhotoForm
from tissu.locaux.models import Photo
from tissu.locaux.operations.photos import deposer_photo, retirer_photo
from tissu.locaux.views.ecrire import agir, remplir
from tissu.locaux.views.local import charger, contexte_de, page
from tissu.socle.ecrans import ecran


@ecran("Ajouter une photographie", roles=AGENTS)
@require_POST
def deposer(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = PhotoForm(request.POST, request.FILES)
    contexte = contexte_de(request, objet) | {"photo_form": formulaire}
    return remplir(
        request, formulaire,
        lambda: deposer_photo(
            local=objet, fichier=formulaire.cleaned_data["fichier"], legende=formulaire.cleaned_data["legende"],
            auteur=request.user, au=timezone.now(),
        ),
        fait="La photographie est ajoutée.", retour=page(objet), gabarit="locaux/local.html", contexte=contexte,
    )  # fmt: skip


@ecran("Photographie d'un local", roles=permissions.LECTEURS)
@require_safe
@cache_control(private=True, max_age=86_400, immutable=True)
def photo(request: RequeteConnectee, reference: str, pk: int) -> FileResponse:
    """L'image, que le serveur a lui-même refaite : elle ne porte que des pixels."""
    trouvee = get_object_or_404(Photo, pk=pk, local__reference=reference)
    return FileResponse(trouvee.fichier.open("rb"), content_type="image/jpeg")


@ecran("Retirer une photographie", roles=AGENTS)
@require_POST
def retirer(request: RequeteConnectee, reference: str, pk: int) -> HttpResponse:
    objet = charger(reference)
    trouvee = get_object_or_404(Photo, pk=pk, local=objet)
    return agir(
        request, lambda: retirer_photo(photo=trouvee, auteur=request.user, au=timezone.now()),
        fait="La photographie est retirée.", retour=page(objet),
    )  # fmt: skip
