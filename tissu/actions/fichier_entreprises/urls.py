"""Les adresses de la fiche 7."""

from django.urls import path

from tissu.actions.fichier_entreprises.views import bord, flux, grands, pistes, reglages, veilles

app_name = "fichier_entreprises"
urlpatterns = [
    path("", bord.bord, name="bord"),
    path("flux/", flux.choisir, name="flux_choisir"),
    path("flux/<str:mois>/", flux.rapport, name="flux"),
    path("flux/<str:mois>/lignes/", flux.lignes, name="flux_lignes"),
    path("flux/<str:mois>/publier/", flux.publier, name="flux_publier"),
    path("flux/<str:mois>/rapport.<str:format>", flux.telecharger, name="flux_fichier"),
    path("plus-de-50/", grands.choisir, name="grands_choisir"),
    path("plus-de-50/<str:semestre>/", grands.liste, name="grands"),
    path("plus-de-50/<str:semestre>/publier/", grands.publier, name="grands_publier"),
    path("plus-de-50/<str:semestre>/liste.<str:format>", grands.telecharger, name="grands_fichier"),
    path("pistes/", pistes.liste, name="pistes"),
    path("pistes/<int:pk>/", pistes.piste, name="piste"),
    path("pistes/<int:pk>/prendre/", pistes.prendre, name="piste_prendre"),
    path("pistes/<int:pk>/suivre/", pistes.suivre, name="piste_suivre"),
    path("pistes/<int:pk>/confier/", pistes.confier, name="piste_confier"),
    path("pistes/<int:pk>/clore/", pistes.fermer, name="piste_fermer"),
    path("pistes/<int:pk>/rouvrir/", pistes.rouvrir, name="piste_rouvrir"),
    path("reglages/", reglages.reglages, name="reglages"),
    path("reglages/regles/nouvelle/", reglages.regle, name="regle_nouvelle"),
    path("reglages/regles/<int:pk>/", reglages.regle, name="regle"),
    path("reglages/filieres/nouvelle/", reglages.filiere, name="filiere_nouvelle"),
    path("reglages/filieres/<int:pk>/", reglages.filiere, name="filiere"),
    path("veilles/", veilles.liste, name="veilles"),
    path("veilles/resume/", veilles.resume, name="veille_resume"),
    path("veilles/nouvelle/", veilles.veille, name="veille_nouvelle"),
    path("veilles/<int:pk>/", veilles.veille, name="veille"),
    path("veilles/<int:pk>/supprimer/", veilles.supprimer, name="veille_supprimer"),
]
