"""Le composant `{% carte %}` : une carte posée à côté de n'importe quelle liste."""

from typing import Any

from django import template
from django.http import QueryDict

from tissu.cartes.couches import CoucheIndisponible, couches
from tissu.cartes.presentation import presenter
from tissu.cartes.selection import SelectionRefusee
from tissu.cartes.views.contexte import contexte_de_la_carte

register = template.Library()


@register.inclusion_tag("cartes/composant.html", takes_context=True)
def carte(
    context: template.Context, slug: str, *, parametres: QueryDict | None = None, titre: str = "", suivre: bool = False,
    seule: bool = False, **fixes: str,
) -> dict[str, Any]:  # fmt: skip
    """La carte d'une couche, à côté d'une liste de la page. Rien si la personne ne peut pas l'ouvrir.

    `parametres` : les filtres, ceux de l'adresse par défaut ; `fixes` (par exemple `au="2026-10-31"`) les complètent.
    `seule` : sans lien vers la carte entière, pour ne pas quitter ce que l'on est en train d'écrire.
    `suivre` : la page sait réduire sa liste, le bloc `data-carte-partie="liste"`, au paramètre `cadre`. Une ligne de
    cette liste se montre sur la carte si elle porte `data-objet`, et `data-lon`, `data-lat`.
    """
    request = context["request"]
    couche = couches().get(slug)
    if couche is None:
        raise template.TemplateSyntaxError(f"Aucune couche ne s'appelle « {slug} ».")
    if not couche.ouverte_a(request.user):
        return {"couche": None}
    demandes = (request.GET if parametres is None else parametres).copy()
    for nom, valeur in fixes.items():
        demandes[nom] = valeur
    try:
        montree = presenter(couche, demandes, request.user)
    except (CoucheIndisponible, SelectionRefusee) as absence:
        return {"couche": couche, "titre": titre, "motif": str(absence)}
    return {
        "couche": couche,
        "motif": "",
        "montree": montree,
        "titre": titre,
        "suivre": suivre,
        "seule": seule,
        "adresse": montree.adresse(),
        **contexte_de_la_carte(montree, embarquee=True),
    }
