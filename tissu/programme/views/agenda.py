"""S'abonner à son calendrier depuis un agenda, le lire avec un jeton, régler ses rappels."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.queries.choix import recoit
from tissu.programme.messages import RAPPELS
from tissu.programme.operations import abonnements, rappels
from tissu.programme.permissions import LECTEURS
from tissu.programme.publications.agenda import en_icalendar
from tissu.programme.queries import agenda as lectures
from tissu.programme.queries import calendrier
from tissu.programme.queries import reunions as lectures_des_reunions
from tissu.programme.views.cadre import charger_fiche
from tissu.socle.ecrans import ecran, public
from tissu.socle.theme import theme


@ecran("S'abonner au calendrier", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def abonnement(request: RequeteConnectee) -> HttpResponse:
    """Donner, remplacer ou révoquer l'adresse secrète de son calendrier ; elle n'est montrée qu'une fois."""
    adresse = ""
    if request.method == "POST":
        if request.POST.get("geste") == "revoquer":
            abonnements.revoquer_jeton(personne=request.user)
            messages.success(request, "L'adresse ne répond plus : votre agenda cessera de se mettre à jour.")
            return redirect("programme:abonnement")
        jeton = abonnements.donner_jeton(personne=request.user, au=timezone.now())
        adresse = f"{settings.ADRESSE}{reverse('programme:calendrier_ics', args=[jeton])}"
    contexte = {
        "titre": "S'abonner au calendrier",
        "adresse": adresse,
        "adresse_webcal": f"webcal://{adresse.split('://', 1)[-1]}" if adresse else "",
        "abonnement": lectures.abonnement_de(request.user),
        "rappels_actifs": recoit(request.user, RAPPELS),
    }
    reponse = render(request, "programme/vie_abonnement.html", contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


@public("Calendrier d'un abonné (jeton secret)")
@require_safe
@limite("60/h")
def calendrier_ics(request: HttpRequest, jeton: str) -> HttpResponse:
    """Le calendrier, à qui présente un jeton ; les droits sont relus à chaque lecture."""
    personne = lectures.personne_du_jeton(jeton)
    if personne is None or LECTEURS.isdisjoint(personne.roles_actifs()):
        raise Http404("Ce calendrier n'existe pas, ou plus.")
    choses = lectures.agenda_de(personne, au=timezone.localdate())
    return _ics(en_icalendar(choses, nom=f"Partenariat, {theme().nom}", domaine=_domaine()), "partenariat.ics")


@ecran("Réunion en fichier d'agenda", roles=LECTEURS)
@require_safe
def reunion_ics(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une réunion seule, à ajouter à son agenda."""
    objet = lectures_des_reunions.reunion(pk)
    if objet is None:
        raise Http404("Cette réunion n'existe pas.")
    fiche = charger_fiche(request, objet.fiche_id)
    choses = [
        une
        for une in calendrier.choses([fiche], au=timezone.localdate(), filtres=calendrier.Filtres(sorte="reunion"))
        if une.pk == pk
    ]
    return _ics(en_icalendar(choses, nom=objet.titre, domaine=_domaine()), f"reunion-{pk}.ics")


@ecran("Réglage des rappels", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def reglage_des_rappels(request: RequeteConnectee) -> HttpResponse:
    """Recevoir ou non le résumé hebdomadaire ; c'est là que mène le lien d'arrêt des courriels."""
    if request.method == "POST":
        actif = request.POST.get("actif") == "oui"
        rappels.regler(personne=request.user, actif=actif, au=timezone.now())
        messages.success(request, "Vous recevrez le résumé." if actif else "Vous ne recevrez plus le résumé.")
        return redirect("programme:rappels")
    contexte: dict[str, Any] = {"titre": "Rappels par courriel", "actif": recoit(request.user, RAPPELS)}
    return render(request, "programme/vie_rappels.html", contexte)


def _domaine() -> str:
    return urlsplit(settings.ADRESSE).hostname or "tissu"


def _ics(octets: bytes, nom: str) -> HttpResponse:
    entetes = {"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "private, no-store"}
    return HttpResponse(octets, content_type="text/calendar; charset=utf-8", headers=entetes)
