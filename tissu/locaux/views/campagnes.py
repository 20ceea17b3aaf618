"""Les campagnes : leur liste, leur page, ce qui se compare."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne
from tissu.locaux.forms.campagnes import CampagneForm, ComparabiliteForm
from tissu.locaux.models import Campagne
from tissu.locaux.operations import campagnes as operations
from tissu.locaux.queries import campagnes as queries
from tissu.locaux.queries.avancement import avancement
from tissu.locaux.queries.vacance import vacance
from tissu.locaux.views.ecrire import agir, remplir
from tissu.socle.ecrans import ecran
from tissu.socle.territoire import territoire


@ecran("Campagnes de relevé", roles=permissions.LECTEURS)
@require_safe
def campagnes(request: RequeteConnectee) -> HttpResponse:
    contexte = {"campagnes": queries.campagnes(), "peut_modifier": permissions.peut_modifier(request.user)}
    return render(request, "locaux/campagnes.html", contexte)


@ecran("Campagne de relevé", roles=permissions.LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def campagne(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Comment elle a été faite, ce qu'elle compte, avec quoi elle se compare ; en décider."""
    objet = get_object_or_404(queries.campagnes(), pk=pk)
    autres = list(Campagne.objects.exclude(pk=pk))
    permises = queries.comparaisons([objet, *autres])
    formulaire = ComparabiliteForm(request.POST or None, campagne=objet)
    communes = territoire().communes
    contexte = {
        "campagne": objet, "titre": objet.nom, "peut_modifier": permissions.peut_modifier(request.user),
        "communes": [communes.get(code, code) for code in objet.communes], "jour": queries.jour_de(objet),
        "comptes": vacance(queries.jour_de(objet))["total"],
        "comparees": [(autre, permises[frozenset({objet.pk, autre.pk})]) for autre in autres],
        "suites": operations.SUITES[EtatCampagne(objet.etat)], "imports": objet.imports.all(),
        "avancement": avancement(objet, timezone.localdate()),
        "adresse_des_conflits": f"{reverse('locaux:conflits')}?campagne={pk}",
    }  # fmt: skip
    return remplir(
        request, formulaire,
        lambda: operations.decider_de_la_comparabilite(
            campagne=objet, **formulaire.cleaned_data, auteur=request.user, au=timezone.now()
        ),
        fait="La décision est enregistrée.", retour=reverse("locaux:campagne", args=[pk]), contexte=contexte,
        gabarit="locaux/campagne.html",
    )  # fmt: skip


@ecran("Nouvelle campagne de relevé", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: RequeteConnectee) -> HttpResponse:
    formulaire = CampagneForm(request.POST or None, initial={"debut": timezone.localdate()})
    return remplir(
        request, formulaire,
        lambda: operations.enregistrer_campagne(
            valeurs=formulaire.cleaned_data, auteur=request.user, au=timezone.now()
        ),
        fait="La campagne est créée : ouvrez-la quand le relevé commence.",
        retour=lambda creee: reverse("locaux:campagne", args=[creee.pk]),
        contexte={"titre": "Nouvelle campagne", "local": None, "bouton": "Créer la campagne",
                  "retour": reverse("locaux:campagnes")},
    )  # fmt: skip


@ecran("Modifier une campagne de relevé", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    objet = get_object_or_404(Campagne, pk=pk)
    initial = {champ: getattr(objet, champ) for champ in operations.CHAMPS}
    formulaire = CampagneForm(request.POST or None, initial=initial)
    return remplir(
        request, formulaire,
        lambda: operations.enregistrer_campagne(
            campagne=objet, valeurs=formulaire.cleaned_data, auteur=request.user, au=timezone.now()
        ),
        fait="La campagne est enregistrée.", retour=reverse("locaux:campagne", args=[pk]),
        contexte={"titre": f"Modifier {objet.nom}", "local": None, "bouton": "Enregistrer la campagne"},
    )  # fmt: skip


@ecran("Ouvrir ou clore une campagne de relevé", roles=AGENTS)
@require_POST
def etat(request: RequeteConnectee, pk: int) -> HttpResponse:
    objet = get_object_or_404(Campagne, pk=pk)
    vers = request.POST.get("etat", "")
    return agir(
        request,
        lambda: operations.changer_l_etat_de(campagne=objet, etat=vers, auteur=request.user, au=timezone.now()),
        fait="La campagne a changé d'état.", retour=reverse("locaux:campagne", args=[pk]),
    )  # fmt: skip
