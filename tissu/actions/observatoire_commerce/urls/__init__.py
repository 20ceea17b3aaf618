"""Les adresses de la fiche 5 : un fichier par sujet."""

from tissu.actions.observatoire_commerce.urls import cdac, comparaisons

app_name = "observatoire_commerce"
urlpatterns = [*cdac.urlpatterns, *comparaisons.urlpatterns]
