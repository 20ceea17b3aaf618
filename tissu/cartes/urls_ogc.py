"""Les adresses du service pour les SIG : celles de la norme OGC API Features."""

from django.urls import path

from tissu.cartes.views import ogc

app_name = "ogc"
urlpatterns = [
    path("", ogc.accueil, name="accueil"),
    path("conformance", ogc.conformite, name="conformite"),
    path("api", ogc.description, name="description"),
    path("collections", ogc.collections, name="collections"),
    path("collections/<slug:slug>", ogc.collection, name="collection"),
    path("collections/<slug:slug>/items", ogc.objets, name="objets"),
    path("collections/<slug:slug>/items/<str:identifiant>", ogc.objet, name="objet"),
]
