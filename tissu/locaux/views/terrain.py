"""La page de relevé, qui s'ouvre sans réseau : sa coquille, son ouvrier de service, son manifeste, ses icônes."""

import hashlib
import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.queries import coquille
from tissu.socle.ecrans import ecran, public
from tissu.socle.theme import theme


@ecran("Relevé sur place", roles=permissions.LECTEURS)
@require_safe
@never_cache
def page(request: RequeteConnectee) -> HttpResponse:
    """La même pour tous : elle ne porte aucune donnée, le téléphone peut la garder."""
    return render(request, coquille.GABARIT, coquille.page())


@public("Ouvrier de service du relevé sur place")
@require_safe
@cache_control(no_cache=True)
def ouvrier(request: HttpRequest) -> HttpResponse:
    """Le script qui garde la coquille ; il change d'un octet dès qu'elle change, et le navigateur la reprend."""
    adresses = coquille.coquille()
    version = hashlib.sha256(json.dumps(adresses).encode()).hexdigest()[:16]
    entete = f"self.COQUILLE = {json.dumps({'version': version, 'adresses': list(adresses)})};\n"
    return HttpResponse(entete + coquille.script_de_l_ouvrier(), content_type="text/javascript; charset=utf-8")


@public("Manifeste du relevé sur place")
@require_safe
@cache_control(max_age=3600)
def manifeste(request: HttpRequest) -> HttpResponse:
    habit = theme()
    corps = {
        "id": reverse("locaux:terrain"), "start_url": reverse("locaux:terrain"), "scope": reverse("locaux:terrain"),
        "name": f"Relevé des locaux – {habit.nom}", "short_name": "Relevé", "lang": "fr", "dir": "ltr",
        "display": "standalone", "orientation": "portrait", "theme_color": habit.accent,
        "background_color": habit.neutres[0],
        "icons": [
            {"src": reverse("locaux:terrain_icone", args=[cote]), "sizes": f"{cote}x{cote}", "type": "image/png",
             "purpose": usage}
            for cote in coquille.ICONES for usage in ("any", "maskable")
        ],
    }  # fmt: skip
    return JsonResponse(corps, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@public("Icône du relevé sur place")
@require_safe
@cache_control(max_age=86_400)
def icone(request: HttpRequest, cote: int) -> HttpResponse:
    if cote not in coquille.ICONES:
        raise Http404("Cette taille d'icône n'existe pas.")
    return HttpResponse(coquille.dessiner_icone(cote, theme().accent), content_type="image/png")
