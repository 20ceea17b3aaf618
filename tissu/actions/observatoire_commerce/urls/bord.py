"""L'adresse du tableau de bord."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import bord

urlpatterns = [path("", bord.bord, name="bord")]
