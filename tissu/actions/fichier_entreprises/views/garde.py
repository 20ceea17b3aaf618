"""Ce que toutes les vues de la fiche partagent : l'absence de registre, une période fausse, un fichier rendu."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tissu.actions.fichier_entreprises.publications.donnees import EditionAbsente
from tissu.actions.fichier_entreprises.queries.cadre import MoisHorsDesDonnees
from tissu.entrepot.instantane import RegistreAbsent
from tissu.socle.periodes import PeriodeInvalide


def avec_registre(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Rend une page claire quand le registre est vide ou que la période demandée n'existe pas."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return vue(request, *args, **kwargs)
        except RegistreAbsent:
            return render(request, "fichier_entreprises/sans_registre.html", {"titre": "Registre vide"}, status=503)
        except (PeriodeInvalide, EditionAbsente) as erreur:
            raise Http404(str(erreur)) from erreur
        except MoisHorsDesDonnees as erreur:
            contexte = {"titre": "Période hors des données", "motif": str(erreur)}
            return render(request, "fichier_entreprises/hors_des_donnees.html", contexte, status=404)

    return enveloppe


def dire(request: HttpRequest, phrase: str, *, erreur: bool = False) -> None:
    """Une phrase pour la page suivante."""
    (messages.error if erreur else messages.success)(request, phrase)
