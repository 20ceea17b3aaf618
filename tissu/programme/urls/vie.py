from django.urls import path

from tissu.programme.views import agenda, echeances, livrables, reunions, series, vie

urlpatterns = [
    path("calendrier/", vie.calendrier, name="calendrier"),
    path("fiches/<int:pk>/calendrier/", vie.calendrier_fiche, name="calendrier_fiche"),
    path("fiches/<int:pk>/calendrier/echeance/", echeances.nouvelle, name="echeance_nouvelle"),
    path("fiches/<int:pk>/calendrier/reunion/", reunions.nouvelle, name="reunion_nouvelle"),
    path("fiches/<int:pk>/calendrier/serie/", series.serie_nouvelle, name="serie_nouvelle"),
    path("fiches/<int:pk>/calendrier/livrable/", livrables.nouveau, name="livrable_nouveau"),
    path("echeances/<int:pk>/", echeances.echeance, name="echeance"),
    path("echeances/<int:pk>/etat/", echeances.etat, name="echeance_etat"),
    path("reunions/<int:pk>/", reunions.reunion, name="reunion"),
    path("reunions/<int:pk>/modifier/", reunions.modifier, name="reunion_modifier"),
    path("reunions/<int:pk>/annuler/", reunions.annuler, name="reunion_annuler"),
    path("reunions/<int:pk>/presences/", reunions.presences, name="reunion_presences"),
    path("reunions/<int:pk>/compte-rendu/", reunions.compte_rendu, name="compte_rendu"),
    path("reunions/<int:pk>/compte-rendu.pdf", reunions.compte_rendu_pdf, name="compte_rendu_pdf"),
    path("reunions/<int:pk>/decision/", reunions.decision, name="reunion_decision"),
    path("reunions/<int:pk>/reunion.ics", agenda.reunion_ics, name="reunion_ics"),
    path("series/<int:pk>/dater/", series.serie_dater, name="serie_dater"),
    path("series/<int:pk>/prolonger/", series.serie_prolonger, name="serie_prolonger"),
    path("series/<int:pk>/arreter/", series.arreter_serie, name="serie_arreter"),
    path("livrables/", livrables.livrables, name="livrables"),
    path("livrables/<int:pk>/", livrables.livrable, name="livrable"),
    path("livrables/<int:pk>/retirer/", livrables.retirer, name="livrable_retirer"),
    path("livrables/<int:pk>/modifier/", livrables.modifier, name="livrable_modifier"),
    path("agenda/", agenda.abonnement, name="abonnement"),
    path("agenda/<str:jeton>.ics", agenda.calendrier_ics, name="calendrier_ics"),
    path("rappels/", agenda.reglage_des_rappels, name="rappels"),
]
