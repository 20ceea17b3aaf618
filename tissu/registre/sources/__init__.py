"""Les sources du registre, une par fichier officiel : renommer, typer, mettre à l'unité. Jamais de jointure."""

from tissu.registre.sources.etablissements import etablissements
from tissu.registre.sources.geolocalisation import geolocalisation
from tissu.registre.sources.historique import historique
from tissu.registre.sources.successions import successions
from tissu.registre.sources.unites_legales import unites_legales

__all__ = ["etablissements", "geolocalisation", "historique", "successions", "unites_legales"]
