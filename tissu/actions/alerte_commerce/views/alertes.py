"""Les alertes : celles en cours, en écrire une, la relire, l'approuver, la suivre pendant qu'elle part."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.actions.alerte_commerce.choices import EtatAlerte, MotifHorsCible
from tissu.actions.alerte_commerce.forms.alertes import AlerteForm
from tissu.actions.alerte_commerce.messages.alertes import Apercu, apercu, apercu_d_une_saisie
from tissu.actions.alerte_commerce.models import PARTIES, Alerte
from tissu.actions.alerte_commerce.operations import alertes
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import ALERTEURS, LECTEURS_DES_ALERTES, peut_alerter
from tissu.actions.alerte_commerce.queries import alertes as lectures
from tissu.actions.alerte_commerce.queries.lieux import chercher
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.article10 import interdits
from tissu.actions.alerte_commerce.views.garde import des_forces_de_l_ordre, des_relecteurs, dire
from tissu.actions.alerte_commerce.views.suivi import contexte_du_suivi
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.operations import empreinte_de
from tissu.socle.conflits import ConflitDeSaisie
from tissu.socle.ecrans import ecran

SORTES = {
    "brouillon": "neutre", "a_approuver": "attention", "renvoyee": "attention", "envoyee": "danger", "levee": "succes",
    "annulee": "neutre", "abandonnee": "neutre",
}  # fmt: skip
LIBRES = ("lieu", "direction", "maniere", "conseil", "retard", "texte")
OUVERTES = (EtatAlerte.A_APPROUVER, EtatAlerte.RENVOYEE, EtatAlerte.BROUILLON)


def sorte_de(une: Alerte) -> str:
    """La teinte de son état ; une alerte ancienne, ou une suite, n'alarme plus."""
    return "neutre" if une.etat == EtatAlerte.ENVOYEE and (une.efface_le or une.premiere_id) else SORTES[une.etat]


@ecran("Alertes", roles=LECTEURS_DES_ALERTES)
@require_safe
@des_relecteurs
def liste(request: RequeteConnectee) -> HttpResponse:
    """Ce qui attend une décision, puis les alertes parties, la plus récente d'abord."""
    lisibles = lectures.alertes_lisibles(request.user)
    ouvertes = [(une, SORTES[une.etat]) for une in lisibles.filter(etat__in=OUVERTES).order_by("-redigee_le")[:50]]
    page = Paginator(lisibles.filter(etat__in=PARTIES, premiere=None).order_by("-envoyee_le", "-pk"), 30).get_page(
        request.GET.get("page")
    )
    contexte = {
        "titre": "Alertes", "ouvertes": ouvertes, "page": page, "peut_alerter": peut_alerter(request.user),
        "lignes": [(une, sorte_de(une)) for une in page],
    }  # fmt: skip
    return render(request, "alerte_commerce/alertes.html", contexte)


def _formulaire(request: RequeteConnectee, alerte: Alerte | None = None) -> AlerteForm:
    au = timezone.now()
    return AlerteForm(request.POST or None, au=au, rayons=reglage("rayon_bornes_m", au), alerte=alerte)


