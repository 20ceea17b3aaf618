from django.urls import path

from tissu.programme.views import catalogue

urlpatterns = [
    path("importer/", catalogue.importer, name="importer"),
    path("importer/charger/", catalogue.charger, name="charger"),
    path("importer/modele/", catalogue.modele, name="modele"),
]
