"""Écrans du socle : l'avancement d'un travail, l'habillage du territoire, les pages d'information."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tissu.socle.ecrans import ecran, public
from tissu.socle.models import Travail
from tissu.socle.theme import feuille_de_couleurs, theme


@ecran("Avancement d'un travail")
@require_safe
def travail(request: HttpRequest, travail_id: Any) -> HttpResponse:
    """La page d'un travail, ou son seul fragment quand htmx le redemande. Chacun ne voit que les siens."""
    dossier = get_object_or_404(Travail, pk=travail_id)
    # Le socle ne connaît pas les comptes : la personne n'est ici qu'un objet qui sait dire ses rôles.
    personne: Any = request.user
    if dossier.auteur_id not in (None, personne.pk) and "administrateur" not in personne.roles_actifs():
        raise Http404
    gabarit = "socle/_travail.html" if request.headers.get("HX-Request") else "socle/travail.html"
    return render(request, gabarit, {"travail": dossier})


@public("Couleurs du territoire")
@require_safe
@cache_control(max_age=300)
def theme_css(request: HttpRequest) -> HttpResponse:
    """Les jetons de couleur du territoire, en feuille de style (la CSP interdit le style en ligne)."""
    return HttpResponse(feuille_de_couleurs(), content_type="text/css; charset=utf-8")


@public("Logo du territoire")
@require_safe
@cache_control(max_age=3600)
def theme_logo(request: HttpRequest) -> FileResponse:
    """Le logo du dossier de configuration du territoire, SVG ou PNG."""
    logo = theme().logo
    if logo is None:
        raise Http404("Ce territoire n'a pas de logo.")
    genre = "image/svg+xml" if logo.suffix == ".svg" else "image/png"
    return FileResponse(logo.open("rb"), content_type=genre)


@public("Accessibilité")
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """La déclaration d'accessibilité."""
    return render(request, "socle/accessibilite.html")


@public("Mentions légales et données personnelles")
@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    """Qui publie, d'où viennent les données, quels droits ont les personnes."""
    return render(request, "socle/mentions.html")
