"""Application WSGI, servie par gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")

application = get_wsgi_application()

# Ce qui est chargé au démarrage ne sera jamais jeté : sans cela le ramasse-miettes le parcourt en entier au milieu
# d'une page, et elle attend cent millisecondes de plus. Les vues se chargent avec les adresses, à la première page :
# on ne l'attend pas. Une page crée et jette des milliers d'objets : il passe moins souvent, et rarement en entier.
reverse("accueil")
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 2, 50)
