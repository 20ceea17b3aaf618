from django.urls import path

from tissu.programme.views import revues, revues_fiches, revues_mots

urlpatterns = [
    path("revues/", revues.revues, name="revues"),
    path("revues/<int:pk>/", revues.revue, name="revue"),
    path("revues/<int:pk>/geste/", revues.revue_geste, name="revue_geste"),
    path("revues/<int:pk>/accord/", revues.revue_accord, name="revue_accord"),
    path("revues/<int:pk>/mots/", revues_mots.revue_mots, name="revue_mots"),
    path("revues/<int:pk>/suite/", revues.revue_suite, name="revue_suite"),
    path("revues/<int:pk>/ecarts/", revues_fiches.revue_ecarts, name="revue_ecarts"),
    path("revues/<int:pk>/historique/", revues.revue_historique, name="revue_historique"),
    path("revues/<int:pk>/document/<str:format_>/", revues.revue_document, name="revue_document"),
    path("revues/<int:pk>/fiches/<int:fiche>/", revues_fiches.revue_fiche, name="revue_fiche"),
    path("revues/figures/<int:pk>/", revues_fiches.revue_figure, name="revue_figure"),
]
