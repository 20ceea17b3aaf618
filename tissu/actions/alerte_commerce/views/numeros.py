"""Vérifier les numéros en nombre : ceux d'un fichier, ceux que trois échecs ont suspendus ; qui reste à appeler."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tissu.actions.alerte_commerce.choices import EtatNumero, MotifConfirmation
from tissu.actions.alerte_commerce.operations import confirmations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.publications.numeros import document_a_appeler
from tissu.actions.alerte_commerce.queries import confirmations as lectures
from tissu.actions.alerte_commerce.queries.envoi_prevu import prevoir
from tissu.actions.alerte_commerce.tasks import ECRANS
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire
from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.requetes import RequeteConnectee
from tissu.messages.queries.reglages import plage_permise
from tissu.publications.rendus import FORMATS, rendre
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier

PERMIS = ("xlsx", "csv")


@ecran("Vérifier les numéros", roles=GESTIONNAIRES)
@require_safe
@limite("120/m")
@de_la_chambre
def page(request: RequeteConnectee) -> HttpResponse:
    """Combien attendent, par fichier et par état ; ce que l'envoi coûterait ; qui n'a pas répondu."""
    au = timezone.now()
    suivis = lectures.suivre(MotifConfirmation.IMPORTE, au=au)
    fichiers, appeler = lectures.par_fichier(suivis), [un for un in suivis if un.etat == EtatNumero.A_APPELER]
    contexte = _commun(MotifConfirmation.IMPORTE, suivis) | {
        "titre": "Vérifier les numéros", "fichiers": fichiers,
        "recoivent": sum(un.recoivent for un in fichiers), "sans_date": sum(un.sans_date for un in fichiers),
        "muets": sum(1 for un in suivis if un.etat != EtatNumero.CONFIRME and not un.recoit),
        "page": Paginator(appeler, 50).get_page(request.GET.get("page")), "sans_numero": lectures.sans_numero(),
        "formats": [(un, FORMATS[un][1]) for un in PERMIS],
    }  # fmt: skip
    return render(request, "alerte_commerce/numeros.html", contexte)


def _commun(motif: MotifConfirmation, suivis: list[lectures.NumeroSuivi]) -> dict[str, Any]:
    comptes = lectures.comptes_par_etat(suivis)
    return {
        "motif": motif.value, "comptes": comptes, "combien": len(suivis), "reglages": lectures.reglages(timezone.now()),
        "plage": plage_permise(timezone.now()),
        "etats": [(EtatNumero(code).label, code, combien) for code, combien in comptes.items() if combien],
        "prevu": prevoir(motif, lectures.a_envoyer(suivis)),
    }  # fmt: skip


@ecran("Numéros à revoir", roles=GESTIONNAIRES)
@require_safe
@limite("120/m")
@de_la_chambre
def a_revoir(request: RequeteConnectee) -> HttpResponse:
    """Les numéros suspendus après trois échecs, par où joindre chaque commerce, et que faire."""
    suivis = lectures.suivre(MotifConfirmation.SUSPENDU, au=timezone.now())
    contexte = _commun(MotifConfirmation.SUSPENDU, suivis) | {
        "titre": "Numéros à revoir", "page": Paginator(suivis, 50).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "alerte_commerce/numeros_a_revoir.html", contexte)


@ecran("Demander la confirmation des numéros", roles=GESTIONNAIRES)
@require_POST
@limite("20/h")
@de_la_chambre
def demander(request: RequeteConnectee, motif: str) -> HttpResponse:
    """Met l'envoi montré en file : un travail de fond le dépose."""
    if motif not in MotifConfirmation.values:
        raise Http404("Ce motif n'existe pas.")
    attendus = request.POST.get("attendus", "")
    try:
        travail = confirmations.demander(
            motif=motif, attendus=int(attendus) if attendus.isdecimal() else -1, auteur=request.user, au=timezone.now()
        )
    except GesteRefuse as refus:
        dire(request, str(refus), erreur=True)
        return redirect(ECRANS[MotifConfirmation(motif)])
    return redirect("travail", travail.pk)


@ecran("Télécharger les commerces à appeler", roles=GESTIONNAIRES)
@require_safe
@limite("10/h")
@de_la_chambre
def fichier(request: RequeteConnectee, format: str) -> HttpResponse:
    """Qui n'a pas répondu, ne se joint plus, ou n'a plus de numéro ; la sortie est journalisée."""
    if format not in PERMIS:
        raise Http404("Ce format n'existe pas.")
    au = timezone.now()
    octets = rendre(document_a_appeler(au), format)
    journaliser_acces(
        personne=request.user, nature=NatureAcces.EXPORT, objet=("adherents", "a_appeler"), au=au,
        motif=f"Commerces d'Alerte Commerce à appeler, {format}", adresse_ip=adresse_ip(request),
    )  # fmt: skip
    nom = f"alerte-commerce-a-appeler-{timezone.localdate(au):%Y-%m-%d}.{format}"
    return rendre_le_fichier(octets, FORMATS[format][0], nom)
