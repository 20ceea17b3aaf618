"""Les adresses des données ouvertes, stables : des moissonneurs y reviennent."""

from django.urls import path

from tissu.publications.views import donnees

app_name = "donnees"
urlpatterns = [
    path("", donnees.liste, name="liste"),
    path("catalogue.<str:format>", donnees.catalogue, name="catalogue"),
]
