"""Les adresses de la fiche 7."""

from django.urls import path

from tissu.actions.fichier_entreprises.views import flux

app_name = "fichier_entreprises"
urlpatterns = [
    path("flux/", flux.choisir, name="flux_choisir"),
    path("flux/<str:mois>/", flux.rapport, name="flux"),
    path("flux/<str:mois>/lignes/", flux.lignes, name="flux_lignes"),
    path("flux/<str:mois>/publier/", flux.publier, name="flux_publier"),
    path("flux/<str:mois>/rapport.<str:format>", flux.telecharger, name="flux_fichier"),
]
