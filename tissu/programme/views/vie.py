"""Le calendrier : d'une fiche, et de toutes celles que l'on peut lire."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.models import Organisation, Personne
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import EtatFiche
from tissu.programme.forms.vie import FiltreCalendrierForm
from tissu.programme.permissions import LECTEURS
from tissu.programme.queries import calendrier as lectures
from tissu.programme.queries.reunions import series_de
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche
from tissu.socle.ecrans import ecran
from tissu.socle.periodes import PeriodeInvalide, exercice, mois, mois_de, mois_precedent

PROCHAINES = 8


@ecran("Calendrier d'une fiche", roles=LECTEURS)
@require_safe
def calendrier_fiche(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qui est en retard, ce qui vient, et l'année en un ruban de mois."""
    fiche = charger_fiche(request, pk)
    au = timezone.localdate()
    liste = lectures.choses([fiche], au=au)
    periode = exercice(fiche.annee, premier_mois=fiche.premier_mois)
    a_venir = [une for une in liste if une.ouverte and une.le >= au]
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:calendrier_fiche") | {
        "choses": liste,
        "retards": [une for une in liste if une.en_retard],
        "a_ecrire": [une for une in liste if une.sorte == "reunion" and une.ouverte and une.le < au],
        "series": series_de(fiche, au=au),
        "prochaines": a_venir[:PROCHAINES],
        "reste": len(a_venir[PROCHAINES:]),
        "ruban": lectures.ruban([une for une in liste if une.le in periode], periode, au=au),
        "hors_exercice": sum(une.le not in periode for une in liste),
        "periode": periode,
        "peut_ecrire": fiche.etat != EtatFiche.CLOSE,
    }
    return render(request, "programme/vie_fiche.html", contexte)


@ecran("Calendrier du partenariat", roles=LECTEURS)
@require_safe
def calendrier(request: RequeteConnectee) -> HttpResponse:
    """Un mois de toutes les fiches, ou de celles que la personne suit, ou tout ce qui est en retard."""
    au = timezone.localdate()
    try:
        periode = mois(request.GET["mois"]) if request.GET.get("mois") else mois_de(au)
    except PeriodeInvalide:
        periode = mois_de(au)
    vue = request.GET.get("vue", "")
    fiches = lectures.lisibles(request.user)
    formulaire = _filtres(request, fiches)
    gardees = _fiches_gardees(request, fiches, formulaire, vue)
    retard = vue == "retard"
    liste = lectures.choses(
        gardees,
        au=au,
        debut=None if retard else periode.debut,
        fin=None if retard else periode.fin,
        filtres=_lus(formulaire, retard),
    )
    contexte = {
        "choses": liste,
        "jours": [] if retard else lectures.jours_du_mois(liste, periode, au=au),
        "periode": periode,
        "vue": vue,
        "formulaire": formulaire,
        "avant": _adresse(request, mois=mois_precedent(periode).code),
        "apres": _adresse(request, mois=mois_precedent(periode, -1).code),
        "onglets": [
            {"titre": titre, "url": _adresse(request, vue=cle, mois=""), "actif": vue == cle}
            for cle, titre in (("", "Toutes les fiches"), ("suivies", "Celles que je suis"), ("retard", "En retard"))
        ],
    }
    return render(request, "programme/vie_calendrier.html", contexte)


def _adresse(request: RequeteConnectee, **change: str) -> str:
    parametres = request.GET.copy()
    for cle, valeur in change.items():
        parametres[cle] = valeur
        if not valeur:
            del parametres[cle]
    return f"{reverse('programme:calendrier')}?{parametres.urlencode()}"


def _filtres(request: RequeteConnectee, fiches: list[Any]) -> FiltreCalendrierForm:
    formulaire = FiltreCalendrierForm(request.GET)
    partenaires = Organisation.objects.filter(conventions__isnull=False).distinct().order_by("nom")
    personnes = (
        Personne.objects.filter(is_active=True, organisation__in=partenaires, attributions__role__in=LECTEURS)
        .distinct()
        .order_by("nom", "prenom", "pk")
    )
    for nom, tous, choix in (
        ("fiche", "Toutes", [(fiche.pk, str(fiche)) for fiche in fiches]),
        ("sorte", "Toutes", list(lectures.SORTES)),
        ("organisation", "Toutes", [(une.pk, str(une)) for une in partenaires]),
        ("personne", "Toutes", [(une.pk, str(une)) for une in personnes]),
    ):
        formulaire.fields[nom].choices = [("", tous), *choix]  # type: ignore[attr-defined]
    formulaire.is_valid()
    return formulaire


def _fiches_gardees(request: RequeteConnectee, fiches: list[Any], formulaire: Any, vue: str) -> list[Any]:
    voulue = formulaire.cleaned_data.get("fiche")
    suivies = lectures.suivies(request.user) if vue == "suivies" else None
    return [f for f in fiches if (not voulue or f.pk == voulue) and (suivies is None or f.pk in suivies)]


def _lus(formulaire: FiltreCalendrierForm, retard: bool) -> lectures.Filtres:
    lu = formulaire.cleaned_data
    return lectures.Filtres(
        sorte=lu.get("sorte") or "",
        personne=lu.get("personne"),
        organisation=lu.get("organisation"),
        en_retard=retard,
    )
