from django.urls import path

from tissu.programme.views import pieces, temps

urlpatterns = [
    path("fiches/<int:pk>/temps/", temps.consommation, name="consommation"),
    path("pieces/<int:pk>/", pieces.piece, name="piece"),
]
