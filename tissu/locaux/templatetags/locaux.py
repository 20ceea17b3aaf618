"""L'état d'un local, dans le composant de tous les états : `{% load locaux %}`."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tissu.locaux.choices import EtatLocal
from tissu.locaux.presentation.local import sorte_de
from tissu.socle.formats import nombre, pluriel
from tissu.socle.templatetags.composants import etat

register = template.Library()


@register.inclusion_tag("composants/etat.html")
def etat_de_local(ligne: dict[str, Any]) -> dict[str, Any]:
    """L'état d'une ligne de la situation ; la vacance structurelle se dit, même si elle se calcule."""
    if ligne["structurel"]:
        return etat(EtatLocal.VACANT_STRUCTUREL.label, "attention")
    if not ligne["etat"]:
        return etat("Non connu", "neutre")
    return etat(str(EtatLocal(ligne["etat"]).label), sorte_de(ligne["etat"]))


@register.simple_tag
def nombre_lie(combien: int, adresse: str) -> SafeString:
    """Un nombre qui mène à ce qu'il compte ; zéro ne mène nulle part."""
    if not combien:
        return mark_safe('<span class="texte-2">0</span>')
    return format_html('<a href="{}">{}</a>', adresse, nombre(combien))


@register.filter
def en_locaux(combien: int) -> str:
    """« 1 local », « 12 locaux »."""
    return pluriel(combien, "local", "locaux")
