"""Les adresses des messages."""

from django.urls import path

from tissu.messages.views import arret, compteur

app_name = "messages"
urlpatterns = [
    path("compter/", compteur.compter, name="compter"),
    path("arret/<str:jeton>/", arret.arreter, name="arreter"),
]
