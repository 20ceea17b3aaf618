"""Le nom à l'écran d'un champ corrigé : `{{ correction.champ|libelle_correction }}`."""

from django import template

from tissu.registre.queries.corrections import libelle_champ

register = template.Library()
register.filter("libelle_correction", libelle_champ)
