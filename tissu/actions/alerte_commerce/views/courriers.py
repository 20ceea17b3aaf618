"""Écrire aux commerces sans adhésion : choisir, relire, produire, imprimer ; et les textes que la chambre imprime."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tissu.actions.alerte_commerce.choices import MotifHorsCourrier, UsageDuTexte
from tissu.actions.alerte_commerce.forms.courriers import LettresForm, SelectionForm, TexteForm
from tissu.actions.alerte_commerce.models import Publipostage
from tissu.actions.alerte_commerce.operations import courriers as operations
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse
from tissu.actions.alerte_commerce.permissions import GESTIONNAIRES
from tissu.actions.alerte_commerce.queries.prospection import approche
from tissu.actions.alerte_commerce.queries.textes import texte_imprime
from tissu.actions.alerte_commerce.rules.courriers import CHAMPS
from tissu.actions.alerte_commerce.rules.textes import blocs
from tissu.actions.alerte_commerce.views.garde import de_la_chambre, dire
from tissu.comptes.limites import limite
from tissu.comptes.requetes import RequeteConnectee
from tissu.publications.rendus import FORMATS
from tissu.socle.conflits import ConflitDeSaisie, comparer
from tissu.socle.ecrans import ecran
from tissu.socle.reponses import fichier as rendre_le_fichier

MONTRES = 50


@ecran("Écrire aux commerces", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@limite("60/m")
@de_la_chambre
def lettres(request: RequeteConnectee) -> HttpResponse:
    """À qui, avec quel texte ; qui est laissé de côté et pourquoi ; puis les lettres, en travail de fond."""
    jour = timezone.localdate()
    selection = SelectionForm(request.GET, jour=jour)
    criteres = selection.criteres()
    formulaire = LettresForm(request.POST or None, titre="Lettre aux commerces sans adhésion")
    if request.method == "POST" and formulaire.is_valid():
        try:
            action = operations.preparer_lettres(
                demande=formulaire.demande(criteres), auteur=request.user, au=timezone.now()
            )
        except GesteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            return redirect("alerte_commerce:communication", action.pk)
    trouves = approche(criteres, jour)
    contexte = {
        "titre": "Écrire aux commerces", "selection": selection, "formulaire": formulaire, "approche": trouves,
        "montres": trouves.retenus[:MONTRES], "texte": texte_imprime(UsageDuTexte.LETTRE),
        "exclus": [(MotifHorsCourrier(motif).label, combien) for motif, combien in sorted(trouves.exclus.items())],
    }  # fmt: skip
    return render(request, "alerte_commerce/lettres.html", contexte, status=422 if formulaire.errors else 200)


@ecran("Lettres à imprimer", roles=GESTIONNAIRES)
@require_safe
@limite("30/m")
@de_la_chambre
def fichier(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Le fichier des lettres d'une action, une fois composé."""
    publipostage = get_object_or_404(Publipostage, communication=pk)
    if not publipostage.fichier:
        raise Http404("Ces lettres ne sont pas encore composées.")
    octets = operations.lettres_a_donner(publipostage=publipostage, au=timezone.now())
    return rendre_le_fichier(octets, FORMATS["pdf"][0], f"lettres-{publipostage.pk}.pdf")


@ecran("Écrire un texte imprimé", roles=GESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
@de_la_chambre
def texte(request: RequeteConnectee, usage: str) -> HttpResponse:
    """Le texte de la lettre ou du dépliant, ses champs, et ce qu'il donnera."""
    if usage not in UsageDuTexte.values:
        raise Http404("Ce texte n'existe pas.")
    objet = texte_imprime(UsageDuTexte(usage))
    revision, conflit, lue = objet.revision, None, request.POST.get("revision", "")
    formulaire = TexteForm(request.POST or None, instance=objet)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.enregistrer_texte(texte=formulaire.save(commit=False), auteur=request.user, au=timezone.now(),
                                         revision=int(lue) if lue.isdecimal() else 0)  # fmt: skip
        except GesteRefuse as refus:
            formulaire.add_error("corps", str(refus))
        except ConflitDeSaisie as refus:
            conflit = comparer(refus, nommer=str.capitalize)
        else:
            dire(request, "Le texte est enregistré.")
            return redirect(
                "alerte_commerce:lettres" if usage == UsageDuTexte.LETTRE else "alerte_commerce:communications"
            )
    contexte = {"titre": objet.get_usage_display(), "formulaire": formulaire, "revision": revision, "conflit": conflit,
                "champs": CHAMPS.items() if usage == UsageDuTexte.LETTRE else (),
                "apercu": blocs(formulaire["corps"].value() or "")}  # fmt: skip
    return render(request, "alerte_commerce/texte.html", contexte,
                  status=409 if conflit else 422 if formulaire.errors else 200)  # fmt: skip
