"""Les adresses des messages."""

from django.urls import path

from tissu.messages.views import accuses, arret, boite, compteur, suivi

app_name = "messages"
urlpatterns = [
    path("", boite.boite, name="boite"),
    path("<int:pk>/", boite.lire, name="lire"),
    path("<int:pk>/lu/", boite.marquer_lu, name="marquer_lu"),
    path("accuses/<str:operateur>/", accuses.recevoir, name="accuses"),
    path("suivi/", suivi.suivi, name="suivi"),
    path("suivi/suspendre/", suivi.suspendre, name="suspendre"),
    path("compter/", compteur.compter, name="compter"),
    path("arret/<str:jeton>/", arret.arreter, name="arreter"),
]
