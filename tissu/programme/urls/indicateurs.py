from django.urls import path

from tissu.programme.views import indicateurs, mesures

urlpatterns = [
    path("fiches/<int:pk>/indicateurs/", indicateurs.indicateurs, name="indicateurs"),
    path("fiches/<int:pk>/indicateurs/recalculer/", indicateurs.recalculer, name="mesures_recalculer"),
    path("criteres/<int:pk>/", indicateurs.critere, name="critere"),
    path("criteres/<int:pk>/saisir/", mesures.mesure_saisir, name="mesure_saisir"),
    path("mesures/", mesures.mesures_a_valider, name="mesures_a_valider"),
    path("mesures/<int:pk>/lignes/", indicateurs.mesure_lignes, name="mesure_lignes"),
    path("mesures/<int:pk>/valider/", mesures.mesure_valider, name="mesure_valider"),
    path("mesures/<int:pk>/refuser/", mesures.mesure_refuser, name="mesure_refuser"),
]
