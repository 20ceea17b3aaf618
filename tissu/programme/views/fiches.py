"""Lire une fiche : sa page, son budget, son histoire ; décider de ses anomalies."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.choices import CodeAnomalie, EtatFiche, IssueAnomalie, SectionDeFiche
from tissu.programme.forms.fiches import DecisionForm
from tissu.programme.models import DecisionSurAnomalie, Fiche
from tissu.programme.operations import etats
from tissu.programme.operations.conflits import ModificationRefusee
from tissu.programme.operations.edition import avenant_ouvert, textes_de
from tissu.programme.permissions import LECTEURS, REDACTEURS
from tissu.programme.publications.fiche import document_de_la_fiche
from tissu.programme.queries.anomalies import anomalies_de
from tissu.programme.queries.budget import Budget
from tissu.programme.queries.budget import budget as lire_budget
from tissu.programme.queries.historique import historique as lire_historique
from tissu.programme.queries.signatures import accords_des, version_au
from tissu.programme.queries.situations import situations
from tissu.programme.rules.redaction import passages
from tissu.programme.views.cadre import charger_fiche, contexte_de_fiche, etat_demande
from tissu.programme.views.tableau import fichier
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.action import actions
from tissu.socle.ecrans import ecran
from tissu.socle.formats import date_courte, euros


@ecran("Fiche", roles=LECTEURS)
@require_safe
def fiche(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce que la fiche promet, et où elle en est."""
    fiche = charger_fiche(request, pk)
    etat_au = etat_demande(request, fiche)
    situation = situations([fiche], au=etat_au.au)[0]
    ecrits = textes_de(fiche)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:fiche", etat_au=etat_au) | {
        "situation": situation,
        "version_du_jour": version_au(fiche, etat_au.au) if etat_au.passe else None,
        "rubriques": [
            {"identifiant": section.value, "titre": section.label, "passages": passages(ecrits[section.value])}
            for section in SectionDeFiche
            if ecrits[section.value]
        ],
        "absentes": [section.label for section in SectionDeFiche if not ecrits[section.value]],
        "piece": next((action for action in actions() if action.slug == fiche.action), None),
        "livrables": list(fiche.livrables.order_by("attendu_le", "pk")),
        "formats": [
            {
                "titre": titre,
                "url": reverse("programme:fiche_fichier", args=[pk, format_]) + etat_au.suite(),
                "detail": "cette fiche",
            }
            for format_, titre in (("pdf", "PDF"), ("xlsx", "Classeur"))
        ],
        **_gestes(fiche, request.user),
    }
    return render(request, "programme/fiche.html", contexte)


def _gestes(fiche: Fiche, personne: Any) -> dict[str, Any]:
    """La prochaine chose à faire sur la fiche, selon qui la lit."""
    accords = accords_des([fiche]).get(fiche.pk, {})
    partenaires = list(fiche.convention.partenaires.all())
    return {
        "avenant": avenant_ouvert(fiche),
        "accords": [organisation for organisation in partenaires if organisation.pk in accords],
        "attendus": [organisation for organisation in partenaires if organisation.pk not in accords],
        "a_signer": fiche.etat == EtatFiche.PREPARATION and personne.organisation_id not in accords,
    }


@ecran("Téléchargement d'une fiche", roles=LECTEURS)
@require_safe
@limite("60/m")
def fiche_fichier(request: RequeteConnectee, pk: int, format: str) -> HttpResponse:
    """La fiche en PDF ou en classeur."""
    if format not in {"pdf", "xlsx"}:
        raise Http404
    fiche = charger_fiche(request, pk)
    au = etat_demande(request, fiche).au
    document = document_de_la_fiche(
        situations([fiche], au=au)[0], lire_budget(fiche, au=au), textes=textes_de(fiche), au=au
    )
    nom = f"fiche-{fiche.numero:02d}-{fiche.annee}.{format}"
    return fichier(rendre(document, format), FORMATS[format][0], nom)


