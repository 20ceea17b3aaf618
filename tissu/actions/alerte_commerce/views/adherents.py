"""Les adhérents vus de la chambre : la liste, les demandes, une fiche et ses gestes. Lire un contact se journalise."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.forms.adhesion import NumeroForm
from tissu.actions.alerte_commerce.forms.gestion import AdherentForm, EnvoiForm, FiltreForm, InscriptionForm
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.operations import adhesion, decisions, departs, fiche, verification
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.queries import gestion as lectures
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire, tenter
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.nomenclatures import libelle_famille
from tissu.messages.choices import SourceDuChoix
from tissu.messages.rules.numeros import mobile_lisible
from tissu.socle.conflits import ConflitDeSaisie, comparer, nom_de_champ
from tissu.socle.ecrans import ecran
from tissu.socle.territoire import territoire

SORTES = {
    "actif": "succes", "a_verifier": "attention", "demande": "info", "suspendu": "attention", "parti": "neutre",
    "refuse": "neutre",
}  # fmt: skip


@ecran("Adhérents", roles=GESTIONNAIRES)
@require_safe
@de_la_chambre
def liste(request: RequeteConnectee) -> HttpResponse:
    """Tous les commerces, par état, commune, activité ; sans leurs numéros."""
    filtre = FiltreForm(request.GET)
    choisis, comptes = lectures.adherents(filtre.criteres()), lectures.comptes()
    page, communes = Paginator(choisis, 50).get_page(request.GET.get("page")), territoire().communes
    contexte = {
        "titre": "Adhérents", "filtre": filtre, "page": page, "comptes": comptes, "vues": _vues(request, comptes),
        "lignes": [(un, communes.get(un.code_commune, "")) for un in page],
    }  # fmt: skip
    return render(request, "alerte_commerce/adherents.html", contexte)


def _vues(request: RequeteConnectee, comptes: dict[str, int]) -> list[dict[str, Any]]:
    page, etat = reverse("alerte_commerce:adherents"), request.GET.get("etat", "")
    rappel = bool(request.GET.get("a_rappeler"))
    vues = [{"titre": "Tous", "url": page, "actif": not etat and not rappel, "compte": None}]
    for code, nom in EtatAdherent.choices:
        if comptes[code]:
            vues.append({"titre": nom, "url": f"{page}?etat={code}", "actif": etat == code, "compte": comptes[code]})
    rappels = {"titre": "À rappeler", "url": f"{page}?a_rappeler=on", "actif": rappel, "compte": comptes["a_rappeler"]}
    return [*vues, rappels]


@ecran("Demandes d'adhésion à vérifier", roles=GESTIONNAIRES)
@require_safe
@de_la_chambre
def demandes(request: RequeteConnectee) -> HttpResponse:
    """Les demandes, la plus ancienne d'abord, avec les doublons possibles."""
    page = Paginator(lectures.demandes(), 30).get_page(request.GET.get("page"))
    doublons, communes = lectures.doublons_possibles(list(page)), territoire().communes
    contexte = {
        "titre": "Demandes à vérifier", "page": page,
        "lignes": [
            (un, doublons[un.pk], libelle_famille(un.activite), communes.get(un.code_commune, "")) for un in page
        ],
        "rappels": lectures.a_rappeler().count(),
    }  # fmt: skip
    return render(request, "alerte_commerce/demandes.html", contexte)


