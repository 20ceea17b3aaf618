"""Une fiche dans sa revue : chiffres figés, parole des partenaires, proposition ; et chaque chiffre, un par un."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tissu.comptes.requetes import RequeteConnectee
from tissu.programme import permissions
from tissu.programme.choices import EtatRevue
from tissu.programme.forms.revues import CommentaireForm, PropositionForm, RectificationForm
from tissu.programme.models import Fiche, FigureFigee, Proposition, Revue
from tissu.programme.operations import revues as operations
from tissu.programme.operations.conflits import ConflitDeSaisie, ModificationRefusee
from tissu.programme.permissions import LECTEURS
from tissu.programme.queries import cadre
from tissu.programme.queries import revues as lectures
from tissu.programme.queries.figures import FicheFigee, ranger
from tissu.programme.queries.pages_indicateurs import lignes_de_la_figure
from tissu.programme.queries.photographie import fiches_de
from tissu.programme.rules.revues import HORIZONS, SUITES, afficher
from tissu.programme.views.ecrire import comparer
from tissu.programme.views.revues_cadre import contexte_de_revue, ecarts_a_lire, en_mots, lire_revue, montrees
from tissu.socle.ecrans import ecran
from tissu.socle.formats import date_courte

LIBELLES = {"texte": "Texte", "suite": "Proposition", "total_eur": "Budget proposé"}
GROUPES = (("Résultats", ("critere",)), ("Budget", ("budget",)), ("Financement", ("financement",)),
           ("Temps et livrables", ("temps", "livrables")))  # fmt: skip


@ecran("Une fiche dans la revue", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_fiche(request: RequeteConnectee, pk: int, fiche: int) -> HttpResponse:
    vue = lire_revue(request, pk)
    try:
        choisie = cadre.fiches().get(pk=fiche, convention=vue.convention_id, annee=vue.annee)
    except Fiche.DoesNotExist as erreur:
        raise Http404("Cette fiche n'est pas dans cette revue.") from erreur
    proposition = vue.propositions.filter(fiche=choisie).first()
    contexte = contexte_de_revue(request, vue) | _voisines(vue, choisie) | {
        "titre": f"{choisie.numero}. {choisie.titre_court}",
        "fiche": choisie,
        "groupes": _groupes(vue, choisie),
        "feu": vue.figures.filter(fiche=choisie, groupe="etat").defer("lignes").first(),
        "commentaires": vue.commentaires.filter(fiche=choisie).select_related("organisation", "ecrit_par"),
        "proposition": proposition,
        "suite": SUITES[vue.type][proposition.suite] if proposition else "",
        "plan": [{"identifiant": cle, "titre": titre} for cle, titre in (
            ("commentaires", "Les deux partenaires"), ("proposition", f"Pour {HORIZONS[vue.type]}"),
            ("figures", f"Les chiffres au {date_courte(vue.au)}"))],
        "peut_proposer": permissions.peut_modifier(request.user, choisie) and vue.etat == EtatRevue.OUVERTE,
    }  # fmt: skip
    return _ecrire(request, vue, choisie, contexte)


def _voisines(vue: Revue, fiche: Fiche) -> dict[str, Any]:
    """La fiche d'avant et celle d'après : commenter dix-sept fiches se fait l'une après l'autre."""
    fiches = fiches_de(vue)
    rang = next(rang for rang, une in enumerate(fiches) if une.pk == fiche.pk)
    suivante = fiches[rang + 1] if rang + 1 < len(fiches) else None
    return {"precedente": fiches[rang - 1] if rang else None, "suivante": suivante}


def _groupes(vue: Revue, fiche: Fiche) -> list[dict[str, Any]]:
    """Les chiffres de la fiche, rangés ; verrouillée, la revue montre aussi ce qu'un calcul d'aujourd'hui en dit."""
    rangees = ranger(list(lectures.figures(vue, fiche))).fiches
    if not rangees:
        return []
    une: FicheFigee = rangees[0]
    verrouillee = vue.etat == EtatRevue.VERROUILLEE
    ecarts = {ecart.cle: ecart for ecart in operations.differences(vue, fiche=fiche)} if verrouillee else {}
    groupes = []
    for titre, noms in GROUPES:
        figures = montrees((f for nom in noms for f in une.du_groupe(nom)), ecarts=ecarts)
        for montree in figures:
            montree["atteint"] = afficher(une.avancement(montree["figure"]), "part") if "critere" in noms else ""
        if figures:
            cibles = any(montree["cible"] for montree in figures)
            groupes.append({"titre": titre, "figures": figures, "cibles": cibles})
    return groupes


