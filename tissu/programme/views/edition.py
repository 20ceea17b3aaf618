"""Modifier une fiche : chaque formulaire porte la révision lue ; un conflit montre les deux versions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import NatureDepense
from tissu.programme.forms.fiches import ContributionForm, IdentiteForm, LignesForm, TauxForm, TextesForm
from tissu.programme.forms.tableau import entier
from tissu.programme.models import Contribution, Fiche
from tissu.programme.operations import edition, etats
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.permissions import REDACTEURS
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche
from tissu.socle.ecrans import ecran


def _page(
    request: RequeteConnectee, fiche: Fiche, titre: str, *, gabarit: str = "programme/fiche_saisie.html",
    statut: int = 200, **contexte: Any,
) -> HttpResponse:  # fmt: skip
    commun = contexte_de_fiche(fiche, request.user, onglet="programme:fiche")
    defauts = {"titre": titre, "conflit": None, "refus": ""}
    return render(request, gabarit, commun | defauts | contexte, status=statut)


def _differences(conflit: ConflitDeSaisie, noms: dict[str, str]) -> list[dict[str, Any]]:
    """Ce qui diffère entre la base et la saisie, champ par champ."""
    cles = list(dict.fromkeys([*conflit.ancien, *conflit.nouveau]))
    return [
        {"nom": noms.get(cle, cle), "base": conflit.ancien.get(cle), "saisie": conflit.nouveau.get(cle)}
        for cle in cles
        if conflit.ancien.get(cle) != conflit.nouveau.get(cle)
    ]


def _enregistrer(
    request: RequeteConnectee, fiche: Fiche, formulaire: Any, titre: str, ecrire: Callable[[int], object], *,
    retour: str,
) -> HttpResponse:  # fmt: skip
    """Le chemin de tout formulaire : montrer, lire, écrire, dire ; un refus ou un conflit ne perd rien."""
    contexte: dict[str, Any] = {"formulaire": formulaire, "retour": retour}
    if request.method == "POST" and formulaire.is_valid():
        try:
            ecrire(entier(request.POST.get("revision", "")) or 0)
        except ConflitDeSaisie as conflit:
            noms = {nom: str(champ.label or nom) for nom, champ in formulaire.fields.items()}
            formulaire.a_refaire_sur(Fiche.objects.get(pk=fiche.pk).revision)
            differences = _differences(conflit, noms)
            return _page(request, fiche, titre, statut=409, conflit=str(conflit), differences=differences, **contexte)
        except ModificationRefusee as refus:
            return _page(request, fiche, titre, statut=422, refus=str(refus), **contexte)
        messages.success(request, "C'est enregistré ; l'historique garde l'ancienne version.")
        return redirect(retour, pk=fiche.pk)
    return _page(request, fiche, titre, statut=422 if formulaire.errors else 200, **contexte)


@ecran("Textes d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def textes(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Modifier le texte des rubriques."""
    fiche = charger_fiche(request, pk)
    formulaire = TextesForm(request.POST or None, initial=edition.textes_de(fiche) | {"revision": fiche.revision})

    def ecrire(revision: int) -> None:
        edition.enregistrer_textes(
            fiche=fiche, revision=revision, textes=formulaire.textes(), auteur=request.user, au=timezone.now()
        )

    return _enregistrer(request, fiche, formulaire, "Modifier les textes", ecrire, retour="programme:fiche")


@ecran("Identité d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def identite(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Modifier titre, calendrier, total écrit, maîtrise d'ouvrage, pilotes."""
    fiche = charger_fiche(request, pk)
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
def lignes(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Toutes les lignes dans une grille ; ce qui est tapé n'est jamais perdu."""
    fiche = charger_fiche(request, pk)
    grille = LignesForm(edition.lignes_de(fiche), request.POST if request.method == "POST" else None)
    contexte: dict[str, Any] = {"gabarit": "programme/fiche_lignes.html", "grille": grille, "revision": fiche.revision,
                                "natures": NatureDepense.choices, "retour": "programme:budget"}  # fmt: skip
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
        contexte["revision"] = Fiche.objects.get(pk=pk).revision
        differences = _differences(conflit, {})
        return _page(request, fiche, titre, statut=409, conflit=str(conflit), differences=differences, **contexte)
    except ModificationRefusee as refus:
        return _page(request, fiche, titre, statut=422, refus=str(refus), **contexte)
    messages.success(request, "Les lignes sont enregistrées ; les totaux en sont recalculés.")
    return redirect("programme:budget", pk=pk)


@ecran("Taux journalier d'une fiche", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def taux(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Fixer le prix d'une journée à partir d'une date."""
    fiche = charger_fiche(request, pk)
    formulaire = TauxForm(request.POST or None, initial={"revision": fiche.revision}, fiche=fiche)

    def ecrire(revision: int) -> None:
        saisie = formulaire.cleaned_data
        edition.poser_taux(
            fiche=fiche, revision=revision, ligne=saisie["ligne"], debut=saisie["debut"],
            montant_eur=saisie["montant_eur"], auteur=request.user, au=timezone.now(),
        )  # fmt: skip

    return _enregistrer(request, fiche, formulaire, "Fixer un taux journalier", ecrire, retour="programme:budget")


@ecran("Contribution d'un financeur", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def contribution(request: RequeteConnectee, pk: int, apport: int | None = None) -> HttpResponse:
    """Ajouter ou modifier ce qu'un financeur apporte."""
    fiche = charger_fiche(request, pk)
    objet = get_object_or_404(Contribution, pk=apport, fiche=fiche) if apport else None
    initiales = (
        {champ: getattr(objet, champ) for champ in ("financeur", "montant_eur", "etat", "condition")} if objet else {}
    )
    formulaire = ContributionForm(request.POST or None, initial=initiales | {"revision": fiche.revision})

    def ecrire(revision: int) -> None:
        champs = {cle: valeur for cle, valeur in formulaire.cleaned_data.items() if cle != "revision"}
        edition.enregistrer_contribution(
            fiche=fiche, revision=revision, contribution=objet, champs=champs, auteur=request.user, au=timezone.now()
        )

    titre = "Modifier un financement" if objet else "Ajouter un financement"
    return _enregistrer(request, fiche, formulaire, titre, ecrire, retour="programme:budget")


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
