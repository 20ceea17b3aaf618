"""Les données ouvertes : la page pour les personnes, le catalogue pour les programmes."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.comptes.limites import limite
from tissu.publications import queries
from tissu.publications.donnees_ouvertes.catalogue import ECRITURES, PAR_PAGE, empreinte
from tissu.publications.donnees_ouvertes.catalogue import catalogue as graphe_du_catalogue
from tissu.publications.donnees_ouvertes.fichiers import FORMATS_OUVERTS
from tissu.publications.models import FichierDiffuse
from tissu.socle.ecrans import public
from tissu.socle.formats import octets
from tissu.socle.territoire import territoire
from tissu.socle.theme import theme


def adresse_absolue(fichier: FichierDiffuse) -> str:
    """L'adresse stable d'un fichier de données : elle ne dépend pas de qui la demande."""
    arguments = [fichier.edition.publication.slug, fichier.edition.numero, fichier.jeu, fichier.format]
    return settings.ADRESSE + reverse("publications:donnees", args=arguments)


@public("Données ouvertes")
@require_safe
@limite("120/m")
def liste(request: HttpRequest) -> HttpResponse:
    """Les jeux de données, leur dernière édition et leurs fichiers."""
    jeux = [
        {
            "jeu": jeu, "nom": jeu.jeu.replace("_", " "), "edition": jeu.recents[0].edition,
            "liens": [
                {
                    "titre": FORMATS_OUVERTS[f.format][1], "detail": octets(f.octets),
                    "url": adresse_absolue(f).removeprefix(settings.ADRESSE),
                }
                for f in jeu.recents
            ],
        }
        for jeu in queries.jeux_de_donnees(au=timezone.now())
    ]  # fmt: skip
    return render(request, "publications/donnees.html", {"jeux": jeux, "ecritures": list(ECRITURES)})


@public("Catalogue DCAT")
@require_safe
@limite("60/m")
def catalogue(request: HttpRequest, format: str) -> HttpResponse:
    """Le catalogue en JSON-LD, Turtle ou RDF/XML ; 304 s'il n'a pas changé."""
    if format not in ECRITURES:
        raise Http404
    nature, ecriture = ECRITURES[format]
    jeux = queries.jeux_de_donnees(au=timezone.now())
    page = request.GET.get("page", "1")
    dernier = max(1, -(-len(jeux) // PAR_PAGE))
    if not page.isdecimal() or len(page) > 6 or not 1 <= int(page) <= dernier:
        raise Http404("Cette page du catalogue n'existe pas.")
    lieu, editeur = territoire().nom, theme().nom
    entetes = {"ETag": f'"{empreinte(jeux, format, int(page), settings.ADRESSE, lieu, editeur)}"'}
    if request.headers.get("If-None-Match") == entetes["ETag"]:
        return HttpResponse(status=304, headers=entetes)
    graphe = graphe_du_catalogue(
        jeux, racine=settings.ADRESSE + reverse("donnees:liste"), adresse_de=adresse_absolue, page=int(page),
        territoire=lieu, editeur=editeur, extension=format,
    )  # fmt: skip
    return HttpResponse(graphe.serialize(format=ecriture), content_type=nature, headers=entetes)
