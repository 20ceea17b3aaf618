"""Les adresses des cartes : d'abord les mots fixes, puis ce qui suit le slug d'une couche."""

from django.urls import path

from tissu.cartes.views import page

app_name = "cartes"

# Voir : la page d'une couche, sa description, ses tuiles, sa liste.
VOIR = [
    path("<slug:slug>/", page.carte, name="carte"),
]

# Sortir : la sélection dans l'espace, les exports, l'impression, l'accès pour un SIG.
SORTIR = []  # type: ignore[var-annotated]

urlpatterns = [
    path("", page.index, name="index"),
    *SORTIR,
    *VOIR,
]
