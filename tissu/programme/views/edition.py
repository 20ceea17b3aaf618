"""Modifier une fiche : chaque formulaire porte la révision lue ; un conflit montre les deux versions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import NatureDepense
from tissu.programme.forms.fiches import ContributionForm, IdentiteForm, LignesForm, TauxForm, TextesForm
from tissu.programme.forms.indicateurs import CiblesForm
from tissu.programme.forms.tableau import entier
from tissu.programme.models import Contribution, Fiche, LigneDepense
from tissu.programme.operations import edition, etats
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.permissions import REDACTEURS
from tissu.programme.rules.budget import incomplet, somme
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche
from tissu.programme.views.ecrire import comparer, refus_de, saisie_fermee
from tissu.socle.ecrans import ecran

Vue = Callable[..., HttpResponse]


def _page(
    request: RequeteConnectee, fiche: Fiche, titre: str, *, gabarit: str = "programme/fiche_saisie.html",
    statut: int = 200, **contexte: Any,
) -> HttpResponse:  # fmt: skip
    commun = contexte_de_fiche(fiche, request.user, onglet="programme:fiche")
    defauts = {"titre": titre, "conflit": None, "refus": ""}
    return render(request, gabarit, commun | defauts | contexte, status=statut)


def saisie(titre: str, *, retour: str) -> Callable[[Vue], Callable[..., HttpResponse]]:
    """Charge la fiche d'une vue de saisie. À l'ouverture, ce qui empêche de modifier se dit au lieu d'un formulaire."""

    def decorer(vue: Vue) -> Callable[..., HttpResponse]:
        @wraps(vue)
        def ouvrir(request: RequeteConnectee, pk: int, **cles: Any) -> HttpResponse:
            fiche = charger_fiche(request, pk)
            if request.method != "POST" and (refus := refus_de(lambda: edition.exiger_saisie(fiche, request.user))):
                retourner, ici = reverse(retour, args=[pk]), request.resolver_match
                return saisie_fermee(
                    request, refus, retour=retourner, fiche=fiche, titre=titre, suite=ici.url_name if ici else ""
                )
            return vue(request, fiche, **cles)

        return ouvrir

    return decorer


def _enregistrer(
    request: RequeteConnectee, fiche: Fiche, formulaire: Any, titre: str, ecrire: Callable[[int], object], *,
    retour: str, **contexte: Any,
) -> HttpResponse:  # fmt: skip
    """Le chemin de tout formulaire : montrer, lire, écrire, dire ; un refus ou un conflit ne perd rien."""
    contexte |= {"formulaire": formulaire, "retour": retour}
    if request.method == "POST" and formulaire.is_valid():
        try:
            ecrire(entier(request.POST.get("revision", "")) or 0)
        except ConflitDeSaisie as conflit:
            noms = {champ.name: str(champ.label) for champ in formulaire}
            formulaire.a_refaire_sur(Fiche.objects.get(pk=fiche.pk).revision)
            return _page(request, fiche, titre, statut=409, conflit=comparer(conflit, noms), **contexte)
        except ModificationRefusee as refus:
            return _page(request, fiche, titre, statut=422, refus=str(refus), **contexte)
        messages.success(request, "C'est enregistré ; l'historique garde l'ancienne version.")
        return redirect(retour, pk=fiche.pk)
    return _page(request, fiche, titre, statut=422 if formulaire.errors else 200, **contexte)


