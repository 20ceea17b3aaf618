"""Les gabarits d'organisation : les voir, en enregistrer un."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.choices import Role
from tissu.comptes.models import Organisation
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications import operations
from tissu.publications.forms import GabaritForm
from tissu.publications.permissions import GESTIONNAIRES, gabarits_modifiables, roles_de
from tissu.socle.ecrans import ecran


@ecran("Gabarits de documents", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: RequeteConnectee) -> HttpResponse:
    """Les gabarits de son organisation (tous pour l'administration), et l'enregistrement d'un nouveau."""
    organisations = Organisation.objects.all()
    if Role.ADMINISTRATEUR not in roles_de(request.user):
        organisations = organisations.filter(pk__in=[request.user.organisation_id])
    initial = {"organisation": request.user.organisation_id, "depuis": timezone.localdate()}
    formulaire = GabaritForm(request.POST or None, request.FILES or None, organisations=organisations, initial=initial)
    if formulaire.is_valid():
        donnees = dict(formulaire.cleaned_data)
        logo, diapositives = donnees.pop("logo"), donnees.pop("diapositives")
        try:
            operations.enregistrer_gabarit(
                **donnees, logo=logo.read() if logo else b"", auteur=request.user, au=timezone.now(),
                diapositives=diapositives.read() if diapositives else b"",
                diapositives_nom=diapositives.name if diapositives else "",
            )  # fmt: skip
        except operations.GabaritRefuse as refus:
            formulaire.add_error(refus.champ, str(refus))
        else:
            messages.success(request, "Le gabarit est enregistré : il sert aux prochains documents.")
            return redirect("publications:gabarits")
    contexte = {"formulaire": formulaire, "gabarits": gabarits_modifiables(request.user)}
    return render(request, "publications/gabarits.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Logo d'un gabarit", roles=GESTIONNAIRES)
@require_safe
def logo(request: RequeteConnectee, pk: int) -> HttpResponse:
    """L'image, telle que vérifiée à l'enregistrement ; à ceux qui tiennent ce gabarit, comme la page qui la montre."""
    tenus = gabarits_modifiables(request.user).select_related(None).only("logo", "logo_nature")
    objet = get_object_or_404(tenus, pk=pk)
    if not objet.logo:
        raise Http404
    return HttpResponse(bytes(objet.logo), content_type=objet.logo_nature)
