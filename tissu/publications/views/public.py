"""Ce que tous lisent : le catalogue, la page d'une publication, une édition, ses fichiers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from tissu.comptes.adaptateur import adresse_ip
from tissu.comptes.limites import limite
from tissu.publications import operations, queries
from tissu.publications.choices import NatureDePublication
from tissu.publications.donnees_ouvertes.catalogue import periode_de
from tissu.publications.donnees_ouvertes.fichiers import FORMATS_OUVERTS
from tissu.publications.models import Edition, Publication
from tissu.publications.operations.rendu import FORMATS_DIFFUSES
from tissu.publications.permissions import peut_suivre
from tissu.publications.rendus import FORMATS, contexte_page
from tissu.publications.rules import Acces, sous_embargo
from tissu.socle.ecrans import public
from tissu.socle.formats import octets

PAR_PAGE = 30

# Une page publique se lit sur un téléphone ; la liste entière est à télécharger.
LIGNES_DE_PAGE = 30


@public("Publications")
@require_safe
@limite("300/m")
def liste(request: HttpRequest) -> HttpResponse:
    """Les publications que cette personne peut lire, la plus récente d'abord."""
    vues = queries.visibles(queries.editions(), request.user, au=timezone.now())
    nature, annee, action = (request.GET.get(cle, "") for cle in ("nature", "annee", "action"))
    annees = sorted({str(vue.edition.diffusee_le.year) for vue in vues if vue.edition.diffusee_le}, reverse=True)
    origines = sorted({vue.edition.publication.origine for vue in vues if vue.edition.publication.origine})
    retenues = [
        vue
        for vue in vues
        if nature in ("", vue.edition.publication.nature)
        and action in ("", vue.edition.publication.origine)
        and annee in ("", str(vue.edition.diffusee_le.year if vue.edition.diffusee_le else ""))
    ]
    contexte = {
        "page": Paginator(retenues, PAR_PAGE).get_page(request.GET.get("page")),
        "natures": NatureDePublication.choices, "annees": annees, "origines": queries.titres_des_actions(origines),
        "nature": nature, "annee": annee, "action": action, "combien": len(retenues),
    }  # fmt: skip
    return render(request, "publications/liste.html", contexte)


@public("Publication")
@require_safe
@limite("120/m")
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """La dernière édition que cette personne peut lire."""
    objet = get_object_or_404(Publication, slug=slug)
    vues = queries.visibles(queries.editions().filter(publication=objet), request.user, au=timezone.now())
    lisibles = [vue for vue in vues if vue.verdict.acces is not Acces.RETIREE]
    if not vues:
        raise Http404("Rien n'est publié ici, ou pas encore.")
    return _page(request, (lisibles or vues)[0].edition, vues)


@public("Édition d'une publication")
@require_safe
@limite("120/m")
def edition(request: HttpRequest, slug: str, numero: int) -> HttpResponse:
    """Une édition précise ; retirée, sa page dit quand et pourquoi."""
    objet = _edition(request, slug, numero)
    vues = queries.visibles(queries.editions().filter(publication=objet.publication), request.user, au=timezone.now())
    return _page(request, objet, vues)


@public("Fichier d'une publication")
@require_safe
@limite("60/m")
def fichier(request: HttpRequest, slug: str, numero: int, format: str) -> HttpResponse:
    """Le document, dans l'un de ses formats. 410 quand l'édition est retirée."""
    if format not in FORMATS_DIFFUSES:
        raise Http404
    return _servir(request, _edition(request, slug, numero), format, FORMATS[format][0])


@public("Données ouvertes d'une publication")
@require_safe
@limite("120/m")
def donnees(request: HttpRequest, slug: str, numero: int, jeu: str, format: str) -> HttpResponse:
    """Un tableau ouvert : CSV, Parquet, GeoJSON ou son schéma."""
    if format not in FORMATS_OUVERTS:
        raise Http404
    return _servir(request, _edition(request, slug, numero), format, FORMATS_OUVERTS[format][0], jeu)


def _edition(request: HttpRequest, slug: str, numero: int) -> Edition:
    objet = get_object_or_404(queries.editions(), publication__slug=slug, numero=numero)
    if not queries.verdict(objet, request.user, au=timezone.now()).page:
        raise Http404("Cette édition est réservée, ou n'est pas encore publiée.")
    return objet


