"""Les adresses des listes reçues et remises."""

from django.urls import path

from tissu.actions.alerte_commerce.views import export, imports, numeros

urlpatterns = [
    path("gestion/imports/", imports.liste, name="imports"),
    path("gestion/imports/<int:pk>/", imports.importation, name="import"),
    path("gestion/imports/<int:pk>/appliquer/", imports.appliquer, name="import_appliquer"),
    path("gestion/imports/<int:pk>/abandonner/", imports.abandonner, name="import_abandonner"),
    path("gestion/imports/lignes/<int:pk>/", imports.corriger, name="import_corriger"),
    path("gestion/imports/lignes/<int:pk>/trancher/", imports.trancher, name="import_trancher"),
    path("gestion/numeros/", numeros.page, name="numeros"),
    path("gestion/numeros/a-revoir/", numeros.a_revoir, name="numeros_a_revoir"),
    path("gestion/numeros/<slug:motif>/demander/", numeros.demander, name="numeros_demander"),
    path("gestion/numeros-a-appeler.<str:format>", numeros.fichier, name="numeros_a_appeler"),
    path("gestion/liste/", export.page, name="liste"),
    path("gestion/liste.<str:format>", export.fichier, name="liste_fichier"),
]
