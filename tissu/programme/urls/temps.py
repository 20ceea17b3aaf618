from django.urls import path

from tissu.programme.views import couts, deminimis, etat_financeur, pieces, semaine, temps, validation

urlpatterns = [
    path("fiches/<int:pk>/temps/", temps.consommation, name="consommation"),
    path("fiches/<int:pk>/temps/aide/", temps.regle_d_aide, name="regle_d_aide"),
    path("fiches/<int:pk>/temps/<str:format>/", temps.consommation_fichier, name="consommation_fichier"),
    path("fiches/<int:pk>/couts/nouveau/", couts.cout_nouveau, name="cout_nouveau"),
    path("couts/<int:pk>/", couts.cout_modifier, name="cout_modifier"),
    path("couts/<int:pk>/retirer/", couts.cout_retirer, name="cout_retirer"),
    path("semaine/", semaine.semaine_courante, name="semaine_courante"),
    path("semaine/<str:code>/", semaine.semaine, name="semaine"),
    path("temps-a-valider/", validation.temps_a_valider, name="temps_a_valider"),
    path("aides-de-minimis/", deminimis.de_minimis, name="de_minimis"),
    path("etat-financeur/", etat_financeur.etat_financeur, name="etat_financeur"),
    path("etat-financeur/<str:format>/", etat_financeur.etat_financeur_fichier, name="etat_financeur_fichier"),
    path("pieces/<int:pk>/", pieces.piece, name="piece"),
]
