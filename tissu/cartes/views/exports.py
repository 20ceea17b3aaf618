"""Télécharger ce qu'une carte montre."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tissu.cartes import exports
from tissu.cartes.choices import FormatDExport
from tissu.cartes.couches import Champ, CoucheIndisponible
from tissu.cartes.mots import legende
from tissu.cartes.presentation import Presentation, presenter
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.views.garde import couche_ouverte
from tissu.comptes.choices import NatureAcces
from tissu.comptes.limites import limite
from tissu.comptes.operations import journaliser_acces
from tissu.socle.ecrans import public
from tissu.socle.formats import nombre, pluriel
from tissu.socle.territoire import territoire

NATURES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "txt": "text/plain; charset=utf-8",
}
DETAILS = {
    FormatDExport.CSV: "pour tout tableur", FormatDExport.XLSX: "lignes et légende",
    FormatDExport.GEOJSON: "pour un SIG ou le web", FormatDExport.GPKG: "pour QGIS",
    FormatDExport.PARQUET: "pour l'analyse",
}  # fmt: skip


def menu(montree: Presentation) -> list[dict[str, str]]:
    """Les téléchargements de ce que la page montre, pour le composant `menu_export`."""
    suite = montree.adresse()
    trop = montree.jeu.table.num_rows > exports.LIGNES_DU_CLASSEUR
    possibles = [f for f in FormatDExport if not (trop and f == FormatDExport.XLSX)]
    fichiers = [(str(f.value), f.label, DETAILS[f]) for f in possibles]
    return [
        {"titre": titre, "detail": detail, "url": f"{adresse_d_export(montree.couche.slug, sorte)}?{suite}"}
        for sorte, titre, detail in [*fichiers, ("txt", "Légende", "de quoi les fichiers sont faits")]
    ]


def adresse_d_export(slug: str, sorte: str) -> str:
    return reverse("cartes:export", args=[slug, sorte])


@public("Export d'une carte")
@require_safe
@limite("60/h")
def exporter(request: HttpRequest, slug: str, sorte: str) -> HttpResponseBase:
    """Les mêmes filtres, la même sélection, les mêmes droits que la page ; ce qui est protégé se journalise."""
    couche = couche_ouverte(request, slug)
    if sorte not in NATURES:
        raise Http404(f"Pas d'export « {sorte} » : demandez {', '.join(NATURES)}.")
    try:
        montree = presenter(couche, request.GET, request.user)
    except SelectionRefusee as refus:
        return HttpResponseBadRequest(str(refus), content_type="text/plain; charset=utf-8")
    except CoucheIndisponible as absence:
        raise Http404(str(absence)) from absence
    if sorte == "xlsx" and montree.jeu.table.num_rows > exports.LIGNES_DU_CLASSEUR:
        return HttpResponseBadRequest(_trop_pour_un_classeur(montree), content_type="text/plain; charset=utf-8")
    if sorte != "txt":
        journaliser(request, montree, f"Export {sorte}", exports.champs_proteges(montree.jeu))
    reponse = _fichier(montree, sorte, timezone.localdate())
    reponse["Content-Disposition"] = f'attachment; filename="{slug}-{timezone.localdate()}.{sorte}"'
    if sorte == "csv":
        adresse = f"{adresse_d_export(slug, 'txt')}?{montree.adresse()}"
        reponse["Link"] = f'<{adresse}>; rel="describedby"; type="text/plain"'
    return reponse


def journaliser(request: HttpRequest, montree: Presentation, geste: str, proteges: Sequence[Champ]) -> None:
    """Note au journal des accès une sortie qui porte des champs réservés, ou d'une couche réservée à des personnes."""
    if (proteges or montree.couche.reservee_a) and request.user.is_authenticated:
        champs = ", ".join(champ.titre for champ in proteges)
        combien = pluriel(montree.jeu.table.num_rows, *montree.couche.objet)
        journaliser_acces(
            personne=request.user, nature=NatureAcces.EXPORT, objet=("carte", montree.couche.slug), au=timezone.now(),
            motif=f"{geste} de {combien}{', avec : ' if champs else ''}{champs}",
        )  # fmt: skip


def _trop_pour_un_classeur(montree: Presentation) -> str:
    return (
        f"Cette carte montre {pluriel(montree.jeu.table.num_rows, *montree.couche.objet)} ; un classeur en porte "
        f"{nombre(exports.LIGNES_DU_CLASSEUR)} au plus. Affinez les filtres, ou prenez le CSV."
    )


def _fichier(montree: Presentation, sorte: str, jour: date) -> HttpResponseBase:
    jeu, dite = montree.jeu, legende(montree, exporte_le=jour)
    contenus: dict[str, Any] = {
        "csv": lambda: StreamingHttpResponse(exports.csv_en_flux(jeu)),
        "geojson": lambda: StreamingHttpResponse(exports.geojson_en_flux(jeu, dite)),
        "txt": lambda: HttpResponse(exports.texte_de_la_legende(dite, jeu)),
        "xlsx": lambda: HttpResponse(exports.classeur(jeu, dite, territoire=territoire().nom, exporte_le=jour)),
        "gpkg": lambda: _geopackage(jeu, dite),
        "parquet": lambda: HttpResponse(exports.geoparquet(jeu, dite)),
    }
    reponse: HttpResponseBase = contenus[sorte]()
    reponse["Content-Type"] = NATURES[sorte]
    return reponse


def _geopackage(jeu: Any, dite: exports.Legende) -> FileResponse:
    with tempfile.TemporaryDirectory(prefix="tissu-carte-") as dossier:
        chemin = Path(dossier) / "carte.gpkg"
        exports.ecrire_geopackage(chemin, jeu, dite)
        # Le fichier reste lisible par sa poignée une fois son nom effacé.
        return FileResponse(chemin.open("rb"))
