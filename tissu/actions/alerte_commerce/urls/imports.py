"""Les adresses des listes reçues et remises."""

from django.urls import path

from tissu.actions.alerte_commerce.views import export, imports

urlpatterns = [
    path("gestion/imports/", imports.liste, name="imports"),
    path("gestion/imports/<int:pk>/", imports.importation, name="import"),
    path("gestion/imports/<int:pk>/appliquer/", imports.appliquer, name="import_appliquer"),
    path("gestion/imports/<int:pk>/abandonner/", imports.abandonner, name="import_abandonner"),
    path("gestion/imports/lignes/<int:pk>/", imports.corriger, name="import_corriger"),
    path("gestion/imports/lignes/<int:pk>/trancher/", imports.trancher, name="import_trancher"),
    path("gestion/liste/", export.page, name="liste"),
    path("gestion/liste.<str:format>", export.fichier, name="liste_fichier"),
]
