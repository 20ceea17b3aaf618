"""Les adresses des comparaisons avec d'autres villes."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import comparaisons, villes

urlpatterns = [
    path("comparaisons/", comparaisons.comparer, name="comparer"),
    path("comparaisons/comparaison.<str:format>", comparaisons.telecharger, name="comparer_fichier"),
    path("comparaisons/methode/", comparaisons.methode, name="comparaisons_methode"),
    path("comparaisons/nos-locaux/", comparaisons.lignes, name="comparer_lignes"),
    path("comparaisons/criteres/<slug:perimetre>/", villes.criteres, name="criteres"),
    path("comparaisons/villes/", villes.liste, name="villes"),
    path("comparaisons/villes/<int:pk>/", villes.ville, name="ville"),
    path("comparaisons/valeurs/<int:pk>/", villes.juger, name="valeur_juger"),
    path("comparaisons/imports/", villes.importer, name="villes_importer"),
    path("comparaisons/imports/modele.<str:format>", villes.modele, name="villes_modele"),
    path("comparaisons/imports/<int:pk>/", villes.importation, name="villes_import"),
    path("comparaisons/imports/lignes/<int:pk>/", villes.corriger, name="villes_corriger"),
    path("comparaisons/imports/lignes/<int:pk>/ecarter/", villes.ecarter, name="villes_ecarter"),
]
