"""La liste des locaux d'un jour, filtrée comme la carte."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.cartes.choices import FormatDExport
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.forms.filtres import FiltresForm
from tissu.locaux.permissions import LECTEURS, peut_modifier
from tissu.locaux.queries.liste import TRIS, Lignes, filtrer, trier
from tissu.locaux.queries.situation import situation
from tissu.socle.ecrans import ecran

PAR_PAGE = 50
COLONNES = (
    ("Local", "adresse"), ("Enseigne", "enseigne"), ("Activité", "activite"), ("État", "etat"), ("Depuis", "depuis"),
    ("Surface", "surface"), ("Quartier", "quartier"), ("Relevé", "releve"),
)  # fmt: skip
A_COTE_DE_LA_CARTE = ("adresse", "enseigne", "etat", "depuis")
VISIBLES = ("quartier", "famille", "etat")
REPLIES = ("commune", "activite", "nature", "independance", "surface_min", "surface_max")
CASES = ("a_verifier", "sans_position", "disponible")


@ecran("Locaux", roles=LECTEURS)
@require_safe
@limite("600/m")
def liste(request: RequeteConnectee) -> HttpResponse:
    """Toute la demande est dans l'adresse, qui se partage ; `au` : un jour passé."""
    au = _jour(request.GET.get("au", ""))
    table = situation(au)
    form = FiltresForm(request.GET, table=table)
    criteres = form.criteres()
    retenus: Any = Lignes(trier(filtrer(table, criteres), criteres.tri))
    page: Page[dict[str, Any]] = Paginator(retenus, PAR_PAGE).get_page(request.GET.get("page"))
    avec_carte = request.GET.get("affichage") == "carte"
    contexte = {
        "form": form, "page": page, "au": au, "aujourdhui": au == timezone.localdate(), "total": table.num_rows,
        "colonnes": [(titre, _tri(request.GET, cle, criteres.tri)) for titre, cle in COLONNES
                     if not avec_carte or cle in A_COTE_DE_LA_CARTE],
        "affichage": "carte" if avec_carte else "", "vues": _vues(request.GET, avec_carte),
        "visibles": [form[nom] for nom in VISIBLES], "replies": [form[nom] for nom in REPLIES],
        "cases": [form[nom] for nom in CASES],
        "replies_poses": sum(1 for nom, *_ in form.poses() if nom in (*REPLIES, *CASES)),
        "puces": [{"titre": titre, "valeur": dit, "retirer": _adresse(request.GET, nom, "page")}
                  for nom, titre, dit in form.poses()],
        "sans_filtre": f"{reverse('locaux:liste')}?{urlencode({'affichage': 'carte'} if avec_carte else {})}",
        "exports": _exports(request.GET), "peut_modifier": peut_modifier(request.user),
    }  # fmt: skip
    return render(request, "locaux/liste.html", contexte)


def _jour(dit: str) -> date:
    """Le jour demandé ; aujourd'hui s'il ne se lit pas, ou s'il n'est pas encore là."""
    aujourdhui = timezone.localdate()
    try:
        return min(date.fromisoformat(dit), aujourdhui)
    except ValueError:
        return aujourdhui


def _tri(parametres: QueryDict, cle: str, actuel: str) -> dict[str, str]:
    """L'adresse qui trie par cette colonne, et le sens du tri si c'est déjà elle ; l'adresse est le tri d'office."""
    en_cours = actuel if actuel.removeprefix("-") in TRIS else "adresse"
    sens = {cle: "ascending", f"-{cle}": "descending"}.get(en_cours, "")
    suivant = f"-{cle}" if en_cours == cle else cle
    return {"url": f"{_adresse(parametres, 'tri', 'page')}{'&' if parametres else ''}tri={suivant}", "sens": sens}


def _vues(parametres: QueryDict, avec_carte: bool) -> list[dict[str, Any]]:
    sans = _adresse(parametres, "affichage", "cadre")
    return [
        {"titre": "Liste", "url": sans, "actif": not avec_carte, "compte": None},
        {"titre": "Carte et liste", "url": f"{sans}{'&' if '=' in sans else ''}affichage=carte", "actif": avec_carte,
         "compte": None},
    ]  # fmt: skip


def _adresse(parametres: QueryDict, *sans: str) -> str:
    """L'adresse de la liste sans ces paramètres ni ceux qui sont vides."""
    return f"{reverse('locaux:liste')}?{_suite(parametres, *sans)}"


def _suite(parametres: QueryDict, *sans: str) -> str:
    return urlencode([(cle, v) for cle, vs in parametres.lists() if cle not in sans for v in vs if v])


def _exports(parametres: QueryDict) -> list[dict[str, str]]:
    """Ceux de la carte : mêmes filtres, mêmes droits."""
    suite = _suite(parametres, "page", "affichage", "tri", "cadre")
    return [
        {"titre": str(sorte.label), "detail": "",
         "url": f"{reverse('cartes:export', args=['locaux', sorte.value])}?{suite}"}
        for sorte in FormatDExport
    ]  # fmt: skip
