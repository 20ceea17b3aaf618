"""Les adresses de la vacance."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import vacance

urlpatterns = [
    path("vacance/", vacance.vacance, name="vacance"),
    path("vacance/quartiers/<path:quartier>/", vacance.quartier, name="vacance_quartier"),
    path("vacance/communes/<str:code>/", vacance.commune, name="vacance_commune"),
    path("vacance/lignes/", vacance.lignes, name="vacance_lignes"),
    path("vacance/vacance.<str:format>", vacance.telecharger, name="vacance_fichier"),
]
