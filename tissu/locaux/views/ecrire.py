"""Le parcours d'un formulaire des locaux : enregistrer, dire le refus, montrer les deux versions d'un conflit."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tissu.comptes.requetes import RequeteConnectee
from tissu.locaux.operations.ecriture import LocalRefuse
from tissu.socle.conflits import ConflitDeSaisie


def remplir(
    request: RequeteConnectee,
    formulaire: forms.Form,
    ecrire: Callable[[], Any],
    *,
    objet: Model | None = None,
    fait: str,
    retour: str | Callable[[Any], str],
    contexte: dict[str, Any],
    gabarit: str = "locaux/saisie.html",
) -> HttpResponse:
    """Enregistre un formulaire valide et mène à `retour` (une adresse, ou ce qui la tire de l'objet écrit).

    Sinon rend la page, rien n'étant perdu de ce qui est tapé. `objet` : celui que la version protège.
    """
    conflit, etat = None, 200
    if request.method == "POST":
        etat = 422
        if formulaire.is_valid():
            try:
                ecrit = ecrire()
            except LocalRefuse as refus:
                formulaire.add_error(None, str(refus))
            except ConflitDeSaisie as erreur:
                etat, conflit = 409, comparer(erreur, formulaire)
                if objet is not None:
                    objet.refresh_from_db(fields=["version"])
                    formulaire.a_refaire_sur(objet.version)  # type: ignore[attr-defined]
            else:
                messages.success(request, fait)
                return redirect(retour(ecrit) if callable(retour) else retour)
    contexte = {"formulaire": formulaire, "conflit": conflit, **contexte}
    contexte.setdefault("retour", retour if isinstance(retour, str) else "")
    return render(request, gabarit, contexte, status=etat)


def agir(request: RequeteConnectee, geste: Callable[[], Any], *, fait: str, retour: str) -> HttpResponse:
    """Un bouton sans formulaire : fait le geste, ou dit pourquoi il n'est pas possible."""
    try:
        geste()
    except (LocalRefuse, ConflitDeSaisie) as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)
    return redirect(retour)


def comparer(conflit: ConflitDeSaisie, formulaire: forms.Form) -> list[dict[str, Any]]:
    """Ce qui est enregistré et ce que la personne voulait écrire, champ par champ, quand ils diffèrent."""
    noms: Mapping[str, Any] = {nom: champ.label for nom, champ in formulaire.fields.items()}
    return [
        {
            "nom": noms.get(cle) or cle.capitalize(),
            "ancien": _dire(conflit.ancien.get(cle)),
            "nouveau": _dire(conflit.nouveau.get(cle)),
        }
        for cle in dict.fromkeys([*conflit.ancien, *conflit.nouveau])
        if conflit.nouveau.get(cle) != conflit.ancien.get(cle)
    ]


def _dire(valeur: Any) -> str:
    return "" if valeur is None else str(valeur)
