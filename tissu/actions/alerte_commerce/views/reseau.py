"""Le stock, les pages du guide, les référents."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.alerte_commerce.forms.gestion import ConseilForm, MouvementForm, ReferentForm
from tissu.actions.alerte_commerce.models import MouvementDeStock, PageConseil, Referent
from tissu.actions.alerte_commerce.operations import reseau
from tissu.actions.alerte_commerce.operations import stock as operations_stock
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.publications.guide import CLE as GUIDE
from tissu.actions.alerte_commerce.queries import gestion as lectures
from tissu.actions.alerte_commerce.rules.textes import blocs
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.sources import lien_de_diffusion
from tissu.socle.conflits import ConflitDeSaisie, comparer, nom_de_champ
from tissu.socle.ecrans import ecran


@ecran("Stock d'Alerte Commerce", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def stock(request: RequeteConnectee) -> HttpResponse:
    """Ce qu'il reste, ce qui est entré et sorti."""
    formulaire = MouvementForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations_stock.mouvoir(**formulaire.cleaned_data, auteur=request.user, au=timezone.now())
        except GesteRefuse as refus:
            formulaire.add_error("quantite", str(refus))
        else:
            dire(request, "Le mouvement est noté.")
            return redirect("alerte_commerce:stock")
    mouvements = MouvementDeStock.objects.select_related("adherent", "auteur")
    contexte = {
        "titre": "Stock", "formulaire": formulaire, "stock": lectures.stock(timezone.now()),
        "page": Paginator(mouvements, 50).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "alerte_commerce/stock.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Pages du guide et référents", roles=GESTIONNAIRES)
@require_safe
@de_la_chambre
def conseils(request: RequeteConnectee) -> HttpResponse:
    """Les pages du guide et les référents, publiés ou non."""
    pages = list(PageConseil.objects.all())
    contexte = {
        "titre": "Guide et référents", "pages": pages, "referents": Referent.objects.all(),
        "publiees": any(page.publie for page in pages), "diffuser": lien_de_diffusion(GUIDE, "actuel"),
    }  # fmt: skip
    return render(request, "alerte_commerce/conseils.html", contexte)


@ecran("Écrire une page du guide", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def conseil(request: RequeteConnectee, pk: int | None = None) -> HttpResponse:
    """Une page du guide, et ce qu'elle donnera."""
    page = get_object_or_404(PageConseil, pk=pk) if pk else PageConseil()
    revision, conflit = page.revision, None
    formulaire = ConseilForm(request.POST or None, instance=page)
    if request.method == "POST" and formulaire.is_valid():
        lue = request.POST.get("revision", "")
        try:
            reseau.enregistrer_conseil(page=formulaire.save(commit=False), auteur=request.user, au=timezone.now(),
                                       revision=int(lue) if lue.isdecimal() else 0)  # fmt: skip
        except ConflitDeSaisie as refus:
            conflit = comparer(refus, nommer=nom_de_champ(PageConseil))
        else:
            dire(request, "La page est enregistrée.")
            return redirect("alerte_commerce:conseils")
    contexte = {"titre": page.titre or "Nouvelle page", "formulaire": formulaire, "revision": revision,
                "conflit": conflit, "apercu": blocs(formulaire["corps"].value() or "")}  # fmt: skip
    statut = 409 if conflit else 422 if formulaire.errors else 200
    return render(request, "alerte_commerce/conseil.html", contexte, status=statut)


@ecran("Écrire un référent", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def referent(request: RequeteConnectee, pk: int | None = None) -> HttpResponse:
    """Un référent, publié ou non."""
    formulaire = ReferentForm(request.POST or None, instance=get_object_or_404(Referent, pk=pk) if pk else Referent())
    if request.method == "POST" and formulaire.is_valid():
        reseau.enregistrer_referent(referent=formulaire.save(commit=False), auteur=request.user)
        dire(request, "Le référent est enregistré.")
        return redirect("alerte_commerce:conseils")
    contexte = {"titre": "Référent", "formulaire": formulaire}
    return render(request, "alerte_commerce/saisie.html", contexte, status=422 if formulaire.errors else 200)
