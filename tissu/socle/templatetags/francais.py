"""Filtres de mise en forme française : les noms sont ceux de `tissu.socle.formats`."""

from django import template

from tissu.socle import formats

register = template.Library()
for _nom in (
    "nombre", "variation", "pourcentage", "euros", "date_courte", "date_longue", "mois_long", "mois_court",
    "siren_lisible", "siret_lisible", "octets", "pluriel",
):  # fmt: skip
    register.filter(_nom, getattr(formats, _nom))
