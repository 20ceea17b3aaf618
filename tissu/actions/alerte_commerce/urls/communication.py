"""Les adresses de ce qui fait connaître le réseau : actions de communication, imprimés."""

from django.urls import path

from tissu.actions.alerte_commerce.views import imprimes, reseau

urlpatterns = [
    path("gestion/communications/", reseau.communications, name="communications"),
    path("gestion/depliant-<slug:papier>.pdf", imprimes.depliant, name="depliant"),
]
