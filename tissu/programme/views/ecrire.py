"""Le parcours d'un formulaire du partenariat : enregistrer, dire le refus, montrer les deux versions d'un conflit."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.vie import AvecRevision
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee

LIBELLES = {
    "titre": "Titre", "detail": "Précisions", "echeance": "Date", "responsable": "Confiée à", "etat": "État",
    "debut": "Moment", "lieu": "Lieu", "ordre_du_jour": "Ordre du jour", "compte_rendu": "Compte rendu",
    "periode": "Période", "attendu_le": "Promis pour le", "remis_le": "Remis le", "adresse": "Adresse", "note": "Note",
}  # fmt: skip


def remplir(
    request: RequeteConnectee,
    formulaire: AvecRevision,
    ecrire: Callable[[dict[str, Any]], Any],
    *,
    objet: Model | None,
    fait: str,
    retour: str,
    contexte: dict[str, Any],
    gabarit: str = "programme/vie_formulaire.html",
) -> HttpResponse:
    """Enregistre un formulaire valide et mène à `retour` ; sinon le rend, rien n'étant perdu de ce qui est tapé."""
    conflit, etat = [], 200
    if request.method == "POST":
        etat = 422
        if formulaire.is_valid():
            try:
                ecrire(formulaire.cleaned_data)
            except ModificationRefusee as refus:
                formulaire.add_error(None, str(refus))
            except ConflitDeSaisie as erreur:
                etat, conflit = 409, comparer(erreur)
                if objet is not None:
                    objet.refresh_from_db(fields=["revision"])
                    formulaire.a_refaire_sur(objet.revision)  # type: ignore[attr-defined]
            else:
                messages.success(request, fait)
                return redirect(retour)
    contexte = {"formulaire": formulaire, "conflit": conflit, "retour": retour, **contexte}
    return render(request, gabarit, contexte, status=etat)


def agir(request: RequeteConnectee, geste: Callable[[], Any], *, fait: str, retour: str) -> HttpResponse:
    """Un bouton sans formulaire : fait le geste, ou dit pourquoi il n'est pas possible."""
    try:
        geste()
    except (ModificationRefusee, ConflitDeSaisie) as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)
    return redirect(retour)


def comparer(conflit: ConflitDeSaisie) -> list[dict[str, Any]]:
    """Ce qui est maintenant enregistré et ce que la personne voulait écrire, champ par champ, quand ils diffèrent."""
    return [
        {"nom": LIBELLES.get(cle, cle), "ancien": conflit.ancien.get(cle), "nouveau": nouveau}
        for cle, nouveau in conflit.nouveau.items()
        if nouveau != conflit.ancien.get(cle)
    ]
