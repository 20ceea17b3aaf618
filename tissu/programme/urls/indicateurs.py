from django.urls import path

from tissu.programme.views import indicateurs

urlpatterns = [path("fiches/<int:pk>/indicateurs/", indicateurs.indicateurs, name="indicateurs")]
