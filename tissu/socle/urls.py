from django.urls import include, path

from tissu.socle import views

urlpatterns = [
    path("travaux/<uuid:travail_id>/", views.travail, name="travail"),
    path("composants/", include("tissu.socle.composants.urls")),
    path("theme.css", views.theme_css, name="theme_css"),
    path("theme/logo", views.theme_logo, name="theme_logo"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("mentions/", views.mentions, name="mentions"),
]
