"""L'introduction d'une revue et le mot de chaque partenaire."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.forms.revues import CommentaireForm, IntroductionForm
from tissu.programme.models import Commentaire, Revue
from tissu.programme.operations import revues as operations
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.permissions import REDACTEURS
from tissu.programme.views.ecrire import comparer
from tissu.programme.views.revues_cadre import contexte_de_revue, lire_revue
from tissu.socle.ecrans import ecran


@ecran("Introduction et mots des partenaires", roles=REDACTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_mots(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Deux textes, deux formulaires ; un conflit montre l'autre version et garde ce qui est tapé."""
    vue = lire_revue(request, pk)
    if not permissions.peut_tenir_la_revue(request.user, vue):
        raise PermissionDenied("Une revue s'écrit entre chargés de mission des partenaires.")
    formulaires, geste = _formulaires(request, vue), request.POST.get("geste", "")
    envoye, conflit = formulaires.get(geste), None
    etat = 200 if envoye is None else 422
    if envoye is not None and envoye.is_valid():
        try:
            _enregistrer(request, vue, geste, envoye.cleaned_data)
            messages.success(request, "Enregistré.")
            return redirect("programme:revue", pk)
        except ModificationRefusee as refus:
            envoye.add_error(None, str(refus))
        except ConflitDeSaisie as erreur:
            conflit, etat = comparer(erreur, {"texte": "Texte"}), 409
            envoye.a_refaire_sur(_revisions(lire_revue(request, pk), _mot_de_l_organisation(request, vue))[geste])
    contexte = contexte_de_revue(request, vue) | {
        "titre": f"En introduction : {vue}",
        "introduire": formulaires["introduire"],
        "commenter": formulaires["commenter"],
        "conflit": conflit,
    }
    return render(request, "programme/revue_mots.html", contexte, status=etat)


def _formulaires(request: RequeteConnectee, vue: Revue) -> dict[str, Any]:
    geste, sien = request.POST.get("geste", ""), _mot_de_l_organisation(request, vue)
    revisions = _revisions(vue, sien)
    textes = {"introduire": vue.introduction, "commenter": sien.texte if sien else ""}
    return {
        nom: classe(
            request.POST if geste == nom else None,
            initial={"texte": textes[nom], "revision": revisions[nom]},
            auto_id=f"{nom}_%s",
        )
        for nom, classe in (("introduire", IntroductionForm), ("commenter", CommentaireForm))
    }


def _mot_de_l_organisation(request: RequeteConnectee, vue: Revue) -> Commentaire | None:
    return vue.commentaires.filter(fiche=None, organisation=request.user.organisation_id).first()


def _revisions(vue: Revue, sien: Commentaire | None) -> dict[str, int]:
    return {"introduire": vue.revision, "commenter": sien.revision if sien else 0}


def _enregistrer(request: RequeteConnectee, vue: Revue, geste: str, lu: dict[str, Any]) -> None:
    commun: dict[str, Any] = {"revue": vue, "texte": lu["texte"], "revision": lu["revision"] or 0,
                              "auteur": request.user}  # fmt: skip
    if geste == "introduire":
        operations.introduire(**commun)
    else:
        operations.commenter(fiche=None, au=timezone.now(), **commun)
