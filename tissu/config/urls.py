"""Les adresses : le socle et les services, puis celles que chaque action apporte par sa porte."""

from django.urls import include, path

from tissu.config import accueil
from tissu.socle.action import actions

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("", include("tissu.socle.urls")),
    path("", include("tissu.comptes.urls")),
    path("partenariat/", include("tissu.programme.urls")),
    path("publications/", include("tissu.publications.urls")),
    path("donnees/", include("tissu.publications.urls_donnees")),
    path("cartes/", include("tissu.cartes.urls")),
    path("ogc/", include("tissu.cartes.urls_ogc")),
    path("messages/", include("tissu.messages.urls")),
    path("registre/", include("tissu.registre.urls")),
    path("locaux/", include("tissu.locaux.urls")),
    *[path(f"{action.chemin}/", include(action.urls)) for action in actions() if action.urls],
    *[path("", include(action.urls_publiques)) for action in actions() if action.urls_publiques],
]

handler400 = "tissu.socle.erreurs.requete_incomprise"
handler403 = "tissu.socle.erreurs.acces_refuse"
handler404 = "tissu.socle.erreurs.page_introuvable"
handler500 = "tissu.socle.erreurs.panne"
