"""Saisir, corriger et retirer les coûts directs d'une fiche."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.couts import CoutForm, valeurs_initiales
from tissu.programme.models import CoutDirect, Fiche
from tissu.programme.operations import couts as operations
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.operations.pieces import PieceRefusee
from tissu.programme.permissions import REDACTEURS
from tissu.programme.queries import temps as lectures
from tissu.programme.views.cadre import charger_fiche
from tissu.programme.views.ecrire import refus_de, saisie_fermee
from tissu.socle.ecrans import ecran

SEL = "tissu.programme.couts"


@ecran("Nouveau coût direct", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def cout_nouveau(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Un coût et son justificatif, soumis dès l'enregistrement."""
    fiche, titre = _fiche_modifiable(request, pk), "Nouveau coût direct"
    refus = refus_de(lambda: operations.exiger_ouverte_aux_couts(fiche, request.user))
    if refus and request.method != "POST":
        retour = reverse("programme:consommation", args=[pk])
        return saisie_fermee(request, refus, retour=retour, fiche=fiche, titre=titre)
    formulaire = CoutForm(request.POST or None, request.FILES or None, fiche=fiche)
    if formulaire.is_valid():
        try:
            operations.saisir_cout(
                fiche=fiche, donnees=formulaire.donnees(), auteur=request.user, au=timezone.now(),
                fichier=formulaire.cleaned_data["fichier"],
            )  # fmt: skip
        except ModificationRefusee as erreur:
            formulaire.add_error("fichier" if isinstance(erreur, PieceRefusee) else None, str(erreur))
        else:
            messages.success(request, "Coût enregistré, à valider par une autre personne du maître d'ouvrage.")
            return redirect("programme:consommation", fiche.pk)
    return _page(request, fiche, formulaire, titre=titre)


@ecran("Coût direct", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def cout_modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Corriger un coût que personne n'a validé ; il repart à la validation."""
    cout, fiche = _cout(request, pk)
    formulaire = CoutForm(request.POST or None, request.FILES or None, fiche=fiche, initial=valeurs_initiales(cout))
    conflit = None
    if formulaire.is_valid():
        try:
            _corriger(request, cout, formulaire)
        except ConflitDeSaisie as erreur:
            conflit = erreur
        except ModificationRefusee as refus:
            formulaire.add_error("fichier" if isinstance(refus, PieceRefusee) else None, str(refus))
        else:
            messages.success(request, "Coût corrigé et soumis de nouveau.")
            return redirect("programme:consommation", fiche.pk)
    return _page(request, fiche, formulaire, titre=f"Coût : {cout.libelle}", cout=cout, conflit=conflit)


@ecran("Retrait d'un coût direct", roles=REDACTEURS)
@require_POST
def cout_retirer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Retire un coût que personne n'a validé."""
    cout, fiche = _cout(request, pk)
    try:
        operations.retirer_cout(cout=cout, auteur=request.user)
    except ModificationRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Le coût « {cout.libelle} » est retiré ; l'historique en garde la trace.")
    return redirect("programme:consommation", fiche.pk)


def _corriger(request: RequeteConnectee, cout: CoutDirect, formulaire: CoutForm) -> None:
    operations.modifier_cout(
        cout=cout, lu=_lu(request, cout), donnees=formulaire.donnees(), auteur=request.user, au=timezone.now(),
        fichier=formulaire.cleaned_data["fichier"],
    )  # fmt: skip


def _version(cout: CoutDirect) -> list[str]:
    return [str(valeur) for valeur in operations.valeurs_de(cout).values()]


def _marque(cout: CoutDirect) -> str:
    """Les valeurs montrées, signées pour ce coût : la marque d'un autre, aux mêmes valeurs, n'y vaut rien."""
    return dumps([cout.pk, *_version(cout)], salt=SEL)


def _lu(request: RequeteConnectee, cout: CoutDirect) -> dict[str, Any]:
    """Les valeurs que la page montrait : celles de la base si la marque dit qu'elles n'ont pas bougé."""
    try:
        lue = loads(request.POST.get("lu", ""), salt=SEL)
    except BadSignature:
        lue = None
    return operations.valeurs_de(cout) if lue == [cout.pk, *_version(cout)] else dict.fromkeys(operations.CHAMPS)


def _fiche_modifiable(request: RequeteConnectee, pk: int) -> Fiche:
    fiche = charger_fiche(request, pk)
    if not permissions.est_redacteur(request.user, fiche):
        raise PermissionDenied("Les coûts se saisissent par les chargés de mission des partenaires.")
    return fiche


def _cout(request: RequeteConnectee, pk: int) -> tuple[CoutDirect, Fiche]:
    cout = lectures.cout(pk)
    if cout is None:
        raise Http404("Ce coût n'existe pas.")
    return cout, _fiche_modifiable(request, cout.ligne.fiche_id)


def _page(
    request: RequeteConnectee, fiche: Fiche, formulaire: CoutForm, *, titre: str, cout: Any = None, conflit: Any = None
) -> HttpResponse:
    contexte = {
        "titre": titre,
        "fiche": fiche,
        "formulaire": formulaire,
        "cout": cout,
        "conflit": conflit,
        "en_base": _version(cout) if conflit else [],
        # Après un conflit, la marque est celle de la base : enregistrer de nouveau est un choix.
        "lu": _marque(cout) if cout and (conflit or request.method != "POST") else request.POST.get("lu", ""),
    }
    return render(request, "programme/temps_cout.html", contexte, status=422 if formulaire.errors or conflit else 200)
