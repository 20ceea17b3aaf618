"""Les pages que l'on ouvre : la liste des cartes, la carte d'une couche, les fragments qui la suivent."""

from unicodedata import normalize

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tissu.cartes import tableau
from tissu.cartes.couches import CoucheIndisponible, couches
from tissu.cartes.presentation import presenter
from tissu.cartes.resolution import adresse_sans_selection
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.views.choisir import panneau
from tissu.cartes.views.contexte import contexte_de_la_liste, contexte_de_la_page
from tissu.cartes.views.exports import menu
from tissu.cartes.views.garde import couche_ouverte
from tissu.cartes.views.impression import adresse_d_impression
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public

OBJETS_D_UNE_BULLE = 20


@public("Cartes")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Les couches que cette personne peut ouvrir."""
    ouvertes = [couche for couche in couches().values() if couche.ouverte_a(request.user)]
    # « Établissements » se range à E.
    ouvertes.sort(key=lambda couche: normalize("NFKD", couche.titre))
    return render(request, "cartes/index.html", {"couches": ouvertes})


@public("Carte, ouverte selon sa couche")
@require_safe
@limite("600/m")
def carte(request: HttpRequest, slug: str) -> HttpResponse:
    """La carte d'une couche, sa liste et son tableau ; la couche dit à qui elle est ouverte."""
    couche = couche_ouverte(request, slug)
    entete = {"titre": couche.titre, "couche": couche}
    try:
        montree = presenter(couche, request.GET, request.user)
    except CoucheIndisponible as absence:
        return render(request, "cartes/indisponible.html", {**entete, "motif": str(absence)})
    except SelectionRefusee as refus:
        sans = adresse_sans_selection(request.GET)
        return render(request, "cartes/refus.html", {**entete, "motif": str(refus), "sans": sans}, status=400)
    contexte = contexte_de_la_page(request.GET, montree) | {"panneau": panneau(request, montree)}
    sorties = {"exports": menu(montree), "imprimer": adresse_d_impression(montree, request.GET.get("vue", ""))}
    return render(request, "cartes/carte.html", {**entete, **contexte, **sorties})


@public("Liste d'une carte, selon sa couche")
@require_safe
@limite("1200/m")
def liste(request: HttpRequest, slug: str) -> HttpResponse:
    """La liste seule, réduite au `cadre` de la carte quand elle le suit."""
    couche = couche_ouverte(request, slug)
    try:
        montree = presenter(couche, request.GET, request.user)
    except (CoucheIndisponible, SelectionRefusee) as refus:
        raise Http404(str(refus)) from refus
    return render(request, "cartes/_liste.html", contexte_de_la_liste(request.GET, montree))


@public("Objets d'une carte, selon sa couche")
@require_safe
@limite("1200/m")
def objets(request: HttpRequest, slug: str) -> HttpResponse:
    """Le contenu d'une bulle : un objet en entier, ou ceux qui sont au même endroit (`id`, répété)."""
    couche = couche_ouverte(request, slug)
    try:
        montree = presenter(couche, request.GET, request.user)
    except (CoucheIndisponible, SelectionRefusee) as refus:
        raise Http404(str(refus)) from refus
    demandes = list(dict.fromkeys(request.GET.getlist("id")))
    trouves = [
        objet for un in demandes[:OBJETS_D_UNE_BULLE] if (objet := tableau.element(montree.jeu, montree.rangement, un))
    ]
    if demandes and not trouves:
        raise Http404("Cet objet n'est pas, ou n'est plus, sur cette carte.")
    contexte = {"couche": couche, "objets": trouves, "reste": max(0, len(demandes) - OBJETS_D_UNE_BULLE)}
    return render(request, "cartes/_objets.html", contexte)
