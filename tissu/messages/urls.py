"""Les adresses des messages."""

from django.urls import path

from tissu.messages.views import arret, compteur, suivi

app_name = "messages"
urlpatterns = [
    path("suivi/", suivi.suivi, name="suivi"),
    path("compter/", compteur.compter, name="compter"),
    path("arret/<str:jeton>/", arret.arreter, name="arreter"),
]
