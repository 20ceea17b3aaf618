from django.urls import path

from tissu.socle.composants import views

urlpatterns = [
    path("", views.composants, name="composants"),
    path("archetypes/<slug:nom>/", views.archetype, name="archetype"),
]
