"""S'inscrire : trois étapes gardées dans la session, un code, un merci. Sans compte ni mot de passe."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.alerte_commerce.forms.adhesion import CharteForm, CodeForm, CommerceForm, ContactForm, numero_masque
from tissu.actions.alerte_commerce.models import ContactAdherent
from tissu.actions.alerte_commerce.operations import adhesion as operations
from tissu.actions.alerte_commerce.operations import verification
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.conseils import en_blocs, pages_publiees, referents_publies
from tissu.actions.alerte_commerce.queries.lieux import chercher, lieu_de
from tissu.actions.alerte_commerce.queries.reglages import version_de_la_charte
from tissu.actions.alerte_commerce.rules.codes import EtatDuCode
from tissu.actions.alerte_commerce.views.garde import dire, tenter
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public
from tissu.socle.territoire import territoire

BROUILLON, A_VERIFIER = "alerte_commerce.demande", "alerte_commerce.contact"
ETAPES = {"commerce": "Votre commerce", "contact": "Qui prévenir", "charte": "La charte"}


@public("Alerte Commerce")
@require_safe
@limite("300/m")
def accueil(request: HttpRequest) -> HttpResponse:
    """Ce qu'est le réseau, pour qui, et comment en être."""
    contexte = {"titre": "Alerte Commerce", "territoire": territoire(), "pages": pages_publiees()}
    return render(request, "alerte_commerce/public/accueil.html", contexte)


@public("Conseils de sécurité")
@require_safe
@limite("300/m")
def conseils(request: HttpRequest) -> HttpResponse:
    """Le guide de la sécurité : toutes ses pages, et les référents."""
    contexte = {
        "titre": "Guide de la sécurité", "pages": [en_blocs(page) for page in pages_publiees()],
        "referents": referents_publies(),
    }  # fmt: skip
    return render(request, "alerte_commerce/public/conseils.html", contexte)


def _brouillon(request: HttpRequest) -> dict[str, Any]:
    return dict(request.session.get(BROUILLON, {}))


def _garder(request: HttpRequest, **etape: Any) -> None:
    request.session[BROUILLON] = _brouillon(request) | etape


def _plan(request: HttpRequest, courante: str) -> list[dict[str, Any]]:
    faites = _brouillon(request)
    return [
        {"titre": titre, "url": reverse(f"adhesion:{code}"), "courante": code == courante, "faite": code in faites}
        for code, titre in ETAPES.items()
    ]


def _rendre(request: HttpRequest, etape: str, formulaire: Any, **contexte: Any) -> HttpResponse:
    contexte |= {"titre": ETAPES[etape], "etapes": _plan(request, etape), "formulaire": formulaire}
    statut = 422 if formulaire.errors else 200
    return render(request, f"alerte_commerce/public/{etape}.html", contexte, status=statut)


@public("Adhérer : votre commerce")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("120/m")
def commerce(request: HttpRequest) -> HttpResponse:
    """Première étape : trouver son commerce, ou le décrire."""
    au, texte = timezone.localdate(), request.GET.get("q", "").strip()[:100]
    choisi = lieu_de(request.GET.get("lieu", ""), au=au)
    initial = choisi.en_champs() if choisi else _brouillon(request).get("commerce")
    formulaire = CommerceForm(request.POST or None, initial=initial)
    if request.method == "POST" and formulaire.is_valid():
        _garder(request, commerce=formulaire.cleaned_data)
        return redirect("adhesion:contact")
    propositions = chercher(texte, au=au) if texte else []
    return _rendre(request, "commerce", formulaire, texte=texte, propositions=propositions, choisi=choisi)


@public("Adhérer : qui prévenir")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("120/m")
def contact(request: HttpRequest) -> HttpResponse:
    """Deuxième étape : la personne et son mobile."""
    brouillon = _brouillon(request)
    if "commerce" not in brouillon:
        return redirect("adhesion:commerce")
    formulaire = ContactForm(request.POST or None, initial=brouillon.get("contact"))
    if request.method == "POST" and formulaire.is_valid():
        _garder(request, contact=formulaire.cleaned_data)
        return redirect("adhesion:charte")
    return _rendre(request, "contact", formulaire, commerce=brouillon["commerce"])


@public("Adhérer : la charte")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
def charte(request: HttpRequest) -> HttpResponse:
    """Troisième étape : lire, signer ; la demande s'ouvre et le code part."""
    brouillon, version = _brouillon(request), version_de_la_charte(timezone.now())
    if not {"commerce", "contact"} <= set(brouillon):
        return redirect("adhesion:commerce")
    initial = {"version": version, "signataire": brouillon["contact"]["nom"]}
    formulaire = CharteForm(request.POST or None, initial=initial)
    if request.method == "POST" and formulaire.is_valid() and _demander(request, formulaire, brouillon):
        return redirect("adhesion:code")
    return _rendre(request, "charte", formulaire, texte=f"alerte_commerce/charte/{version}.html", brouillon=brouillon)


def _demander(request: HttpRequest, formulaire: CharteForm, brouillon: dict[str, Any]) -> bool:
    signature = operations.Signature(formulaire.cleaned_data["version"], formulaire.cleaned_data["signataire"])
    au = timezone.now()
    try:
        a_verifier = operations.demander_adhesion(
            commerce=brouillon["commerce"], contact=brouillon["contact"], signature=signature, au=au
        )
    except GesteRefuse as refus:
        formulaire.add_error(None, str(refus))
        return False
    request.session[A_VERIFIER] = a_verifier.pk
    try:
        verification.envoyer_code(contact=a_verifier, adresse_ip=adresse_ip(request), au=au)
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
    return True


def _contact_a_verifier(request: HttpRequest) -> ContactAdherent | None:
    pk = request.session.get(A_VERIFIER)
    return ContactAdherent.objects.select_related("adherent").filter(pk=pk).first() if pk else None


@public("Adhérer : votre code")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
def code(request: HttpRequest) -> HttpResponse:
    """Le code reçu par SMS."""
    a_verifier = _contact_a_verifier(request)
    if a_verifier is None:
        return redirect("adhesion:commerce")
    formulaire = CodeForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        verdict = verification.verifier_code(
            contact=a_verifier, code=formulaire.cleaned_data["code"], au=timezone.now()
        )  # fmt: skip
        if verdict.etat is EtatDuCode.JUSTE:
            request.session.pop(BROUILLON, None)
            return redirect("adhesion:merci")
        formulaire.add_error("code", verdict.phrase)
    contexte = {"titre": "Votre code", "formulaire": formulaire, "numero": numero_masque(a_verifier.mobile)}
    statut = 422 if formulaire.errors else 200
    return render(request, "alerte_commerce/public/code.html", contexte, status=statut)


@public("Renvoyer un code")
@require_POST
@limite("20/h")
def renvoyer(request: HttpRequest) -> HttpResponse:
    """Un code de plus, dans les limites."""
    a_verifier = _contact_a_verifier(request)
    if a_verifier is None:
        return redirect("adhesion:commerce")
    tenter(
        request,
        lambda: verification.envoyer_code(contact=a_verifier, adresse_ip=adresse_ip(request), au=timezone.now()),
        "Un nouveau code est parti.",
    )
    return redirect("adhesion:code")


@public("Adhérer : merci")
@require_safe
@limite("120/m")
def merci(request: HttpRequest) -> HttpResponse:
    """Ce qui se passe maintenant."""
    contact = _contact_a_verifier(request)
    nom = contact.adherent.nom if contact and contact.verifie_le else ""
    return render(request, "alerte_commerce/public/merci.html", {"titre": "Merci", "nom": nom})
