"""Écrire l'histoire d'un local : son état, son occupant, une date ; le scinder, le réunir, le fermer."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.choices import EtatLocal
from tissu.locaux.forms.local import (
    DateForm,
    EtatForm,
    FermerForm,
    FusionForm,
    MotifForm,
    NouvelOccupantForm,
    OccupantForm,
    PartiesFormSet,
    ScissionForm,
)
from tissu.locaux.models import Local, Occupation, PeriodeEtat
from tissu.locaux.operations import histoire as operations
from tissu.locaux.operations import transformations
from tissu.locaux.views.ecrire import remplir
from tissu.locaux.views.local import charger, page
from tissu.socle.ecrans import ecran

LIGNES: dict[str, Any] = {"etats": PeriodeEtat, "occupations": Occupation}


def _signe(request: RequeteConnectee) -> dict[str, Any]:
    return {"auteur": request.user, "au": timezone.now()}


@ecran("Changer l'état d'un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def changer_etat(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    courant = objet.etats.filter(fin__isnull=True).first()
    initial = {"version": objet.version, "le": timezone.localdate(), "etat": courant.etat if courant else ""}
    formulaire = EtatForm(request.POST or None, initial=initial)
    return remplir(
        request, formulaire,
        lambda: operations.changer_etat(local=objet, **formulaire.cleaned_data, **_signe(request)),
        objet=objet, fait="L'état est enregistré.", retour=page(objet),
        contexte={"titre": "Changer l'état", "local": objet, "bouton": "Enregistrer l'état",
                  "chapeau": "Un local où personne n'est plus n'a plus d'occupant : il s'arrête la veille."},
    )  # fmt: skip


@ecran("Changer l'occupant d'un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def changer_occupant(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = NouvelOccupantForm(
        request.POST or None, initial={"version": objet.version, "le": timezone.localdate()}
    )
    return remplir(
        request, formulaire,
        lambda: operations.changer_occupant(
            local=objet, version=formulaire.cleaned_data["version"], le=formulaire.cleaned_data["le"],
            valeurs=formulaire.valeurs(), **_signe(request),
        ),
        objet=objet, fait="Le nouvel occupant est enregistré.", retour=page(objet),
        contexte={"titre": "Nouvel occupant", "local": objet, "bouton": "Enregistrer l'occupant",
                  "chapeau": "L'occupant d'avant part la veille ; un local vacant redevient occupé."},
    )  # fmt: skip


@ecran("Corriger un occupant", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def corriger_occupation(request: RequeteConnectee, reference: str, pk: int) -> HttpResponse:
    """Corriger n'est pas changer : c'est le même occupant, mieux décrit."""
    objet = charger(reference)
    occupation = get_object_or_404(Occupation, pk=pk, local=objet)
    initial = {nom: getattr(occupation, nom) for nom in ("enseigne", "activite", "independance", "siret")}
    formulaire = OccupantForm(request.POST or None, initial={**initial, "version": objet.version})
    occupation.local = objet
    return remplir(
        request, formulaire,
        lambda: operations.corriger_occupation(
            occupation=occupation, version=formulaire.cleaned_data["version"], valeurs=formulaire.valeurs(),
            **_signe(request),
        ),
        objet=objet, fait="L'occupant est corrigé ; un fichier ne changera plus ces champs.", retour=page(objet),
        contexte={"titre": "Corriger cet occupant", "local": objet, "bouton": "Enregistrer la correction",
                  "chapeau": "Pour un autre occupant, revenez à la page du local et choisissez « Nouvel occupant »."},
    )  # fmt: skip


def _ligne(objet: Local, sorte: str, pk: int) -> Occupation | PeriodeEtat:
    if sorte not in LIGNES:
        raise Http404("Un local a des états et des occupations.")
    ligne: Occupation | PeriodeEtat = get_object_or_404(LIGNES[sorte]._default_manager, pk=pk, local=objet)
    ligne.local = objet
    return ligne


@ecran("Corriger une date de l'histoire d'un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def corriger_date(request: RequeteConnectee, reference: str, sorte: str, pk: int) -> HttpResponse:
    objet = charger(reference)
    ligne = _ligne(objet, sorte, pk)
    formulaire = DateForm(request.POST or None, initial={"version": objet.version, "debut": ligne.debut})
    return remplir(
        request, formulaire,
        lambda: operations.corriger_date(ligne=ligne, **formulaire.cleaned_data, **_signe(request)),
        objet=objet, fait="La date est corrigée.", retour=page(objet),
        contexte={"titre": f"Depuis quand : {ligne}", "local": objet, "bouton": "Corriger la date",
                  "chapeau": "Ce qui précède, et qui touchait cette date, s'ajuste à la veille."},
    )  # fmt: skip


@ecran("Retirer une période de l'histoire d'un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: RequeteConnectee, reference: str, sorte: str, pk: int) -> HttpResponse:
    objet = charger(reference)
    ligne = _ligne(objet, sorte, pk)
    formulaire = MotifForm(request.POST or None, initial={"version": objet.version})
    return remplir(
        request, formulaire, lambda: operations.retirer(ligne=ligne, **formulaire.cleaned_data, **_signe(request)),
        objet=objet, fait="La période est retirée ; celle d'avant reprend sa place.", retour=page(objet),
        contexte={"titre": f"Retirer : {ligne}", "local": objet, "bouton": "Retirer cette période", "danger": True,
                  "chapeau": "Seulement si elle a été saisie par erreur. Le journal la garde."},
    )  # fmt: skip


@ecran("Fermer un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def fermer(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = FermerForm(request.POST or None, initial={"version": objet.version, "le": timezone.localdate()})
    return remplir(
        request, formulaire,
        lambda: transformations.fermer(local=objet, **formulaire.cleaned_data, **_signe(request)),
        objet=objet, fait="Le local a disparu des chiffres depuis ce jour ; son histoire reste.", retour=page(objet),
        contexte={"titre": "Ce local n'existe plus", "local": objet, "bouton": "Fermer le local", "danger": True,
                  "chapeau": "Un local vide existe encore : changez alors son état."},
    )  # fmt: skip


@ecran("Rouvrir un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def rouvrir(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = MotifForm(request.POST or None, initial={"version": objet.version})
    return remplir(
        request, formulaire,
        lambda: transformations.rouvrir(local=objet, **formulaire.cleaned_data, **_signe(request)),
        objet=objet, fait="Le local existe de nouveau, comme il était.", retour=page(objet),
        contexte={"titre": "Ce local existe encore", "local": objet, "bouton": "Rouvrir le local",
                  "chapeau": "Son état et son occupant d'alors reprennent, comme si rien n'avait été dit."},
    )  # fmt: skip


@ecran("Scinder un local", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def scinder(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    formulaire = ScissionForm(request.POST or None, initial={"version": objet.version, "le": timezone.localdate()})
    depart = [{"numero": objet.numero, "etat": "garde"}, {"numero": objet.numero, "etat": EtatLocal.VACANT}]
    parties = PartiesFormSet(request.POST or None, prefix="parties", initial=depart)
    parties.extra = 0 if request.method == "POST" else len(depart) - parties.min_num
    complet = request.method != "POST" or parties.is_valid()
    if not complet:
        formulaire.is_valid()
        formulaire.add_error(None, "Revoyez les nouveaux locaux ci-dessous.")

    def ecrire() -> Any:
        return transformations.scinder(
            local=objet, **formulaire.cleaned_data, parties=[une.partie() for une in parties], **_signe(request)
        )

    return remplir(
        request, formulaire, ecrire, objet=objet, fait="Le local est scindé : voici ses suites.", retour=page(objet),
        gabarit="locaux/scinder.html",
        contexte={"titre": "Scinder ce local", "local": objet, "bouton": "Scinder le local", "parties": parties},
    )  # fmt: skip


@ecran("Réunir des locaux", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def fusionner(request: RequeteConnectee, reference: str) -> HttpResponse:
    objet = charger(reference)
    voisins = _voisins(objet)
    initial = {"version": objet.version, "le": timezone.localdate(), "garde": str(objet.pk)}
    formulaire = FusionForm(request.POST or None, local=objet, voisins=voisins, initial=initial)

    def ecrire() -> Any:
        lues = formulaire.cleaned_data
        autres = list(lues["autres"])
        garde = next((un for un in (objet, *autres) if str(un.pk) == lues["garde"]), None)
        return transformations.fusionner(
            locaux=[objet, *autres], versions=[lues["version"], *(un.version for un in autres)], le=lues["le"],
            garde=garde, etat="" if garde else lues["garde"], motif=lues["motif"], **_signe(request),
        )  # fmt: skip

    return remplir(
        request, formulaire, ecrire, objet=objet, fait="Les locaux sont réunis : voici leur suite.", retour=page(objet),
        contexte={"titre": "Réunir à ce local", "local": objet, "bouton": "Réunir les locaux",
                  "chapeau": "Le nouveau local prend l'adresse de celui-ci, et leurs surfaces s'ajoutent."},
    )  # fmt: skip


def _voisins(objet: Local) -> Any:
    """Les locaux de la même rue : on ne réunit que ce qui se touche, une personne dit lesquels."""
    return Local.objects.filter(
        voie_id=objet.voie_id or -1, disparu_le__isnull=True, ecarte_le__isnull=True
    ).exclude(pk=objet.pk).order_by("numero", "reference")  # fmt: skip