@ecran("Écrire une alerte", roles=ALERTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@des_forces_de_l_ordre
def nouvelle(request: RequeteConnectee) -> HttpResponse:
    """Une page, du fait à l'approbation."""
    formulaire = _formulaire(request)
    if request.method == "POST" and formulaire.is_valid():
        faite = _ecrire(formulaire, lambda signe: alertes.rediger(champs=formulaire.champs(), **signe), request)
        if faite is not None:
            return _suite(request, formulaire, faite)
    return _rendre(request, formulaire, "Écrire une alerte")


@ecran("Reprendre une alerte", roles=ALERTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
@des_forces_de_l_ordre
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Récrire un brouillon, une alerte renvoyée, ou la suite d'une alerte."""
    alerte = get_object_or_404(Alerte, pk=pk)
    formulaire = _formulaire(request, alerte)
    if request.method == "POST" and formulaire.is_valid():
        version = formulaire.cleaned_data["version"] or 0
        faite = _ecrire(
            formulaire,
            lambda signe: alertes.modifier(alerte=alerte, version=version, champs=formulaire.champs(), **signe),
            request,
        )
        if faite is not None:
            return _suite(request, formulaire, faite)
    return _rendre(request, formulaire, f"Reprendre {str(alerte).lower()}")


def _rendre(request: RequeteConnectee, formulaire: AlerteForm, titre: str) -> HttpResponse:
    contexte = {
        "titre": titre, "formulaire": formulaire,
        "du_fait": [formulaire[nom] for nom in formulaire.DU_FAIT],
        "de_la_cible": [formulaire[nom] for nom in formulaire.DE_LA_CIBLE],
        "en_plus": [formulaire[nom] for nom in formulaire.EN_PLUS],
        "a_ouvrir": any(formulaire[nom].errors for nom in formulaire.EN_PLUS),
    }  # fmt: skip
    return render(
        request, "alerte_commerce/alerte_ecrire.html", contexte, status=422 if formulaire.errors else 200
    )  # fmt: skip


def _ecrire(
    formulaire: AlerteForm, geste: Callable[[dict[str, Any]], Alerte], request: RequeteConnectee
) -> Alerte | None:
    """L'alerte écrite, ou None et les refus posés sur le formulaire, qui garde tout ce qui a été tapé."""
    try:
        return geste({"auteur": request.user, "au": timezone.now()})
    except alertes.PassageInterdit as refus:
        for nom, phrases in refus.champs.items():
            formulaire.add_error(nom, phrases)
    except (GesteRefuse, ConflitDeSaisie) as refus:
        formulaire.add_error(None, str(refus))
    return None


def _suite(request: RequeteConnectee, formulaire: AlerteForm, alerte: Alerte) -> HttpResponse:
    """Enregistrée, puis soumise si on le demande ; refusée à ce pas, elle reste un brouillon à reprendre."""
    if request.POST.get("suite") == "brouillon":
        dire(request, "Le brouillon est gardé.")
        return redirect("alerte_commerce:alerte", alerte.pk)
    try:
        alertes.soumettre(
            alerte=alerte, interpelle=formulaire.cleaned_data["interpelle"], auteur=request.user, au=timezone.now()
        )
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return redirect("alerte_commerce:alerte_modifier", alerte.pk)
    dire(request, "L'alerte attend l'approbation d'une autre personne.")
    return redirect("alerte_commerce:alerte", alerte.pk)


@ecran("Aperçu d'une alerte", roles=ALERTEURS)
@require_POST
@limite("240/m")
@des_forces_de_l_ordre
def voir_avant(request: RequeteConnectee) -> HttpResponse:
    """Le fragment mis à jour pendant la frappe : commerces, SMS, coût, et ce qui ne peut pas s'écrire."""
    formulaire = _formulaire(request)
    champs = formulaire.champs_provisoires()
    passages = [
        passage.phrase
        for nom in ("lieu", "direction", "maniere", "conseil", "texte")
        for passage in interdits(champs[nom])
    ]
    vu = apercu_d_une_saisie(champs, au=timezone.now())
    contexte = {
        "passages": passages, "vu": vu, "hors": hors_cible(vu), "refus": formulaire.errors.get("sorte", []),
    }  # fmt: skip
    return render(request, "alerte_commerce/_apercu.html", contexte)


@ecran("Adresses pour une alerte", roles=ALERTEURS)
@require_safe
@limite("240/m")
@des_forces_de_l_ordre
def lieux(request: RequeteConnectee) -> HttpResponse:
    """Les adresses des locaux qui ressemblent à ce que l'on tape."""
    proposes = chercher(request.GET.get("lieu", "")[:100], au=timezone.localdate())
    adresses = dict.fromkeys(lieu.adresse for lieu in proposes if lieu.adresse)
    return render(request, "alerte_commerce/_lieux.html", {"lieux": list(adresses)})


def hors_cible(vu: Apercu) -> list[tuple[str, int]]:
    """Pourquoi des commerces du lieu sont laissés de côté, en mots."""
    return [(MotifHorsCible(motif).label, combien) for motif, combien in sorted(vu.ciblage.hors.items())]


@ecran("Alerte", roles=LECTEURS_DES_ALERTES)
@require_safe
@never_cache
@des_relecteurs
def alerte(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une alerte : ce qui partirait s'il faut l'approuver ; sinon ce qui est parti, et sa chaîne mesurée."""
    une = get_object_or_404(lectures.alertes_lisibles(request.user), pk=pk)
    contexte = {
        "titre": str(une), "alerte": une, "sorte": sorte_de(une), "peut_alerter": peut_alerter(request.user),
        "fil": [(ici, sorte_de(ici)) for ici in lectures.fil_de(une, request.user)],
        "journal": [
            {"date": etape.le, "titre": etape.get_geste_display(), "texte": etape.texte, "source": etape.auteur}
            for etape in une.etapes.select_related("auteur")
        ],
        "definitions": lectures.definitions_de(une), **contexte_du_suivi(une), **_a_approuver(request, une),
    }  # fmt: skip
    return render(request, "alerte_commerce/alerte.html", contexte)


def _a_approuver(request: RequeteConnectee, une: Alerte) -> dict[str, Any]:
    """L'aperçu et son empreinte, pour qui peut approuver."""
    if une.etat not in OUVERTES or not peut_alerter(request.user):
        return {"vu": None, "hors": [], "empreinte": "", "est_auteur": False, "tardive": False}
    au = timezone.now()
    vu = apercu(une, au=au)
    return {
        "vu": vu, "hors": hors_cible(vu), "empreinte": empreinte_de(vu.message),
        "est_auteur": une.auteur_id == request.user.pk and bool(reglage("alerte_deux_personnes", au)),
        "tardive": lectures.est_tardive(une, au=au),
    }  # fmt: skip


def _dit(request: RequeteConnectee, nom: str) -> str:
    return request.POST.get(nom, "")[:300].strip()


GESTES: dict[str, tuple[Callable[[RequeteConnectee, Alerte, Any], Any], str]] = {
    "approuver": (
        lambda r, une, signe: alertes.approuver_et_envoyer(
            alerte=une,
            attendue=r.POST.get("empreinte", "")[:64],
            retard=r.POST.get("retard", "")[:300].strip(),
            **signe,
        ),
        "L'alerte part.",
    ),
    "renvoyer": (
        lambda r, une, signe: alertes.renvoyer(alerte=une, motif=_dit(r, "texte"), **signe),
        "L'alerte est rendue à son auteur.",
    ),
    "reprendre": (
        lambda r, une, signe: alertes.reprendre(alerte=une, **signe),
        "L'alerte est de nouveau un brouillon.",
    ),
    "abandonner": (lambda r, une, signe: alertes.abandonner(alerte=une, **signe), "L'alerte ne partira pas."),
    "annuler": (
        lambda r, une, signe: alertes.annuler(alerte=une, **signe),
        "L'alerte est annulée : ce qui n'était pas parti est retenu, les autres commerces sont prévenus.",
    ),
    "lever": (lambda r, une, signe: alertes.lever(alerte=une, **signe), "La fin d'alerte part."),
}


@ecran("Agir sur une alerte", roles=ALERTEURS)
@require_POST
@des_forces_de_l_ordre
def agir(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Approuver et envoyer, renvoyer, reprendre, abandonner, annuler, lever."""
    if geste not in GESTES:
        raise Http404("Ce geste n'existe pas.")
    une, (faire, reussi) = get_object_or_404(Alerte, pk=pk), GESTES[geste]
    try:
        faire(request, une, {"auteur": request.user, "au": timezone.now()})
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
    else:
        dire(request, reussi)
    return redirect("alerte_commerce:alerte", pk)


@ecran("Mettre à jour une alerte", roles=ALERTEURS)
@require_POST
@des_forces_de_l_ordre
def mettre_a_jour(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ouvre le brouillon de la suite."""
    try:
        suite = alertes.mettre_a_jour(alerte=get_object_or_404(Alerte, pk=pk), auteur=request.user, au=timezone.now())
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return redirect("alerte_commerce:alerte", pk)
    return redirect("alerte_commerce:alerte_modifier", suite.pk)
