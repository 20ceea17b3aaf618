"""Les adresses des veilles de locaux."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import veilles

urlpatterns = [
    path("veilles/", veilles.liste, name="veilles"),
    path("veilles/suivre/", veilles.suivre, name="veille_suivre"),
    path("veilles/resume/", veilles.resume, name="veille_resume"),
    path("veilles/<int:pk>/arreter/", veilles.arreter, name="veille_arreter"),
]
