"""Les avenants d'une fiche, ses versions, et ce qui change de l'une à l'autre."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.fiches import AvenantForm, SignatureForm
from tissu.programme.forms.tableau import entier
from tissu.programme.models import Avenant
from tissu.programme.operations import etats
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.pieces import PieceRefusee, deposer_piece
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.rules.versions import differences
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche
from tissu.programme.views.ecrire import refus_de, saisie_fermee
from tissu.socle.ecrans import ecran

# Les pages de saisie où revenir une fois l'avenant ouvert.
SUITES = frozenset({"textes", "identite", "lignes", "taux", "contribution_nouvelle", "cibles"})


@ecran("Nouvel avenant", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def avenant_nouveau(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ouvrir l'avenant qui portera les changements ; `?suite=` nomme la page de saisie où revenir."""
    fiche, titre = charger_fiche(request, pk), "Préparer un avenant"
    suite = request.GET.get("suite", "")
    retour = reverse("programme:historique", args=[pk])
    formulaire = AvenantForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            etats.ouvrir_avenant(fiche=fiche, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data)
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "L'avenant est ouvert : faites vos changements, puis signez-le.")
            return redirect(f"programme:{suite if suite in SUITES else 'budget'}", pk=pk)
    elif empeche := refus_de(lambda: etats.exiger_avenant_possible(fiche, request.user)):
        return saisie_fermee(request, empeche, retour=retour, fiche=fiche, titre=titre)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:historique")
    contexte |= {"titre": titre, "formulaire": formulaire, "conflit": None, "refus": "",
                 "retour": "programme:historique"}  # fmt: skip
    return render(request, "programme/fiche_saisie.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Signature d'un avenant", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def avenant_signer(request: RequeteConnectee, pk: int, avenant: int) -> HttpResponse:
    """Signer l'avenant, avec son document : une version est établie."""
    fiche = charger_fiche(request, pk)
    objet = get_object_or_404(Avenant, pk=avenant, fiche=fiche)
    if not permissions.peut_modifier(request.user, fiche):
        raise PermissionDenied("Un avenant se signe par le maître d'ouvrage de la fiche.")
    formulaire = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        depose = formulaire.cleaned_data["fichier"]
        try:
            piece = (
                deposer_piece(fiche=fiche, fichier=depose, auteur=request.user, au=timezone.now()) if depose else None
            )
            etats.signer_avenant(avenant=objet, signe_le=formulaire.cleaned_data["signe_le"], piece=piece,
                                 auteur=request.user, au=timezone.now())  # fmt: skip
        except (ModificationRefusee, PieceRefusee) as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"L'avenant {objet.numero} est signé ; la version est gardée.")
            return redirect("programme:historique", pk=pk)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:historique")
    contexte |= {"titre": f"Signer l'avenant {objet.numero}", "formulaire": formulaire, "conflit": None, "refus": "",
                 "retour": "programme:historique"}  # fmt: skip
    return render(request, "programme/fiche_saisie.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Comparaison de deux versions d'une fiche", roles=LECTEURS)
@require_safe
def ecarts(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qui change d'une version à l'autre ; par défaut, des deux dernières."""
    fiche = charger_fiche(request, pk)
    versions = list(fiche.versions.select_related("etablie_par").order_by("numero"))
    par_numero = {version.numero: version for version in versions}
    de = par_numero.get(entier(request.GET.get("de", "")) or 0) or (versions[-2] if len(versions) > 1 else None)
    a = par_numero.get(entier(request.GET.get("a", "")) or 0) or (versions[-1] if versions else None)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:historique") | {
        "versions": versions,
        "de": de,
        "a": a,
        "differences": differences(de.contenu, a.contenu) if de and a else [],
    }
    return render(request, "programme/versions.html", contexte)