def _servir(request: HttpRequest, objet: Edition, format: str, nature: str, jeu: str = "") -> HttpResponse:
    au = timezone.now()
    verdict = queries.verdict(objet, request.user, au=au)
    if verdict.acces is Acces.RETIREE:
        return render(request, "publications/retiree.html", {"titre": objet.titre, "edition": objet}, status=410)
    servi = queries.fichier_servi(
        objet, format, jeu=jeu, embargo=sous_embargo(objet.embargo_jusqu_au, au=au)
    ) if verdict.fichiers or verdict.acces is Acces.EN_PREPARATION else None  # fmt: skip
    if servi is None:
        raise Http404("Ce fichier n'existe pas, ou n'est pas encore prêt.")
    etag = f'"{servi.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    periode = slugify(objet.periode if periode_de(objet.periode) else f"edition-{objet.numero}")
    nom = f"{objet.publication.slug}-{periode}{'-' + jeu if jeu else ''}.{format}"
    try:
        with servi.fichier.open("rb") as ouvert:
            reponse = HttpResponse(ouvert.read(), content_type=nature)
    except FileNotFoundError as erreur:
        # Retiré ou refait entre la lecture de sa ligne et celle de son fichier.
        raise Http404("Ce fichier vient de changer : demandez-le à nouveau.") from erreur
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    # Un fichier se donne entier : une suite de fichier n'est ni servie, ni comptée.
    reponse["ETag"], reponse["Accept-Ranges"] = etag, "none"
    reponse["Cache-Control"] = "private, no-cache"
    if verdict.fichiers and format != "schema.json":
        operations.compter_telechargement(
            edition=objet, format_=format, jeu=jeu, requete=request, adresse=adresse_ip(request) or "", au=au
        )
    return reponse


def _page(request: HttpRequest, objet: Edition, vues: list[queries.EditionVue]) -> HttpResponse:
    au = timezone.now()
    verdict = queries.verdict(objet, request.user, au=au)
    contexte: dict[str, Any] = {
        "titre": objet.titre, "edition": objet, "verdict": verdict, "publication": objet.publication,
        "editions": [vue for vue in vues if vue.edition.pk != objet.pk],
        # Une correction que cette personne ne peut pas encore lire ne s'annonce pas.
        "corrigee": next((vue.edition for vue in vues if vue.edition.remplace_id == objet.pk and vue.verdict.fichiers),
                         None),
        "suit": peut_suivre(request.user, objet.publication.origine),
        "embargo": sous_embargo(objet.embargo_jusqu_au, au=au),
    }  # fmt: skip
    if verdict.acces is Acces.RETIREE:
        return render(request, "publications/retiree.html", contexte, status=410)
    prets = queries.fichiers_proposes(objet, embargo=contexte["embargo"])
    contexte["formats"] = [_lien(objet, fichier) for fichier in prets if not fichier.jeu]
    contexte["jeux"] = _jeux(objet, [fichier for fichier in prets if fichier.jeu])
    contexte |= contexte_page(queries.document(objet), lignes_au_plus=LIGNES_DE_PAGE)
    return render(request, "publications/edition.html", contexte)


def _lien(objet: Edition, servi: Any) -> dict[str, str]:
    adresse = [objet.publication.slug, objet.numero]
    if servi.jeu:
        url = reverse("publications:donnees", args=[*adresse, servi.jeu, servi.format])
        return {"titre": FORMATS_OUVERTS[servi.format][1], "url": url, "detail": octets(servi.octets)}
    url = reverse("publications:fichier", args=[*adresse, servi.format])
    return {"titre": FORMATS[servi.format][1], "url": url, "detail": octets(servi.octets)}


def _jeux(objet: Edition, prets: list[Any]) -> list[dict[str, Any]]:
    par_jeu: dict[str, list[dict[str, str]]] = {}
    for servi in prets:
        par_jeu.setdefault(servi.jeu, []).append(_lien(objet, servi))
    return [{"nom": jeu.replace("_", " "), "liens": liens} for jeu, liens in par_jeu.items()]
