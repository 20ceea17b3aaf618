"""Chercher et lister les établissements, garder ses recherches, déposer sa liste de SIRET."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tissu.comptes.choices import LECTEURS_DU_REGISTRE, NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.comptes.permissions import peut_voir_contacts, peut_voir_non_diffusible
from tissu.comptes.requetes import RequeteConnectee
from tissu.entrepot.instantane import courant
from tissu.registre.forms.recherche import EnregistrerForm, ListeForm, RechercheForm
from tissu.registre.operations import recherches as operations
from tissu.registre.queries import listes
from tissu.registre.queries.recherche import rechercher, sirets_du_dirigeant
from tissu.registre.tables import COLONNES, COLONNES_PAR_DEFAUT, choisir, lignes_affichees
from tissu.registre.views.absence import registre_requis
from tissu.socle.ecrans import ecran

CLE_COLONNES = "registre_colonnes"


def formulaire(request: RequeteConnectee) -> RechercheForm:
    """Le formulaire de la liste, lu de l'adresse."""
    return RechercheForm(
        request.GET,
        communes=listes.communes(),
        zones=listes.zones(),
        listes=listes.listes_visibles(request.user),
        au=timezone.localdate(),
    )


def dirigeants(request: RequeteConnectee, texte: str) -> list[str]:
    """Les SIRET trouvés par leur dirigeant, si la personne a le droit de le lire ; la trouvaille est journalisée."""
    if not texte or not peut_voir_contacts(request.user):
        return []
    trouves = sirets_du_dirigeant(texte, proteges=peut_voir_non_diffusible(request.user))
    if trouves:
        journaliser_acces(
            personne=request.user,
            nature=NatureAcces.CONTACTS,
            objet=("recherche", texte[:50]),
            au=timezone.now(),
            motif=f"Recherche par dirigeant : {len(trouves)} établissements",
        )
    return trouves


@ecran("Établissements", roles=LECTEURS_DU_REGISTRE)
@require_safe
@limite("600/m")
@registre_requis
def liste(request: RequeteConnectee) -> HttpResponse:
    """La liste filtrée. Toute la demande est dans l'adresse, qui se partage : on la garde courte."""
    if any(not valeur for valeurs in request.GET.lists() for valeur in valeurs[1]):
        return redirect(_adresse(request.GET))
    form = formulaire(request)
    demande, au = form.demande(), timezone.localdate()
    par_dirigeant = dirigeants(request, demande.texte)
    resultats = rechercher(demande, page=request.GET.get("page", 1), au=au, dirigeants=par_dirigeant)
    colonnes = choisir(_colonnes(request))
    contexte = {
        "form": form,
        "demande": demande,
        "page": resultats.page,
        "corrections": resultats.corrections,
        "colonnes": [(colonne, _tri(request.GET, colonne.tri, demande.tri)) for colonne in colonnes],
        "lignes": list(
            zip(resultats.page.object_list, lignes_affichees(resultats.page.object_list, colonnes, au), strict=True)
        ),
        "affichage": "carte" if request.GET.get("affichage") == "carte" else "",
        "vues": _vues(request.GET),
        "catalogue": [(colonne, colonne in colonnes) for colonne in COLONNES.values() if colonne.cle != "nom"],
        "puces": _puces(request.GET, form),
        "sans_filtre": _adresse(request.GET, *(set(request.GET) - {"q"})),
        "exports": _exports(request.GET, contacts=peut_voir_contacts(request.user)),
        "parametres": [(cle, v) for cle, vs in request.GET.lists() if cle not in {"page", "colonnes"} for v in vs],
        "adresse": _chaine(request.GET, "page"),
        "recherches": listes.recherches_visibles(request.user),
        "enregistrer": EnregistrerForm(initial={"adresse": _chaine(request.GET, "page")}),
        "par_dirigeant": len(par_dirigeant),
        "source_au": date.fromisoformat(courant().manifeste["source_au"]),
        **_filtres(form),
    }
    return render(request, "registre/liste.html", contexte)


def _vues(parametres: QueryDict) -> list[dict[str, Any]]:
    """La liste seule, ou la carte à côté : mêmes filtres."""
    avec = parametres.get("affichage") == "carte"
    return [
        {"titre": "Liste", "url": _adresse(parametres, "affichage", "cadre"), "actif": not avec, "compte": None},
        {"titre": "Carte et liste", "url": _adresse(parametres, "affichage", affichage="carte"), "actif": avec,
         "compte": None},
    ]  # fmt: skip


def _filtres(form: RechercheForm) -> dict[str, Any]:
    """Les filtres toujours visibles, et ceux du dépliant, ouvert s'il en sert un."""
    replies = ("zone", "tranche", "forme")
    simples = ("effectif_min", "effectif_max", "creation_du", "creation_au", "fermeture_du", "fermeture_au",
               "siege", "diffusion", "liste")  # fmt: skip
    ouverts = [nom for nom in (*replies, *simples, "mots") if form.cleaned_data.get(nom) not in (None, "", [])]
    return {
        "visibles": form.ajoutables("commune", "secteur", "etat"),
        "activite": form.ajoutables("activite")[0],
        "replies": form.ajoutables(*replies),
        "simples": [form[nom] for nom in simples if nom != "liste" or form.listes],
        "replies_poses": len(ouverts),
    }


def _colonnes(request: RequeteConnectee) -> list[str]:
    """Les colonnes choisies, gardées d'une page à l'autre pour la session."""
    demandees = request.GET.getlist("colonnes")
    if demandees:
        connues = [cle for cle in demandees if cle in COLONNES]
        if request.session.get(CLE_COLONNES) != connues:
            request.session[CLE_COLONNES] = connues
        return connues
    return list(request.session.get(CLE_COLONNES, COLONNES_PAR_DEFAUT))


