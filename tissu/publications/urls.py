"""Les adresses des publications."""

from django.urls import path

from tissu.publications.views import diffusion, gabarits, public

app_name = "publications"
urlpatterns = [
    path("", public.liste, name="liste"),
    path("gestion/", diffusion.gestion, name="gestion"),
    path("gestion/telechargements.csv", diffusion.exporter, name="exporter"),
    path("gestion/<int:pk>/", diffusion.suivi, name="suivi"),
    path("gestion/<int:pk>/diffuser/", diffusion.mettre_en_ligne, name="mettre_en_ligne"),
    path("gestion/<int:pk>/elargir/", diffusion.elargir, name="elargir"),
    path("gestion/<int:pk>/lever/", diffusion.lever, name="lever"),
    path("gestion/<int:pk>/corriger/", diffusion.corriger, name="corriger"),
    path("gestion/<int:pk>/retirer/", diffusion.retirer, name="retirer"),
    path("gabarits/", gabarits.liste, name="gabarits"),
    path("gabarits/<int:pk>/logo", gabarits.logo, name="gabarit_logo"),
    path("diffuser/<str:jeton>/", diffusion.diffuser, name="diffuser"),
    path("<slug:slug>/", public.publication, name="publication"),
    path("<slug:slug>/<int:numero>/", public.edition, name="edition"),
    path("<slug:slug>/<int:numero>/fichier.<str:format>", public.fichier, name="fichier"),
    path("<slug:slug>/<int:numero>/donnees/<slug:jeu>.<str:format>", public.donnees, name="donnees"),
]
