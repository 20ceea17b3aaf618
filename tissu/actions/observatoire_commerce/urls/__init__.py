"""Les adresses de la fiche 5 : un fichier par sujet."""

from tissu.actions.observatoire_commerce.urls import cdac, comparaisons, vacance, veilles

app_name = "observatoire_commerce"
urlpatterns = [*vacance.urlpatterns, *veilles.urlpatterns, *cdac.urlpatterns, *comparaisons.urlpatterns]
