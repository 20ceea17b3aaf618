"""Les files d'attente : quel établissement occupe ce local, quel local aller voir."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.choices import MotifSignalement
from tissu.locaux.models import Rapprochement, Signalement
from tissu.locaux.operations import rapprochement as operations
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.locaux.operations.signalements import clore
from tissu.locaux.presentation.local import nom_du_registre
from tissu.locaux.queries import files
from tissu.locaux.views.ecrire import agir
from tissu.registre.nomenclatures import libelle_naf
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.ecrans import ecran
from tissu.socle.formats import pluriel
from tissu.socle.parametres import parametre
from tissu.socle.travaux import lancer

PAR_PAGE = 30


@ecran("Rapprochements à décider", roles=permissions.LECTEURS)
@require_safe
def rapprochements(request: RequeteConnectee) -> HttpResponse:
    """Les propositions, les plus sûres d'abord. `sures` : celles que l'on peut accepter ensemble."""
    seuil = Decimal(str(parametre("locaux.confiance_acceptable_en_nombre", au=timezone.localdate())))
    sures = request.GET.get("sures") == "1"
    page = Paginator(files.a_rapprocher(seuil if sures else None), PAR_PAGE).get_page(request.GET.get("page"))
    masques = sirets_masques()
    contexte = {
        "page": page, "sures": sures, "seuil": round(seuil * 100),
        "peut_modifier": permissions.peut_modifier(request.user),
        "lignes": [_ligne(une, fiche, masques) for une, fiche in files.avec_le_registre(list(page))],
        "vues": [
            {"titre": "Toutes", "url": "?", "actif": not sures, "compte": None},
            {"titre": "Acceptables ensemble", "url": "?sures=1", "actif": sures, "compte": None},
        ],
    }  # fmt: skip
    return render(request, "locaux/rapprochements.html", contexte)


def _ligne(une: Rapprochement, fiche: dict[str, Any] | None, masques: frozenset[str]) -> dict[str, Any]:
    cache = une.siret in masques
    return {
        "objet": une, "cache": cache, "pourcent": round(une.confiance * 100),
        "enseigne": une.local.en_cours[0].enseigne if une.local.en_cours else "",  # type: ignore[attr-defined]
        "nom": "" if cache else nom_du_registre(fiche), "adresse": "" if cache or not fiche else fiche["adresse"] or "",
        "activite": libelle_naf(fiche["naf"], fiche["naf_nomenclature"]) if fiche and fiche["naf"] else "",
        "motifs": [motif["texte"] for motif in une.motifs],
    }  # fmt: skip


@ecran("Chercher des rapprochements", roles=AGENTS)
@require_POST
def proposer(request: RequeteConnectee) -> HttpResponse:
    """Met la recherche en file et mène à son avancement."""
    if not permissions.peut_modifier(request.user):
        messages.error(request, "Seuls les agents des deux partenaires rapprochent les locaux du registre.")
        return redirect("locaux:rapprochements")
    return redirect("travail", lancer("locaux.rapprocher", auteur=request.user.pk, unique=True).pk)


@ecran("Décider d'un rapprochement", roles=AGENTS)
@require_POST
def decider(request: RequeteConnectee, pk: int) -> HttpResponse:
    """C'est lui, ou ce n'est pas lui."""
    objet = get_object_or_404(Rapprochement.objects.select_related("local"), pk=pk)
    confirmer = request.POST.get("decision") == "confirmer"
    geste = operations.confirmer if confirmer else operations.refuser
    return agir(
        request, lambda: geste(rapprochement=objet, auteur=request.user, au=timezone.now()),
        fait="C'est noté." if confirmer else "Il ne sera plus proposé.", retour=_retour(request, "rapprochements"),
    )  # fmt: skip


@ecran("Accepter des rapprochements ensemble", roles=AGENTS)
@require_POST
def accepter(request: RequeteConnectee) -> HttpResponse:
    """Ceux que la personne a cochés, tous ou aucun."""
    choisis = [int(pk) for pk in request.POST.getlist("rapprochements") if pk.isdigit()]
    objets = Rapprochement.objects.filter(pk__in=choisis).select_related("local").order_by("pk")
    try:
        combien = operations.confirmer_en_nombre(rapprochements=objets, auteur=request.user, au=timezone.now())
    except LocalRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{pluriel(combien, 'rapprochement confirmé', 'rapprochements confirmés')}.")
    return redirect(f"{reverse('locaux:rapprochements')}?sures=1")


@ecran("Locaux à vérifier", roles=permissions.LECTEURS)
@require_safe
def signalements(request: RequeteConnectee) -> HttpResponse:
    """Ce qui demande qu'on aille voir ; clos, ce qu'on a vu."""
    motif, clos = request.GET.get("motif", ""), request.GET.get("clos") == "1"
    lus = files.a_verifier(motif=motif if motif in MotifSignalement.values else "", clos=clos)
    contexte = {
        "page": Paginator(lus, PAR_PAGE).get_page(request.GET.get("page")), "motifs": MotifSignalement.choices,
        "motif": motif, "clos": clos, "masques": sirets_masques(),
        "peut_modifier": permissions.peut_modifier(request.user),
        "vues": [
            {"titre": "À vérifier", "url": "?", "actif": not clos, "compte": None},
            {"titre": "Vérifiés", "url": "?clos=1", "actif": clos, "compte": None},
            {"titre": "Relevés à trancher", "url": reverse("locaux:conflits"), "actif": False,
             "compte": files.a_trancher().count()},
        ],
    }  # fmt: skip
    return render(request, "locaux/signalements.html", contexte)


@ecran("Clore un signalement", roles=AGENTS)
@require_POST
def clore_signalement(request: RequeteConnectee, pk: int) -> HttpResponse:
    objet = get_object_or_404(Signalement, pk=pk)
    suite = request.POST.get("suite", "")
    return agir(
        request, lambda: clore(signalement=objet, suite=suite, auteur=request.user, au=timezone.now()),
        fait="C'est noté.", retour=_retour(request, "signalements"),
    )  # fmt: skip


def _retour(request: RequeteConnectee, page: str) -> str:
    """La page d'où vient le geste, si elle est bien d'ici."""
    demande = request.POST.get("retour", "")
    ici = url_has_allowed_host_and_scheme(demande, allowed_hosts=None)
    return demande if ici and demande.startswith("/") else reverse(f"locaux:{page}")
