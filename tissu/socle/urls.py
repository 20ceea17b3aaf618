from django.urls import include, path

from tissu.socle import views

urlpatterns = [
    path("travaux/<uuid:travail_id>/", views.travail, name="travail"),
    path("composants/", include("tissu.socle.composants.urls")),
    path("theme.css", views.theme_css, name="theme_css"),
]