@ecran("Fiche d'un adhérent", roles=GESTIONNAIRES)
@require_safe
@limite("300/m")
@de_la_chambre
def adherent(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le commerce, ses numéros, son journal, et ce que l'on peut en faire."""
    un = get_object_or_404(Adherent, pk=pk)
    lue = lectures.fiche(un)
    if lue.numeros:
        journaliser_acces(personne=request.user, nature=NatureAcces.CONTACTS, objet=un, au=timezone.now(),
                          motif="Fiche d'un adhérent", adresse_ip=adresse_ip(request))  # fmt: skip
    contexte = {
        "titre": un.nom, "adherent": un, "fiche": lue, "sorte": SORTES[un.etat], "definitions": _definitions(un),
        "numeros": [(ici, mobile_lisible(ici.contact.mobile) if ici.contact.mobile else "–") for ici in lue.numeros],
        "journal": [
            {"date": etape.le, "titre": etape.get_geste_display(), "texte": etape.texte, "source": etape.auteur}
            for etape in lue.etapes
        ],
        "envoi": EnvoiForm(proposer=un.etat == EtatAdherent.ACTIF and not un.envois.exists()), "numero": NumeroForm(),
        "stock": lectures.stock(timezone.now()),
    }  # fmt: skip
    return render(request, "alerte_commerce/adherent.html", contexte)


def _definitions(un: Adherent) -> list[dict[str, Any]]:
    registre = reverse("registre:etablissement", args=[un.siret]) if un.siret else ""
    local = reverse("locaux:local", args=[un.local.reference]) if un.local else ""
    return [
        {"nom": "SIRET", "valeur": un.siret, "url": registre},
        {"nom": "Local", "valeur": un.local.reference if un.local else "", "url": local},
        {"nom": "Activité", "valeur": libelle_famille(un.activite)},
        {"nom": "Position", "valeur": f"{un.lat:.5f}, {un.lon:.5f}" if un.lon is not None else ""},
        {"nom": "Distance choisie", "valeur": f"{un.rayon_m} m" if un.rayon_m else "Celle proposée à tous"},
        {"nom": "Charte", "valeur": f"{un.charte_version}, signée par {un.charte_signataire or 'le commerce'}"
         if un.charte_version else "", "au": un.charte_signee_le},
        {"nom": "Charte signée le", "valeur": un.charte_signee_le or "Date inconnue"},
        {"nom": "Adhérent depuis", "valeur": un.adhere_le},
        {"nom": "Parti le", "valeur": un.parti_le or "–"},
        {"nom": "Vient de", "valeur": un.get_source_display()},
    ]  # fmt: skip


@ecran("Inscrire un commerce", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def inscrire(request: RequeteConnectee) -> HttpResponse:
    """Une adhésion signée sur papier, saisie par la chambre ; son mobile se vérifie ensuite."""
    formulaire = InscriptionForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            cree = adhesion.inscrire(commerce=formulaire.commerce(), contact=formulaire.contact(), auteur=request.user,
                                     au=timezone.now())  # fmt: skip
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            dire(request, "Le commerce est inscrit : envoyez un code à son mobile.")
            return redirect("alerte_commerce:adherent", cree.adherent_id)
    contexte = {"titre": "Inscrire un commerce", "formulaire": formulaire}
    return render(request, "alerte_commerce/inscrire.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Modifier un adhérent", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Corriger le commerce."""
    un, conflit = get_object_or_404(Adherent, pk=pk), None
    formulaire = AdherentForm(request.POST or None, adherent=un)
    if request.method == "POST" and formulaire.is_valid():
        try:
            fiche.modifier(adherent=un, version=formulaire.cleaned_data["version"], champs=formulaire.champs(),
                           auteur=request.user, au=timezone.now())  # fmt: skip
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        except ConflitDeSaisie as refus:
            conflit = comparer(refus, nommer=nom_de_champ(Adherent))
            formulaire.a_refaire_sur(Adherent.objects.get(pk=pk).version)
        else:
            dire(request, "La fiche est corrigée.")
            return redirect("alerte_commerce:adherent", pk)
    contexte = {"titre": "Corriger la fiche", "adherent": un, "formulaire": formulaire, "conflit": conflit}
    statut = 409 if conflit else 422 if formulaire.errors else 200
    return render(request, "alerte_commerce/modifier.html", contexte, status=statut)


def _texte(request: RequeteConnectee) -> str:
    return request.POST.get("texte", "")[:500]


GESTES: dict[str, tuple[Callable[[RequeteConnectee, Adherent, Any], Any], str]] = {
    "accepter": (lambda r, un, signe: decisions.accepter(adherent=un, **signe), "L'adhésion est acceptée."),
    "refuser": (
        lambda r, un, signe: decisions.refuser(adherent=un, motif=_texte(r), **signe),
        "La demande est refusée ; le commerce l'apprend, ses coordonnées sont effacées.",
    ),
    "demander": (
        lambda r, un, signe: decisions.demander_precision(adherent=un, question=_texte(r), **signe),
        "La question est partie.",
    ),
    "suspendre": (
        lambda r, un, signe: decisions.suspendre(adherent=un, motif=_texte(r), **signe),
        "L'adhésion est suspendue.",
    ),
    "reprendre": (lambda r, un, signe: decisions.reprendre(adherent=un, **signe), "L'adhésion reprend."),
    "partir": (
        lambda r, un, signe: departs.quitter(adherent=un, motif=_texte(r), source=SourceDuChoix.AGENT, **signe),
        "Le commerce a quitté le réseau ; ses coordonnées sont effacées.",
    ),
}


@ecran("Décider d'un adhérent", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def decider(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Accepter, refuser, demander, suspendre, reprendre, faire partir."""
    if geste not in GESTES:
        raise Http404("Ce geste n'existe pas.")
    un, (faire, reussi) = get_object_or_404(Adherent, pk=pk), GESTES[geste]
    tenter(request, lambda: faire(request, un, {"auteur": request.user, "au": timezone.now()}), reussi)
    suite = request.POST.get("suite", "")
    return redirect(
        "alerte_commerce:demandes" if suite == "demandes" else reverse("alerte_commerce:adherent", args=[pk])
    )


@ecran("Envoyer un code à un numéro", roles=GESTIONNAIRES)
@require_POST
@limite("60/h")
@de_la_chambre
def code(request: RequeteConnectee, pk: int, contact: int) -> HttpResponse:
    """Un code neuf à un numéro suspendu ou jamais vérifié : le commerce le tape dans son espace."""
    joint = get_object_or_404(get_object_or_404(Adherent, pk=pk).contacts, pk=contact)
    tenter(
        request,
        lambda: verification.envoyer_code(
            contact=joint, adresse_ip=adresse_ip(request), au=timezone.now(), auteur=request.user
        ),
        "Un code est parti.",
    )
    return redirect("alerte_commerce:adherent", pk)


@ecran("Vérifier le code d'un numéro", roles=GESTIONNAIRES)
@require_POST
@limite("60/h")
@de_la_chambre
def verifier(request: RequeteConnectee, pk: int, contact: int) -> HttpResponse:
    """Le code que le commerce lit au téléphone à la chambre."""
    joint = get_object_or_404(get_object_or_404(Adherent, pk=pk).contacts, pk=contact)
    verdict = verification.verifier_code(contact=joint, code=request.POST.get("code", "")[:10], au=timezone.now())
    dire(request, verdict.phrase or "Ce numéro est vérifié.", erreur=bool(verdict.phrase))
    return redirect("alerte_commerce:adherent", pk)


@ecran("Ajouter un numéro à un adhérent", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def numero(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Un numéro de plus, que le commerce dicte."""
    un, formulaire = get_object_or_404(Adherent, pk=pk), NumeroForm(request.POST)
    if not formulaire.is_valid():
        for erreurs in formulaire.errors.values():
            dire(request, " ".join(str(erreur) for erreur in erreurs), erreur=True)
        return redirect("alerte_commerce:adherent", pk)
    tenter(
        request,
        lambda: fiche.ajouter_numero(adherent=un, auteur=request.user, au=timezone.now(), **formulaire.cleaned_data),
        "Le numéro est ajouté : envoyez-lui un code.",
    )
    return redirect("alerte_commerce:adherent", pk)


@ecran("Envoyer la vitrophanie, le guide ou le kit", roles=GESTIONNAIRES)
@require_POST
@de_la_chambre
def envoyer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qui part du stock."""
    un, formulaire = get_object_or_404(Adherent, pk=pk), EnvoiForm(request.POST)
    if not formulaire.is_valid():
        dire(request, "Écrivez des nombres entiers, de 0 à 100.", erreur=True)
        return redirect("alerte_commerce:adherent", pk)
    tenter(
        request,
        lambda: fiche.envoyer_du_stock(
            adherent=un, articles=formulaire.articles(), auteur=request.user, au=timezone.now()
        ),
        "L'envoi est noté, le stock à jour.",
    )
    return redirect("alerte_commerce:adherent", pk)
