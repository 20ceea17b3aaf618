"""Les droits et les journaux."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes import queries
from tissu.comptes.choices import GESTIONNAIRES_DES_COMPTES, Role, TypeEvenementDeCompte
from tissu.comptes.forms import JournalForm
from tissu.comptes.limites import limite
from tissu.comptes.models import Acces
from tissu.socle.ecrans import ecran
from tissu.socle.formats import sans_formule

PAR_PAGE = 100
COLONNES = ("Moment", "Personne", "Adresse électronique", "Organisation", "Nature", "Objet", "Identifiant", "Motif")


@ecran("Droits", roles=GESTIONNAIRES_DES_COMPTES)
@require_safe
def droits(request: HttpRequest) -> HttpResponse:
    """Chaque adresse du produit et les rôles qu'elle laisse entrer, lus du code."""
    role = request.GET.get("role", "")
    lignes = [
        {"adresse": adresse, "cases": [adresse.ouverte_a(r) for r in Role]}
        for adresse in queries.tableau_des_droits()
        if role not in Role.values or adresse.ouverte_a(role)
    ]
    return render(request, "comptes/droits.html", {"lignes": lignes, "roles": Role, "role": role})


@ecran("Journal des accès", roles={Role.ADMINISTRATEUR})
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Qui a vu des données protégées, quand, sur quoi."""
    formulaire = JournalForm(request.GET)
    page = Paginator(queries.acces(**formulaire.filtres()), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "page": page,
        "form": formulaire,
        "parametres": request.GET.urlencode(),
        "onglets": _onglets("comptes:journal"),
    }
    return render(request, "comptes/journal.html", contexte)


@ecran("Export du journal des accès", roles={Role.ADMINISTRATEUR})
@require_safe
@limite("10/m")
def journal_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Les mêmes lignes que l'écran, avec ses filtres, pour un tableur."""
    lignes = queries.acces(**JournalForm(request.GET).filtres())
    reponse = StreamingHttpResponse(_en_csv(lignes.iterator()), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="journal-des-acces-{timezone.localdate():%Y-%m-%d}.csv"'
    return reponse


@ecran("Journal des comptes", roles={Role.ADMINISTRATEUR})
@require_safe
def evenements(request: HttpRequest) -> HttpResponse:
    """Connexions, échecs, rôles, invitations."""
    type = request.GET.get("type", "")
    lignes = queries.evenements()
    if type in TypeEvenementDeCompte.values:
        lignes = lignes.filter(type=type)
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "types": TypeEvenementDeCompte, "type": type, "onglets": _onglets("comptes:evenements")}
    return render(request, "comptes/evenements.html", contexte)


def _onglets(courant: str) -> list[dict[str, Any]]:
    pages = (("Accès aux données protégées", "comptes:journal"), ("Vie des comptes", "comptes:evenements"))
    return [{"titre": titre, "url": reverse(nom), "actif": nom == courant} for titre, nom in pages]


class _Echo:
    def write(self, texte: str) -> str:
        return texte


def _en_csv(lignes: Iterator[Acces]) -> Iterator[str]:
    """Marque d'ordre des octets et points-virgules : ce qu'attend un tableur français."""
    ecrivain: Any = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + ecrivain.writerow(COLONNES)
    for acces in lignes:
        personne = acces.personne
        ligne = (
            f"{timezone.localtime(acces.moment):%d/%m/%Y %H:%M:%S}",
            personne,
            personne.courriel,
            personne.organisation or "",
            acces.get_nature_display(),
            acces.objet_type,
            acces.objet_id,
            acces.motif,
        )
        yield ecrivain.writerow([sans_formule(str(valeur)) for valeur in ligne])
