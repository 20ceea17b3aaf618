"""Les pages d'erreur : ce qui s'est passé, que rien n'est perdu, quoi faire."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def requete_incomprise(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render(request, "400.html", status=400)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, avec la phrase de l'exception quand elle en porte une."""
    return render(request, "403.html", {"motif": str(exception)}, status=403)


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "404.html", status=404)


def panne(request: HttpRequest) -> HttpResponse:
    """500 : un gabarit sans contexte ni base, qui s'affiche même quand tout le reste manque."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_refuse(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403 d'un formulaire dont le jeton a expiré."""
    return render(request, "403_csrf.html", status=403)
