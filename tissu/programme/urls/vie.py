from django.urls import path

from tissu.programme.views import vie

urlpatterns = [path("fiches/<int:pk>/calendrier/", vie.calendrier_fiche, name="calendrier_fiche")]
