"""Les adresses des messages."""

from django.urls import path

from tissu.messages.views import compteur

app_name = "messages"
urlpatterns = [
    path("compter/", compteur.compter, name="compter"),
]
