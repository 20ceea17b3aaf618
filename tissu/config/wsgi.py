"""Application WSGI, servie par gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tissu.config.settings")

application = get_wsgi_application()

# Ce qui est chargé au démarrage ne sera jamais jeté : sans cela le ramasse-miettes le parcourt en entier au milieu
# d'une page, et elle attend cent millisecondes de plus.
gc.collect()
gc.freeze()
