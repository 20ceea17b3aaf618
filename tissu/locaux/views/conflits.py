"""Les relevés en conflit : la file, et la page où l'on tranche champ par champ."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.comptes.choices import AGENTS
from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux import permissions
from tissu.locaux.forms.conflits import NouveauForm, TrancherForm
from tissu.locaux.models import Campagne, Releve
from tissu.locaux.operations.releves import trancher_conflit
from tissu.locaux.presentation.conflit import champs, constats, resume
from tissu.locaux.queries import files
from tissu.locaux.views.ecrire import remplir
from tissu.socle.ecrans import ecran

PAR_PAGE = 30


@ecran("Relevés à trancher", roles=permissions.LECTEURS)
@require_safe
def conflits(request: RequeteConnectee) -> HttpResponse:
    """Du plus ancien au plus récent ; `campagne`, `voie`, `releveur` : ceux qu'un chiffre de l'avancement compte."""
    choix = {nom: _entier(request.GET.get(nom, "")) for nom in ("campagne", "voie", "releveur")}
    page = Paginator(files.a_trancher(**choix), PAR_PAGE).get_page(request.GET.get("page"))
    campagne = Campagne.objects.filter(pk=choix["campagne"]).first() if choix["campagne"] else None
    contexte = {
        "page": page, "lignes": [resume(un) for un in page], "campagne": campagne,
        "peut_modifier": permissions.peut_modifier(request.user),
    }  # fmt: skip
    return render(request, "locaux/conflits.html", contexte)


def _entier(texte: str) -> int | None:
    return int(texte) if texte.isdecimal() else None


@ecran("Trancher un relevé", roles=AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def trancher(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Ce qui est écrit, ce qui a été vu, et un choix par champ."""
    lus = Releve.objects.select_related("campagne", "releveur", "local__voie", "tranche_par")
    releve = get_object_or_404(lus, pk=pk)
    lignes = champs(releve)
    formulaire = _formulaire(request, releve, lignes)
    contexte: dict[str, Any] = {
        "titre": resume(releve)["titre"], "releve": releve, "constats": constats(releve),
        "lignes": [ligne | {"choix": formulaire[ligne["champ"]]} for ligne in lignes],
        "peut_modifier": permissions.peut_modifier(request.user),
    }  # fmt: skip
    return remplir(
        request, formulaire,
        lambda: trancher_conflit(
            releve=releve, choix=formulaire.choix(), version=formulaire.cleaned_data.get("version"),
            auteur=request.user, au=timezone.now(),
        ),
        objet=releve.local, fait="C'est tranché.", retour=reverse("locaux:conflits"), contexte=contexte,
        gabarit="locaux/conflit.html",
    )  # fmt: skip


def _formulaire(request: RequeteConnectee, releve: Releve, lignes: list[dict[str, str]]) -> TrancherForm:
    donnees = request.POST or None
    if releve.local is None:
        return NouveauForm(donnees, ressemblants=files.ressemblants(releve))
    return TrancherForm(donnees, champs=lignes, initial={"version": releve.local.version})
