"""Les réunions qui reviennent : les prévoir, dater celles que la fiche promet, les prolonger, les arrêter."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.vie import ProlongationForm, SerieForm
from tissu.programme.models import SerieDeReunions
from tissu.programme.operations import series as operations
from tissu.programme.operations.vie import exiger_redacteur
from tissu.programme.permissions import REDACTEURS
from tissu.programme.views.cadre import charger_fiche
from tissu.programme.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran
from tissu.socle.formats import date_courte


@ecran("Nouvelle série de réunions", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def serie_nouvelle(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Des réunions qui reviennent."""
    fiche = charger_fiche(request, pk)
    formulaire = SerieForm(request.POST or None, fiche=fiche)
    return remplir(
        request,
        formulaire,
        lambda lu: operations.creer_serie(
            fiche=fiche, contenu=formulaire.contenu(), frequence=lu["frequence"], repere=lu["repere"],
            jusqu_au=lu["jusqu_au"], auteur=request.user, au=timezone.now(),
        ),
        garde=lambda: exiger_redacteur(fiche, request.user),
        objet=None, fait="Les réunions sont au calendrier ; chacune peut être changée seule.",
        retour=_retour(pk),
        contexte={"titre": "Prévoir des réunions qui reviennent", "fiche": fiche, "bouton": "Ajouter les réunions"},
    )  # fmt: skip


@ecran("Dates d'une série de réunions", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def serie_dater(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Donner ses jours à une série que la fiche promet sans date."""
    serie = _charger(request, pk)
    initial = {"titre": serie.titre, "frequence": serie.frequence}
    formulaire = SerieForm(request.POST or None, fiche=serie.fiche, initial=initial)
    return remplir(
        request,
        formulaire,
        lambda lu: operations.dater_serie(
            serie=serie, contenu=formulaire.contenu(), frequence=lu["frequence"], repere=lu["repere"],
            jusqu_au=lu["jusqu_au"], auteur=request.user, au=timezone.now(),
        ),
        garde=lambda: operations.exiger_a_dater(serie, request.user),
        objet=None, fait="Les réunions sont au calendrier ; chacune peut être changée seule.",
        retour=_retour(serie.fiche_id),
        contexte={"titre": "Dater les réunions", "fiche": serie.fiche, "bouton": "Ajouter les réunions"},
    )  # fmt: skip


@ecran("Prolongation d'une série de réunions", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def serie_prolonger(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ajouter des réunions à une série qui finit."""
    serie = _charger(request, pk)
    return remplir(
        request,
        ProlongationForm(request.POST or None),
        lambda lu: operations.prolonger_serie(
            serie=serie, jusqu_au=lu["jusqu_au"], auteur=request.user, au=timezone.now()
        ),
        garde=lambda: operations.exiger_prolongeable(serie, request.user),
        objet=None, fait="La série est prolongée : ses réunions sont au calendrier.", retour=_retour(serie.fiche_id),
        contexte={
            "titre": f"Prolonger « {serie.titre} »", "fiche": serie.fiche, "bouton": "Prolonger la série",
            "chapeau": f"Elle va jusqu'au {date_courte(serie.jusqu_au)}. Les réunions ajoutées gardent son rythme, son "
            "heure, son lieu, son ordre du jour et ses invités ; celles déjà prévues ne changent pas.",
        },
    )  # fmt: skip


@ecran("Arrêt d'une série de réunions", roles=REDACTEURS)
@require_POST
def arreter_serie(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Annuler toutes les réunions à venir d'une série."""
    serie = _charger(request, pk)
    motif = request.POST.get("motif", "")
    return agir(
        request,
        lambda: operations.arreter_serie(serie=serie, motif=motif, auteur=request.user, au=timezone.now()),
        fait="Les réunions à venir de cette série sont annulées.",
        retour=_retour(serie.fiche_id),
    )


def _charger(request: RequeteConnectee, pk: int) -> SerieDeReunions:
    serie = get_object_or_404(SerieDeReunions, pk=pk)
    serie.fiche = charger_fiche(request, serie.fiche_id)
    return serie


def _retour(fiche: int) -> str:
    return reverse("programme:calendrier_fiche", args=[fiche])