@ecran("Textes d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Modifier les textes", retour="programme:fiche")
def textes(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """Modifier le texte des rubriques."""
    formulaire = TextesForm(request.POST or None, initial=edition.textes_de(fiche) | {"revision": fiche.revision})

    def ecrire(revision: int) -> None:
        edition.enregistrer_textes(
            fiche=fiche, revision=revision, textes=formulaire.textes(), auteur=request.user, au=timezone.now()
        )

    return _enregistrer(request, fiche, formulaire, "Modifier les textes", ecrire, retour="programme:fiche")


@ecran("Identité d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Modifier l'identité", retour="programme:fiche")
def identite(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """Modifier titre, calendrier, total écrit, maîtrise d'ouvrage, pilotes."""
    initiales = edition.identite_de(fiche) | {"revision": fiche.revision}
    initiales |= {"maitres": fiche.maitres_ouvrage.all(), "pilotes": fiche.pilotes.all()}
    formulaire = IdentiteForm(request.POST or None, initial=initiales, fiche=fiche)

    def ecrire(revision: int) -> None:
        saisie = formulaire.cleaned_data
        edition.enregistrer_identite(
            fiche=fiche, revision=revision, champs={champ: saisie[champ] for champ in edition.IDENTITE},
            maitres=saisie["maitres"], pilotes=saisie["pilotes"], auteur=request.user, au=timezone.now(),
        )  # fmt: skip

    return _enregistrer(request, fiche, formulaire, "Modifier l'identité", ecrire, retour="programme:fiche")


@ecran("Lignes de dépense d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Modifier les lignes de dépense", retour="programme:budget")
def lignes(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """Toutes les lignes dans une grille ; ce qui est tapé n'est jamais perdu."""
    enregistrees = edition.lignes_de(fiche)
    grille = LignesForm(enregistrees, request.POST if request.method == "POST" else None)
    contexte: dict[str, Any] = {
        "gabarit": "programme/fiche_lignes.html", "grille": grille, "revision": fiche.revision,
        "natures": NatureDepense.choices, "retour": "programme:budget", "total": _total(enregistrees),
    }  # fmt: skip
    titre = "Modifier les lignes de dépense"
    if request.method != "POST":
        return _page(request, fiche, titre, **contexte)
    saisies = grille.lire()
    contexte["revision"] = entier(request.POST.get("revision", "")) or 0
    if grille.erreurs:
        return _page(request, fiche, titre, statut=422, **contexte)
    try:
        edition.enregistrer_lignes(
            fiche=fiche, revision=contexte["revision"], lignes=saisies, auteur=request.user, au=timezone.now()
        )
    except ConflitDeSaisie as conflit:
        contexte["revision"] = Fiche.objects.get(pk=fiche.pk).revision
        return _page(request, fiche, titre, statut=409, conflit=comparer(conflit, {}), **contexte)
    except ModificationRefusee as refus:
        return _page(request, fiche, titre, statut=422, refus=str(refus), **contexte)
    messages.success(request, "Les lignes sont enregistrées ; les totaux en sont recalculés.")
    return redirect("programme:budget", pk=fiche.pk)


def _total(lignes: list[LigneDepense]) -> dict[str, Any]:
    montants = [ligne.montant_eur for ligne in lignes]
    return {
        "jours": somme(ligne.jours for ligne in lignes), "montant": somme(montants), "complet": not incomplet(montants)
    }  # fmt: skip


@ecran("Taux journalier d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Fixer un taux journalier", retour="programme:budget")
def taux(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """Fixer le prix d'une journée à partir d'une date."""
    formulaire = TauxForm(request.POST or None, initial={"revision": fiche.revision}, fiche=fiche)

    def ecrire(revision: int) -> None:
        saisie = formulaire.cleaned_data
        edition.poser_taux(
            fiche=fiche, revision=revision, ligne=saisie["ligne"], debut=saisie["debut"],
            montant_eur=saisie["montant_eur"], auteur=request.user, au=timezone.now(),
        )  # fmt: skip

    return _enregistrer(request, fiche, formulaire, "Fixer un taux journalier", ecrire, retour="programme:budget")


@ecran("Nouvelle contribution d'un financeur", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Ajouter un financement", retour="programme:budget")
def contribution_nouvelle(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """Ajouter ce qu'un financeur apporte."""
    formulaire = ContributionForm(request.POST or None, initial={"revision": fiche.revision})
    return _contribution(request, fiche, formulaire, None, "Ajouter un financement")


@ecran("Contribution d'un financeur", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution(request: RequeteConnectee, pk: int, apport: int) -> HttpResponse:
    """Modifier ce qu'un financeur apporte ; sur une fiche signée, son état seul."""
    fiche = charger_fiche(request, pk)
    objet, titre = get_object_or_404(Contribution, pk=apport, fiche=fiche), "Modifier un financement"
    refus = refus_de(lambda: edition.exiger_saisie(fiche, request.user))
    signee = isinstance(refus, edition.AvenantNecessaire)
    if request.method != "POST" and refus and not signee:
        return saisie_fermee(request, refus, retour=reverse("programme:budget", args=[pk]), fiche=fiche, titre=titre)
    initiales = {champ: getattr(objet, champ) for champ in ("financeur", "montant_eur", "etat", "condition")}
    formulaire = ContributionForm(request.POST or None, initial=initiales | {"revision": fiche.revision})
    if signee:
        formulaire.limiter_a_l_etat()
    return _contribution(request, fiche, formulaire, objet, titre)


def _contribution(
    request: RequeteConnectee, fiche: Fiche, formulaire: ContributionForm, objet: Contribution | None, titre: str
) -> HttpResponse:
    def ecrire(revision: int) -> None:
        champs = {cle: valeur for cle, valeur in formulaire.cleaned_data.items() if cle != "revision"}
        edition.enregistrer_contribution(
            fiche=fiche, revision=revision, contribution=objet, champs=champs, auteur=request.user, au=timezone.now()
        )

    return _enregistrer(request, fiche, formulaire, titre, ecrire, retour="programme:budget")


@ecran("Cibles des critères d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@saisie("Modifier les cibles", retour="programme:indicateurs")
def cibles(request: RequeteConnectee, fiche: Fiche) -> HttpResponse:
    """La cible et la valeur de départ de chaque critère, dans une grille."""
    criteres = list(fiche.criteres.order_by("ordre", "pk"))
    formulaire = CiblesForm(request.POST or None, criteres=criteres, initial={"revision": fiche.revision})

    def ecrire(revision: int) -> None:
        edition.enregistrer_cibles(
            fiche=fiche, revision=revision, cibles=formulaire.cibles(), auteur=request.user, au=timezone.now()
        )

    return _enregistrer(
        request, fiche, formulaire, "Modifier les cibles", ecrire, retour="programme:indicateurs",
        gabarit="programme/indicateurs_cibles.html",
    )  # fmt: skip


@ecran("Signature d'une fiche", roles=REDACTEURS)
@require_POST
def signer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Donner l'accord de son organisation."""
    fiche = charger_fiche(request, pk)
    try:
        signee = etats.signer(fiche=fiche, auteur=request.user, au=timezone.now())
    except ModificationRefusee as refus:
        messages.error(request, str(refus))
    else:
        fini = signee.etat == "signee"
        messages.success(request, "La fiche est signée par les partenaires." if fini else
                         "Votre accord est gardé : la fiche sera signée avec celui de l'autre partenaire.")  # fmt: skip
    return redirect("programme:fiche", pk=pk)
