"""Les actions de communication : les noter, les corriger, voir à qui elles se sont adressées."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.alerte_commerce.choices import MotifHorsCourrier
from tissu.actions.alerte_commerce.forms.communications import CommunicationForm
from tissu.actions.alerte_commerce.models import Adherent, Communication, Publipostage
from tissu.actions.alerte_commerce.operations import reseau
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.publications.effet import TITRES, document_effet
from tissu.actions.alerte_commerce.queries.effets import Mesure, mesure, venus_du_mois
from tissu.actions.alerte_commerce.queries.lettres import est_protege
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.nomenclatures import libelle_famille
from tissu.publications.rendus import contexte_page
from tissu.socle.conflits import ConflitDeSaisie, comparer, nom_de_champ
from tissu.socle.ecrans import ecran
from tissu.socle.formats import date_courte, euros, mois_long


@ecran("Actions de communication", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def liste(request: RequeteConnectee) -> HttpResponse:
    """Ce qui a été fait pour faire connaître le réseau, son coût, ce qui a suivi."""
    formulaire = CommunicationForm(request.POST or None, instance=Communication())
    if request.method == "POST" and formulaire.is_valid():
        reseau.noter_communication(communication=formulaire.save(commit=False), auteur=request.user, au=timezone.now())
        dire(request, "L'action est notée.")
        return redirect("alerte_commerce:communications")
    page = Paginator(Communication.objects.all(), 50).get_page(request.GET.get("page"))
    contexte = {"titre": "Communication", "formulaire": formulaire, "page": page}
    return render(request, "alerte_commerce/communications.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Action de communication", roles=GESTIONNAIRES)
@require_safe
@limite("120/m")
@de_la_chambre
def communication(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Une action, son effet mesuré, ses lettres, ses destinataires."""
    action = get_object_or_404(Communication.objects.select_related("auteur"), pk=pk)
    lettres = Publipostage.objects.filter(communication=action).select_related("travail").first()
    lue = mesure(action, timezone.localdate())
    document = document_effet(action, lue, lignes=_lignes(lue, request.GET.get("lignes", "")))
    page = Paginator(action.destinataires.all(), 50).get_page(request.GET.get("page"))
    contexte = {
        **contexte_page(document), "titre": action.titre, "action": action,
        "definitions": _definitions(action), "lettres": lettres,
        "exclus": _exclus(lettres), "page": page,
        "destinataires": [(un, est_protege(un)) for un in page],
    }  # fmt: skip
    return render(request, "alerte_commerce/communication.html", contexte)


@ecran("Corriger une action de communication", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def modifier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Corriger ce qui a été noté ; une action qui a des destinataires garde sa date et leur nombre."""
    action = get_object_or_404(Communication, pk=pk)
    revision, conflit, lue = action.revision, None, request.POST.get("revision", "")
    formulaire = CommunicationForm(request.POST or None, instance=action)
    if request.method == "POST" and formulaire.is_valid():
        try:
            reseau.corriger_communication(communication=formulaire.save(commit=False), auteur=request.user,
                                          revision=int(lue) if lue.isdecimal() else 0)  # fmt: skip
        except ConflitDeSaisie as refus:
            conflit = comparer(refus, nommer=nom_de_champ(Communication))
        else:
            dire(request, "L'action est corrigée.")
            return redirect("alerte_commerce:communication", pk)
    contexte = {"titre": "Corriger l'action", "action": action, "formulaire": formulaire, "revision": revision,
                "conflit": conflit}  # fmt: skip
    return render(request, "alerte_commerce/communication_modifier.html", contexte,
                  status=409 if conflit else 422 if formulaire.errors else 200)  # fmt: skip


def _lignes(lue: Mesure, voulues: str) -> tuple[str, list[Adherent]] | None:
    """Le titre et les adhérents derrière le chiffre choisi ; None s'il n'y en a pas."""
    if voulues in lue.venus:
        return TITRES[voulues], lue.venus[voulues]
    if voulues in dict(lue.mois):
        return f"Adhésions de {mois_long(voulues)}", venus_du_mois(voulues)
    return None


def _definitions(action: Communication) -> list[dict[str, str]]:
    duree = f" au {date_courte(action.fin)}" if action.fin else ""
    lignes = [
        ("Nature", action.get_nature_display()), ("Date", f"{date_courte(action.le)}{duree}"),
        ("Quartier", action.quartier), ("Activité", libelle_famille(action.activite)),
        ("Coût HT", euros(action.cout_eur, 2)),
        ("Commerces touchés", "" if action.touches is None else str(action.touches)),
        ("Effet constaté", action.effet), ("Notée par", str(action.auteur or "")),
    ]  # fmt: skip
    return [{"nom": nom, "valeur": valeur} for nom, valeur in lignes if valeur]


def _exclus(lettres: Publipostage | None) -> list[tuple[str, int]]:
    exclus = lettres.exclus if lettres else {}
    return [(MotifHorsCourrier(motif).label, combien) for motif, combien in sorted(exclus.items())]