def _ecrire(request: RequeteConnectee, vue: Revue, fiche: Fiche, contexte: dict[str, Any]) -> HttpResponse:
    """Le commentaire ou la proposition ; un conflit montre les deux versions et garde ce qui est tapé."""
    sien = vue.commentaires.filter(fiche=fiche, organisation=request.user.organisation_id).first()
    geste = request.POST.get("geste", "")
    commentaire = CommentaireForm(
        request.POST if geste == "commenter" else None,
        initial={"texte": sien.texte if sien else "", "revision": sien.revision if sien else 0},
        auto_id="commenter_%s",
    )
    proposition = PropositionForm(
        request.POST if geste == "proposer" else None, initial=_propose(contexte["proposition"]),
        criteres=list(fiche.criteres.order_by("ordre", "pk")), type=vue.type, auto_id="proposer_%s",
    )  # fmt: skip
    envoye = {"commenter": commentaire, "proposer": proposition}.get(geste)
    conflit, etat = None, 200 if envoye is None else 422
    if envoye is not None and envoye.is_valid():
        try:
            _enregistrer(request, vue, fiche, geste, envoye)
        except ModificationRefusee as refus:
            envoye.add_error(None, str(refus))
        except ConflitDeSaisie as erreur:
            conflit, etat = comparer(erreur, LIBELLES), 409
            courant = sien if geste == "commenter" else contexte["proposition"]
            envoye.a_refaire_sur(courant.revision if courant else 0)
        else:
            messages.success(request, "Enregistré.")
            return redirect("programme:revue_fiche", vue.pk, fiche.pk)
    contexte |= {"form_commentaire": commentaire, "form_proposition": proposition, "conflit": conflit}
    return render(request, "programme/revue_fiche.html", contexte, status=etat)


def _propose(proposition: Proposition | None) -> dict[str, Any]:
    if proposition is None:
        return {"revision": 0}
    cibles = {f"cible_{cle}": cible for cle, cible in proposition.cibles.items()}
    return {"revision": proposition.revision, "suite": proposition.suite, "texte": proposition.texte,
            "total_eur": proposition.total_propose_eur, **cibles}  # fmt: skip


def _enregistrer(request: RequeteConnectee, vue: Revue, fiche: Fiche, geste: str, formulaire: Any) -> None:
    lu = formulaire.cleaned_data
    commun: dict[str, Any] = {"revue": vue, "fiche": fiche, "auteur": request.user, "au": timezone.now(),
                              "texte": lu["texte"], "revision": lu["revision"] or 0}  # fmt: skip
    if geste == "commenter":
        operations.commenter(**commun)
    else:
        operations.proposer(suite=lu["suite"], total_eur=lu["total_eur"], cibles=formulaire.cibles(), **commun)


@ecran("Chiffre figé d'une revue", roles=LECTEURS)
@require_http_methods(["GET", "HEAD", "POST"])
def revue_figure(request: RequeteConnectee, pk: int) -> HttpResponse:
    try:
        figure = FigureFigee.objects.select_related("revue__convention", "fiche").get(pk=pk)
    except FigureFigee.DoesNotExist as erreur:
        raise Http404("Ce chiffre n'existe pas ou plus : la revue a été rafraîchie.") from erreur
    vue = lire_revue(request, figure.revue_id)
    ecarts = _ecarts_du_chiffre(vue, figure)
    actuelle = ecarts[figure.cle].actuelle if figure.cle in ecarts else None
    formulaire = RectificationForm(
        request.POST or None,
        initial={"valeur": actuelle.valeur, "source_au": actuelle.source_au} if actuelle else None,
    )
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.rectifier(figure=figure, **formulaire.cleaned_data, auteur=request.user, au=timezone.now())
            messages.success(request, "Rectification écrite à côté de la valeur verrouillée.")
            return redirect("programme:revue_figure", pk)
        except ModificationRefusee as refus:
            formulaire.add_error(None, str(refus))
    contexte = contexte_de_revue(request, vue) | {
        "titre": figure.libelle,
        "montree": montrees([figure], ecarts=ecarts)[0],
        "preuves": lignes_de_la_figure(figure, request.user),
        "formulaire": formulaire,
    }
    return render(request, "programme/revue_figure.html", contexte, status=422 if formulaire.errors else 200)


def _ecarts_du_chiffre(vue: Revue, figure: FigureFigee) -> dict[str, operations.Difference]:
    if vue.etat != EtatRevue.VERROUILLEE:
        return {}
    return {une.cle: une for une in operations.differences(vue, fiche=figure.fiche) if une.cle == figure.cle}


@ecran("Ce qui a changé depuis une revue", roles=LECTEURS)
@require_http_methods(["GET", "HEAD"])
def revue_ecarts(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Les chiffres qu'un calcul d'aujourd'hui, à la date de la revue, donnerait autrement ; rien n'est écrit."""
    vue = lire_revue(request, pk)
    ecarts = [
        {"libelle": une.libelle, "fiche": getattr(une.figee or une.actuelle, "fiche", None), "figure": une.figee,
         "avant": en_mots(une.figee), "apres": en_mots(une.actuelle), "montree": montrees([une.figee])[0]
         if une.figee else None}
        for une in ecarts_a_lire(operations.differences(vue))
    ]  # fmt: skip
    contexte = contexte_de_revue(request, vue) | {"titre": f"Ce qui a changé depuis : {vue}", "ecarts": ecarts}
    return render(request, "programme/revue_ecarts.html", contexte)