def _tri(parametres: QueryDict, cle: str, actuel: str) -> dict[str, str]:
    """L'adresse qui trie par cette colonne, et le sens du tri si c'est déjà elle."""
    if not cle:
        return {}
    sens = "ascending" if actuel == cle else "descending" if actuel == f"-{cle}" else ""
    suivant = f"-{cle}" if actuel == cle else cle
    return {"url": _adresse(parametres, "page", "tri", tri=suivant), "sens": sens}


def _puces(parametres: QueryDict, form: RechercheForm) -> list[dict[str, str]]:
    return [
        {"titre": puce.titre, "valeur": puce.texte, "retirer": _sans(parametres, puce.parametre, puce.valeur)}
        for puce in form.puces()
    ]


def _sans(parametres: QueryDict, nom: str, valeur: str) -> str:
    """L'adresse sans cette valeur de ce paramètre."""
    reste = parametres.copy()
    reste.setlist(nom, [v for v in parametres.getlist(nom) if v != valeur and len(parametres.getlist(nom)) > 1])
    reste.pop("page", None)
    return f"{reverse('registre:liste')}?{reste.urlencode()}"


def _chaine(parametres: QueryDict, *sans: str, **avec: str) -> str:
    """Les paramètres non vides, sans ceux-là ni le cadre de la carte, avec ceux-ci."""
    exclus = {*sans, *avec, "cadre"}
    reste = [(cle, v) for cle, vs in parametres.lists() if cle not in exclus for v in vs if v]
    return urlencode([*reste, *avec.items()])


def _adresse(parametres: QueryDict, *sans: str, **avec: str) -> str:
    return f"{reverse('registre:liste')}?{_chaine(parametres, *sans, **avec)}"


def _exports(parametres: QueryDict, *, contacts: bool) -> list[dict[str, str]]:
    """Les téléchargements de la sélection ; avec les contacts, pour qui peut les lire."""
    suite = _chaine(parametres, "page", "colonnes")
    sortes = [("xlsx", "", "Classeur Excel", "codes, libellés et légende"), ("csv", "", "CSV", "pour tout tableur")]
    if contacts:
        sortes.append(("xlsx", "&contacts=oui", "Classeur avec les contacts", "inscrit au journal des accès"))
    return [
        {"titre": titre, "detail": detail, "url": f"{reverse('registre:exporter', args=[sorte])}?{suite}{ajout}"}
        for sorte, ajout, titre, detail in sortes
    ]


@ecran("Recherches", roles=LECTEURS_DU_REGISTRE)
@require_safe
def recherches(request: RequeteConnectee) -> HttpResponse:
    """Les recherches gardées et les listes déposées."""
    contexte = {
        "recherches": listes.recherches_visibles(request.user),
        "listes": listes.listes_visibles(request.user).values(),
        "form": ListeForm(),
    }
    return render(request, "registre/recherches.html", contexte)


@ecran("Enregistrer une recherche", roles=LECTEURS_DU_REGISTRE)
@require_POST
def enregistrer(request: RequeteConnectee) -> HttpResponse:
    """Garde la recherche affichée, puis y revient."""
    form = EnregistrerForm(request.POST)
    retour = f"{reverse('registre:liste')}?{request.POST.get('adresse', '')}"
    if not form.is_valid():
        messages.error(request, "Donnez un nom à cette recherche (100 signes au plus).")
        return redirect(retour)
    try:
        operations.enregistrer_recherche(**form.cleaned_data, auteur=request.user, au=timezone.now())
    except operations.NomDejaPris as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Recherche « {form.cleaned_data['nom']} » enregistrée.")
    return redirect(retour)


@ecran("Supprimer une recherche", roles=LECTEURS_DU_REGISTRE)
@require_POST
def supprimer(request: RequeteConnectee, recherche_id: int) -> HttpResponse:
    """Efface une de ses recherches."""
    recherche = get_object_or_404(listes.recherches_visibles(request.user), pk=recherche_id)
    if recherche.auteur_id != request.user.pk:
        raise PermissionDenied(f"Cette recherche est celle de {recherche.auteur} : elle seule peut l'effacer.")
    operations.supprimer_recherche(recherche=recherche)
    messages.success(request, f"Recherche « {recherche.nom} » supprimée.")
    return redirect("registre:recherches")


@ecran("Déposer une liste de SIRET", roles=LECTEURS_DU_REGISTRE)
@require_http_methods(["GET", "POST"])
@registre_requis
def deposer(request: RequeteConnectee) -> HttpResponse:
    """Lit une liste de SIRET et ouvre le registre filtré par elle ; ce qui n'est pas reconnu est montré."""
    form = ListeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        try:
            depot = operations.deposer_liste(
                nom=form.cleaned_data["nom"] or fichier.name, fichier=fichier, auteur=request.user, au=timezone.now()
            )
        except operations.DepotRefuse as refus:
            form.add_error("fichier", str(refus))
        else:
            return redirect("registre:liste_deposee", depot.pk)
    return render(request, "registre/deposer.html", {"form": form})


@ecran("Liste de SIRET déposée", roles=LECTEURS_DU_REGISTRE)
@require_safe
def liste_deposee(request: RequeteConnectee, liste_id: int) -> HttpResponse:
    """Le bilan d'une liste : reconnus, hors du territoire, illisibles."""
    depot = get_object_or_404(listes.listes_visibles_en_base(request.user), pk=liste_id)
    adresse = f"{reverse('registre:liste')}?{urlencode({'liste': depot.pk})}"
    return render(request, "registre/liste_deposee.html", {"titre": depot.nom, "depot": depot, "adresse": adresse})
