"""Les adresses de ce qui fait connaître le réseau : actions de communication, lettres, imprimés."""

from django.urls import path

from tissu.actions.alerte_commerce.views import communications, courriers, imprimes

urlpatterns = [
    path("gestion/communications/", communications.liste, name="communications"),
    path("gestion/communications/<int:pk>/", communications.communication, name="communication"),
    path("gestion/communications/<int:pk>/modifier/", communications.modifier, name="communication_modifier"),
    path("gestion/communications/<int:pk>/lettres.pdf", courriers.fichier, name="lettres_fichier"),
    path("gestion/lettres/", courriers.lettres, name="lettres"),
    path("gestion/textes/<slug:usage>/", courriers.texte, name="texte"),
    path("gestion/depliant-<slug:papier>.pdf", imprimes.depliant, name="depliant"),
]
