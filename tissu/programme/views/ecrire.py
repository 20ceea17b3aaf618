"""Le parcours d'un formulaire du partenariat : enregistrer, dire le refus, montrer les deux versions d'un conflit."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme.forms.vie import AvecRevision
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.operations.edition import AvenantNecessaire

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
    garde: Callable[[], object] | None = None,
) -> HttpResponse:
    """Enregistre un formulaire valide et mène à `retour` ; sinon le rend, rien n'étant perdu de ce qui est tapé.

    `garde` : ce que l'opération exigera, vérifié dès l'ouverture ; refusé, la page le dit au lieu d'un formulaire.
    """
    if request.method != "POST" and garde is not None and (refus := refus_de(garde)):
        return saisie_fermee(request, refus, retour=retour, **contexte)
    conflit, etat = None, 200
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


def refus_de(garde: Callable[[], object]) -> ModificationRefusee | None:
    """Le refus que ce contrôle oppose, ou None s'il laisse passer."""
    try:
        garde()
    except ModificationRefusee as refus:
        return refus
    return None


def saisie_fermee(request: RequeteConnectee, refus: ModificationRefusee, *, retour: str, fiche: Any, titre: str,
                  **contexte: Any) -> HttpResponse:  # fmt: skip
    """Dit, avant toute saisie, pourquoi elle n'est pas possible ; et offre l'avenant qui la permettrait."""
    contexte |= {"titre": titre, "fiche": fiche, "retour": retour, "refus": str(refus)}
    contexte["avenant_possible"] = isinstance(refus, AvenantNecessaire)
    return render(request, "programme/fiche_fermee.html", contexte)


def agir(request: RequeteConnectee, geste: Callable[[], Any], *, fait: str, retour: str) -> HttpResponse:
    """Un bouton sans formulaire : fait le geste, ou dit pourquoi il n'est pas possible."""
    try:
        geste()
    except (ModificationRefusee, ConflitDeSaisie) as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)
    return redirect(retour)


def comparer(conflit: ConflitDeSaisie, noms: Mapping[str, str] = LIBELLES) -> list[dict[str, Any]]:
    """Ce qui est maintenant enregistré et ce que la personne voulait écrire, champ par champ, quand ils diffèrent."""
    return [
        {"nom": noms.get(cle, cle), "ancien": conflit.ancien.get(cle), "nouveau": conflit.nouveau.get(cle)}
        for cle in dict.fromkeys([*conflit.ancien, *conflit.nouveau])
        if conflit.nouveau.get(cle) != conflit.ancien.get(cle)
    ]
