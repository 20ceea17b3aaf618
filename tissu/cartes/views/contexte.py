"""Ce qu'une page de carte montre, prêt pour ses gabarits ; le composant `{% carte %}` en prend une partie."""

import json
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tissu.cartes import description, filtres, tableau
from tissu.cartes.fond import fond_en_ligne
from tissu.cartes.presentation import Presentation
from tissu.publications.valeurs import numerique
from tissu.socle.formats import nombre

LIGNES_DU_TABLEAU = 25


def contexte_de_la_page(parametres: QueryDict, montree: Presentation) -> dict[str, Any]:
    """La page d'une couche : carte, légende, filtres, liste, tableau."""
    form = montree.couche.filtres(montree.demande) if montree.couche.filtres else None
    visibles, replies = filtres.controles(form) if form else ([], [])
    puces = filtres.puces(form, parametres) if form else []
    return {
        "montree": montree,
        "form": form,
        "visibles": visibles,
        "replies": replies,
        "replies_poses": sum(controle.pose for controle in replies),
        "caches": [*(filtres.caches(form) if form else []), *montree.selection.parametres],
        "puces": puces,
        "sans_filtre": f"?{_sans_filtre(montree)}" if puces else "",
        "vue": parametres.get("vue", ""),
        "compte": description.compte_dit(montree.jeu),
        **contexte_de_la_carte(montree),
        **contexte_de_la_liste(parametres, montree),
        **contexte_du_tableau(parametres, montree),
    }


def contexte_de_la_carte(montree: Presentation, *, embarquee: bool = False) -> dict[str, Any]:
    """Ce dont le script de la carte a besoin, et la légende.

    `embarquee` : posée dans une page qui a sa propre liste, que la carte redemande à cette page.
    """
    decrite = montree.description()
    slug = montree.couche.slug
    return {
        "decrite": decrite,
        "legende": decrite["legende"],
        "reglages": json.dumps(
            {
                "description": decrite,
                "fond": reverse("cartes:fond"),
                "plan": fond_en_ligne(),
                "liste": "" if embarquee else reverse("cartes:liste", args=[slug]),
                "objets": reverse("cartes:objets", args=[slug]),
            },
            ensure_ascii=False,
        ),
    }


def contexte_de_la_liste(parametres: QueryDict, montree: Presentation) -> dict[str, Any]:
    """La liste au même pas que la carte."""
    cadre = tableau.lire_cadre(parametres.get("cadre", ""))
    page = tableau.page(
        montree.jeu, tri=parametres.get("tri", ""), numero=parametres.get("page_liste"), cadre=cadre
    )  # fmt: skip
    return {
        "couche": montree.couche,
        "page_liste": page,
        "elements": tableau.elements(montree.jeu, montree.rangement, page.object_list),
        "phrase": _phrase(montree, page.paginator.count, limitee=cadre is not None),
    }


def contexte_du_tableau(parametres: QueryDict, montree: Presentation) -> dict[str, Any]:
    """Le tableau équivalent : toutes les lignes, tous les champs, le tri que l'on veut."""
    tri = parametres.get("tri", "")
    page = tableau.page(montree.jeu, tri=tri, numero=parametres.get("page"), taille=LIGNES_DU_TABLEAU)
    return {
        "page": page,
        "colonnes": [_colonne(parametres, champ, tri) for champ in montree.jeu.champs],
        "lignes": tableau.elements(montree.jeu, montree.rangement, page.object_list),
    }


def _colonne(parametres: QueryDict, champ: Any, tri: str) -> dict[str, Any]:
    reste = parametres.copy()
    for nom in ("page", "page_liste", "cadre"):
        reste.pop(nom, None)
    reste["tri"] = f"-{champ.cle}" if tri == champ.cle else champ.cle
    return {
        "titre": champ.titre,
        "definition": champ.definition,
        "numerique": numerique(champ.nature),
        "sens": {champ.cle: "ascending", f"-{champ.cle}": "descending"}.get(tri, ""),
        "url": f"?{reste.urlencode(safe=':,/')}",
    }


def _sans_filtre(montree: Presentation) -> str:
    reste = QueryDict(mutable=True)
    for nom, valeur in montree.selection.parametres:
        reste.appendlist(nom, valeur)
    reste["theme"] = montree.theme.slug
    if montree.demande.au:
        reste["au"] = montree.demande.au.isoformat()
    return reste.urlencode(safe=":,/")


def _phrase(montree: Presentation, combien: int, *, limitee: bool) -> str:
    singulier, pluriel = montree.couche.objet
    mots = f"{nombre(combien)} {pluriel if combien > 1 else singulier}"
    if not limitee:
        return mots
    return f"{mots} dans le cadre de la carte, sur {nombre(montree.jeu.table.num_rows)}"
