"""L'adresse publique de Géoshop, celle que l'on imprime."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import geoshop

app_name = "geoshop"
urlpatterns = [path("geoshop/", geoshop.accueil, name="accueil")]
