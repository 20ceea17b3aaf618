"""Les adresses des projets de CDAC."""

from django.urls import path

from tissu.actions.observatoire_commerce.views import cdac

urlpatterns = [
    path("cdac/", cdac.liste, name="cdac_projets"),
    path("cdac/nouveau/", cdac.nouveau, name="cdac_nouveau"),
    path("cdac/<int:pk>/", cdac.etude, name="cdac"),
    path("cdac/<int:pk>/lignes/", cdac.lignes, name="cdac_lignes"),
    path("cdac/<int:pk>/verifier/", cdac.verifier, name="cdac_verifier"),
    path("cdac/<int:pk>/etat/", cdac.avancer, name="cdac_etat"),
    path("cdac/<int:pk>/etapes/<slug:etape>/", cdac.etape, name="cdac_etape"),
    path("cdac/<int:pk>/note.<str:format>", cdac.note, name="cdac_note"),
]