@ecran("Budget d'une fiche", roles=LECTEURS)
@require_safe
def budget(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les lignes, les taux, les financements, et ce qui ne tombe pas juste."""
    return _page_budget(request, charger_fiche(request, pk))


def _page_budget(
    request: RequeteConnectee, fiche: Fiche, *, refusee: DecisionForm | None = None, statut: int = 200
) -> HttpResponse:
    relevees = anomalies_de([fiche])[fiche.pk]
    retenues = [une.decision for une in relevees if une.tranchee and une.anomalie.code == CodeAnomalie.SOMME_DIFFERENTE]
    anomalies = [{"une": une, "formulaire": _decision_a_prendre(une.anomalie.code, refusee)} for une in relevees]
    chiffres = lire_budget(fiche, au=timezone.localdate())
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:budget") | {
        "budget": chiffres,
        "dit": _dit(chiffres, retenues[0] if retenues else None),
        "anomalies": anomalies,
        "decisions": list(fiche.decisions.select_related("decidee_par").order_by("-decidee_le", "-pk")),
        "avenant": avenant_ouvert(fiche),
        "modifiable": fiche.etat != EtatFiche.CLOSE,
    }
    return render(request, "programme/budget.html", contexte, status=statut)


def _decision_a_prendre(code: str, refusee: DecisionForm | None) -> DecisionForm:
    """Le formulaire d'une anomalie ; refusé, il revient avec ce qui était tapé."""
    if refusee is not None and refusee.data.get("code") == code:
        return refusee
    return DecisionForm(initial={"code": code}, auto_id=f"{code}_%s")


def _dit(budget: Budget, decision: DecisionSurAnomalie | None) -> dict[str, str]:
    """Les trois valeurs et le reste à financer, en mots justes."""
    retenues = {IssueAnomalie.RETENIR_DECLARE: budget.declare, IssueAnomalie.RETENIR_CALCULE: budget.calcule}
    valeur = retenues.get(IssueAnomalie(decision.issue), decision.valeur_retenue_eur) if decision else None
    if decision is not None:
        decide = euros(valeur) if valeur is not None else "expliqué, rien à changer"
    else:
        decide = "rien à décider" if not budget.ecart else "pas encore"
    if budget.reste < 0:
        reste = f"Les financements écrits dépassent le budget de {euros(-budget.reste)}."
    elif not budget.finance_complet:
        reste = f"Reste à financer : au plus {euros(budget.reste)}, une contribution n'étant pas précisée."
    else:
        reste = f"Reste à financer : {euros(budget.reste)}." if budget.reste else "Tout le budget écrit est financé."
    return {
        "calcule": ("" if budget.complet else "au moins ") + euros(budget.calcule),
        "ecart": f"{'+' if budget.ecart > 0 else ''}{euros(budget.ecart)} sur l'écrit" if budget.ecart else "",
        "decide": decide,
        "decide_par": f"par {decision.decidee_par} le {date_courte(decision.decidee_le)}" if decision else "",
        "reste": reste,
    }


@ecran("Décision sur une anomalie", roles=REDACTEURS)
@require_POST
def decider(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Garde la décision ; refusée, elle revient avec ce qui était tapé."""
    fiche = charger_fiche(request, pk)
    formulaire = DecisionForm(request.POST)
    trouvees = [une.anomalie for une in anomalies_de([fiche])[pk] if une.anomalie.code == request.POST.get("code")]
    if not trouvees:
        messages.error(request, "Cette anomalie n'existe plus : les valeurs ont changé entre-temps.")
        return redirect("programme:budget", pk=pk)
    if formulaire.is_valid():
        saisie = formulaire.cleaned_data
        try:
            etats.decider(fiche=fiche, anomalie=trouvees[0], issue=saisie["issue"], valeur_eur=saisie["valeur_eur"],
                          motif=saisie["motif"], auteur=request.user, au=timezone.now())  # fmt: skip
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, "La décision est gardée, à côté de la valeur écrite et de la valeur calculée.")
            return redirect(reverse("programme:budget", args=[pk]) + "#anomalies")
    return _page_budget(request, fiche, refusee=formulaire, statut=422)


@ecran("Historique d'une fiche", roles=LECTEURS)
@require_safe
def historique(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Chaque changement : qui, quand, avant, après ; et les versions gardées."""
    fiche = charger_fiche(request, pk)
    contexte = contexte_de_fiche(fiche, request.user, onglet="programme:historique") | {
        "page": Paginator(lire_historique(fiche), 50).get_page(request.GET.get("page")),
        "versions": list(fiche.versions.select_related("etablie_par__organisation").order_by("-numero")),
        "avenants": list(fiche.avenants.select_related("cree_par", "piece").order_by("-numero")),
    }
    return render(request, "programme/historique.html", contexte)
