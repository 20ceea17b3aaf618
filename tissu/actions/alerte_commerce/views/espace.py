"""L'espace d'un adhérent, ouvert par un lien : alertes passées, conseils, numéros, distance ; et le départ."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.alerte_commerce.forms.adhesion import (
    CodeForm,
    DemanderLienForm,
    NumeroForm,
    PreferencesForm,
    ReponseForm,
    numero_masque,
)
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.actions.alerte_commerce.operations import decisions, departs, fiche, liens, verification
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.queries.conseils import alertes_passees, pages_publiees, referents_publies
from tissu.actions.alerte_commerce.queries.liens import adherent_du_lien, contact_du_depart, lien_de_depart
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.codes import EtatDuCode
from tissu.actions.alerte_commerce.views.garde import dire, tenter
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.limites import limite
from tissu.socle.ecrans import public


def par_lien(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Donne à la vue l'adhérent du lien ; un lien faux ou expiré mène à la page qui en donne un autre."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, jeton: str, *args: Any, **kwargs: Any) -> HttpResponse:
        adherent = adherent_du_lien(jeton, au=timezone.now())
        if adherent is None:
            return render(request, "alerte_commerce/public/lien_expire.html", {"titre": "Lien expiré"}, status=410)
        return vue(request, jeton, adherent, *args, **kwargs)

    return never_cache(enveloppe)


@public("Mon espace Alerte Commerce")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("30/h")
def mon_espace(request: HttpRequest) -> HttpResponse:
    """Demander le lien de son espace ; la réponse est la même, que l'adresse soit connue ou non."""
    formulaire = DemanderLienForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        liens.envoyer_lien(coordonnee=formulaire.cleaned_data["coordonnee"], au=timezone.now())
        dire(request, "Si ce numéro ou cette adresse est celui d'un adhérent, un lien vient d'y être envoyé.")
        return redirect("adhesion:mon_espace")
    contexte = {"titre": "Mon espace", "formulaire": formulaire}
    return render(
        request, "alerte_commerce/public/mon_espace.html", contexte, status=422 if formulaire.errors else 200
    )  # fmt: skip


@public("Espace d'un adhérent")
@require_safe
@limite("120/m")
@par_lien
def espace(request: HttpRequest, jeton: str, adherent: Adherent) -> HttpResponse:
    """Tout ce qui concerne ce commerce, sur une page."""
    return _rendre(request, jeton, adherent)


def _rendre(
    request: HttpRequest, jeton: str, adherent: Adherent, *, preferences: Any = None, numero: Any = None
) -> HttpResponse:
    au = timezone.now()
    contacts = [
        {"contact": un, "numero": numero_masque(un.mobile), "quitter": lien_de_depart(un.pk)}
        for un in adherent.contacts.exclude(mobile="")
    ]
    contexte = {
        "titre": adherent.nom, "adherent": adherent, "jeton": jeton, "contacts": contacts,
        "alertes": alertes_passees(adherent, au=au), "pages": pages_publiees(), "referents": referents_publies(),
        "preferences": preferences or PreferencesForm(adherent=adherent, distances=reglage("rayon_bornes_m", au)),
        "numero": numero or NumeroForm(), "reponse": ReponseForm(), "code": CodeForm(),
    }  # fmt: skip
    fautif = any(un is not None and un.errors for un in (preferences, numero))
    return render(request, "alerte_commerce/public/espace.html", contexte, status=422 if fautif else 200)


@public("Régler ses alertes")
@require_POST
@limite("60/h")
@par_lien
def regler(request: HttpRequest, jeton: str, adherent: Adherent) -> HttpResponse:
    """La distance et les horaires."""
    au = timezone.now()
    formulaire = PreferencesForm(request.POST, adherent=adherent, distances=reglage("rayon_bornes_m", au))
    if not formulaire.is_valid():
        return _rendre(request, jeton, adherent, preferences=formulaire)
    tenter(request, lambda: fiche.regler(adherent=adherent, preferences=formulaire.preferences(), au=au),
           "Vos réglages sont enregistrés.")  # fmt: skip
    return redirect("adhesion:espace", jeton)


@public("Ajouter un numéro")
@require_POST
@limite("20/h")
@par_lien
def ajouter(request: HttpRequest, jeton: str, adherent: Adherent) -> HttpResponse:
    """Un numéro de plus : il reçoit un code."""
    formulaire = NumeroForm(request.POST)
    if formulaire.is_valid():
        try:
            nouveau = fiche.ajouter_numero(adherent=adherent, au=timezone.now(), **formulaire.cleaned_data)
        except GesteRefuse as refus:
            formulaire.add_error("mobile", str(refus))
        else:
            _envoyer(request, nouveau)
            return redirect("adhesion:espace", jeton)
    return _rendre(request, jeton, adherent, numero=formulaire)


def _envoyer(request: HttpRequest, contact: ContactAdherent) -> None:
    tenter(
        request,
        lambda: verification.envoyer_code(contact=contact, adresse_ip=adresse_ip(request), au=timezone.now()),
        f"Un code est parti au {numero_masque(contact.mobile)}.",
    )


@public("Vérifier un numéro")
@require_POST
@limite("60/h")
@par_lien
def verifier(request: HttpRequest, jeton: str, adherent: Adherent, pk: int) -> HttpResponse:
    """Le code d'un numéro ; sans code, en demande un neuf."""
    contact = adherent.contacts.filter(pk=pk).first()
    tape = request.POST.get("code", "").strip()[:10]
    if contact is not None and not tape:
        _envoyer(request, contact)
    elif contact is not None:
        verdict = verification.verifier_code(contact=contact, code=tape, au=timezone.now())
        juste = verdict.etat is EtatDuCode.JUSTE
        dire(request, "Ce numéro est vérifié." if juste else verdict.phrase, erreur=not juste)
    return redirect("adhesion:espace", jeton)


@public("Répondre à la chambre")
@require_POST
@limite("20/h")
@par_lien
def repondre(request: HttpRequest, jeton: str, adherent: Adherent) -> HttpResponse:
    """La réponse à une question sur la demande."""
    reponse = request.POST.get("reponse", "")[:1000]
    tenter(request, lambda: decisions.repondre(adherent=adherent, reponse=reponse, au=timezone.now()),
           "Votre réponse est partie.")  # fmt: skip
    return redirect("adhesion:espace", jeton)


@public("Quitter Alerte Commerce")
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/h")
def quitter(request: HttpRequest, signe: str) -> HttpResponse:
    """Le lien montre une page ; le bouton fait partir, tout de suite. Sans précision, ce seul numéro."""
    contact = contact_du_depart(signe)
    contexte: dict[str, Any] = {"titre": "Quitter Alerte Commerce", "contact": contact}
    if contact is None:
        return render(request, "alerte_commerce/public/parti.html", contexte)
    if request.method == "POST":
        _partir(contact, tout=request.POST.get("quoi") == "tout")
        return render(request, "alerte_commerce/public/parti.html", contexte | {"contact": None})
    contexte |= {
        "numero": numero_masque(contact.mobile) if contact.mobile else contact.courriel,
        "seul": contact.adherent.contacts.count() == 1,
    }  # fmt: skip
    return render(request, "alerte_commerce/public/quitter.html", contexte)


def _partir(contact: ContactAdherent, *, tout: bool) -> None:
    au = timezone.now()
    if tout:
        departs.quitter(adherent=contact.adherent, au=au, motif="Par son lien")
    else:
        departs.retirer_contact(contact=contact, au=au)
