"""Les adresses des séances du CPSQ."""

from django.urls import path

from tissu.actions.alerte_commerce.views import seances

urlpatterns = [
    path("cpsq/", seances.liste, name="seances"),
    path("cpsq/nouvelle/", seances.noter, name="seance_nouvelle"),
    path("cpsq/<int:pk>/", seances.seance, name="seance"),
    path("cpsq/<int:pk>/corriger/", seances.noter, name="seance_corriger"),
    path("cpsq/<int:pk>/fiche.pdf", seances.fiche, name="seance_fiche"),
    path("cpsq/<int:pk>/decisions/", seances.decider, name="seance_decider"),
    path("cpsq/decisions/<int:pk>/", seances.suivre, name="seance_suivre"),
]
